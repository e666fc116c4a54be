import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import { HyperSyncError, sha512Hex } from '@hypersync/base';
import type { ArtifactFile } from '@hypersync/manifest';

/** A package as npm ships it: `package/<path>` for every file. */
export interface Tarball {
  readonly bytes: Uint8Array;
  /** Sorted by path, without `package/`. */
  readonly files: readonly ArtifactFile[];
}

/**
 * Packs files so that the same files give the same bytes everywhere: entries sorted, no times, owners or extended
 * headers, modes 0644, and a gzip header that does not name the operating system.
 */
export async function packTarball(files: ReadonlyMap<string, Uint8Array>): Promise<Tarball> {
  const { create } = await import('tar');
  const paths = [...files.keys()].sort();
  for (const path of paths) checkName(path);
  const stage = mkdtempSync(join(tmpdir(), 'hyper-publish-'));
  try {
    for (const path of paths) {
      const target = join(stage, 'package', path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, files.get(path) ?? new Uint8Array(), { mode: 0o644 });
    }
    const chunks: Buffer[] = [];
    const stream = create(
      { cwd: stage, portable: true, noPax: true, noMtime: true, noDirRecurse: true },
      paths.map((path) => `package/${path}`),
    );
    for await (const chunk of stream) chunks.push(chunk);
    return { bytes: gzip(Buffer.concat(chunks)), files: paths.map((path) => describe(path, files.get(path))) };
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** Without extended headers a longer name would be cut off in silence. */
function checkName(path: string): void {
  const cut = path.lastIndexOf('/') + 1;
  if (Buffer.byteLength(path.slice(cut)) < 100 && Buffer.byteLength(path.slice(0, cut)) < 140) return;
  throw new HyperSyncError('HS-1707', `The name ${path} is too long for an archive.`);
}

function describe(path: string, bytes: Uint8Array = new Uint8Array()): ArtifactFile {
  return { path, size: bytes.length, sha512: sha512Hex(bytes) };
}

/** RFC 1952: byte 9 is the operating system; 255 says "unknown" on all of them. Node writes no time. */
function gzip(bytes: Uint8Array): Uint8Array {
  const zipped = gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION });
  zipped[9] = 255;
  return zipped;
}
