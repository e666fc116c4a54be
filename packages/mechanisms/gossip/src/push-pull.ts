import {
  AntiEntropyTimer,
  type EpochEnd,
  type FrontierCut,
  type Prng,
  type StateWriter,
} from '@hypersync/consensus-kit';
import { covers, equalVectors } from '@hypersync/consensus-kit';
import type { Micros } from '@hypersync/interface';
import type { GossipConfig } from './config.ts';
import type { Membership } from './membership.ts';
import type { RumourStore } from './rumour-store.ts';
import type { Outgoing, Purpose } from './wire.ts';

export type Digest = Extract<Purpose, { type: 'digest' }>;

/**
 * Anti-entropy (Demers et al. 1987, section 1.3): two members compare what they have, and each gives what the other lacks.
 * This is what makes every rumour arrive; everything faster may fail.
 */
export class PushPull {
  readonly #self: number;
  readonly #config: GossipConfig;
  #timer: AntiEntropyTimer;

  constructor(now: Micros, self: number, config: GossipConfig) {
    this.#self = self;
    this.#config = config;
    this.#timer = new AntiEntropyTimer(now, config);
  }

  /** Something has come from `sender`: are there holes now? */
  heard(now: Micros, sender: number, hasHoles: boolean): void {
    if (hasHoles) this.#timer.gapSeen(now, sender);
    else this.#timer.gapClosed();
  }

  /** `answered`: no digest is wanted back. */
  digest(to: number, store: RumourStore, cut: FrontierCut, answered: boolean): Outgoing {
    const { matrix, beyond } = store;
    return { to, purpose: { type: 'digest', matrix, beyond, cut, answered } };
  }

  /** What goes back to whoever has sent a digest, which has been taken in already. */
  answer(
    to: number,
    { matrix, beyond, cut, answered }: Digest,
    store: RumourStore,
    own: FrontierCut,
  ): readonly Outgoing[] {
    const outgoing: Outgoing[] = [];
    const theirs = matrix[to]!;
    const { frontier } = store;
    const { rumours, complete } = store.missing(theirs, beyond, this.#config.maxBatchBytes);
    if (rumours.length > 0) {
      outgoing.push({ to, lane: 'bulk', purpose: { type: 'gossip', frontier, rumours, also: [], more: !complete } });
    }
    const isNews = !equalVectors(matrix[this.#self]!, frontier) || own.isAheadOf(cut);
    if (!answered && (isNews || !covers(frontier, theirs))) outgoing.push(this.digest(to, store, own, true));
    return outgoing;
  }

  /** Digests due by now: what is evidently missing is asked for, and notes are compared with members that may lack something. */
  tick(
    now: Micros,
    peers: readonly number[],
    store: RumourStore,
    end: EpochEnd<'convergent'>,
    membership: Membership,
    prng: Prng,
  ): readonly Outgoing[] {
    const outgoing: Outgoing[] = [];
    if (now >= this.#timer.deadline) {
      const asked = this.#timer.gapDue(now, prng.pick(peers), prng);
      if (asked !== null) outgoing.push(this.digest(asked, store, end.cut, true));
    }
    const isEnding = end.frozen && !end.sealed;
    const mayLack = (k: number): boolean => isEnding || !store.isInformed(k);
    if (!this.#timer.digestDue(now, peers.some(mayLack), prng)) return outgoing;
    const lagging = peers.filter(mayLack);
    const partner = membership.partner(lagging.length > 0 ? lagging : peers, prng);
    return [...outgoing, this.digest(partner, store, end.cut, false)];
  }

  get deadline(): Micros {
    return this.#timer.deadline;
  }

  clone(): PushPull {
    const copy = new PushPull(0, this.#self, this.#config);
    copy.#timer = this.#timer.clone();
    return copy;
  }

  writeTo(state: StateWriter): void {
    this.#timer.writeTo(state);
  }
}
