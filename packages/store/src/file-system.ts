/**
 * What the store needs of a disk. Changes are synchronous, since a transaction is a sequence and every call is a possible
 * last one; they may be lost until `sync` has made them durable, which is the one thing that takes time and so the one that
 * is waited for.
 */
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
  /** Creates (never overwrites), writes, sets exactly this mode. */
  writeFile(path: string, bytes: Uint8Array, mode: number): void;
  makeLink(target: string, path: string): void;
  /** Replaces a file or link at `to` in one step; a directory only moves to a free name. */
  rename(from: string, to: string): void;
  /** A file or link. */
  remove(path: string): void;
  /** An empty directory. */
  removeDirectory(path: string): void;
  changeMode(path: string, mode: number): void;
  /**
   * Makes durable what files contain and which entries folders have: all of it once it resolves, and until then any part.
   * The content of a file and its entry in the folder are two things. Where several cannot be flushed, rejects with the
   * error of the first, after the last was tried.
   */
  sync(paths: readonly string[]): Promise<void>;
  freeBytes(path: string): number;
}
