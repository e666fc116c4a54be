import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { anchorProblem, type PlantedBug } from './plant.ts';
import type { Finding, SearchLimits } from './search.ts';
import type { Job } from './worker.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

const UNHURRIED = Number.MAX_SAFE_INTEGER;
/** Seeds that a bug found by a look at the state must slip through, to show that the look is needed. */
const SEEDS_BESIDE_A_LOOK = 20;

type Caught = Finding['caught'];

/** What became of one planted bug. */
export interface Verdict {
  readonly bug: PlantedBug;
  readonly finding: Finding;
  /** What the code as it is shows on the same seeds: null when it is silent, as it must be. */
  readonly clean: Caught;
  /** What still catches it on the same seeds when the check that caught it is switched off; null when it slips through. */
  readonly without: Caught;
}

export interface HuntOptions {
  readonly mechanism: string;
  readonly limits: SearchLimits;
  readonly jobs: number;
  /** False leaves out the search without the check that found a bug. */
  readonly switchingOff?: boolean;
  readonly onFinding?: (bug: PlantedBug, finding: Finding) => void;
}

/**
 * Plants each bug in a process of its own and searches for it; then once more without the check that found it; then runs the
 * code as it is over the same seeds with the same options, where nothing may be found.
 */
export async function hunt(bugs: readonly PlantedBug[], options: HuntOptions): Promise<readonly Verdict[]> {
  const problems = bugs.map(anchorProblem).filter((problem) => problem !== null);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const { mechanism, limits, jobs } = options;
  const found = await inParallel(bugs, jobs, async (bug) => {
    const [finding] = await work({ mechanism, bug, searches: [{ run: bug.run, limits }] });
    options.onFinding?.(bug, finding!);
    return { bug, finding: finding! };
  });
  const without = await inParallel(found, jobs, async ({ bug, finding: { caught, seeds } }) => {
    if (caught === null || options.switchingOff === false) return null;
    const same = { seeds: bug.run.check === undefined ? seeds : SEEDS_BESIDE_A_LOOK, cpuSeconds: UNHURRIED };
    const [again] = await work({ mechanism, bug, searches: [{ run: bug.run, limits: same, ignore: [caught.check] }] });
    return again!.caught;
  });
  const clean = await cleanRuns(found, options);
  return found.map((one, i) => ({ ...one, without: without[i]!, clean: clean[i]! }));
}

/** Bugs with the same options share one search in the code as it is, as long as the longest of them. */
async function cleanRuns(
  found: readonly Pick<Verdict, 'bug' | 'finding'>[],
  { mechanism, jobs }: HuntOptions,
): Promise<readonly Caught[]> {
  const groups = [...Map.groupBy(found, ({ bug }) => JSON.stringify(bug.run)).values()];
  const results = new Map<PlantedBug, Caught>();
  await inParallel(groups, jobs, async (group) => {
    const seeds = Math.max(...group.map(({ finding }) => finding.seeds));
    const { run } = group[0]!.bug;
    const [clean] = await work({ mechanism, bug: null, searches: [{ run, limits: { seeds, cpuSeconds: UNHURRIED } }] });
    const { caught } = clean!;
    for (const { bug, finding } of group)
      results.set(bug, caught !== null && caught.seed <= finding.seeds ? caught : null);
  });
  return found.map(({ bug }) => results.get(bug) ?? null);
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
