/**
 * @file The installer as a process for tests: `node child.ts ANCHOR.json [arguments]`. What a vendor's bundle has compiled in
 * comes from a file here; everything else is the real machine.
 */
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { systemClock } from '@hypersync/base';
import { runInstaller, spawnSelfTest } from '@hypersync/installer';
import { openRegistry } from '@hypersync/registry-client';
import { nodeFileSystem } from '@hypersync/store';
import type { TrustAnchor } from '@hypersync/trust';

const [anchorFile = '', ...argv] = process.argv.slice(2);
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());

process.exitCode = await runInstaller({
  argv,
  env: process.env,
  cwd: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  fs: nodeFileSystem,
  clock: systemClock,
  anchor: JSON.parse(readFileSync(anchorFile, 'utf8')) as TrustAnchor,
  machine: { node: process.version, cores: 64, memoryBytes: 2 ** 40, home: os.homedir(), isAdministrator: false },
  interrupted: interrupted.signal,
  openRegistry,
  spawnSelfTest,
  confirm: null,
});
