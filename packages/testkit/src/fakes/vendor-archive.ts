import { gzipSync } from 'node:zlib';
import { Header } from 'tar';

const BLOCK = 512;

/** A plain, reproducible `.tgz` of `package/<path>` files, sorted, all metadata zero. */
export function fakeTarball(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (const path of [...files.keys()].sort()) {
    const bytes = files.get(path) ?? new Uint8Array();
    const header = Buffer.alloc(BLOCK);
    const facts = { path: `package/${path}`, mode: 0o644, uid: 0, gid: 0, size: bytes.length, mtime: new Date(0) };
    new Header({ ...facts, type: 'File' }).encode(header, 0);
    blocks.push(header, bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK));
  }
  // A plain Uint8Array: `slice` of a Buffer would share its bytes with whoever tampers.
  return new Uint8Array(gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]), { level: 6 }));
}
