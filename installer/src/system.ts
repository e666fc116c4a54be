import os from 'node:os';
import tty from 'node:tty';
import { systemClock } from '@hypersync/base';
import { nodeFileSystem } from '@hypersync/store';
import { anchor } from './anchor.ts';
import type { CommandLine } from './program.ts';
import { runCommand } from './run.ts';

/** The composition root: the real disk, clock, terminal, registry and processes. */
export function runOnThisMachine(line: CommandLine): Promise<number> {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  // Whoever reads our output may stop reading (`| head`); that is no reason to stop half-way through an installation.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  // Asked of the handles: the streams would cost a start 2 ms, and stdin is not read otherwise.
  const canAsk = tty.isatty(0) && tty.isatty(2);
  return runCommand(
    {
      argv: process.argv.slice(2),
      env: process.env,
      cwd: process.cwd(),
      stdout: process.stdout,
      stderr: process.stderr,
      fs: nodeFileSystem,
      clock: systemClock,
      anchor,
      machine: {
        node: process.version,
        cores: os.availableParallelism(),
        memoryBytes: os.totalmem(),
        home: os.homedir(),
        isAdministrator: process.getuid?.() === 0,
      },
      interrupted: interrupted.signal,
      openRegistry: async (options, unpack) =>
        (await import('@hypersync/registry-client')).openRegistry(options, unpack),
      spawnSelfTest: async (request) => (await import('./spawn-self-test.ts')).spawnSelfTest(request),
      confirm: canAsk ? async (question) => (await import('./confirm.ts')).confirm(question) : null,
    },
    line,
  );
}
