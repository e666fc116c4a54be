#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { HyperSyncError, systemClock } from '@hypersync/base';
import { runLincheck } from './program.ts';

process.exitCode = runLincheck({
  argv: process.argv.slice(2),
  stdout: process.stdout,
  stderr: process.stderr,
  clock: systemClock,
  read(path) {
    try {
      return readFileSync(path === '-' ? 0 : path);
    } catch (cause) {
      throw new HyperSyncError('HS-1004', `${path}: ${(cause as Error).message}`, { cause });
    }
  },
});
