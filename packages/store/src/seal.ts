import { canonicalJsonBytes, HyperSyncError, bytesEqual, parseJson, sha512Hex } from '@hypersync/base';

/**
 * Digests of every file of a generation. The signatures judge what is signed; the seal finds a changed byte also where no
 * signature reaches (times, addresses, white space around signed JSON), and the exact set of files.
 */
export function serializeSeal(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const digests = Object.fromEntries([...files].map(([name, bytes]) => [name, sha512Hex(bytes)]));
  return canonicalJsonBytes({ schemaVersion: 1, kind: 'seal', files: digests });
}

/** Names of the sealed files. Throws HS-1504 for anything but the exact canonical form. */
export function parseSeal(bytes: Uint8Array, source: string): ReadonlyMap<string, string> {
  const digests = new Map<string, string>();
  try {
    const value = parseJson(bytes, { maxBytes: SEAL_BYTES, maxDepth: 3, source }) as { files?: unknown };
    for (const [name, digest] of Object.entries(value.files as Record<string, unknown>))
      digests.set(name, String(digest));
    const again = { schemaVersion: 1, kind: 'seal', files: Object.fromEntries(digests) };
    if (bytesEqual(canonicalJsonBytes(again), bytes)) return digests;
  } catch (cause) {
    throw new HyperSyncError('HS-1504', `${source} cannot be read as a seal.`, { cause });
  }
  throw new HyperSyncError('HS-1504', `${source} was edited.`);
}

export const SEAL_BYTES = 512 * 1024;
