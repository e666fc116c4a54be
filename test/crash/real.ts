import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeFileSystem } from '@hypersync/store';
import { rolldown } from 'rolldown';
import { checkOutcome } from './check.ts';
import type { Tally } from './model.ts';
import { runCommand } from './run-command.ts';
import type { Scenario } from './scenarios.ts';
import { saveRelease } from './vendor.ts';
import type { Job } from './victim.ts';

/** A folder for processes that die, with the victim bundled: from source its start would take most of the time. */
export class KillRig {
  readonly box = mkdtempSync(join(tmpdir(), 'hs crash '));
  readonly #victim = join(this.box, 'victim');
  #jobs = 0;

  async open(): Promise<void> {
    const cwd = fileURLToPath(new URL('../..', import.meta.url));
    const entry = fileURLToPath(new URL('victim.ts', import.meta.url));
    const build = await rolldown({
      cwd,
      input: { victim: entry },
      platform: 'node',
      tsconfig: false,
      external: ['kerberos'],
    });
    await build.write({ dir: this.#victim, format: 'esm', entryFileNames: '[name].mjs' });
    await build.close();
  }

  close(): void {
    rmSync(this.box, { recursive: true, force: true });
  }

  /**
   * Kills the command with SIGKILL at every change that it makes to the disk, each time on a fresh copy of the starting
   * point, `width` processes at a time. (Half-written files are the model's: they look the same on every disk.)
   */
  async killEverywhere(scenario: Scenario, width: number): Promise<Tally> {
    const folder = join(this.box, scenario.name);
    mkdirSync(folder, { recursive: true });
    const release = join(folder, 'release');
    saveRelease(scenario.release, release);
    const start = join(folder, 'start');
    for (const step of scenario.before) {
      const { code, stderr } = await runCommand(step.release, start, step.argv);
      if (code !== 0) throw new Error(`${scenario.name}: preparing ended with ${code}: ${stderr}`);
    }
    const log = await this.#count(scenario, release, start);
    const faults = log.map((operation, at) => ({ kind: 'kill' as const, at, operation }));
    const tally: Tally = { points: 0, old: 0, new: 0 };
    const lane = async (): Promise<void> => {
      for (let fault = faults.shift(); fault !== undefined; fault = faults.shift()) {
        const root = this.#copy(scenario, start);
        const ended = await this.#run({ release, root, argv: scenario.argv, fault, log: '' });
        const where = `SIGKILL at ${fault.operation}`;
        if (ended.signal !== 'SIGKILL') throw new Error(`${scenario.name}, ${where}: it lived (${ended.stderr})`);
        tally[await checkOutcome(scenario, root, { fs: nodeFileSystem }, where)]++;
        tally.points++;
        rmSync(root, { recursive: true, force: true });
      }
    };
    await Promise.all(Array.from({ length: width }, lane));
    return tally;
  }

  async #count(scenario: Scenario, release: string, start: string): Promise<readonly string[]> {
    const log = join(this.box, `${scenario.name}.log`);
    const root = this.#copy(scenario, start);
    const { code, stderr } = await this.#run({ release, root, argv: scenario.argv, fault: null, log });
    if (code !== 0) throw new Error(`${scenario.name}: the undisturbed run ended with ${code}: ${stderr}`);
    return readFileSync(log, 'utf8').split('\n');
  }

  #copy(scenario: Scenario, start: string): string {
    const root = join(this.box, `root-${this.#jobs++}`);
    if (scenario.before.length > 0) cpSync(start, root, { recursive: true, verbatimSymlinks: true });
    return root;
  }

  async #run(job: Job): Promise<{ code: number | null; signal: string | null; stderr: string }> {
    const file = join(this.box, `job-${this.#jobs++}.json`);
    writeFileSync(file, JSON.stringify(job));
    const child = spawn(process.execPath, [join(this.#victim, 'victim.mjs'), file], {
      stdio: ['ignore', 'ignore', 'pipe'],
      // Filled by the undisturbed run; most of a victim's short life is compiling.
      env: { ...process.env, NODE_COMPILE_CACHE: join(this.box, 'compiled') },
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    rmSync(file);
    return { code, signal, stderr };
  }
}
