import { gzipSync } from 'node:zlib';
import { sha512Hex, toUtf8 } from '@hypersync/base';
import type { ArtifactEntry } from '@hypersync/manifest';
import { Header, type HeaderData } from 'tar';

export interface Member {
  readonly path: string;
  readonly body?: string | Uint8Array;
  readonly type?: string;
  readonly linkpath?: string;
  readonly mode?: number;
  readonly uid?: number;
  /** Changes the finished header block; the checksum is made right again. */
  readonly edit?: (header: Buffer) => void;
  readonly badChecksum?: boolean;
}

const BLOCK = 512;
export const END = Buffer.alloc(2 * BLOCK);

export function member({ path, body = '', ...facts }: Member): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body);
  const header = Buffer.alloc(BLOCK);
  const data: HeaderData = { path, size: bytes.length, mode: facts.mode ?? 0o644, uid: facts.uid ?? 0, gid: 0 };
  new Header({ mtime: new Date(0), ...data, type: (facts.type ?? 'File') as NonNullable<HeaderData['type']> }).encode(
    header,
    0,
  );
  if (facts.linkpath !== undefined) header.write(facts.linkpath, 157, 100, 'utf8');
  facts.edit?.(header);
  fixChecksum(header);
  if (facts.badChecksum === true) header.write('0000001', 148, 'latin1');
  return Buffer.concat([header, bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)]);
}

function fixChecksum(header: Buffer): void {
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}

export const archive = (...members: Buffer[]): Uint8Array => gzipSync(Buffer.concat([...members, END]));

export const NAME = '@hypersync/mechanism-gossip';
export const packageJson = (extra: object = {}): string => JSON.stringify({ name: NAME, version: '1.0.0', ...extra });

export const GOOD: readonly Member[] = [
  { path: 'package/package.json', body: packageJson() },
  { path: 'package/lib/deep.mjs', body: 'deep' },
  { path: 'package/plugin.mjs', body: 'export default 1;' },
  { path: 'package/empty', body: '' },
];

/** The signed list for these files. */
export function entryFor(files: readonly Member[], tarball: Uint8Array): ArtifactEntry {
  return {
    name: NAME,
    version: '1.0.0',
    tarball: { size: tarball.length, sha512: sha512Hex(tarball) },
    files: files.map(({ path, body = '' }) => {
      const bytes = typeof body === 'string' ? toUtf8(body) : body;
      return { path: path.slice('package/'.length), size: bytes.length, sha512: sha512Hex(bytes) };
    }),
    bundle: { size: 1, sha512: 'a'.repeat(128) },
  };
}
