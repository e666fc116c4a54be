import { readFileSync, statSync } from 'node:fs';
import { HyperSyncError, LIMITS } from '@hypersync/base';

/**
 * The first line of a file, or of standard input for `-`. Never from an argument or a variable: other processes can read
 * those. Throws HS-1723 where there is none.
 */
export function readPassphrase(path: string | null): string {
  if (path === null) {
    throw new HyperSyncError('HS-1723', 'The vendor’s keys are encrypted and no passphrase was given.');
  }
  if (path !== '-' && process.platform !== 'win32') {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
    if ((mode & 0o077) !== 0 && (mode & 0o170000) === 0o100000) {
      throw new HyperSyncError(
        'HS-1724',
        `The passphrase file ${path} can be read by others (mode ${(mode & 0o777).toString(8)}).`,
        {
          hint: `Run: chmod 600 '${path}'.`,
        },
      );
    }
  }
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path === '-' ? 0 : path);
  } catch (cause) {
    throw new HyperSyncError('HS-1723', `The passphrase file ${path} cannot be read.`, { cause });
  }
  if (bytes.length > LIMITS.keyFileBytes)
    throw new HyperSyncError('HS-1723', `The passphrase file ${path} is too large.`);
  return Buffer.from(bytes).toString('utf8').split(/\r?\n/, 1)[0] ?? '';
}
