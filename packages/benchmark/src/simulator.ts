import type { Guarantee } from '@hypersync/interface';
import { loadCatalog } from '@hypersync/manifest';
import { runSimulation, type ComplianceOptions, type SimulationReport } from '@hypersync/testkit/consensus';
import { mutations } from './curves.ts';
import { simulationOf } from './plugins.ts';
import type { BenchmarkRow } from './result.ts';

const SEEDS = [1, 2, 3];
const NODES = 4;
const GOAL = 150_000;

/** Events and decisions per second of each mechanism that exists, four nodes, without faults, on one core. */
export async function simulatorRows(): Promise<readonly BenchmarkRow[]> {
  const rows: BenchmarkRow[] = [];
  let [events, seconds] = [0, 0];
  for (const { id } of loadCatalog().mechanisms) {
    const run = measure(await simulationOf(id));
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

function measure(simulation: ComplianceOptions): { events: number; decisions: number; seconds: number } {
  const start = performance.now();
  const reports = SEEDS.map((seed) => simulateFaultFree(simulation, seed));
  const seconds = (performance.now() - start) / 1000;
  const sum = (pick: (report: SimulationReport) => number): number =>
    reports.reduce((total, report) => total + pick(report), 0);
  return { events: sum((report) => report.events), decisions: sum((report) => report.decisions), seconds };
}

/** With the configuration and the space that the mechanism is simulated in; no invariants, which would be measured with it. */
function simulateFaultFree<G extends Guarantee>(simulation: ComplianceOptions<G>, seed: number): SimulationReport {
  const { plugin, config = {}, space } = simulation;
  const workload = { clients: 8, think: [1000, 5000], maxOperations: 2000, ...mutations(plugin) } as const;
  const report = runSimulation({
    plugin,
    config,
    ...(space !== undefined && { space }),
    nodes: NODES,
    seed,
    faults: 'none',
    workload: workload as never,
  });
  if (report.violation !== null)
    throw new TypeError(`${plugin.descriptor.id} broke a promise in a benchmark, seed ${seed}`);
  return report;
}
