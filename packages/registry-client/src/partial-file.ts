import { existsSync } from 'node:fs';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
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

/** Named by the digest of the whole, so that no two downloads share one. */
export function partialFile(folder: string, sha512: string): Partial {
  const path = join(folder, `${sha512}.partial`);
  return {
    async read(into) {
      const file = existsSync(path) ? await open(path, 'r').catch(() => null) : null;
      if (file === null) return 0;
      try {
        const { size } = await file.stat();
        if (size === 0 || size >= into.length) return 0;
        const { bytesRead } = await file.read(into, 0, size, 0);
        return bytesRead === size ? size : 0;
      } catch {
        return 0;
      } finally {
        await file.close();
      }
    },
    async write(bytes) {
      if (bytes.length < WORTH_KEEPING_BYTES) return;
      // A full disk must not hide the failure that brought us here; the installer reports it when it matters.
      await mkdir(folder, { recursive: true, mode: 0o700 })
        .then(() => writeFile(path, bytes, { mode: 0o600 }))
        .catch(() => rm(path, { force: true }));
    },
    // Mostly there is none.
    remove: async () => {
      if (existsSync(path)) await rm(path, { force: true });
    },
  };
}
