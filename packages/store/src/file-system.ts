/** What the store needs of a disk. Synchronous: a transaction is a sequence, and every call is a possible last one. */
export interface FileStat {
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
  readonly size: number;
  readonly mode: number;
  readonly mtimeMs: number;
}

/** Paths are absolute. Errors are Node's (with `code`). Nothing here follows a symlink but `readFile` on request. */
export interface FileSystem {
  stat(path: string): FileStat | null;
  readDirectory(path: string): readonly string[];
  readFile(path: string, maxBytes: number): Uint8Array;
  readLink(path: string): string;
  makeDirectory(path: string, mode: number): void;
  /** Creates (never overwrites), writes, flushes the file. */
  writeFile(path: string, bytes: Uint8Array, mode: number): void;
  makeLink(target: string, path: string): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
  removeDirectory(path: string): void;
  changeMode(path: string, mode: number): void;
  /** Makes entries of the directory durable. */
  syncDirectory(path: string): void;
  freeBytes(path: string): number;
}

export const nodeFileSystem: FileSystem = undefined as unknown as FileSystem;
