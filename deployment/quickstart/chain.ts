import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PLACE } from './place.ts';
import { CHECKOUT, runProgram, type Finished } from './programs.ts';

/** The programs of the chain, with the flags that this run uses everywhere. Each call is a real process. */
export interface Chain {
  publish(...args: string[]): Promise<string>;
  install(root: string, ...args: string[]): Promise<Finished>;
  runtime(root: string, ...args: string[]): Promise<Finished>;
  readonly workspace: string;
  readonly tree: string;
  readonly bundle: string;
  readonly license: string;
}

export class StepFailed extends Error {
  readonly finished: Finished;
  constructor(what: string, finished: Finished) {
    super(`${what} ended with ${finished.status}:\n${finished.stderr}${finished.stdout}`);
    this.finished = finished;
  }
}

export function makeChain(): Chain {
  const passphrase = join(PLACE, 'passphrase');
  writeFileSync(passphrase, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  const workspace = join(PLACE, 'vendor');
  const bundle = join(PLACE, 'hyper-install');
  return {
    workspace,
    bundle,
    tree: join(workspace, 'tree'),
    license: join(PLACE, 'license.jwt'),
    publish: async (...args) => {
      const program = join(CHECKOUT, 'packages/publisher/src/main.ts');
      const finished = await runProgram(program, [...args, '--workspace', workspace, '--passphrase-file', passphrase]);
      return mustEnd(`hyper-publish ${args[0]}`, finished, 0).stdout;
    },
    install: async (root, ...args) =>
      runProgram(join(bundle, 'hyper-install.mjs'), [...args, '--root', root, '--output', 'json']),
    runtime: async (root, ...args) =>
      runProgram(join(root, 'current/runtime/runtime.mjs'), [...args, '--output', 'json']),
  };
}

/** The process must have ended with this exit code, or the step failed and says all that was printed. */
export function mustEnd(what: string, finished: Finished, status: number): Finished {
  if (finished.status !== status) throw new StepFailed(what, finished);
  return finished;
}

/** What `--output json` printed. */
// oxlint-disable-next-line typescript/no-explicit-any
export function json(finished: Finished): any {
  return JSON.parse(finished.stdout);
}

/** An attacker's edit: one bit of the installed plugin, in place. Returns the file and how to undo it. */
export function flipOneBit(root: string, mechanism: string): { file: string; undo: () => void } {
  const folder = join(root, 'current/plugins', mechanism);
  const name = readdirSync(folder).find((entry) => entry === 'plugin.mjs');
  if (name === undefined) throw new Error(`no plugin.mjs in ${folder}`);
  const file = join(folder, name);
  const genuine = readFileSync(file);
  const changed = Buffer.from(genuine);
  changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1;
  const put = (bytes: Uint8Array): void => {
    chmodSync(folder, 0o755);
    writeFileSync(`${file}.new`, bytes, { mode: 0o444 });
    renameSync(`${file}.new`, file);
    chmodSync(folder, 0o555);
  };
  put(changed);
  return { file, undo: () => put(genuine) };
}
