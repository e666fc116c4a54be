import { hashKey } from '@hypersync/consensus-kit';
import type { Invariant, NodeView } from '@hypersync/testkit/consensus';
import { Replica, type Observation } from '../src/replica.ts';

/** All rules look at the same step: one observation is enough. A status is made anew with every step. */
const OBSERVED = new WeakMap<object, Observation>();

function observationOf({ mechanism, status }: NodeView): Observation | null {
  if (!(mechanism instanceof Replica) || status === null) return null;
  let observed = OBSERVED.get(status);
  if (observed === undefined) OBSERVED.set(status, (observed = mechanism.observe()));
  return observed;
}

/** A rule over one replica at a time, with a memory of what any replica has ever shown. */
function rule(
  name: string,
  check: (seen: Observation, id: string, memory: Map<string, string>) => string | null,
): Invariant {
  return {
    name,
    start() {
      const memory = new Map<string, string>();
      return (_nodes, changed) => {
        const seen = observationOf(changed);
        return seen === null ? null : check(seen, changed.id, memory);
      };
    },
  };
}

/** What is first said under a key holds for ever; the sentence when it is contradicted. */
function once(memory: Map<string, string>, key: string, value: string, sentence: string): string | null {
  const known = memory.get(key);
  if (known === undefined) memory.set(key, value);
  return known === undefined || known === value ? null : sentence;
}

/** No two requests are prepared at the same view and number by correct replicas. */
export function onePreparedPerPlace(): Invariant {
  return rule('one request prepared per view and number', (seen, id, memory) => {
    for (const { number, prepared } of seen.slots) {
      if (prepared === null) continue;
      const place = `${prepared.view}/${number}`;
      const problem = once(memory, place, prepared.key, `${id} prepared another request at view/number ${place}`);
      if (problem !== null) return problem;
    }
    return null;
  });
}

/** Stable checkpoints of one number are equal. */
export function stableCheckpointsAgree(): Invariant {
  return rule('stable checkpoints are equal', (seen, id, memory) => {
    const { number, digest } = seen.stable;
    return once(memory, String(number), hashKey(digest), `${id} has another stable checkpoint at ${number}`);
  });
}

/** Every view starts with all that was committed before it: at the same number, the same request. */
export function newViewHoldsCommitted(): Invariant {
  return {
    name: 'a new view contains every committed request',
    start() {
      const committed = new Map<number, { readonly key: string; readonly view: number }>();
      return (_nodes, changed) => {
        const { id } = changed;
        const { slots, start } = observationOf(changed) ?? { slots: [], start: null };
        for (const slot of slots) {
          if (slot.committed !== null && !committed.has(slot.number)) committed.set(slot.number, slot.committed);
        }
        if (start === null) return null;
        for (const [number, { key, view }] of committed) {
          if (number <= start.stable || view >= start.view) continue;
          const holds = start.keys[number - start.stable - 1];
          if (holds !== key) return `view ${start.view} of ${id} lost what view ${view} committed at number ${number}`;
        }
        return null;
      };
    },
  };
}

/** The guard is never turned against a correct replica, whatever the network does. */
export function nobodyHonestQuarantined(): Invariant {
  return {
    name: 'no correct replica is quarantined',
    start:
      () =>
      (nodes, { id, mechanism }) => {
        if (!(mechanism instanceof Replica)) return null;
        const victim = mechanism.observe().quarantined.find((peer) => nodes.some((node) => node.id === peer));
        return victim === undefined ? null : `${id} quarantines ${victim}`;
      },
  };
}

/** Whom the log convicts at the end of the epoch is the same on all correct replicas, and nobody correct is among them. */
export function convictionsAgree(): Invariant {
  return {
    name: 'convictions are equal, and of nobody correct',
    start() {
      let first: { readonly id: string; readonly names: string } | null = null;
      return (nodes, changed) => {
        const convicted = observationOf(changed)?.convicted ?? null;
        if (convicted === null) return null;
        const victim = convicted.find((peer) => nodes.some((node) => node.id === peer));
        if (victim !== undefined) return `${changed.id} convicts ${victim}`;
        const names = [...convicted].sort().join(' ');
        first ??= { id: changed.id, names };
        return first.names === names ? null : `${changed.id} convicts "${names}", ${first.id} "${first.names}"`;
      };
    },
  };
}
