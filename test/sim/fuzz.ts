// `npm run fuzz -- --mechanism raft --inputs 1000000`: bad messages by the million into a node in the middle of its work. Nothing may
// throw, grow without bound, or take long.
import { parseArgs } from 'node:util';
import { fuzz } from '@hypersync/testkit/consensus';
import { simulatedMechanisms, simulationOfMechanism } from './simulations.ts';

const USAGE = `usage: npm run fuzz -- [--mechanism ID]... [--inputs N] [--seed N]

  --mechanism ID  one mechanism (repeatable); default: all
  --inputs N      messages (1000000)
  --seed N        other messages (1)

Ends with 0 when nothing threw, nothing grew without bound and no message took long.
`;

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      mechanism: { type: 'string', multiple: true },
      inputs: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  for (const key of ['inputs', 'seed'] as const)
    if (!/^[1-9]\d{0,9}$/.test(values[key])) throw new Error(`--${key} must be a whole number from 1`);
  let bad = 0;
  for (const mechanism of values.mechanism ?? simulatedMechanisms()) {
    const start = performance.now();
    const report = fuzz(await simulationOfMechanism(mechanism), Number(values.inputs), Number(values.seed));
    const rate = Math.round(report.inputs / ((performance.now() - start) / 1000)).toLocaleString('en');
    const grown = `${(report.growth / (1 << 20)).toFixed(1)} MiB more in use`;
    process.stdout.write(
      `${mechanism}: ${report.inputs.toLocaleString('en')} messages, ${rate}/s, slowest ${report.slowest.toFixed(1)} ms, ${grown}\n`,
    );
    if (report.problem === null) continue;
    bad++;
    process.stdout.write(`  ${report.problem}\n`);
  }
  return bad === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`fuzz: ${(error as Error).message}\n`);
  process.exitCode = 64;
}
