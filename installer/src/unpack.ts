import { HyperSyncError, LIMITS, parseJson, sha512Hex, type JsonValue } from '@hypersync/base';
import type { ArtifactEntry } from '@hypersync/manifest';
import { isSafePath } from '@hypersync/store';
import { Parser, type ReadEntry } from 'tar';
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
  const archive = gunzipOne(tarball, what);
  // Also keeps the parser from taking the content for another compression.
  if (Buffer.from(archive.subarray(0, PREFIX.length)).toString('latin1') !== PREFIX) {
    throw refusal(what, `its first entry is not below ${PREFIX}`);
  }
  const files = new Map<string, Uint8Array>();
  const names = new FoldedNames(what);
  let end = 0;
  let total = 0;
  for (const { entry, bytes } of readEntries(archive, what)) {
    const path = checkEntry(entry, what);
    end += BLOCK + BLOCK * Math.ceil(bytes.length / BLOCK);
    total += bytes.length;
    if (files.size + names.folders >= LIMITS.archiveEntries) {
      throw refusal(what, `more than ${LIMITS.archiveEntries} entries`);
    }
    if (total > LIMITS.unpackedBytes) throw refusal(what, `more than ${LIMITS.unpackedBytes} bytes unpacked`);
    names.add(path, entry.type === 'Directory');
    if (entry.type !== 'Directory') files.set(path, bytes);
  }
  // The listing above and the archive's own length must agree: no header, no padding and no tail is left unread.
  const tail = archive.subarray(end);
  if (tail.length < 2 * BLOCK || tail.some((byte) => byte !== 0)) throw refusal(what, 'there are bytes after its end');
  return files;
}

/** All entries with their bytes, or a refusal: the parser is strict, so that what it would only warn about is an error. */
function readEntries(archive: Uint8Array, what: string): { entry: ReadEntry; bytes: Uint8Array }[] {
  const entries: { entry: ReadEntry; bytes: Uint8Array }[] = [];
  let failure: unknown = null;
  let ignored: string | null = null;
  let count = 0;
  const parser = new Parser({
    strict: true,
    maxMetaEntrySize: BLOCK * 8,
    onReadEntry: (entry) => {
      if (++count > LIMITS.archiveEntries) {
        failure ??= refusal(what, `more than ${LIMITS.archiveEntries} entries`);
        entry.resume();
        return;
      }
      const chunks: Buffer[] = [];
      entry.on('data', (chunk) => chunks.push(chunk));
      entry.on('end', () => entries.push({ entry, bytes: Buffer.concat(chunks) }));
    },
  });
  parser.on('error', (thrown) => (failure ??= thrown));
  parser.on('warn', (code, message) => (failure ??= refusal(what, `${code}: ${String(message)}`)));
  parser.on('ignoredEntry', (entry) => (ignored ??= `${JSON.stringify(entry.path)} is of type ${entry.type}`));
  try {
    parser.end(Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength));
  } catch (thrown) {
    failure ??= thrown;
  }
  if (failure instanceof HyperSyncError) throw failure;
  if (failure !== null) throw refusal(what, (failure as Error).message, failure);
  if (ignored !== null) throw refusal(what, ignored);
  return entries;
}

/** The path below `package/`, of a plain file or folder. */
function checkEntry(entry: ReadEntry, what: string): string {
  const name = JSON.stringify(entry.path.slice(0, 200));
  if (entry.type !== 'File' && entry.type !== 'OldFile' && entry.type !== 'Directory') {
    throw refusal(what, `${name} is of type ${entry.type}; only files and folders are accepted`);
  }
  // PAX and GNU extensions can say another name and another size than the header beside them (X10 to X13).
  if (entry.extended !== undefined || entry.globalExtended !== undefined) {
    throw refusal(what, `${name} has extended headers`);
  }
  if (entry.type === 'Directory' && entry.size !== 0) throw refusal(what, `the folder ${name} carries data`);
  const path = entry.path.startsWith(PREFIX) ? entry.path.slice(PREFIX.length) : null;
  const isTop = entry.type === 'Directory' && path === '';
  const plain = entry.type === 'Directory' ? path?.replace(/\/$/, '') : path;
  if (isTop) return '';
  if (plain === undefined || plain === null || !isSafePath(plain)) {
    throw refusal(what, `${name} is not a path that a package may have`);
  }
  return plain;
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
