import { type Prng, type StateWriter, type Vector } from '@hypersync/consensus-kit';
import type { Micros } from '@hypersync/interface';
import type { GossipConfig } from './config.ts';
import { LazyPush } from './lazy-push.ts';
import { Mesh, type Standing } from './mesh.ts';
import { PushQueues } from './push-queues.ts';
import { rumourBytes, type Rumour } from './rumour.ts';
import type { RumourStore, Span } from './rumour-store.ts';
import { DEAF_BELOW, Scores } from './scores.ts';
import type { Outgoing, Purpose } from './wire.ts';

const MICROS_PER_MS = 1_000;
export type OverlayPurpose = Extract<Purpose, { type: 'graft' | 'prune' | 'have' | 'want' }>;

/**
 * How rumours spread: pushed at once along the links of a mesh, advertised to some others once per heartbeat (GossipSub
 * v1.1). What both miss comes by push-pull, so nothing here has to be certain, and every queue may overflow.
 */
export class Overlay {
  readonly #config: GossipConfig;
  readonly #peers: readonly number[];
  readonly #members: number;
  #mesh: Mesh;
  #queues = new PushQueues();
  #lazy: LazyPush;
  #scores: Scores;
  #nextBeat: Micros;
  /** Bytes given to each peer on demand since the last heartbeat. */
  #served = new Map<number, number>();

  constructor(now: Micros, peers: readonly number[], config: GossipConfig) {
    this.#config = config;
    this.#peers = peers;
    this.#members = peers.length + 1;
    this.#mesh = new Mesh(peers, {
      degree: config.meshDegree,
      low: config.meshLow,
      high: config.meshHigh,
      backoff: config.pruneBackoffMs * MICROS_PER_MS,
    });
    this.#lazy = new LazyPush(config.heartbeatMs * MICROS_PER_MS);
    this.#scores = new Scores(this.#members);
    this.#nextBeat = now;
  }

  get links(): readonly number[] {
    return this.#mesh.links;
  }

  /** Rumours waiting to be pushed. */
  get queued(): number {
    return this.#queues.size;
  }

  get detail(): Readonly<Record<string, number>> {
    return {
      links: this.#mesh.links.length,
      queued: this.#queues.size,
      dropped: this.#queues.dropped,
      promised: this.#lazy.promises,
    };
  }

  misbehaved(member: number): void {
    this.#scores.misbehaved(member);
  }

  #standing(isAlive: (member: number) => boolean): Standing {
    return { isAlive, score: (member) => this.#scores.of(member) };
  }

  /**
   * A rumour is new here. It goes to the links, but to nobody of `holders`: who sent it and whom that one sent it to. A
   * member without links draws some for it (GossipSub's fan-out).
   */
  spread(rumour: Rumour, holders: readonly number[], isAlive: (member: number) => boolean, prng: Prng): void {
    const [sender] = holders;
    if (sender !== undefined) this.#scores.delivered(sender);
    this.#lazy.arrived(rumour);
    const { links } = this.#mesh;
    const targets = links.length > 0 ? links : prng.sample(this.#peers.filter(isAlive), this.#config.meshDegree);
    for (const peer of targets) {
      if (peer !== rumour.origin && !holders.includes(peer)) this.#queues.push(peer, rumour);
    }
  }

  /** `member` has what is known here already. */
  seenAt(rumour: Rumour, member: number): void {
    this.#queues.seenAt(member, rumour);
  }

  handle(now: Micros, from: number, purpose: OverlayPurpose, store: RumourStore): readonly Outgoing[] {
    switch (purpose.type) {
      case 'graft': {
        if (this.#mesh.isBackingOff(now, from)) this.#scores.misbehaved(from);
        // Whoever speaks is alive, whatever is believed of it.
        if (
          this.#mesh.grafted(
            now,
            from,
            this.#standing(() => true),
          )
        )
          return [];
        return [{ to: from, purpose: { type: 'prune', backoffMs: this.#config.pruneBackoffMs } }];
      }
      case 'prune':
        this.#mesh.pruned(now, from, purpose.backoffMs * MICROS_PER_MS);
        this.#queues.forget(from);
        return [];
      case 'have': {
        if (this.#scores.of(from) < DEAF_BELOW) return [];
        const wanted = this.#lazy.advertised(now, from, purpose.spans, (span) => store.lacking(span));
        return wanted.length === 0 ? [] : [{ to: from, purpose: { type: 'want', spans: wanted } }];
      }
      case 'want':
        return this.#serve(from, purpose.spans, store);
    }
  }

  /** Gives what is asked for, up to one batch per peer and heartbeat: asking is cheap, answering is not. */
  #serve(to: number, spans: readonly Span[], store: RumourStore): readonly Outgoing[] {
    const rumours: Rumour[] = [];
    let bytes = this.#served.get(to) ?? 0;
    for (const rumour of store.within(spans)) {
      bytes += rumourBytes(rumour);
      if (bytes > this.#config.maxBatchBytes && (rumours.length > 0 || this.#served.has(to))) break;
      rumours.push(rumour);
    }
    if (rumours.length === 0) return [];
    this.#served.set(to, bytes);
    return [
      { to, lane: 'bulk', purpose: { type: 'gossip', frontier: store.frontier, rumours, also: [], more: false } },
    ];
  }

  /** What is due by now: links brought in order, advertisements. */
  tick(now: Micros, isAlive: (member: number) => boolean, store: RumourStore, prng: Prng): readonly Outgoing[] {
    if (now < this.#nextBeat) return [];
    const heartbeat = this.#config.heartbeatMs * MICROS_PER_MS;
    this.#nextBeat = now + prng.between(Math.floor(heartbeat * 0.75), heartbeat); // not in step with others
    this.#served.clear();
    this.#scores.fade();
    const outgoing: Outgoing[] = [];
    const before = this.#mesh.links;
    const { grafted, pruned } = this.#mesh.maintain(now, this.#standing(isAlive), prng);
    for (const to of before) if (!this.#mesh.has(to)) this.#queues.forget(to);
    for (const to of grafted) outgoing.push({ to, purpose: { type: 'graft' } });
    const { pruneBackoffMs: backoffMs } = this.#config;
    for (const to of pruned) outgoing.push({ to, purpose: { type: 'prune', backoffMs } });
    outgoing.push(...this.#advertise(isAlive, store.matrix, prng));
    for (const member of this.#lazy.beat(now)) this.#scores.misbehaved(member);
    return outgoing;
  }

  #advertise(isAlive: (member: number) => boolean, matrix: readonly Vector[], prng: Prng): readonly Outgoing[] {
    const spans = this.#lazy.news;
    if (spans.length === 0) return [];
    const isIgnorant = (peer: number): boolean =>
      isAlive(peer) &&
      !this.#mesh.has(peer) &&
      this.#scores.of(peer) >= 0 &&
      spans.some(({ origin, to }) => to > matrix[peer]![origin]!);
    const chosen = prng.sample(this.#peers.filter(isIgnorant), this.#config.lazyDegree);
    return chosen.map((to) => ({ to, purpose: { type: 'have', spans } }));
  }

  /** What waits for the links, one message each: with whom else it goes to, so that these need not tell each other. */
  push(store: RumourStore): readonly Outgoing[] {
    const taken: { readonly to: number; readonly rumours: readonly Rumour[] }[] = [];
    for (const to of this.#queues.targets) {
      const known = store.matrix[to]!;
      const isKnown = ({ origin, counter }: Rumour): boolean => counter <= known[origin]!;
      const rumours = this.#queues.take(to, isKnown, this.#config.maxBatchBytes);
      if (rumours.length > 0) taken.push({ to, rumours });
    }
    const { frontier } = store;
    return taken.map(({ to, rumours }) => {
      const same = taken.filter((other) => other.to !== to && sameRumours(other.rumours, rumours));
      const also = same.map((other) => other.to);
      const lane = bytesOf(rumours) > this.#config.packetBytes ? 'bulk' : 'control';
      return { to, lane, purpose: { type: 'gossip', frontier, rumours, also, more: false } };
    });
  }

  get deadline(): Micros {
    return this.#nextBeat;
  }

  clone(): Overlay {
    const copy = new Overlay(this.#nextBeat, this.#peers, this.#config);
    copy.#mesh = this.#mesh.clone();
    copy.#queues = this.#queues.clone();
    copy.#lazy = this.#lazy.clone();
    copy.#scores = this.#scores.clone();
    copy.#served = new Map(this.#served);
    return copy;
  }

  writeTo(state: StateWriter): void {
    for (const part of [this.#mesh, this.#queues, this.#lazy, this.#scores]) part.writeTo(state);
    state.data([this.#nextBeat, this.#served]);
  }
}

function sameRumours(a: readonly Rumour[], b: readonly Rumour[]): boolean {
  return a.length === b.length && a.every((rumour, i) => rumour === b[i]);
}

function bytesOf(rumours: readonly Rumour[]): number {
  return rumours.reduce((sum, rumour) => sum + rumourBytes(rumour), 0);
}
