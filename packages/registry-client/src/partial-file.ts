import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is left of a broken download. Only ever a saving of time: it is believed no more than the network. */
export interface Partial {
  /** Fills `into` from the start; returns how many bytes there were. A file that does not fit counts as none. */
  read(into: Uint8Array): Promise<number>;
  write(bytes: Uint8Array): Promise<void>;
  remove(): Promise<void>;
}

export const noPartial: Partial = { read: async () => 0, write: async () => undefined, remove: async () => undefined };

/** Less than this is faster to fetch again than to keep. */
const WORTH_KEEPING_BYTES = 16 * 1024;

/** Named by the digest of the whole, so that no two downloads share one. Rare and small, so without Node's pool of threads. */
export function partialFile(folder: string, sha512: string): Partial {
  const path = join(folder, `${sha512}.partial`);
  return {
    read: async (into) => readWhole(path, into),
    async write(bytes) {
      if (bytes.length < WORTH_KEEPING_BYTES) return;
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        writeFileSync(path, bytes, { mode: 0o600 });
      } catch {
        // A full disk must not hide the failure that brought us here; the installer reports it when it matters.
        rmSync(path, { force: true });
      }
    },
    remove: async () => rmSync(path, { force: true }),
  };
}

function readWhole(path: string, into: Uint8Array): number {
  if (!existsSync(path)) return 0;
  let file;
  try {
    file = openSync(path, 'r');
    const { size } = fstatSync(file);
    if (size === 0 || size >= into.length) return 0;
    return readSync(file, into, 0, size, 0) === size ? size : 0;
  } catch {
    return 0;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
