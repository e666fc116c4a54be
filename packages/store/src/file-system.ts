/** What the store needs of a disk. Synchronous: a transaction is a sequence, and every call is a possible last one. */
export interface FileStat {
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
  readonly size: number;
  readonly mode: number;
  readonly mtimeMs: number;
}

/**
 * Paths are absolute. Errors are Node's (with `code`). No call follows a symlink in the last part of its path, so a link
 * planted where a file was expected is an error (ELOOP) and never a read or write elsewhere (attack X09).
 */
export interface FileSystem {
  /** Null when there is nothing. */
  stat(path: string): FileStat | null;
  /** Names, sorted. */
  readDirectory(path: string): readonly string[];
  /** Throws an error with code EFBIG for a longer file, EINVAL for what is no regular file. */
  readFile(path: string, maxBytes: number): Uint8Array;
  readLink(path: string): string;
  makeDirectory(path: string, mode: number): void;
  /** Creates (never overwrites), writes, sets exactly this mode, flushes the file. */
  writeFile(path: string, bytes: Uint8Array, mode: number): void;
  makeLink(target: string, path: string): void;
  /** Replaces a file or link at `to` in one step; a directory only moves to a free name. */
  rename(from: string, to: string): void;
  /** A file or link. */
  remove(path: string): void;
  /** An empty directory. */
  removeDirectory(path: string): void;
  changeMode(path: string, mode: number): void;
  /** Makes the entries of the directory durable. */
  syncDirectory(path: string): void;
  freeBytes(path: string): number;
}
