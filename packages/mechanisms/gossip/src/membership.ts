import type { Prng, StateWriter, Vector } from '@hypersync/consensus-kit';
import type { Micros } from '@hypersync/interface';
import { ClaimQueue } from './claim-queue.ts';
import { logOfSize, type GossipConfig } from './config.ts';
import { Prober, type ProbeAction } from './prober.ts';
import { SwimView, type Claim, type Health } from './swim-view.ts';
import type { Outgoing, Purpose } from './wire.ts';

const MICROS_PER_MS = 1_000;
/** Advice of the failure detector from which on a member is probed at once; suspicion still needs a failed probe. */
const WORRYING_PHI = 8;

export type SwimPurpose = Extract<Purpose, { type: 'ping' | 'ping-request' | 'ack' | 'nack' }>;

/** SWIM of one member: view, probes, and the news that travels with every message. */
export class Membership {
  readonly #self: number;
  readonly #fanout: number;
  #view: SwimView;
  #queue: ClaimQueue;
  #prober: Prober;
  #refuted = 0;
  #told: { readonly version: number; readonly detail: Readonly<Record<string, number | string>> } | null = null;

  constructor(now: Micros, self: number, members: number, config: GossipConfig) {
    this.#self = self;
    this.#fanout = config.fanout;
    const size = logOfSize(members);
    const shortest = config.suspicionMultiplier * size * config.probeIntervalMs * MICROS_PER_MS;
    this.#view = new SwimView(self, members, { shortest, longest: config.suspicionStretch * shortest });
    this.#queue = new ClaimQueue(config.retransmitMultiplier * size);
    this.#prober = new Prober(now, self, members, {
      interval: config.probeIntervalMs * MICROS_PER_MS,
      timeout: config.probeTimeoutMs * MICROS_PER_MS,
      indirect: config.indirectProbes,
      maxDoubt: config.maxSelfDoubt,
    });
  }

  get view(): SwimView {
    return this.#view;
  }

  /** For status: own incarnation, accusations refuted, self-doubt and probes in this life, how many are alive, suspect and dead, and each as `name=health@incarnation`. */
  detail(names: readonly string[]): Readonly<Record<string, number | string>> {
    const view = this.#view;
    // Asked after every step by observers, and changed by few.
    const { doubt, probes } = this.#prober;
    const own = { doubt, probes, refuted: this.#refuted };
    if (this.#told?.version === view.version) return { ...this.#told.detail, ...own };
    const detail = {
      incarnation: view.ownIncarnation,
      alive: view.count('alive'),
      suspect: view.count('suspect'),
      dead: view.count('dead'),
      left: view.count('left'),
      members: names.map((name, i) => `${name}=${view.healthOf(i)}@${view.incarnationOf(i)}`).join(' '),
    };
    this.#told = { version: view.version, detail };
    return { ...detail, ...own };
  }

  get hasNews(): boolean {
    return this.#queue.size > 0;
  }

  /** At the beginning of a life: members started together must not probe in step. */
  stagger(prng: Prng): void {
    this.#prober.stagger(prng);
  }

  /** A new life; the caller has made the incarnation durable, or does before anything is sent. */
  rise(incarnation: number): void {
    this.#view.rise(incarnation);
    this.#queue.push(this.#view.claimOf(this.#self));
  }

  /** This member goes on purpose, and says so (once). */
  leave(): void {
    if (this.#view.healthOf(this.#self) === 'left') return;
    this.#view.leave();
    this.#queue.push(this.#view.claimOf(this.#self));
  }

  /** Takes claims in. True when this member had to refute one: its incarnation must become durable. */
  hear(now: Micros, claims: readonly Claim[]): boolean {
    let refuted = false;
    for (const claim of claims) {
      if (!this.#view.hear(now, claim)) continue;
      if (claim.member === this.#self) {
        refuted = true;
        this.#refuted++;
        this.#prober.accused();
        this.#queue.push(this.#view.claimOf(this.#self));
      } else this.#queue.push(claim);
    }
    return refuted;
  }

  /** Claims to carry along to `peer`, first of all what is held against it, so that it can refute. */
  claimsFor(peer: number, budget: number): readonly Claim[] {
    const news = this.#queue.take(budget);
    if (this.#view.healthOf(peer) === 'alive' || news.some((claim) => claim.member === peer)) return news;
    return [this.#view.claimOf(peer), ...news];
  }

  readonly isAlive = (member: number): boolean => this.#view.healthOf(member) === 'alive';

  advise(node: number, phi: number): void {
    if (phi >= WORRYING_PHI && this.#view.healthOf(node) === 'alive') this.#prober.hurry(node);
  }

  /** Whom to compare notes with: mostly one held alive, but now and then one held dead, since partitions heal. */
  partner(candidates: readonly number[], prng: Prng): number {
    const live = candidates.filter((peer) => this.#view.healthOf(peer) !== 'dead');
    return prng.pick(live.length > 0 && !prng.chance(1, 4) ? live : candidates);
  }

  /** What has to be sent by now; suspicions that ran out become deaths. */
  tick(now: Micros, prng: Prng): readonly Outgoing[] {
    const outgoing: Outgoing[] = [];
    const known = { isAlive: this.isAlive, hasLeft: (member: number) => this.#view.healthOf(member) === 'left' };
    for (const action of this.#prober.tick(now, known, prng)) {
      if (action.kind === 'suspect') this.#suspect(now, action.target);
      else outgoing.push(messageOf(action));
    }
    for (const member of this.#view.expire(now)) this.#queue.push(this.#view.claimOf(member));
    return outgoing;
  }

  #suspect(now: Micros, member: number): void {
    const health = this.#view.healthOf(member);
    if (health === 'dead' || health === 'left') return;
    const incarnation = this.#view.incarnationOf(member);
    const claim: Claim = { member, health: 'suspect', incarnation, accuser: this.#self };
    if (this.#view.hear(now, claim)) this.#queue.push(claim);
  }

  /** News for `fanout` others, one after the other, as long as there is any. */
  *spread(peers: readonly number[], frontier: Vector, prng: Prng): Generator<Outgoing> {
    if (!this.hasNews) return;
    const health = (peer: number): Health => this.#view.healthOf(peer);
    const reachable = peers.filter((peer) => health(peer) === 'alive' || health(peer) === 'suspect');
    for (const to of prng.sample(reachable, this.#fanout)) {
      if (!this.hasNews) return;
      yield { to, purpose: { type: 'gossip', frontier, rumours: [], also: [], more: false } };
    }
  }

  /** SWIM's three messages and Lifeguard's one; returns what to send in answer. */
  handle(now: Micros, from: number, purpose: SwimPurpose): Outgoing | null {
    switch (purpose.type) {
      case 'ping': {
        const lane = purpose.fallback ? 'bulk' : 'control';
        return { to: from, lane, purpose: { type: 'ack', sequence: purpose.sequence, about: this.#self } };
      }
      case 'ping-request': {
        if (purpose.target === this.#self || purpose.target === from) return null;
        const sequence = this.#prober.relay(now, from, purpose.sequence, purpose.target);
        return { to: purpose.target, purpose: { type: 'ping', sequence, fallback: false } };
      }
      case 'ack': {
        const relay = this.#prober.answered(purpose.about, purpose.sequence);
        if (relay === null) return null;
        return { to: relay.to, purpose: { type: 'ack', sequence: relay.theirs, about: purpose.about } };
      }
      case 'nack':
        this.#prober.refused(from, purpose.sequence);
        return null;
    }
  }

  get deadline(): Micros {
    return Math.min(this.#prober.deadline, this.#view.deadline);
  }

  clone(config: GossipConfig, members: number): Membership {
    const copy = new Membership(0, this.#self, members, config);
    copy.#view = this.#view.clone();
    copy.#queue = this.#queue.clone();
    copy.#prober = this.#prober.clone();
    copy.#refuted = this.#refuted;
    return copy;
  }

  writeTo(state: StateWriter): void {
    this.#view.writeTo(state);
    this.#queue.writeTo(state);
    this.#prober.writeTo(state);
    state.varint(this.#refuted);
  }
}

function messageOf(action: Exclude<ProbeAction, { kind: 'suspect' }>): Outgoing {
  const { sequence } = action;
  switch (action.kind) {
    case 'ping':
      return {
        to: action.target,
        lane: action.fallback ? 'bulk' : 'control',
        purpose: { type: 'ping', sequence, fallback: action.fallback },
      };
    case 'ping-request':
      return { to: action.through, purpose: { type: 'ping-request', sequence, target: action.target } };
    case 'nack':
      return { to: action.to, purpose: { type: 'nack', sequence, about: action.about } };
  }
}
