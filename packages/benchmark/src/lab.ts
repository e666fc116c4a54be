import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

export interface Served {
  readonly address: string;
  readonly pid: number;
  readonly tokenFile: string;
}

/** What `test/clients/lab.ts` prints: a vendor with everything published, both registries running, stock clients. */
export interface Lab {
  /** Temporary; gone with the lab. */
  readonly folder: string;
  readonly tree: string;
  readonly installer: string;
  readonly licenses: { readonly PRO: string };
  readonly registry: Served;
  readonly verdaccio: Served;
  readonly tools: { readonly npm: readonly string[]; readonly pnpm: readonly string[] };
  readonly packages: readonly { readonly name: string; readonly version: string; readonly integrity: string }[];
}

/** Starts the lab as a program, gives it to `body`, and ends it. */
export async function withLab<T>(body: (lab: Lab) => Promise<T>): Promise<T> {
  const child = spawn(process.execPath, ['test/clients/lab.ts'], { cwd: CHECKOUT, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  try {
    for await (const line of createInterface(child.stdout)) return await body(JSON.parse(line) as Lab);
    throw new Error('the lab ended without saying where it is');
  } finally {
    child.stdin.end();
    await ended;
  }
}

/** Neither the user's settings nor hooks into Node are part of what is measured. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(HYPERSYNC_|CONSENSUS_|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** A program to its end, blocking, so that this process does nothing meanwhile. Returns stdout; throws on failure. */
export function mustRun([program = '', ...args]: readonly string[], options: RunOptions = {}): string {
  const result = spawnSync(program, args, {
    cwd: CHECKOUT,
    env: cleanEnvironment(),
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    ...options,
  });
  if (result.status === 0) return result.stdout;
  const words = `${result.stderr}${result.stdout}`.slice(-2000);
  throw new Error(`${program} ${args.slice(0, 3).join(' ')} ended with ${result.status ?? result.signal}:\n${words}`);
}
