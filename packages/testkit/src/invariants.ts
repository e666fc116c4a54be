import type { Invariant, NodeView } from './simulator/options.ts';

/** At most one node ever has this role in one term (Raft's election safety, and its like). */
export function oneLeaderPerTerm(role: string): Invariant {
  return {
    name: `one ${role} per term`,
    start() {
      const holders = new Map<number, string>();
      return (_nodes, changed) => {
        if (changed.status?.role !== role) return null;
        const { term } = changed.status;
        const holder = holders.get(term);
        if (holder !== undefined && holder !== changed.id)
          return `${holder} and ${changed.id} are both ${role} in term ${term}`;
        holders.set(term, changed.id);
        return null;
      };
    },
  };
}

/** A number of `status` (`term`, or a key of `detail`) never goes back; with `acrossRestarts`, not even through a crash. */
export function neverDecreases(what: string, options: { acrossRestarts?: boolean } = {}): Invariant {
  return {
    name: `${what} never decreases`,
    start() {
      const last = new Map<string, { value: number; incarnation: number }>();
      return (_nodes, changed) => {
        const value = numberOf(changed, what);
        if (value === null) return null;
        const before = last.get(changed.id);
        last.set(changed.id, { value, incarnation: changed.incarnation });
        const comparable =
          before !== undefined && (options.acrossRestarts === true || before.incarnation === changed.incarnation);
        return comparable && value < before.value
          ? `${changed.id}: ${what} went from ${before.value} to ${value}`
          : null;
      };
    },
  };
}

/** On every node, at every moment, the numbers are in this order: each at most the next. */
export function ordered(...names: readonly string[]): Invariant {
  return {
    name: names.join(' <= '),
    start: () => (_nodes, changed) => {
      for (let i = 1; i < names.length; i++) {
        const [low, high] = [numberOf(changed, names[i - 1]!), numberOf(changed, names[i]!)];
        if (low !== null && high !== null && low > high)
          return `${changed.id}: ${names[i - 1]} is ${low}, ${names[i]} is ${high}`;
      }
      return null;
    },
  };
}

function numberOf(node: NodeView, what: string): number | null {
  if (node.status === null) return null;
  const value = what === 'term' ? node.status.term : node.status.detail[what];
  return typeof value === 'number' ? value : null;
}
