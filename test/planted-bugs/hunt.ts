import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { anchorProblem, type PlantedBug } from './plant.ts';
import type { Finding, SearchLimits } from './search.ts';
import type { Job } from './worker.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

/** What became of one planted bug. */
export interface Verdict {
  readonly bug: PlantedBug;
  readonly finding: Finding;
  /** What the code as it is shows on the same seeds: null when it is silent, as it must be. */
  readonly clean: Finding['caught'];
}

export interface HuntOptions {
  readonly mechanism: string;
  readonly limits: SearchLimits;
  readonly jobs: number;
  readonly onFinding?: (bug: PlantedBug, finding: Finding) => void;
}

/**
 * Plants each bug in a process of its own and searches for it; then runs the code as it is over the same seeds with the same
 * options, where nothing may be found.
 */
export async function hunt(bugs: readonly PlantedBug[], options: HuntOptions): Promise<readonly Verdict[]> {
  const problems = bugs.map(anchorProblem).filter((problem) => problem !== null);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const { mechanism, limits, jobs } = options;
  const findings = await inParallel(bugs, jobs, async (bug) => {
    const [finding] = await work({ mechanism, bug, searches: [{ run: bug.run, limits }] });
    options.onFinding?.(bug, finding!);
    return finding!;
  });
  // bugs with the same options share one clean search, as long as the longest of them
  const groups = [...Map.groupBy([...bugs.keys()], (i) => JSON.stringify(bugs[i]!.run)).values()];
  const clean = await inParallel(groups, jobs, async (group) => {
    const seeds = Math.max(...group.map((i) => findings[i]!.seeds));
    const unhurried = { seeds, cpuSeconds: Number.MAX_SAFE_INTEGER };
    const [finding] = await work({
      mechanism,
      bug: null,
      searches: [{ run: bugs[group[0]!]!.run, limits: unhurried }],
    });
    return finding!.caught;
  });
  return bugs.map((bug, i) => {
    const found = clean[groups.findIndex((group) => group.includes(i))]!;
    const onSameSeeds = found !== null && found.seed <= findings[i]!.seeds;
    return { bug, finding: findings[i]!, clean: onSameSeeds ? found : null };
  });
}

/** Runs one worker to its end; throws with what it wrote to stderr when it does not end well. */
export async function work(job: Job): Promise<readonly Finding[]> {
  const name = job.bug?.id ?? 'the code as it is';
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', WORKER, JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  // a bug that makes a step go round for ever never comes back to look at the clock
  const most = job.searches.reduce((sum, { limits }) => sum + Math.min(limits.cpuSeconds, 600), 30);
  const timer = setTimeout(() => child.kill('SIGKILL'), 8 * most * 1000);
  const { promise, resolve, reject } = Promise.withResolvers<number | string>();
  child.on('error', reject).on('close', (code, signal) => resolve(code ?? String(signal)));
  const status = await promise;
  clearTimeout(timer);
  if (status === 0) return JSON.parse(output) as readonly Finding[];
  if (status === 'SIGKILL') throw new Error(`${name}: stopped after ${8 * most} s; a step may be going round for ever`);
  throw new Error(`${name}: the search ended with ${status}\n${complaint.trim()}`);
}

/** At most `jobs` at a time; results in the order of the list. */
async function inParallel<T, R>(list: readonly T[], jobs: number, one: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < list.length; i = next++) results[i] = await one(list[i]!);
  };
  await Promise.all(Array.from({ length: Math.min(jobs, list.length) }, lane));
  return results;
}
