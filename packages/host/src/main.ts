/** @file Entry of the runtime: `node runtime.mjs <command>`. Holds nothing but the wiring to its process. */
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { anchor } from './anchor.ts';
import { runProgram } from './program.ts';

/** `<root>/store/sha512-<hex>/runtime.mjs` belongs to `<root>`. */
function ownRoot(): string | null {
  const store = dirname(dirname(fileURLToPath(import.meta.url)));
  return basename(store) === 'store' ? dirname(store) : null;
}

process.exitCode = await runProgram({
  argv: process.argv.slice(2),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  anchor,
  ownRoot: ownRoot(),
});
