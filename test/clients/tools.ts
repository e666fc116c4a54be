import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256Hex } from '@hypersync/base';

/** Absolute paths of stock programs; each is started with `process.execPath` or by itself, as `command` says. */
export interface Tools {
  readonly npm: readonly string[];
  readonly pnpm: readonly string[];
  readonly verdaccio: readonly string[];
  /** The next major, for what must not depend on it; the file may be missing where there is none for the platform. */
  readonly node26: string;
}

const folder = fileURLToPath(new URL('tools/', import.meta.url));
const cache = fileURLToPath(new URL('../../node_modules/.cache/hypersync-clients/', import.meta.url));

/**
 * Installs the pinned clients once, outside the product's dependencies. No lock file: pnpm's lists binaries of platforms
 * that registries do not all carry, and `npm ci` refuses such a lock; the versions are exact.
 */
export function stockTools(): Tools {
  const manifest = readFileSync(join(folder, 'package.json'));
  const home = join(cache, sha256Hex(manifest).slice(0, 16));
  if (!existsSync(join(home, 'ready'))) install(home, manifest);
  const modules = join(home, 'node_modules');
  return {
    npm: [process.execPath, join(modules, 'npm/bin/npm-cli.js')],
    pnpm: [join(modules, '.bin/pnpm')],
    verdaccio: [process.execPath, join(modules, 'verdaccio/bin/verdaccio')],
    node26: join(modules, `node-${process.platform}-${process.arch}/bin/node`),
  };
}

function install(home: string, manifest: Uint8Array): void {
  const partial = `${home}.partial-${process.pid}`;
  mkdirSync(partial, { recursive: true });
  writeFileSync(join(partial, 'package.json'), manifest);
  const npm = join(dirname(process.env['npm_execpath'] ?? ''), 'npm-cli.js');
  const args = ['install', '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = existsSync(npm)
    ? spawnSync(process.execPath, [npm, ...args], { cwd: partial, encoding: 'utf8' })
    : spawnSync('npm', args, { cwd: partial, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`the stock clients could not be installed:\n${result.stderr}`);
  writeFileSync(join(partial, 'ready'), '');
  try {
    renameSync(partial, home);
  } catch (error) {
    // another test file was first; a folder that is not empty is not replaced
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(join(home, 'ready'))) throw error;
  }
}
