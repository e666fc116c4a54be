// A range of seeds in a process of its own: `node worker.ts MECHANISM FROM SEEDS`. Prints the totals as one line of JSON.
import { runCampaign } from '@hypersync/testkit/consensus';
import { simulationOfMechanism } from './simulations.ts';

const [mechanism, from, seeds] = process.argv.slice(2);
const simulation = await simulationOfMechanism(mechanism ?? '');
process.stdout.write(`${JSON.stringify(runCampaign(simulation, Number(from), Number(seeds)))}\n`);
