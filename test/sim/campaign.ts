import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { addTotals, type CampaignTotals } from '@hypersync/testkit/consensus';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
/** Seeds per process: enough that its start is cheap beside them, few enough that lanes stay even. */
const MOST_SEEDS_PER_PROCESS = 100;

export interface CampaignOptions {
  readonly mechanism: string;
  readonly from: number;
  readonly seeds: number;
  readonly jobs: number;
  readonly onProgress?: (done: number) => void;
}

/** Runs the seeds in several processes; the sum does not depend on how many. Ends early when a seed breaks a promise. */
export async function campaign(options: CampaignOptions): Promise<CampaignTotals> {
  const { mechanism, from, seeds, jobs } = options;
  const chunk = Math.min(MOST_SEEDS_PER_PROCESS, Math.ceil(seeds / jobs));
  const starts = Array.from({ length: Math.ceil(seeds / chunk) }, (_, i) => i * chunk);
  const parts: CampaignTotals[] = [];
  let next = 0;
  let done = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < starts.length; i = next++) {
      const size = Math.min(chunk, seeds - starts[i]!);
      const part = await work([mechanism, String(from + starts[i]!), String(size)]);
      parts[i] = part;
      done += part.seeds;
      options.onProgress?.(done);
      if (part.broken !== null) next = starts.length;
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, starts.length) }, lane));
  // chunks after one that broke may be missing
  return parts.filter((part) => part !== undefined).reduce((sum, part) => addTotals(sum, part));
}

/** One hash over the hashes of all seeds, in order. */
export function hashOf(totals: CampaignTotals): string {
  return createHash('sha256').update(totals.hashes.join('\n')).digest('hex');
}

async function work(args: readonly string[]): Promise<CampaignTotals> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', WORKER, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on('error', reject).on('close', resolve);
  const status = await promise;
  if (status !== 0)
    throw new Error(`seeds ${args[1]} to ${Number(args[1]) + Number(args[2]) - 1} ended with ${status}`);
  return JSON.parse(output) as CampaignTotals;
}
