import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { HyperSyncError, sha256Hex, toUtf8 } from '@hypersync/base';
import type { InstallerFiles } from './installer-bundle.ts';

/** Platforms whose Node the lock file brings and whose hosts have a POSIX shell. */
export const ONE_FILE_PLATFORMS = ['linux-x64', 'linux-arm64'] as const;
export type OneFilePlatform = (typeof ONE_FILE_PLATFORMS)[number];

/**
 * One executable for a host without Node: a shell script with Node and the bundle behind it. On its first start it checks
 * its own payload, unpacks it into a private folder named by the digest, and from then on starts from there. A shell
 * script and not a single executable application of Node: the unpacked Node also runs the installed runtime, and the
 * bundle's lazy chunks stay lazy.
 */
export async function writeOneFile(
  files: InstallerFiles,
  options: { readonly checkout: string; readonly platform: OneFilePlatform; readonly out: string },
): Promise<string> {
  const node = join(options.checkout, 'node_modules', `node-${options.platform}`, 'bin', 'node');
  if (!existsSync(node)) {
    throw new HyperSyncError('HS-1716', `The Node of ${options.platform} is not in this checkout (${node}).`);
  }
  const payload = gzipSync(await packPayload(files, readFileSync(node), options.out), { level: 6 });
  const target = join(options.out, `hyper-install-${options.platform}`);
  const partial = `${target}.partial`;
  writeFileSync(partial, Buffer.concat([toUtf8(stub(payload, options.platform)), payload]), { mode: 0o755 });
  renameSync(partial, target);
  return target;
}

async function packPayload(files: InstallerFiles, node: Uint8Array, out: string): Promise<Uint8Array> {
  const { create } = await import('tar');
  mkdirSync(out, { recursive: true });
  const stage = mkdtempSync(join(out, '.one-file-'));
  try {
    mkdirSync(join(stage, 'hyper-install'));
    writeFileSync(join(stage, 'node'), node, { mode: 0o755 });
    for (const [path, bytes] of files) writeFileSync(join(stage, 'hyper-install', path), bytes, { mode: 0o644 });
    const paths = ['node', 'hyper-install', ...[...files.keys()].map((path) => `hyper-install/${path}`)];
    const chunks: Buffer[] = [];
    const stream = create({ cwd: stage, portable: true, noPax: true, noMtime: true, noDirRecurse: true }, paths);
    for await (const chunk of stream) chunks.push(chunk);
    return Buffer.concat(chunks);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** The offset of the payload is part of the text before it, so it is written with a fixed width. */
function stub(payload: Uint8Array, platform: OneFilePlatform): string {
  const digest = sha256Hex(payload);
  const text = (offset: string): string => `#!/bin/sh
# hyper-install for ${platform}: Node and the installer in one file.
set -eu
digest=${digest}
offset=${offset}
fail() { printf 'hyper-install: %s\\nnext: %s\\n' "$2" "$3" >&2; exit "$1"; }
[ -n "\${XDG_CACHE_HOME:-}\${HOME:-}" ] || fail 78 'neither HOME nor XDG_CACHE_HOME is set, so there is no place to unpack to.' 'set XDG_CACHE_HOME to a folder of yours.'
cache=\${XDG_CACHE_HOME:-$HOME/.cache}/hypersync
home=$cache/installer-$digest
if [ ! -x "$home/node" ]; then
  before=$(umask)
  umask 077
  mkdir -p "$cache" 2>/dev/null || fail 73 "cannot create $cache." 'set XDG_CACHE_HOME to a folder of yours.'
  stage=$(mktemp -d "$cache/.unpack-XXXXXXXX") || fail 73 "cannot write in $cache." 'set XDG_CACHE_HOME to a folder of yours with 200 MB of space.'
  trap 'rm -rf "$stage"' EXIT
  trap 'exit 130' INT TERM
  tail -c +"$offset" "$0" > "$stage/payload" || fail 73 "cannot unpack to $cache." 'free 200 MB there, or set XDG_CACHE_HOME.'
  if command -v sha256sum >/dev/null 2>&1; then found=$(sha256sum < "$stage/payload")
  elif command -v openssl >/dev/null 2>&1; then found=$(openssl dgst -sha256 -r < "$stage/payload")
  else fail 78 'neither sha256sum nor openssl is there to check this file.' 'install coreutils or openssl.'; fi
  [ "\${found%% *}" = "$digest" ] || fail 80 'this file was damaged or changed on its way.' 'fetch it from your vendor again.'
  mkdir "$stage/home"
  tar -xzf "$stage/payload" -C "$stage/home" || fail 73 "cannot unpack to $cache." 'free 200 MB there, or set XDG_CACHE_HOME.'
  # Another start may have been faster: then the rename fails, and its result is the same.
  mv -T "$stage/home" "$home" 2>/dev/null || [ -x "$home/node" ] || fail 73 "cannot create $home." 'check the permissions of that folder.'
  rm -rf "$stage"
  trap - EXIT INT TERM
  umask "$before"
fi
exec "$home/node" "$home/hyper-install/hyper-install.mjs" "$@"
`;
  const width = 9;
  const length = toUtf8(text('0'.repeat(width))).length;
  return text(String(length + 1).padStart(width, '0'));
}
