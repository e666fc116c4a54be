import { gzipSync } from 'node:zlib';
import { HyperSyncError } from '@hypersync/base';
import { Header } from 'tar';

const BLOCK = 512;
/** Where RFC 1952 keeps the system that compressed; 255 is "unknown", which every system can claim. */
const GZIP_OS = 9;

/**
 * A `.tgz` of `package/<path>` whose bytes depend on the files alone: sorted, owners and times zero, mode 0644, only
 * regular files, fixed compression.
 */
export function packArchive(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const path of [...files.keys()].sort()) {
    const bytes = files.get(path) ?? new Uint8Array();
    const header = Buffer.alloc(BLOCK);
    const facts = { path: `package/${path}`, mode: 0o644, uid: 0, gid: 0, size: bytes.length, mtime: new Date(0) };
    // True: the name did not fit a plain header, and an extended one would be one more thing to get wrong.
    if (new Header({ ...facts, type: 'File' }).encode(header, 0)) {
      throw new HyperSyncError('HS-1707', `The path ${path} is too long for an archive.`);
    }
    parts.push(header, bytes, new Uint8Array((BLOCK - (bytes.length % BLOCK)) % BLOCK));
  }
  const packed = new Uint8Array(
    gzipSync(Buffer.concat([...parts, new Uint8Array(2 * BLOCK)]), { level: 9, memLevel: 9 }),
  );
  packed[GZIP_OS] = 255;
  return packed;
}
