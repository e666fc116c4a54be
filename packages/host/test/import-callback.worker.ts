/** @file Evaluates a module that imports, without the text check before it, and reports what the module saw. */
import vm from 'node:vm';
import { parentPort } from 'node:worker_threads';
import { evaluate } from '../src/confinement.ts';

const context = vm.createContext(vm.constants.DONT_CONTEXTIFY, { codeGeneration: { strings: false, wasm: false } });
const evaluated = evaluate(
  `export const found = {};
   const promise = import('node:fs');
   found.promise = promise instanceof Promise ? 'own realm' : 'realm of the host';
   promise.then(() => { found.rejection = 'none: it was imported'; },
     (error) => { found.rejection = error === null ? 'null' : error instanceof Error ? 'own Error' : 'Error of the host'; });`,
  context,
);
setImmediate(() => {
  const namespace =
    evaluated.problem === null ? (evaluated.namespace as { found: { promise: string; rejection: string } }) : null;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port, not a window
  parentPort?.postMessage({ promise: namespace?.found.promise, rejection: namespace?.found.rejection });
});
