// Brings a fresh clone to the point where every other script can run. Plain JavaScript on purpose: it is the one
// program here that the system's own Node (18 or newer) executes; all others run on the Node that the lock file pins.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const stamp = join(modules, '.hypersync-lock');
const localNode = join(modules, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
const floor = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node.replace('>=', '');

const lockDigest = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

function fail(message, next) {
  process.stderr.write(`setup: ${message}\n       ${next}\n`);
  process.exit(78);
}

function ready() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === lockDigest;
}

function atLeast(version, minimum) {
  const [a, b] = [version, minimum].map((v) => v.replace(/^v/, '').split('.').map(Number));
  for (let i = 0; i < 3; i++) if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) > (b[i] ?? 0);
  return true;
}

function runNpm(args) {
  const cli = process.env.npm_execpath;
  const useCli = cli !== undefined && basename(cli) === 'npm-cli.js' && existsSync(cli);
  // npm itself runs on the system's Node here, so its warnings that packages want a newer one say nothing: hide them.
  const command = useCli ? process.execPath : process.platform === 'win32' ? 'npm.cmd' : 'npm';
  return spawnSync(command, useCli ? [cli, ...args] : args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: !useCli && process.platform === 'win32',
  });
}

/** Two set-ups at once (two terminals, two CI steps) would delete each other's files: the second waits. */
function withLock(body) {
  const lock = join(root, '.setup-lock');
  const deadline = Date.now() + 10 * 60_000;
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST')
        fail(`cannot write in ${root} (${error.code}).`, 'Clone into a folder that you own.');
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (age > 5 * 60_000 || Date.now() > deadline) rmdirSync(lock);
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  const release = () => {
    try {
      rmdirSync(lock);
    } catch {
      // Already gone: a waiting set-up took it for stale.
    }
  };
  process.once('SIGINT', () => (release(), process.exit(130)));
  process.once('SIGTERM', () => (release(), process.exit(143)));
  try {
    body();
  } finally {
    release();
  }
}

function install() {
  if (ready()) return;
  process.stderr.write('setup: installing the locked dependencies (once, about half a minute) ...\n');
  const result = runNpm(['ci', '--ignore-scripts', '--loglevel=error']);
  if (result.error)
    fail(`npm could not be started: ${result.error.message}.`, 'Install Node.js with npm, then run this again.');
  if (result.status !== 0) {
    fail(
      `npm ci failed (status ${result.status ?? result.signal}).`,
      'Read the lines above; then run the same command again.',
    );
  }
  writeFileSync(stamp, `${lockDigest}\n`);
}

function checkNode() {
  const found = existsSync(localNode)
    ? spawnSync(localNode, ['--version'], { encoding: 'utf8', shell: process.platform === 'win32' }).stdout?.trim()
    : process.version;
  if (!found || !atLeast(found, floor)) {
    fail(
      `Node ${floor} or newer is needed; found ${found || 'none'} on ${process.platform}-${process.arch}.`,
      'The lock file brings one for linux-x64, linux-arm64 and win-x64; elsewhere install it yourself and run this again.',
    );
  }
}

if (process.platform !== 'win32' && root.includes(':')) {
  fail(`the path ${root} contains ":", which PATH cannot hold.`, 'Move the clone to a path without a colon.');
}
if (!ready()) withLock(install);
checkNode();
