import type { Micros, NodeId } from '@hypersync/interface';
import type { StateWriter, WeightTable } from '@hypersync/consensus-kit';
import { decayed } from '../decay.ts';
import type { GuardConfig } from './config.ts';

/** How one node treats a peer, by its own view alone. Reversible, and never a matter of votes. */
export type Standing = 'trusted' | 'slowed' | 'deprioritised' | 'quarantined';

/** What to do with a message: now, after all others, or not at all. */
export type Admission = 'process' | 'defer' | 'drop';

/**
 * Points of suspicion. `network` marks what an honest peer's network can also cause: such points slow and de-prioritise,
 * but never quarantine. Everything is charged to the peer that the transport authenticated, never to a name in a message.
 */
export const SUSPICIONS = {
  malformed: { points: 20, network: false },
  'bad-signature': { points: 20, network: false },
  'false-accusation': { points: 60, network: false },
  equivocation: { points: 10_000, network: false },
  flood: { points: 5, network: true },
  replay: { points: 2, network: true },
  stale: { points: 1, network: true },
  'wrong-epoch': { points: 1, network: true },
  silence: { points: 25, network: true },
} as const satisfies Readonly<Record<string, { readonly points: number; readonly network: boolean }>>;

export type Suspicion = keyof typeof SUSPICIONS;

const MAX_POINTS = 10_000;
const MAX_DOUBLINGS = 6;
const SECOND: Micros = 1_000_000;

interface PeerRecord {
  /** Points that only a faulty node earns, and points that a bad network earns too. */
  culpable: number;
  network: number;
  /** When both were last brought up to date. */
  since: Micros;
  /** 0 while not quarantined. */
  quarantinedUntil: Micros;
  quarantines: number;
  /** Messages it may still have handled, in millionths, and when that was counted. */
  allowance: number;
  refilled: Micros;
}

/** Suspicion per member. Constant time per message; a member without a mark costs one look-up. */
export class SuspicionBook {
  readonly #config: GuardConfig;
  readonly #table: WeightTable;
  /** Only members that have a mark. */
  readonly #marked = new Map<NodeId, PeerRecord>();

  constructor(config: GuardConfig, table: WeightTable) {
    this.#config = config;
    this.#table = table;
  }

  /** Returns the standing when the charge changed it, else null. `peer` is a member. */
  charge(now: Micros, peer: NodeId, what: Suspicion, count: number): Standing | null {
    const before = this.standingOf(now, peer);
    const record = this.#broughtUpTo(now, peer);
    const { points, network } = SUSPICIONS[what];
    const mark = network ? 'network' : 'culpable';
    record[mark] = Math.min(MAX_POINTS, record[mark] + points * count);
    if (record.culpable >= this.#config.quarantineAt && record.quarantinedUntil === 0)
      this.#quarantine(now, peer, record);
    const after = this.standingOf(now, peer);
    return after === before ? null : after;
  }

  /** Only while less than a third of the weight is quarantined: a node must not talk itself out of its cluster. */
  #quarantine(now: Micros, peer: NodeId, record: PeerRecord): void {
    const taken = this.#table.tally(this.quarantined(now)) + this.#table.weightOf(peer);
    if (3 * taken >= this.#table.total) return;
    const doublings = Math.min(record.quarantines, MAX_DOUBLINGS);
    record.quarantinedUntil = now + this.#config.quarantineMs * 1000 * 2 ** doublings;
    record.quarantines++;
    record.allowance = 0;
    record.refilled = now;
  }

  /** In the order of their ids. */
  quarantined(now: Micros): NodeId[] {
    return [...this.#marked]
      .filter(([, record]) => record.quarantinedUntil > now)
      .map(([peer]) => peer)
      .sort();
  }

  standingOf(now: Micros, peer: NodeId): Standing {
    const record = this.#marked.get(peer);
    if (record === undefined) return 'trusted';
    if (record.quarantinedUntil > now) return 'quarantined';
    const points = this.pointsOf(now, peer);
    if (points >= this.#config.deprioritiseAt) return 'deprioritised';
    return points >= this.#config.slowAt ? 'slowed' : 'trusted';
  }

  pointsOf(now: Micros, peer: NodeId): number {
    const record = this.#marked.get(peer);
    return record === undefined ? 0 : this.#faded(now, record, 'culpable') + this.#faded(now, record, 'network');
  }

  /** Strangers have nothing to say here. */
  admit(now: Micros, peer: NodeId): Admission {
    const record = this.#marked.get(peer);
    if (record === undefined) return this.#table.has(peer) ? 'process' : 'drop';
    const standing = this.standingOf(now, peer);
    if (standing === 'trusted') return 'process';
    if (standing === 'deprioritised') return 'defer';
    if (standing === 'slowed') return this.#spend(now, record, this.#config.slowedPerSecond) ? 'process' : 'defer';
    return this.#spend(now, record, this.#config.quarantinedPerSecond) ? 'defer' : 'drop';
  }

  /** A token bucket that holds one second's worth. */
  #spend(now: Micros, record: PeerRecord, perSecond: number): boolean {
    const earned = (now - record.refilled) * perSecond;
    record.allowance = Math.min(record.allowance + earned, SECOND * perSecond);
    record.refilled = now;
    if (record.allowance < SECOND) return false;
    record.allowance -= SECOND;
    return true;
  }

  /** All is forgotten, as an operator may decide. */
  release(peer: NodeId): void {
    this.#marked.delete(peer);
  }

  /** Points as they are now. Whoever comes out of quarantine starts where it is slowed: a few more marks bring it back, for longer. */
  #faded(now: Micros, record: PeerRecord, mark: 'culpable' | 'network'): number {
    const halfLife = this.#config.halfLifeMs * 1000;
    const released = record.quarantinedUntil > 0 && now >= record.quarantinedUntil;
    if (mark === 'network' || !released) return decayed(record[mark], Math.max(0, now - record.since), halfLife);
    return decayed(Math.min(record.culpable, this.#config.slowAt), now - record.quarantinedUntil, halfLife);
  }

  #broughtUpTo(now: Micros, peer: NodeId): PeerRecord {
    const known = this.#marked.get(peer);
    if (known === undefined) {
      const none = { culpable: 0, network: 0, quarantinedUntil: 0, quarantines: 0, allowance: 0 };
      const record = { ...none, since: now, refilled: now };
      this.#marked.set(peer, record);
      return record;
    }
    const [culpable, network] = [this.#faded(now, known, 'culpable'), this.#faded(now, known, 'network')];
    if (known.quarantinedUntil <= now) known.quarantinedUntil = 0;
    known.culpable = culpable;
    known.network = network;
    known.since = now;
    return known;
  }

  clone(): SuspicionBook {
    const copy = new SuspicionBook(this.#config, this.#table);
    for (const [peer, record] of this.#marked) copy.#marked.set(peer, { ...record });
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.map(this.#marked, (writer, record) => void writer.data({ ...record }));
  }
}
