import type { FileStat, FileSystem, LockFiles } from '@hypersync/store';

type Entry = File | { readonly kind: 'symlink'; readonly target: string } | Folder;

/** Written once, as a whole. Before it is synced, a power cut may leave less of it than was written. */
interface File {
  readonly kind: 'file';
  readonly bytes: Uint8Array;
  readonly mode: number;
  synced: boolean;
}

/** What is seen, and what would still be there after a power cut: the entries when the folder was last synced. */
interface Folder {
  readonly kind: 'directory';
  mode: number;
  readonly entries: Map<string, Entry>;
  durable: Map<string, Entry>;
}

/**
 * What a power cut leaves of what was not synced: asked once for each entry that changed, and once for the content of each
 * file.
 */
export interface Survival {
  /** True for the state of an entry that was seen last, false for the one that was synced last. */
  entry(): boolean;
  /** The content that is left of a file, of the same or a smaller length. */
  content(bytes: Uint8Array): Uint8Array;
}

/**
 * A disk in memory that knows what is durable. Stricter than real file systems: until its folder is synced, an entry that
 * was made, moved or removed may be in either state after a power cut, each entry on its own; until the file is synced,
 * whatever is left of its content may be anything, also where its entry is durable.
 */
export class MemoryDisk implements FileSystem {
  readonly #top: Folder;

  constructor(top: Folder = folder()) {
    this.#top = top;
  }

  /** An independent copy: nothing written to one is seen in the other. */
  clone(): MemoryDisk {
    return new MemoryDisk(copyFolder(this.#top, new Map()));
  }

  /** The disk after the power came back. */
  afterPowerCut(survival: Survival): MemoryDisk {
    return new MemoryDisk(survivorOf(this.#top, survival, new Map()));
  }

  stat(path: string): FileStat | null {
    const found = this.#lookup(path);
    if (found === undefined) return null;
    const size = found.kind === 'file' ? found.bytes.length : 0;
    return { kind: found.kind, size, mode: found.kind === 'symlink' ? 0o777 : found.mode, mtimeMs: 0 };
  }

  readDirectory(path: string): readonly string[] {
    return [...this.#folder(path).entries.keys()].sort();
  }

  readFile(path: string, maxBytes: number): Uint8Array {
    const found = this.#must(path);
    if (found.kind === 'symlink') throw failure('ELOOP', path);
    if (found.kind !== 'file') throw failure('EINVAL', path);
    if (found.bytes.length > maxBytes) throw failure('EFBIG', path);
    return found.bytes.slice();
  }

  readLink(path: string): string {
    const found = this.#must(path);
    if (found.kind !== 'symlink') throw failure('EINVAL', path);
    return found.target;
  }

  makeDirectory(path: string, mode: number): void {
    this.#add(path, { ...folder(), mode });
  }

  writeFile(path: string, bytes: Uint8Array, mode: number): void {
    this.#add(path, { kind: 'file', bytes: bytes.slice(), mode, synced: false });
  }

  makeLink(target: string, path: string): void {
    this.#add(path, { kind: 'symlink', target });
  }

  rename(from: string, to: string): void {
    const moved = this.#must(from);
    const [source, oldName] = this.#parent(from);
    const [target, newName] = this.#parent(to);
    const there = target.entries.get(newName);
    if (there?.kind === 'directory') throw failure(there.entries.size > 0 ? 'ENOTEMPTY' : 'EISDIR', to);
    if (moved.kind === 'directory' && there !== undefined) throw failure('ENOTDIR', to);
    source.entries.delete(oldName);
    target.entries.set(newName, moved);
  }

  remove(path: string): void {
    if (this.#must(path).kind === 'directory') throw failure('EISDIR', path);
    const [parent, name] = this.#parent(path);
    parent.entries.delete(name);
  }

  removeDirectory(path: string): void {
    if (this.#folder(path).entries.size > 0) throw failure('ENOTEMPTY', path);
    const [parent, name] = this.#parent(path);
    parent.entries.delete(name);
  }

  changeMode(path: string, mode: number): void {
    this.#folder(path).mode = mode;
  }

  async sync(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const found = path === '/' ? this.#top : this.#must(path);
      if (found.kind === 'symlink') throw failure('ELOOP', path);
      if (found.kind === 'file') found.synced = true;
      else found.durable = new Map(found.entries);
    }
  }

  freeBytes(): number {
    return 2 ** 40;
  }

  #add(path: string, entry: Entry): void {
    const [parent, name] = this.#parent(path);
    if (parent.entries.has(name)) throw failure('EEXIST', path);
    parent.entries.set(name, entry);
  }

  #parent(path: string): [Folder, string] {
    const cut = path.lastIndexOf('/');
    return [this.#folder(path.slice(0, cut)), path.slice(cut + 1)];
  }

  #folder(path: string): Folder {
    const found = path === '' || path === '/' ? this.#top : this.#must(path);
    if (found.kind !== 'directory') throw failure('ENOTDIR', path);
    return found;
  }

  #must(path: string): Entry {
    const found = this.#lookup(path);
    if (found === undefined) throw failure('ENOENT', path);
    return found;
  }

  /** Follows links only on the way, as the kernel does. */
  #lookup(path: string, hops = 0): Entry | undefined {
    let at: Entry = this.#top;
    const parts = path.split('/').filter((part) => part !== '');
    for (const [index, part] of parts.entries()) {
      if (at.kind === 'symlink') {
        if (hops > 8) throw failure('ELOOP', path);
        const before = `/${parts.slice(0, index - 1).join('/')}`;
        const target = at.target.startsWith('/') ? at.target : normalize(`${before}/${at.target}`);
        return this.#lookup([target, ...parts.slice(index)].join('/'), hops + 1);
      }
      if (at.kind !== 'directory') return undefined;
      const next: Entry | undefined = at.entries.get(part);
      if (next === undefined) return undefined;
      at = next;
    }
    return at;
  }
}

/** Locks of a world with one process: they exclude each other, and a new object stands for a new start. */
export function memoryLockFiles(): LockFiles {
  const held = new Map<string, { exclusive: boolean; count: number }>();
  return {
    acquire(path, mode) {
      const now = held.get(path) ?? { exclusive: false, count: 0 };
      if (now.exclusive || (mode === 'exclusive' && now.count > 0)) return null;
      held.set(path, { exclusive: mode === 'exclusive', count: now.count + 1 });
      return () => {
        const then = held.get(path);
        if (then !== undefined) held.set(path, { exclusive: false, count: then.count - 1 });
      };
    },
  };
}

function folder(): Folder {
  return { kind: 'directory', mode: 0o755, entries: new Map(), durable: new Map() };
}

/** `seen` keeps one thing one thing where both states of a folder, or two folders, hold it. */
function copyFolder(from: Folder, seen: Map<Entry, Entry>): Folder {
  return copyEntry(from, seen) as Folder;
}

function copyEntry(from: Entry, seen: Map<Entry, Entry>): Entry {
  const known = seen.get(from);
  if (known !== undefined) return known;
  if (from.kind !== 'directory') {
    const copy = { ...from };
    seen.set(from, copy);
    return copy;
  }
  const copy: Folder = { ...folder(), mode: from.mode };
  seen.set(from, copy);
  for (const [name, entry] of from.entries) copy.entries.set(name, copyEntry(entry, seen));
  for (const [name, entry] of from.durable) copy.durable.set(name, copyEntry(entry, seen));
  return copy;
}

function survivorOf(from: Folder, survival: Survival, seen: Map<Entry, Entry>): Folder {
  const known = seen.get(from);
  if (known !== undefined) return known as Folder;
  const after: Folder = { ...folder(), mode: from.mode };
  seen.set(from, after);
  for (const name of new Set([...from.durable.keys(), ...from.entries.keys()])) {
    const [now, then] = [from.entries.get(name), from.durable.get(name)];
    const entry = now === then || survival.entry() ? now : then;
    if (entry?.kind === 'directory') after.entries.set(name, survivorOf(entry, survival, seen));
    else if (entry?.kind === 'file') after.entries.set(name, survivingFile(entry, survival, seen));
    else if (entry !== undefined) after.entries.set(name, entry);
  }
  after.durable = new Map(after.entries);
  return after;
}

function survivingFile(from: File, survival: Survival, seen: Map<Entry, Entry>): File {
  const known = seen.get(from);
  if (known !== undefined) return known as File;
  const bytes = from.synced ? from.bytes : survival.content(from.bytes);
  const after: File = { ...from, bytes, synced: true };
  seen.set(from, after);
  return after;
}

function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function failure(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
