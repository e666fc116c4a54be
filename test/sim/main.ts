// `npm run sim -- --mechanism raft --seeds 10000`: a long search through seeds. Each draws a cluster size, a mix of faults, attackers
// within the declared bound and sealing; every promise of the mechanism's class and every invariant of its own is held.
import { parseArgs } from 'node:util';
import { campaignRun, simulate, unmet, type CampaignTotals } from '@hypersync/testkit/consensus';
import { campaign, hashOf } from './campaign.ts';
import { ledgerOf, writeLedger } from './ledger.ts';
import { simulatedMechanisms, simulationOfMechanism } from './simulations.ts';

const USAGE = `usage: npm run sim -- [--mechanism ID]... [options]

  --mechanism ID  one mechanism (repeatable); default: all
  --seeds N       how many seeds (1000)
  --from N        the first one (1)
  --jobs N        processes at a time (2)
  --hash-only     print one line: mechanism, seeds, hash over all traces; for comparing two machines or two versions of Node
  --ledger        write what was done to simulation.ledger.json of the mechanism, and the table of all mechanisms

Ends with 0 when no promise was broken and, from 500 seeds on, every kind of fault happened and every situation worth meeting was
met. A broken promise is told as a story, with the fewest faults that show it and the command that replays it.
`;

/** From so many seeds on, what was never met rejects the search. */
const COVERAGE_FROM = 500;

interface Options {
  readonly mechanisms: readonly string[];
  readonly from: number;
  readonly seeds: number;
  readonly jobs: number;
  readonly hashOnly: boolean;
  readonly ledger: boolean;
}

function parse(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      mechanism: { type: 'string', multiple: true },
      seeds: { type: 'string', default: '1000' },
      from: { type: 'string', default: '1' },
      jobs: { type: 'string', default: '2' },
      'hash-only': { type: 'boolean', default: false },
      ledger: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const count = (key: 'seeds' | 'from' | 'jobs'): number => {
    if (!/^[1-9]\d{0,8}$/.test(values[key])) throw new Error(`--${key} must be a whole number from 1`);
    return Number(values[key]);
  };
  return {
    mechanisms: values.mechanism ?? simulatedMechanisms(),
    from: count('from'),
    seeds: count('seeds'),
    jobs: count('jobs'),
    hashOnly: values['hash-only'],
    ledger: values.ledger,
  };
}

async function search(mechanism: string, options: Options): Promise<boolean> {
  const { from, seeds, jobs, hashOnly } = options;
  const simulation = await simulationOfMechanism(mechanism);
  const start = performance.now();
  const onProgress = (done: number): void => {
    if (!hashOnly && process.stderr.isTTY) process.stderr.write(`\r${mechanism}: ${done} of ${seeds} seeds`);
  };
  const totals = await campaign({ mechanism, from, seeds, jobs, onProgress });
  if (!hashOnly && process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  if (totals.broken !== null) {
    const { seed } = totals.broken;
    const replay = (again: number): string => `npm run sim -- --mechanism ${mechanism} --from ${again} --seeds 1`;
    simulate({ ...campaignRun(simulation, seed).options, replay });
    throw new Error(`seed ${seed} failed in its own process and passes here: ${totals.broken.violation.message}`);
  }
  if (hashOnly) {
    process.stdout.write(`${mechanism} ${from}..${from + seeds - 1} ${hashOf(totals)}\n`);
    return true;
  }
  printTotals(mechanism, from, totals, (performance.now() - start) / 1000);
  const missing = unmet(simulation, totals);
  if (missing.length > 0) process.stdout.write(`  never met: ${missing.join(', ')}\n`);
  const rejected = missing.length > 0 && seeds >= COVERAGE_FROM;
  if (rejected) process.stdout.write(`  rejected: a search that never met them proves nothing about them\n`);
  if (options.ledger && !rejected) writeLedger(ledgerOf(mechanism, from, totals));
  return !rejected;
}

function printTotals(mechanism: string, from: number, totals: CampaignTotals, seconds: number): void {
  const counts = (all: Readonly<Record<string, number>>): string =>
    Object.entries(all)
      .map(([name, count]) => `${name} ${count.toLocaleString('en')}`)
      .join(', ');
  const { seeds, events, decisions, acknowledged } = totals;
  const rate = Math.round(events / seconds).toLocaleString('en');
  const numbers = [events, decisions, acknowledged].map((one) => one.toLocaleString('en'));
  process.stdout.write(
    [
      `${mechanism}: seeds ${from} to ${from + seeds - 1}, no promise broken`,
      `  ${numbers[0]} events, ${numbers[1]} decisions, ${numbers[2]} acknowledged; ${seconds.toFixed(1)} s, ${rate} events/s`,
      `  mixes: ${counts(totals.mixes)}`,
      `  faults: ${counts(totals.faults)}`,
      `  runs that met: ${counts(totals.coverage)}`,
      `  hash over all traces: ${hashOf(totals)}`,
      '',
    ].join('\n'),
  );
}

try {
  const options = parse(process.argv.slice(2));
  if (options === 'help') process.stdout.write(USAGE);
  else for (const mechanism of options.mechanisms) if (!(await search(mechanism, options))) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`sim: ${(error as Error).message}\n`);
  const { code } = error as { readonly code?: string };
  process.exitCode = code === 'HS-2102' ? 1 : 64;
}
