import { HyperSyncError, LIMITS, sha512Hex, toUtf8 } from '@hypersync/base';
import type { ArtifactEntry, ArtifactFile } from '@hypersync/manifest';
import { codeOf, readError } from './disk-error.ts';
import type { FileSystem } from './file-system.ts';

const FILE_MODE = 0o444;
export const FOLDER_MODE = 0o555;

/** The files of a tree by path, checked against the signed list: exactly these paths, sizes and digests (attack X19). */
export function checkFiles(entry: ArtifactEntry, files: ReadonlyMap<string, Uint8Array>): void {
  const refuse = (path: string, what: string): never => {
    throw new HyperSyncError('HS-1506', `${entry.name} ${entry.version}: ${JSON.stringify(path)} ${what}.`, {
      details: { package: entry.name, version: entry.version, path },
    });
  };
  const folders = new Set(foldersOf(entry.files.map((file) => file.path)));
  const folded = new Set<string>();
  for (const listed of entry.files) {
    if (!isSafePath(listed.path) || folders.has(listed.path)) refuse(listed.path, 'is not a path that a tree may have');
    const key = listed.path.normalize('NFC').toLowerCase();
    if (folded.has(key)) refuse(listed.path, 'collides with another path where case does not count');
    folded.add(key);
    const bytes = files.get(listed.path);
    if (bytes === undefined) return refuse(listed.path, 'is signed but missing');
    if (bytes.length !== listed.size || sha512Hex(bytes) !== listed.sha512) refuse(listed.path, 'has other bytes');
  }
  for (const path of files.keys()) {
    if (!entry.files.some((listed) => listed.path === path)) refuse(path, 'is not in the signed list');
  }
}

/** Relative, forward slashes, no empty, dot or dot-dot part, nothing that another system would read as a drive or device. */
export function isSafePath(path: string): boolean {
  if (path.length === 0 || toUtf8(path).length > LIMITS.archivePathBytes || !path.isWellFormed()) return false;
  // Control characters, drive and stream marks, wild cards, and the short names that Windows makes (PLUGIN~1.MJS).
  if (/[\u0000-\u001f\u007f\\:*?"<>|]|~\d/.test(path)) return false;
  const parts = path.split('/');
  return parts.length <= LIMITS.archiveDepth && parts.every((part) => part !== '' && !/^\.{1,2}$|[. ]$/.test(part));
}

/** Writes a tree into a new folder; modes last, so that the folders can be filled. Returns what has to be synced. */
export function writeTree(fs: FileSystem, folder: string, files: ReadonlyMap<string, Uint8Array>): readonly string[] {
  const folders = foldersOf([...files.keys()]);
  fs.makeDirectory(folder, 0o755);
  for (const inner of folders) fs.makeDirectory(`${folder}/${inner}`, 0o755);
  for (const [path, bytes] of files) fs.writeFile(`${folder}/${path}`, bytes, FILE_MODE);
  const all = [folder, ...folders.map((inner) => `${folder}/${inner}`)];
  for (const one of all.toReversed()) fs.changeMode(one, FOLDER_MODE);
  return [...[...files.keys()].map((path) => `${folder}/${path}`), ...all];
}

/**
 * Every file of a tree, each hashed and equal to the signed list. What is changed, missing, extra or no regular file is
 * HS-1503. Modes and times do not matter: the bytes returned are the bytes that were hashed.
 */
export function readTree(fs: FileSystem, folder: string, entry: ArtifactEntry): ReadonlyMap<string, Uint8Array> {
  const reader = new TreeReader(fs, folder, entry);
  reader.readFolder('');
  return reader.files;
}

class TreeReader {
  readonly files = new Map<string, Uint8Array>();
  readonly #fs: FileSystem;
  readonly #folder: string;
  readonly #entry: ArtifactEntry;
  readonly #listed: ReadonlyMap<string, ArtifactFile>;
  /** Folder to the names it must hold. */
  readonly #children = new Map<string, Set<string>>([['', new Set()]]);

  constructor(fs: FileSystem, folder: string, entry: ArtifactEntry) {
    this.#fs = fs;
    this.#folder = folder;
    this.#entry = entry;
    this.#listed = new Map(entry.files.map((file) => [file.path, file]));
    for (const path of [...foldersOf(entry.files.map((file) => file.path)), ...this.#listed.keys()]) {
      const cut = path.lastIndexOf('/');
      const parent = cut < 0 ? '' : path.slice(0, cut);
      const siblings = this.#children.get(parent);
      if (siblings === undefined || !isSafePath(path)) this.#refuse(path, 'is not a path that a tree may have');
      siblings.add(path.slice(cut + 1));
      if (!this.#listed.has(path)) this.#children.set(path, new Set());
    }
  }

  readFolder(inner: string): void {
    const folder = inner === '' ? this.#folder : `${this.#folder}/${inner}`;
    const expected = this.#children.get(inner) ?? new Set();
    const present = new Set(this.#namesIn(folder, inner));
    for (const name of present) if (!expected.has(name)) this.#refuse(joined(inner, name), 'was added');
    for (const name of expected) {
      const path = joined(inner, name);
      if (!present.has(name)) this.#refuse(path, 'is missing');
      const listed = this.#listed.get(path);
      if (listed === undefined) this.readFolder(path);
      else this.files.set(path, this.#readListed(listed));
    }
  }

  #namesIn(folder: string, inner: string): readonly string[] {
    const label = inner === '' ? 'the tree' : inner;
    try {
      const stat = this.#fs.stat(folder);
      if (stat === null) return this.#refuse(label, 'is missing');
      if (stat.kind !== 'directory') return this.#refuse(label, `is a ${stat.kind} where a folder was`);
      return this.#fs.readDirectory(folder);
    } catch (thrown) {
      throw readError(thrown, `Reading ${folder}`);
    }
  }

  #readListed(listed: ArtifactFile): Uint8Array {
    const path = `${this.#folder}/${listed.path}`;
    let bytes: Uint8Array;
    try {
      bytes = this.#fs.readFile(path, listed.size);
    } catch (thrown) {
      const code = codeOf(thrown);
      if (code === 'EFBIG') return this.#refuse(listed.path, 'is longer than it was');
      if (code === 'ELOOP' || code === 'EMLINK') return this.#refuse(listed.path, 'is a link where a file was');
      if (code === 'EINVAL' || code === 'ENXIO') return this.#refuse(listed.path, 'is no regular file');
      throw readError(thrown, `Reading ${path}`);
    }
    if (bytes.length !== listed.size || sha512Hex(bytes) !== listed.sha512) this.#refuse(listed.path, 'was changed');
    return bytes;
  }

  #refuse(path: string, what: string): never {
    const { name, version } = this.#entry;
    throw new HyperSyncError('HS-1503', `${name} ${version}: ${path} ${what} (in ${this.#folder}).`, {
      details: { package: name, version, path, folder: this.#folder },
    });
  }
}

/** Removes whatever is there, links as links. Read-only folders are opened first. */
export function removeTree(fs: FileSystem, path: string): number {
  const stat = fs.stat(path);
  if (stat === null) return 0;
  if (stat.kind !== 'directory') {
    fs.remove(path);
    return stat.kind === 'file' ? stat.size : 0;
  }
  let bytes = 0;
  fs.changeMode(path, 0o755);
  for (const name of fs.readDirectory(path)) bytes += removeTree(fs, `${path}/${name}`);
  fs.removeDirectory(path);
  return bytes;
}

/** All folders that the paths need, parents first. */
function foldersOf(paths: readonly string[]): readonly string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let cut = path.indexOf('/'); cut >= 0; cut = path.indexOf('/', cut + 1)) folders.add(path.slice(0, cut));
  }
  return [...folders].sort();
}

const joined = (inner: string, name: string): string => (inner === '' ? name : `${inner}/${name}`);
