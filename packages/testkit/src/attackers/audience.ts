import type { Micros, NodeId } from '@hypersync/interface';
import { concatBytes } from '@hypersync/base';
import type { AttackContext } from './shell.ts';

/** One of two twins. */
export type Half = 0 | 1;

/** Who hears, and is heard by, which twin. */
export interface Audience {
  /** Time goes on; who hears whom may change. */
  turn(now: Micros): void;
  hears(peer: NodeId, half: Half): boolean;
  /** What a colluding peer is sent, so that it knows which twin speaks. Bytes for others stay as they are. */
  wrap(peer: NodeId, half: Half, bytes: Uint8Array): Uint8Array;
  /** What a colluding peer said, and to which twin; null for everybody else. */
  unwrap(peer: NodeId, bytes: Uint8Array): { readonly half: Half; readonly bytes: Uint8Array } | null;
}

type Context = Pick<AttackContext<never>, 'init' | 'random' | 'peers'>;
export type MakeAudience = (context: Context) => Audience;

const PLAIN: Pick<Audience, 'wrap' | 'unwrap'> = { wrap: (_peer, _half, bytes) => bytes, unwrap: () => null };

/** From time to time the halves are drawn anew; everybody hears one of the twins, some (a coin) hear the same. */
export const split: MakeAudience = ({ init, random, peers }) => {
  let next = init.now;
  let sides: ReadonlyMap<NodeId, Half> = new Map();
  const turn = (now: Micros): void => {
    if (now < next) return;
    next = now + random.between(200_000, 2_000_000);
    const order = random.shuffle(peers);
    const cut = random.between(0, order.length);
    sides = new Map(order.map((id, i) => [id, i < cut ? 0 : 1]));
  };
  turn(init.now);
  return { ...PLAIN, turn, hears: (peer, half) => (sides.get(peer) ?? 0) === half };
};

/** Everybody hears both. */
export const open: MakeAudience = () => ({ ...PLAIN, turn: () => {}, hears: () => true });

/**
 * Several nodes of twins that work together: the first twins of all show one world to one half of the honest nodes, the second
 * twins another world to the other half. `ring` collects who belongs; it is one per run.
 */
export function colluding(ring: Set<NodeId>): MakeAudience {
  return ({ init }) => {
    ring.add(init.self);
    let known = 0;
    let sides: ReadonlyMap<NodeId, Half> = new Map();
    const sideOf = (peer: NodeId): Half => {
      if (known !== ring.size) {
        known = ring.size;
        sides = honestHalves(init.members.map(({ id }) => id).filter((id) => !ring.has(id)));
      }
      return sides.get(peer) ?? 0;
    };
    return {
      turn: () => {},
      hears: (peer, half) => ring.has(peer) || sideOf(peer) === half,
      wrap: (peer, half, bytes) => (ring.has(peer) ? concatBytes([Uint8Array.of(half), bytes]) : bytes),
      unwrap(peer, bytes) {
        if (!ring.has(peer)) return null;
        return { half: bytes[0] === 1 ? 1 : 0, bytes: bytes.subarray(1) };
      },
    };
  };
}

/** The two halves of the honest nodes, by the order of their names: colluding attackers and the simulator's cut agree on them. */
export function honestHalves(ids: readonly NodeId[]): ReadonlyMap<NodeId, Half> {
  return new Map(ids.toSorted().map((id, i) => [id, i < ids.length / 2 ? 0 : 1]));
}
