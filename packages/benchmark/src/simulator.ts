import type { Guarantee, MechanismPlugin } from '@hypersync/interface';
import { loadCatalog } from '@hypersync/manifest';
import { runSimulation, type SimulationReport } from '@hypersync/testkit/consensus';
import { mutations } from './curves.ts';
import { pluginOf } from './plugins.ts';
import type { BenchmarkRow } from './result.ts';

const SEEDS = [1, 2, 3];
const NODES = 4;
const GOAL = 150_000;

/** Events and decisions per second of each mechanism that exists, four nodes, without faults, on one core. */
export async function simulatorRows(): Promise<readonly BenchmarkRow[]> {
  const rows: BenchmarkRow[] = [];
  let [events, seconds] = [0, 0];
  for (const { id } of loadCatalog().mechanisms) {
    const plugin = await pluginOf(id);
    if (plugin === null) continue;
    const run = measure(plugin);
    events += run.events;
    seconds += run.seconds;
    rows.push(row(`${id}: decisions in the simulator`, 'per s', run.decisions / run.seconds, null));
  }
  const rate = events / seconds;
  return [row('all mechanisms: events', 'per s', rate, { words: `at least ${GOAL}`, met: rate >= GOAL }), ...rows];
}

function row(what: string, unit: string, ours: number, budget: BenchmarkRow['budget']): BenchmarkRow {
  return { group: 'simulator', what, unit, ours, peer: null, budget };
}

function measure(plugin: MechanismPlugin): { events: number; decisions: number; seconds: number } {
  const start = performance.now();
  const reports = SEEDS.map((seed) => simulateFaultFree(plugin, seed));
  const seconds = (performance.now() - start) / 1000;
  const sum = (pick: (report: SimulationReport) => number): number =>
    reports.reduce((total, report) => total + pick(report), 0);
  return { events: sum((report) => report.events), decisions: sum((report) => report.decisions), seconds };
}

function simulateFaultFree<G extends Guarantee>(plugin: MechanismPlugin<G>, seed: number): SimulationReport {
  const workload = { clients: 8, think: [1000, 5000], maxOperations: 2000, ...mutations(plugin) } as const;
  const report = runSimulation({ plugin, nodes: NODES, seed, faults: 'none', workload: workload as never });
  if (report.violation !== null)
    throw new TypeError(`${plugin.descriptor.id} broke a promise in a benchmark, seed ${seed}`);
  return report;
}
