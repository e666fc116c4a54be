// `npm run planted-bugs -- --mechanism raft`: puts deliberate bugs into the shipped code, one at a time, and shows that the
// simulator's judges catch each within the limits while the code as it is stays silent on the same seeds.
import { parseArgs } from 'node:util';
import { mechanismsWithBugs, plantedBugs } from './catalogue.ts';
import { hunt, type Verdict } from './hunt.ts';
import { ledgerOf, writeLedger, type Ledger } from './ledger.ts';
import type { PlantedBug } from './plant.ts';
import { simulationOfMechanism } from '../sim/simulations.ts';

const USAGE = `usage: npm run planted-bugs -- [--mechanism ID]... [options]

  --mechanism ID   one mechanism (repeatable); default: all that have test/planted-bugs.yaml
  --bug ID         one bug of it (repeatable)
  --seeds N        seeds per bug at most (1000)
  --seconds N      seconds of processor time per bug at most (60)
  --jobs N         processes at a time (2)
  --ledger         write what was found to planted-bugs.ledger.json beside the bugs, and the table of all mechanisms

Ends with 0 when every bug is caught, the code as it is stays silent on the same seeds, and (all bugs of a mechanism searched)
each of its invariants is needed: some bug slips through the same seeds without it. Else 1.
`;

interface Options {
  readonly mechanisms: readonly string[];
  readonly bugs: readonly string[];
  readonly seeds: number;
  readonly seconds: number;
  readonly jobs: number;
  readonly ledger: boolean;
}

function parse(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      mechanism: { type: 'string', multiple: true },
      bug: { type: 'string', multiple: true },
      seeds: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '60' },
      jobs: { type: 'string', default: '2' },
      ledger: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const count = (key: 'seeds' | 'seconds' | 'jobs'): number => {
    if (!/^[1-9]\d{0,8}$/.test(values[key])) throw new Error(`--${key} must be a whole number from 1`);
    return Number(values[key]);
  };
  if (values.ledger && values.bug !== undefined) throw new Error('--ledger needs all bugs of a mechanism, not --bug');
  return {
    ledger: values.ledger,
    mechanisms: values.mechanism ?? mechanismsWithBugs(),
    bugs: values.bug ?? [],
    seeds: count('seeds'),
    seconds: count('seconds'),
    jobs: count('jobs'),
  };
}

function chosen(mechanism: string, ids: readonly string[]): readonly PlantedBug[] {
  const all = plantedBugs(mechanism);
  const unknown = ids.filter((id) => !all.some((bug) => bug.id === id));
  if (unknown.length > 0)
    throw new Error(`${mechanism} has no bug ${unknown.join(', ')}; it has ${all.map((bug) => bug.id).join(', ')}`);
  return ids.length === 0 ? all : all.filter((bug) => ids.includes(bug.id));
}

async function main(options: Options): Promise<boolean> {
  let good = true;
  for (const mechanism of options.mechanisms) {
    const bugs = chosen(mechanism, options.bugs);
    process.stdout.write(`\n${mechanism}: ${bugs.length} planted bugs\n`);
    const limits = { seeds: options.seeds, cpuSeconds: options.seconds };
    const verdicts = await hunt(bugs, {
      mechanism,
      limits,
      jobs: options.jobs,
      onFinding: (bug, finding) => process.stdout.write(`  ${row(bug, finding)}\n`),
    });
    const all = options.bugs.length === 0;
    const { invariants = [] } = await simulationOfMechanism(mechanism);
    const names = all ? invariants.map(({ name }) => name) : [];
    const ledger = ledgerOf(mechanism, names, verdicts);
    good = report(ledger, verdicts) && good;
    if (options.ledger) writeLedger(ledger);
  }
  return good;
}

function row(bug: PlantedBug, finding: Verdict['finding']): string {
  const { caught, seeds, cpuSeconds } = finding;
  const cost = `${String(seeds).padStart(5)} seeds ${cpuSeconds.toFixed(1).padStart(6)} s`;
  if (caught === null) return `${bug.id.padEnd(44)} ${cost}  NOT CAUGHT`;
  const said = caught.message.split('\n')[0]!;
  return `${bug.id.padEnd(44)} ${cost}  ${caught.check}: ${said.length > 150 ? `${said.slice(0, 150)}...` : said}`;
}

function report(ledger: Ledger, verdicts: readonly Verdict[]): boolean {
  const { mechanism, mutants, caught, medianSeeds, neededChecks, decorative } = ledger;
  const loud = verdicts.filter(({ clean }) => clean !== null);
  for (const { bug, clean } of loud)
    process.stdout.write(`  ${bug.id}: the code as it is fails too, with seed ${clean!.seed}: ${clean!.message}\n`);
  for (const [check, bug] of Object.entries(neededChecks))
    process.stdout.write(`  without "${check}", ${bug} slips through\n`);
  for (const { bug, finding, without } of verdicts)
    if (without !== null)
      process.stdout.write(`  without "${finding.caught!.check}", ${bug.id} is caught by "${without.check}"\n`);
  for (const check of decorative) process.stdout.write(`  DECORATIVE: no planted bug needs "${check}"\n`);
  process.stdout.write(`${mechanism}: ${mutants} mutants, ${caught} caught, median ${medianSeeds} seeds\n`);
  return caught === mutants && loud.length === 0 && decorative.length === 0;
}

try {
  const options = parse(process.argv.slice(2));
  if (options === 'help') process.stdout.write(USAGE);
  else process.exitCode = (await main(options)) ? 0 : 1;
} catch (error) {
  process.stderr.write(`planted-bugs: ${(error as Error).message}\n`);
  process.exitCode = 64;
}
