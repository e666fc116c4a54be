// `npm run planted-bugs -- --mechanism raft`: puts deliberate bugs into the shipped code, one at a time, and shows that the
// simulator's judges catch each within the limits while the code as it is stays silent on the same seeds.
import { parseArgs } from 'node:util';
import { mechanismsWithBugs, plantedBugs } from './catalogue.ts';
import { hunt, type Verdict } from './hunt.ts';
import type { PlantedBug } from './plant.ts';

const USAGE = `usage: npm run planted-bugs -- [--mechanism ID]... [options]

  --mechanism ID   one mechanism (repeatable); default: all that have test/planted-bugs.yaml
  --bug ID         one bug of it (repeatable)
  --seeds N        seeds per bug at most (1000)
  --seconds N      seconds of processor time per bug at most (60)
  --jobs N         processes at a time (2)

Ends with 0 when every bug is caught and the code as it is stays silent, else 1.
`;

interface Options {
  readonly mechanisms: readonly string[];
  readonly bugs: readonly string[];
  readonly seeds: number;
  readonly seconds: number;
  readonly jobs: number;
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
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const count = (key: 'seeds' | 'seconds' | 'jobs'): number => {
    if (!/^[1-9]\d{0,8}$/.test(values[key])) throw new Error(`--${key} must be a whole number from 1`);
    return Number(values[key]);
  };
  return {
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
    good = report(mechanism, verdicts) && good;
  }
  return good;
}

function row(bug: PlantedBug, finding: Verdict['finding']): string {
  const { caught, seeds, cpuSeconds } = finding;
  const cost = `${String(seeds).padStart(5)} seeds ${cpuSeconds.toFixed(1).padStart(6)} s`;
  if (caught === null) return `${bug.id.padEnd(44)} ${cost}  NOT CAUGHT`;
  const said = caught.message.split('\n')[0]!;
  return `${bug.id.padEnd(44)} ${cost}  ${caught.kind}: ${said.length > 150 ? `${said.slice(0, 150)}...` : said}`;
}

function report(mechanism: string, verdicts: readonly Verdict[]): boolean {
  const missed = verdicts.filter(({ finding }) => finding.caught === null);
  const loud = verdicts.filter(({ clean }) => clean !== null);
  for (const { bug, clean } of loud)
    process.stdout.write(`  ${bug.id}: the code as it is fails too, with seed ${clean!.seed}: ${clean!.message}\n`);
  const seeds = verdicts.filter(({ finding }) => finding.caught !== null).map(({ finding }) => finding.seeds);
  process.stdout.write(
    `${mechanism}: ${verdicts.length} mutants, ${verdicts.length - missed.length} caught, median ${median(seeds)} seeds\n`,
  );
  return missed.length === 0 && loud.length === 0;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

try {
  const options = parse(process.argv.slice(2));
  if (options === 'help') process.stdout.write(USAGE);
  else process.exitCode = (await main(options)) ? 0 : 1;
} catch (error) {
  process.stderr.write(`planted-bugs: ${(error as Error).message}\n`);
  process.exitCode = 64;
}
