#!/usr/bin/env node
import { systemClock } from '@hypersync/base';
import { once } from 'node:events';
import { runProgram } from './program.ts';

process.exitCode = await runProgram({
  argv: process.argv.slice(2),
  stdout: process.stdout,
  stderr: process.stderr,
  clock: systemClock,
  stop: () => Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]),
});
