import type { Complexity, Guarantee } from '@hypersync/interface';
import { simulate } from '../simulator/simulate.ts';
import { simulationOf, type ComplianceOptions } from './options.ts';

const GROWTH: Readonly<Record<Complexity, (n: number) => number>> = {
  'O(1)': () => 1,
  'O(log n)': (n) => Math.log2(n),
  'O(n)': (n) => n,
  'O(n log n)': (n) => n * Math.log2(n),
  'O(n^2)': (n) => n * n,
  'O(n^3)': (n) => n * n * n,
};

/**
 * Measures messages per acknowledged write in fault-free clusters of two sizes, after taking off what an idle cluster of
 * the size sends, and holds the growth against `cost.normal`. Null when it fits, else a sentence.
 */
export function costProblem<G extends Guarantee>(options: ComplianceOptions<G>, small: number): string | null {
  const large = 2 * small + 1;
  const [few, many] = [perDecision(options, small), perDecision(options, large)];
  const { normal } = options.plugin.descriptor.cost;
  const allowed = (GROWTH[normal](large) / GROWTH[normal](small)) * (options.costSlack ?? 1.6);
  if (many <= Math.max(few, 1) * allowed) return null;
  return `${few.toFixed(1)} messages per write with ${small} nodes, ${many.toFixed(1)} with ${large}: more than ${normal} (factor ${allowed.toFixed(1)} allowed)`;
}

function perDecision<G extends Guarantee>(options: ComplianceOptions<G>, nodes: number): number {
  const base = { ...simulationOf(options, nodes, 1), faults: 'none' } as const;
  const busy = simulate({ ...base, workload: { ...base.workload, clients: 1, readPercent: 0 } });
  // the idle run still ends with one write through each node, which both have in common
  const idle = simulate({ ...base, workload: { ...base.workload, maxOperations: 0 } });
  const idleRate = idle.messages / idle.elapsed;
  const writes = busy.acknowledged - idle.acknowledged;
  return Math.max(0, busy.messages - idleRate * busy.elapsed) / Math.max(1, writes);
}
