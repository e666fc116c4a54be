import { AgreementSeries } from '@hypersync/consensus-kit';
import { hullDistance, type Invariant, type NodeView } from '@hypersync/testkit/consensus';
import { VectorAgreement } from '../src/vector-agreement.ts';

type Point = readonly number[];

/** Agreements that are remembered; a node that lags further behind is not looked at. */
const REMEMBERED = 100;

/** Looks at every agreement that a node's step may have moved. */
function watching<M>(name: string, fresh: () => M, look: Look<M>): Invariant {
  return {
    name,
    start() {
      const memories = new Map<number, M>();
      let newest = 0;
      return (nodes, changed) => {
        if (!(changed.mechanism instanceof AgreementSeries)) return null;
        const last = Number(changed.status?.detail['last'] ?? 0);
        newest = Math.max(newest, last + 1);
        memories.delete(newest - REMEMBERED);
        for (const number of [last, last + 1].filter((one) => one > newest - REMEMBERED)) {
          const protocol = changed.mechanism.agreement(number);
          if (!(protocol instanceof VectorAgreement)) continue;
          const memory = memories.get(number) ?? fresh();
          memories.set(number, memory);
          const problem = look(memory, protocol, changed, nodes);
          if (problem !== null) return `agreement ${number}: ${problem}`;
        }
        return null;
      };
    },
  };
}

type Look<M> = (memory: M, protocol: VectorAgreement, node: NodeView, nodes: readonly NodeView[]) => string | null;

/** Every honest value of a round is within the hull of the honest values of the round before, but for rounding. */
export function staysInside(): Invariant {
  return watching(
    'honest values stay inside',
    () => ({ values: [] as Point[][], seen: new Map<string, number>() }),
    (memory, protocol, { id, incarnation }) => {
      const { trail } = protocol;
      const outside = protocol.detail()['validity'] === 'hull' ? hullDistance : boxDistance;
      const key = `${id}/${incarnation}`;
      for (let round = memory.seen.get(key) ?? 0; round < trail.length; round++) {
        const point = trail[round]!;
        (memory.values[round] ??= []).push(point);
        // a member that was done stands for its last value, so all earlier rounds count
        const before = memory.values.slice(0, round).flat();
        if (round > 0 && outside(before, point) > 2 * Math.sqrt(point.length))
          return `${id} moved to [${point.join(', ')}] in round ${round}, outside the honest values of before`;
      }
      memory.seen.set(key, trail.length);
      return null;
    },
  );
}

/** In hull validity each round halves one coordinate between honest members, in box validity all. */
export function halves(): Invariant {
  return watching(
    'a round halves the extent',
    () => ({ trails: new Map<string, { trail: readonly Point[]; over: boolean }>(), seen: new Map<string, number>() }),
    (memory, protocol, { id, incarnation }) => {
      const key = `${id}/${incarnation}`;
      const { trail } = protocol;
      const from = memory.seen.get(key) ?? 0;
      memory.trails.set(key, { trail: [...trail], over: protocol.detail()['over'] === true });
      memory.seen.set(key, trail.length);
      const hull = protocol.detail()['validity'] === 'hull';
      const all = [...memory.trails.values()];
      const valuesOf = (round: number): Point[] =>
        all.map(({ trail: points }) => points[round]).filter((point) => point !== undefined);
      for (let round = Math.max(1, from); round < trail.length; round++)
        for (let axis = 0; axis < trail[round]!.length; axis++) {
          if (hull && axis !== (round - 1) % trail[round]!.length) continue;
          if (all.some(({ trail: points, over }) => over && points.length <= round)) continue; // all are close already
          const before = extentOf(valuesOf(round - 1), axis);
          const after = extentOf(valuesOf(round), axis);
          if (after > before / 2 + 2) return `round ${round} left ${after} of ${before} in coordinate ${axis}`;
        }
      return null;
    },
  );
}

function extentOf(points: readonly Point[], axis: number): number {
  const along = points.map((point) => point[axis]!);
  return Math.max(...along) - Math.min(...along);
}

/** The witness technique: any two honest members go on from n - f common values. */
export function sharesValues(): Invariant {
  return watching(
    'honest members share n - f values',
    () => ({ used: new Map<number, Map<string, number>>(), seen: new Map<string, number>() }),
    (memory, { used }, { id, incarnation, status }, nodes) => {
      const key = `${id}/${incarnation}`;
      if (memory.seen.get(key) === used.size) return null;
      memory.seen.set(key, used.size);
      const tolerated = Number(status?.detail['tolerates']);
      const members = Number(status?.detail['members'] ?? nodes.length);
      for (const [round, mine] of used) {
        const others = memory.used.get(round) ?? new Map<string, number>();
        memory.used.set(round, others);
        for (const [other, theirs] of others)
          if (bits(mine & theirs) < members - tolerated)
            return `${id} and ${other} share only ${bits(mine & theirs)} values in round ${round}`;
        others.set(id, mine);
      }
      return null;
    },
  );
}

/** Reliable broadcast: what honest members have of a member's round is one and the same value. */
export function broadcastAgrees(): Invariant {
  return watching(
    'broadcasts agree',
    () => ({ values: new Map<string, string>(), seen: new Map<string, number>() }),
    (memory, { received }, { id, incarnation }) => {
      const key = `${id}/${incarnation}`;
      const count = received.reduce((sum, chain) => sum + chain.length, 0);
      if (memory.seen.get(key) === count) return null;
      memory.seen.set(key, count);
      for (const [member, chain] of received.entries())
        for (const [round, point] of chain.entries()) {
          const place = `${member}/${round}`;
          const known = memory.values.get(place) ?? point.join();
          if (known !== point.join())
            return `${id} has [${point.join(', ')}] of member ${member} in round ${round}, others [${known}]`;
          memory.values.set(place, known);
        }
      return null;
    },
  );
}

function boxDistance(points: readonly Point[], target: Point): number {
  const along = (axis: number): number[] => points.map((point) => point[axis]!);
  return Math.max(...target.map((value, i) => Math.max(Math.min(...along(i)) - value, value - Math.max(...along(i)))));
}

function bits(set: number): number {
  let count = 0;
  for (let rest = set; rest > 0; rest >>>= 1) count += rest & 1;
  return count;
}
