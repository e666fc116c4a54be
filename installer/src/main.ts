#!/usr/bin/env node
import { readCommandLine } from './program.ts';

// Only the command line is loaded before it is known that there is something to do: help answers in the time of an empty Node.
const line = readCommandLine(process.argv.slice(2), process.stdout, process.stderr);
process.exitCode = typeof line === 'number' ? line : await (await import('./system.ts')).runOnThisMachine(line);
