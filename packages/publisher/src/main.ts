#!/usr/bin/env node
import { systemClock } from '@hypersync/base';
import { runPublisher } from './cli/program.ts';

process.exitCode = await runPublisher(process.argv.slice(2), {
  clock: systemClock,
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
});
