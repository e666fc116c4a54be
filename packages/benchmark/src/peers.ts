import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { sha256Hex } from '@hypersync/base';

/** Exact versions of libraries that we are measured against; never dependencies of anything that ships. */
const PEERS = { yjs: '13.6.33', '@automerge/automerge': '3.5.0', merkletreejs: '0.6.0' } as const;
export type Peer = keyof typeof PEERS;

const cache = fileURLToPath(new URL('../../../node_modules/.cache/hypersync-peers/', import.meta.url));

/** Imports a peer; fetches all of them on the first call ever, into the cache beside the installed packages. */
export async function importPeer(name: Peer): Promise<unknown> {
  const manifest = JSON.stringify({ name: 'peers', private: true, dependencies: PEERS });
  const home = join(cache, sha256Hex(new TextEncoder().encode(manifest)).slice(0, 16));
  if (!existsSync(join(home, 'ready'))) fetchInto(home, manifest);
  const file = createRequire(join(home, 'package.json')).resolve(name);
  return import(pathToFileURL(file).href);
}

export function nameOfPeer(name: Peer): string {
  return `${name.split('/').at(-1)} ${PEERS[name]}`;
}

function fetchInto(home: string, manifest: string): void {
  const partial = `${home}.partial-${process.pid}`;
  mkdirSync(partial, { recursive: true });
  writeFileSync(join(partial, 'package.json'), manifest);
  const npm = join(dirname(process.env['npm_execpath'] ?? ''), 'npm-cli.js');
  const args = ['install', '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = existsSync(npm)
    ? spawnSync(process.execPath, [npm, ...args], { cwd: partial, encoding: 'utf8' })
    : spawnSync('npm', args, { cwd: partial, encoding: 'utf8' });
  if (result.status !== 0) throw new TypeError(`the peers could not be fetched:\n${result.stderr}`);
  writeFileSync(join(partial, 'ready'), '');
  rmSync(home, { recursive: true, force: true });
  renameSync(partial, home);
}
