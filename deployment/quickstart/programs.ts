import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** How a program ended. */
export interface Finished {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One of our programs, or the vendor's bundle, as a real process. `file` is run by this process's own Node. */
export async function runProgram(
  file: string,
  args: readonly string[],
  options: { onLine?: (line: string) => void; input?: string } = {},
): Promise<Finished> {
  const child = spawn(process.execPath, [file, ...args], {
    cwd: CHECKOUT,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: cleanEnvironment(),
  });
  running.add(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  createInterface(child.stderr).on('line', (line) => {
    stderr += `${line}\n`;
    options.onLine?.(line);
  });
  child.stdin.on('error', () => {}); // it may end without reading
  child.stdin.end(options.input ?? '');
  const [status, signal] = (await once(child, 'close')) as [number | null, string | null];
  running.delete(child);
  return { status: status ?? (signal === 'SIGINT' ? 130 : 1), stdout, stderr };
}

const READY_WITHIN_MS = 30_000;

/** A server: resolves when `ready` matches a line that it prints; rejects with its words when it ends before. */
export async function startServer(file: string, args: readonly string[], ready: RegExp): Promise<ChildProcess> {
  const child = spawn(process.execPath, [file, ...args], {
    cwd: CHECKOUT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: cleanEnvironment(),
  });
  running.add(child);
  const words: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const look = (line: string): void => {
      words.push(line);
      if (ready.test(line)) resolve();
    };
    createInterface(child.stdout).on('line', look);
    createInterface(child.stderr).on('line', look);
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}:\n${words.join('\n')}`)));
    AbortSignal.timeout(READY_WITHIN_MS).addEventListener('abort', () =>
      reject(new Error(`${file} was not ready after ${READY_WITHIN_MS / 1000} s:\n${words.join('\n')}`)),
    );
  });
  child.unref();
  return child;
}

const running = new Set<ChildProcess>();

/** Nothing outlives an interrupted quick start. */
export function stopAll(): void {
  for (const child of running) child.kill('SIGTERM');
  running.clear();
}

/** Lets a server go on when this process ends. */
export function release(child: ChildProcess): void {
  running.delete(child);
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}

/** The user's own settings must not leak into a demonstration: another root, license or registry. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(HYPERSYNC_|CONSENSUS_)/.test(name)));
}
