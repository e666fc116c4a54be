import { joinVectors } from '@hypersync/consensus-kit';
import type { Invariant, NodeView } from '@hypersync/testkit/consensus';
import { VectorClock } from '../src/vector-clock.ts';

const clockOf = (node: NodeView): VectorClock | null => (node.mechanism instanceof VectorClock ? node.mechanism : null);

/**
 * Causal stability, from the trace: what a node takes everybody to have, and so forgets, each has had in truth. (What a crash took
 * from a node again, nobody can have heard of: word of it leaves after it is on the disk.)
 */
export function nothingIsPrunedBeforeStable(): Invariant {
  return {
    name: 'nothing is pruned before it is stable',
    start() {
      const had = new Map<string, readonly number[]>();
      return (nodes, changed) => {
        const clock = clockOf(changed);
        if (clock === null) return null;
        const { delivered, stable } = clock.vectors;
        const before = had.get(changed.id);
        had.set(changed.id, before === undefined ? delivered : joinVectors(before, delivered));
        for (const [author, counter] of stable.entries()) {
          const lacking = nodes.find(({ id }) => (had.get(id)?.[author] ?? 0) < counter);
          if (lacking !== undefined)
            return `${changed.id} takes ${nodes[author]!.id}:${counter} to be everywhere, and ${lacking.id} has never had it`;
        }
        return null;
      };
    },
  };
}

/** Memory: no more events are held back for their causes than the configuration says. */
export function bufferIsBounded(most: number): Invariant {
  return {
    name: 'the causal buffer is bounded',
    start: () => (_nodes, changed) => {
      const pending = Number(changed.status?.detail['pending'] ?? 0);
      return pending > most ? `${changed.id} holds back ${pending} events` : null;
    },
  };
}
