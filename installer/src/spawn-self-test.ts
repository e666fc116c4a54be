import { spawn } from 'node:child_process';
import type { SelfTestOutcome, SelfTestRequest } from './environment.ts';

const MAX_OUTPUT = 1024 * 1024;
/** What a process needs to start at all; nothing of the user's environment, where tokens and options live. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'SystemRoot', 'TEMP'];

/** The real process: same Node, time limit, bounded output, killed for good when it is too late or the user gives up. */
export function spawnSelfTest(request: SelfTestRequest): Promise<SelfTestOutcome> {
  const { runtime, root, timeoutMs, signal } = request;
  const env: Record<string, string> = {};
  for (const name of PASSED_ON) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return new Promise((resolve) => {
    // The runtime gives up by itself first, and then says which mechanism was too slow.
    const ownLimit = String(Math.max(1, Math.floor(timeoutMs / 1000) - 1));
    const argv = [runtime, 'self-test', '--root', root, '--output', 'json', '--timeout', ownLimit];
    const child = spawn(process.execPath, argv, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let timedOut = false;
    let [stdout, stderr] = ['', ''];
    const kill = (): void => void child.kill('SIGKILL');
    const timer = setTimeout(() => {
      timedOut = true;
      kill();
    }, timeoutMs);
    signal.addEventListener('abort', kill, { once: true });
    if (signal.aborted) kill();
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(0, MAX_OUTPUT);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-MAX_OUTPUT);
    });
    const finish = (exitCode: number | null): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      resolve({ exitCode, timedOut, stdout, stderr });
    };
    child.on('error', (error) => {
      stderr += error.message;
      finish(null);
    });
    child.on('close', finish);
  });
}
