import { HyperSyncError, LIMITS, parseJson, sha512Hex, type JsonValue } from '@hypersync/base';
import type { ArtifactEntry } from '@hypersync/manifest';
import { isSafePath } from '@hypersync/store';
import { Header } from 'tar/header';
import { gunzipOne } from './gzip.ts';

const BLOCK = 512;
const PREFIX = 'package/';
/** What npm runs by itself at installation. We never run anything; a package that expects it is not one of ours. */
const LIFECYCLE = ['preinstall', 'install', 'postinstall', 'preprepare', 'prepare', 'postprepare', 'prepublish'];
const FORBIDDEN_FIELDS = ['bin', 'gypfile', 'dependencies', 'optionalDependencies', 'bundleDependencies', 'workspaces'];

/**
 * The files of a verified tarball: exactly the signed list, and a package.json that says what the manifest says. Throws
 * HS-1604 for the archive, HS-1613 for the package (attacks X01 to X19, N16, N27 to N30).
 */
export function unpackArtifact(tarball: Uint8Array, entry: ArtifactEntry): ReadonlyMap<string, Uint8Array> {
  const what = `${entry.name} ${entry.version}`;
  const files = unpackTarball(tarball, what);
  for (const listed of entry.files) {
    const bytes = files.get(listed.path);
    if (bytes === undefined) throw refusal(what, `${listed.path} is signed but missing`);
    if (bytes.length !== listed.size || sha512Hex(bytes) !== listed.sha512) {
      throw refusal(what, `${listed.path} has other bytes than the signed list says`);
    }
  }
  if (files.size !== entry.files.length) {
    const extra = [...files.keys()].find((path) => !entry.files.some((listed) => listed.path === path));
    throw refusal(what, `${extra ?? 'a file'} is not in the signed list`);
  }
  checkPackage(files, entry);
  return files;
}

/** Paths without the leading `package/`. Regular files and folders only, and not a byte that is not part of one. */
export function unpackTarball(tarball: Uint8Array, what: string): ReadonlyMap<string, Uint8Array> {
  if (tarball.length > LIMITS.tarballBytes) throw refusal(what, `more than ${LIMITS.tarballBytes} bytes`);
  const unzipped = gunzipOne(tarball, what);
  const archive = Buffer.from(unzipped.buffer, unzipped.byteOffset, unzipped.byteLength);
  if (archive.toString('latin1', 0, PREFIX.length) !== PREFIX) {
    throw refusal(what, `its first entry is not below ${PREFIX}`);
  }
  const files = new Map<string, Uint8Array>();
  const names = new FoldedNames(what);
  let end = 0;
  let total = 0;
  for (const member of membersOf(archive, what)) {
    const { bytes, isFolder } = member;
    end = member.end;
    total += bytes.length;
    if (files.size + names.folders >= LIMITS.archiveEntries) {
      throw refusal(what, `more than ${LIMITS.archiveEntries} entries`);
    }
    if (total > LIMITS.unpackedBytes) throw refusal(what, `more than ${LIMITS.unpackedBytes} bytes unpacked`);
    names.add(member.path, isFolder);
    if (!isFolder) files.set(member.path, bytes);
  }
  // After the last member come zeros, two blocks of them at least, and nothing else: no tail is left unread.
  if (archive.length - end < 2 * BLOCK || !areZero(archive.subarray(end))) {
    throw refusal(what, 'there are bytes after its end');
  }
  return files;
}

interface Member {
  /** Below `package/`. */
  readonly path: string;
  readonly isFolder: boolean;
  readonly bytes: Uint8Array;
  /** Where the next header begins. */
  readonly end: number;
}

/**
 * The members of an archive as POSIX ustar lays them out: a header of one block, then the content in whole blocks. A
 * library reads the headers; the way from one to the next is ours, and there is only this one. Extensions, which let a
 * header say something else than it says, are refused.
 */
function* membersOf(archive: Buffer, what: string): Generator<Member> {
  for (let at = 0; at + BLOCK <= archive.length;) {
    const header = readHeader(archive, at, what);
    if (header === null) return;
    const { path, isFolder, size } = checkHeader(header, archive.subarray(at, at + BLOCK), what);
    const start = at + BLOCK;
    const end = start + BLOCK * Math.ceil(size / BLOCK);
    if (end > archive.length) throw refusal(what, `${JSON.stringify(path)} is truncated`);
    if (!areZero(archive.subarray(start + size, end))) {
      throw refusal(what, `there are bytes behind the end of ${JSON.stringify(path)}`);
    }
    yield { path, isFolder, bytes: archive.subarray(start, start + size), end };
    at = end;
  }
}

/** Null for a block of zeros, which ends an archive. */
function readHeader(archive: Buffer, at: number, what: string): Header | null {
  let header: Header;
  try {
    header = new Header(archive, at);
  } catch (thrown) {
    throw refusal(what, `its header at byte ${at} cannot be read: ${(thrown as Error).message}`, thrown);
  }
  if (header.nullBlock) return null;
  if (!header.cksumValid) throw refusal(what, `the checksum of its header at byte ${at} is wrong`);
  return header;
}

/** PAX and GNU extensions can say another name and another size than the header after them (X10 to X13). */
const EXTENSIONS = /^(Old)?(Global)?ExtendedHeader$|^NextFileHasLong(Path|Linkpath)$|^OldGnuLongPath$/;

/** The path below `package/`, of a plain file or folder. */
function checkHeader(
  header: Header,
  block: Buffer,
  what: string,
): { readonly path: string; readonly isFolder: boolean; readonly size: number } {
  const { type, size, linkpath = '', path: full = '' } = header;
  const name = JSON.stringify(full.slice(0, 200));
  if (EXTENSIONS.test(type)) throw refusal(what, `${name} has extended headers`);
  const isFolder = type === 'Directory';
  if (type !== 'File' && type !== 'OldFile' && !isFolder) {
    throw refusal(what, `${name} is of type ${type}; only files and folders are accepted`);
  }
  if (linkpath !== '') throw refusal(what, `${name} carries the target of a link`);
  // The library takes the size of a folder for 0, whatever the header says; another reader may not.
  if (isFolder && !/^[0 \0]*$/.test(block.toString('latin1', 124, 136))) {
    throw refusal(what, `the folder ${name} carries data`);
  }
  if (size === undefined || !Number.isSafeInteger(size)) throw refusal(what, `${name} has no readable size`);
  const path = full.startsWith(PREFIX) ? full.slice(PREFIX.length) : null;
  if (isFolder && path === '') return { path: '', isFolder, size };
  const plain = isFolder ? path?.replace(/\/$/, '') : path;
  if (plain === undefined || plain === null || !isSafePath(plain)) {
    throw refusal(what, `${name} is not a path that a package may have`);
  }
  return { path: plain, isFolder, size };
}

const ZEROS = Buffer.alloc(16 * BLOCK);

function areZero(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += ZEROS.length) {
    const part = bytes.subarray(at, at + ZEROS.length);
    if (part.compare(ZEROS, 0, part.length) !== 0) return false;
  }
  return true;
}

/** No two paths that another file system would take for one: case, Unicode form, file against folder (X07, X08, X17). */
class FoldedNames {
  folders = 0;
  readonly #what: string;
  readonly #kinds = new Map<string, 'file' | 'folder'>();
  readonly #spelling = new Map<string, string>();

  constructor(what: string) {
    this.#what = what;
  }

  add(path: string, isFolder: boolean): void {
    if (isFolder) this.folders++;
    const parts = path.split('/');
    for (let length = 1; length < parts.length; length++) this.#claim(parts.slice(0, length).join('/'), 'folder');
    if (path !== '' && !this.#claim(path, isFolder ? 'folder' : 'file')) {
      throw refusal(this.#what, `${JSON.stringify(path)} stands twice`);
    }
  }

  /** False where the very same path stood before. */
  #claim(path: string, kind: 'file' | 'folder'): boolean {
    const key = path.normalize('NFKC').toLowerCase().normalize('NFKC');
    const known = this.#kinds.get(key);
    if (known !== undefined && (known !== kind || this.#spelling.get(key) !== path)) {
      throw refusal(this.#what, `${JSON.stringify(path)} collides with ${JSON.stringify(this.#spelling.get(key))}`);
    }
    this.#kinds.set(key, kind);
    this.#spelling.set(key, path);
    return known === undefined || kind === 'folder';
  }
}

/** What npm would believe about the package must be what was signed (attack N16). */
function checkPackage(files: ReadonlyMap<string, Uint8Array>, entry: ArtifactEntry): void {
  const what = `${entry.name} ${entry.version}`;
  const refuse = (reason: string): never => {
    throw new HyperSyncError('HS-1613', `${what}: ${reason}.`, {
      details: { package: entry.name, version: entry.version },
    });
  };
  const bytes = files.get('package.json');
  if (bytes === undefined) return refuse('it has no package.json');
  const source = `${what} package.json`;
  const limits = { maxBytes: LIMITS.manifestBytes, maxDepth: LIMITS.manifestDepth, source };
  const value = parseJson(bytes, limits) as Readonly<Record<string, JsonValue>> | null;
  if (value === null || typeof value !== 'object') return refuse('its package.json is no object');
  if (value['name'] !== entry.name || value['version'] !== entry.version) {
    refuse(`its package.json says ${JSON.stringify(value['name'])} ${JSON.stringify(value['version'])}`);
  }
  const scripts = Object.keys((value['scripts'] ?? {}) as object);
  const lifecycle = scripts.find((script) => LIFECYCLE.includes(script));
  if (lifecycle !== undefined) refuse(`its package.json wants the script "${lifecycle}" to run`);
  const field = FORBIDDEN_FIELDS.find((name) => !isEmpty(value[name]));
  if (field !== undefined) refuse(`its package.json has "${field}"`);
}

function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

function refusal(what: string, reason: string, cause?: unknown): HyperSyncError {
  return new HyperSyncError('HS-1604', `${what}: ${reason}.`, cause === undefined ? {} : { cause });
}
