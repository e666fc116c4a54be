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

/** A certificate of n votes, or a vector of n counters, makes a message longer by n, which no count of messages shows. */
const TIMES_N: Readonly<Record<Complexity, Complexity>> = {
  'O(1)': 'O(n)',
  'O(log n)': 'O(n log n)',
  'O(n)': 'O(n^2)',
  'O(n log n)': 'O(n^3)',
  'O(n^2)': 'O(n^3)',
  'O(n^3)': 'O(n^3)',
};

/**
 * Measures messages and bytes per acknowledged write in fault-free clusters of two sizes, after taking off what an idle cluster
 * of the size sends, and holds their growth against `cost.normal` (bytes: `byteCost`). Null when they fit, else a sentence.
 */
export function costProblem<G extends Guarantee>(options: ComplianceOptions<G>, small: number): string | null {
  const large = 2 * small + 1;
  const [few, many] = [perWrite(options, small), perWrite(options, large)];
  const { cost, faults, guarantee } = options.plugin.descriptor;
  const plain = faults.model === 'crash' && (guarantee === 'total-order' || guarantee === 'register');
  const byteCost = options.byteCost ?? (plain ? cost.normal : TIMES_N[cost.normal]);
  const slack = options.costSlack ?? 1.6;
  const problem = (what: 'messages' | 'bytes', complexity: Complexity): string | null => {
    const allowed = (GROWTH[complexity](large) / GROWTH[complexity](small)) * slack;
    const [before, after] = [few[what], many[what]];
    if (after <= Math.max(before, 1) * allowed) return null;
    return `${before.toFixed(1)} ${what} per write with ${small} nodes, ${after.toFixed(1)} with ${large}: more than ${complexity} (factor ${allowed.toFixed(1)} allowed)`;
  };
  return problem('messages', cost.normal) ?? problem('bytes', byteCost);
}

interface Spent {
  readonly messages: number;
  readonly bytes: number;
}

function perWrite<G extends Guarantee>(options: ComplianceOptions<G>, nodes: number): Spent {
  const base = { ...simulationOf(options, nodes, 1), faults: 'none' } as const;
  const busy = simulate({ ...base, workload: { ...base.workload, clients: 1, readPercent: 0 } });
  // the idle run still ends with one write through each node, which both have in common
  const idle = simulate({ ...base, workload: { ...base.workload, maxOperations: 0 } });
  const writes = Math.max(1, busy.acknowledged - idle.acknowledged);
  const beyondIdle = (all: number, quiet: number): number =>
    Math.max(0, all - (quiet / idle.elapsed) * busy.elapsed) / writes;
  return {
    messages: beyondIdle(busy.messages, idle.messages),
    bytes: beyondIdle(busy.messageBytes, idle.messageBytes),
  };
}
