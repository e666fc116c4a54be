import type { Invariant, NodeView } from '@hypersync/testkit/consensus';
import { VectorClock } from '../src/vector-clock.ts';

const clockOf = (node: NodeView): VectorClock | null => (node.mechanism instanceof VectorClock ? node.mechanism : null);

/**
 * Causal stability, from the trace: what a node takes everybody to have, and so forgets, everybody has in truth, on the disk. The
 * disks of nodes that are down count as they were last seen.
 */
export function nothingIsPrunedBeforeStable(): Invariant {
  return {
    name: 'nothing is pruned before it is stable',
    start() {
      const onDisk = new Map<string, Readonly<Record<string, number>>>();
      return (nodes, changed) => {
        const clock = clockOf(changed);
        const position = changed.status?.position;
        if (clock === null || position?.class !== 'causal') return null;
        onDisk.set(changed.id, position.context);
        for (const [author, counter] of clock.vectors.stable.entries()) {
          if (counter === 0) continue;
          const name = nodes[author]!.id;
          const lacking = nodes.find(({ id }) => (onDisk.get(id)?.[name] ?? 0) < counter);
          if (lacking !== undefined)
            return `${changed.id} takes ${name}:${counter} to be everywhere, and ${lacking.id} lacks it`;
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
