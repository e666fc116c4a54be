import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Complexity, ConvergentOp, Guarantee, MechanismPlugin } from '@hypersync/interface';
import { loadCatalog } from '@hypersync/manifest';
import { runSimulation, type SimulationReport } from '@hypersync/testkit/consensus';
import { growth } from './growth.ts';
import { pluginOf } from './plugins.ts';
import type { BenchmarkRow } from './result.ts';
import { lineChart } from './svg.ts';

const SIZES = [4, 8, 16, 32];
/** The three whose growth the literature argues about go further. */
const FAR = [4, 16, 64, 100];
const FAR_MECHANISMS: readonly string[] = ['pbft', 'tendermint', 'hotstuff'];
/** Two runs with so many operations: their difference is what decisions cost, without what an idle cluster sends. */
const OPERATIONS = [20, 40] as const;
/** Rumours go with messages that are sent anyway: what a second of all that costs, per decision in it. */
const AT_ITS_OWN_PACE = 'gossip';
/** Long enough for a first leader and for slots of seconds; where a hundred nodes have neither, as long as it takes. */
const DURATION = { near: 60_000_000, far: 1_000_000 } as const;
const PAGES = new URL('../../docs/benchmarks/', import.meta.url);

/** What n to the power of it a declared order allows, with room for what grows beside it (log n, names, certificates). */
const ALLOWED: Readonly<Record<Complexity, number>> = {
  'O(1)': 0.35,
  'O(log n)': 0.6,
  'O(n)': 1.25,
  'O(n log n)': 1.5,
  'O(n^2)': 2.25,
  'O(n^3)': 3.25,
};

interface Point {
  readonly nodes: number;
  readonly messages: number;
  readonly bytes: number;
}

/**
 * Messages and bytes per decision against the number of nodes, in the simulator without faults. One row per mechanism: the
 * exponent of the growth of its messages, held against what its descriptor declares. Each also becomes a page with a picture.
 */
export async function curveRows(): Promise<readonly BenchmarkRow[]> {
  const rows: BenchmarkRow[] = [];
  mkdirSync(PAGES, { recursive: true });
  for (const { id, title } of loadCatalog().mechanisms) {
    const plugin = await pluginOf(id);
    // Approximate agreement has no sequence of decisions to divide by; its rounds are measured apart.
    if (plugin === null || plugin.descriptor.guarantee === 'approximate') continue;
    const points = (FAR_MECHANISMS.includes(id) ? FAR : SIZES).map((nodes) => measure(plugin, nodes));
    const exponent = growth(points.map(({ nodes, messages }) => ({ size: nodes, cost: messages })));
    const { normal } = plugin.descriptor.cost;
    const words = `${normal}: at most ${ALLOWED[normal]}`;
    const budget = { words, met: exponent <= ALLOWED[normal] };
    rows.push({
      group: 'curves',
      what: `${id}: messages per decision grow as n^`,
      unit: '',
      ours: exponent,
      peer: null,
      budget,
    });
    writePage(id, title, normal, exponent, points);
  }
  return rows;
}

type Totals = Pick<SimulationReport, 'decisions' | 'messages' | 'messageBytes'>;

function measure<G extends Guarantee>(plugin: MechanismPlugin<G>, nodes: number): Point {
  const { id } = plugin.descriptor;
  const [few, many] = OPERATIONS.map((operations) => run(plugin, nodes, operations)) as [Totals, Totals];
  if (id === AT_ITS_OWN_PACE)
    return { nodes, messages: few.messages / few.decisions, bytes: few.messageBytes / few.decisions };
  const decisions = many.decisions - few.decisions;
  if (decisions <= 0) throw new TypeError(`${id} decided nothing more with more operations`);
  const per = (count: (totals: Totals) => number): number => (count(many) - count(few)) / decisions;
  return { nodes, messages: per(({ messages }) => messages), bytes: per(({ messageBytes }) => messageBytes) };
}

function run<G extends Guarantee>(plugin: MechanismPlugin<G>, nodes: number, maxOperations: number): Totals {
  const workload = { clients: 4, think: [200, 2000], readPercent: 0, maxOperations, ...mutations(plugin) } as const;
  const isQuick = [...FAR_MECHANISMS, AT_ITS_OWN_PACE].includes(plugin.descriptor.id);
  const duration = DURATION[isQuick ? 'far' : 'near'];
  const options = { plugin, nodes, seed: 1, faults: 'none', duration } as const;
  const report = runSimulation({ ...options, workload: workload as never });
  if (report.violation !== null)
    throw new TypeError(`${plugin.descriptor.id} broke a promise with ${nodes} nodes: ${report.violation.message}`);
  return report;
}

/** Where mutations are all there is (crdt): a counter, add 1, in the encoding that the mechanism documents. */
export function mutations(plugin: MechanismPlugin): { operation?: () => ConvergentOp } {
  if (plugin.descriptor.operations.join() !== 'mutate') return {};
  return { operation: () => ({ kind: 'mutate', key: 'counter', value: Uint8Array.of(1, 1, 0, 1) }) };
}

function writePage(id: string, title: string, declared: Complexity, exponent: number, points: readonly Point[]): void {
  const picture = lineChart({
    title: `${title}: messages per decision`,
    x: 'nodes',
    y: 'messages per decision',
    points: points.map(({ nodes, messages }) => ({ x: nodes, y: messages })),
  });
  const table = points.map(
    ({ nodes, messages, bytes }) =>
      `| ${nodes} | ${messages.toFixed(1)} | ${Math.round(bytes).toLocaleString('en-US')} |`,
  );
  const text = [
    '<!-- Made by `npm run bench -- curves`; do not edit. -->',
    `# ${title}: what a decision costs`,
    '',
    `Messages and bytes sent by all nodes together, per decision, in the simulator without faults: four clients, 16-byte values, one seed. What an`,
    `idle cluster sends (heartbeats, anti-entropy) is ${id === AT_ITS_OWN_PACE ? 'in it' : 'taken out: the difference of two runs'}. Declared: ${declared} messages; measured growth: n^${exponent.toFixed(2)}.`,
    '',
    `![messages per decision against nodes](${id}.svg)`,
    '',
    '| nodes | messages per decision | bytes per decision |',
    '|---|---|---|',
    ...table,
    '',
  ].join('\n');
  const folder = PAGES.pathname;
  writeFileSync(join(folder, `${id}.md`), text);
  writeFileSync(join(folder, `${id}.svg`), picture);
}
