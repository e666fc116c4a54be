import { toHex } from '@hypersync/base';
import { AgreementSeries } from '@hypersync/consensus-kit';
import type { Invariant, NodeView } from '@hypersync/testkit/consensus';
import { SetAgreement } from '../src/set-agreement.ts';
import { leastSum, sumTo } from './centre-oracle.ts';
import { referenceOf } from './spaces.ts';

/** Agreements that are remembered; a node that lags further behind is not looked at. */
const REMEMBERED = 100;
/** Errors of the oracle's own distances, which are those of arc functions near their ends. */
const TOLERANCE = 1e-7;

type Look<M> = (memory: M, protocol: SetAgreement, node: NodeView) => string | null;

/** Looks at every agreement that a node's step may have moved. */
function watching<M>(name: string, fresh: () => M, look: Look<M>): Invariant {
  return {
    name,
    start() {
      const memories = new Map<number, M>();
      let newest = 0;
      return (_nodes, changed) => {
        if (!(changed.mechanism instanceof AgreementSeries)) return null;
        const last = Number(changed.status?.detail['last'] ?? 0);
        newest = Math.max(newest, last + 1);
        memories.delete(newest - REMEMBERED);
        for (const number of [last, last + 1].filter((one) => one > newest - REMEMBERED)) {
          const protocol = changed.mechanism.agreement(number);
          if (!(protocol instanceof SetAgreement)) continue;
          const memory = memories.get(number) ?? fresh();
          memories.set(number, memory);
          const problem = look(memory, protocol, changed);
          if (problem !== null) return `agreement ${number}: ${problem}`;
        }
        return null;
      };
    },
  };
}

/** Agreement on a core set: at least n - f readings count. */
export function enoughCount(): Invariant {
  return watching(
    'n - f readings count',
    () => null,
    (_memory, { members }, { id, status }) => {
      if (members.includes(null)) return null;
      const counted = members.filter((member) => member === true).length;
      const wanted = members.length - Number(status?.detail['tolerates']);
      return counted >= wanted ? null : `${id} counts ${counted} readings of at least ${wanted}`;
    },
  );
}

/** Binary consensus: an answer was estimated by somebody correct, so that liars alone vote nobody out. */
export function answersAreEstimated(): Invariant {
  return watching(
    "answers are somebody correct's",
    () => new Map<number, Set<boolean>>(),
    (estimates, { members, estimated }, { id }) => {
      for (const [member, bits] of estimated.entries()) {
        const known = estimates.get(member) ?? new Set<boolean>();
        estimates.set(member, known);
        for (const bit of bits) known.add(bit === 1);
        const answer = members[member] ?? null;
        if (answer !== null && !known.has(answer))
          return `${id} answers ${answer} about member ${member}, which nobody correct has estimated`;
      }
      return null;
    },
  );
}

/** Binary consensus: no two honest members answer a question differently. */
export function answersAgree(): Invariant {
  return watching(
    'answers agree',
    () => new Map<number, boolean>(),
    (answers, { members }, { id }) => {
      for (const [member, answer] of members.entries()) {
        if (answer === null) continue;
        const known = answers.get(member) ?? answer;
        if (known !== answer) return `${id} answers ${answer} about member ${member}, others ${known}`;
        answers.set(member, known);
      }
      return null;
    },
  );
}

/** Reliable broadcast: what honest members have of a member is one and the same reading. */
export function broadcastAgrees(): Invariant {
  return watching(
    'broadcasts agree',
    () => new Map<number, string>(),
    (values, { readings }, { id }) => {
      for (const [member, reading] of readings.entries()) {
        if (reading === null) continue;
        const known = values.get(member) ?? reading.join();
        if (known !== reading.join()) return `${id} has [${reading.join(', ')}] of member ${member}, others [${known}]`;
        values.set(member, known);
      }
      return null;
    },
  );
}

/** No point has a smaller sum than the output, but for rounding: an oracle of its own searches for one. */
export function outputIsTheCentre(): Invariant {
  return watching(
    'the output is the centre',
    () => new Set<string>(),
    (known, { members, readings, output, config }, { id }) => {
      if (output === null || members.includes(null) || known.has(toHex(output))) return null;
      known.add(toHex(output));
      const points = readings.filter((_, i) => members[i] === true) as (readonly number[])[];
      const { ball, centre, manifoldId } = config;
      const dimension = manifoldId === 'spd' ? Math.sqrt(ball.manifold.coordinates) : ball.manifold.dimension;
      const reference = referenceOf(manifoldId, dimension);
      const view = new DataView(output.buffer, output.byteOffset, output.length);
      const put = Array.from({ length: output.length / 8 }, (_, i) => view.getFloat64(8 * i));
      const cost = sumTo(reference, points, put, centre);
      const least = leastSum(reference, points, centre, ball.radius);
      const rounding = points.length * output.length * ball.spacing;
      return cost <= least + TOLERANCE + rounding
        ? null
        : `${id}: the sum is ${cost} at [${put.join(', ')}], ${least} elsewhere`;
    },
  );
}
