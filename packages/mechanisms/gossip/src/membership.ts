import type { Prng, StateWriter } from '@hypersync/consensus-kit';
import type { Micros } from '@hypersync/interface';
import { ClaimQueue } from './claim-queue.ts';
import { logOfSize, type GossipConfig } from './config.ts';
import { Prober } from './prober.ts';
import { SwimView, type Claim } from './swim-view.ts';
import type { Purpose } from './wire.ts';

const MICROS_PER_MS = 1_000;
/** Without confirmation a suspect has this many times as long as with (Lifeguard's default). */
const LONGEST_SUSPICION = 6;
/** Advice of the failure detector from which on a member is probed at once; suspicion still needs a failed probe. */
const WORRYING_PHI = 8;

export interface Outgoing {
  readonly to: number;
  readonly purpose: Purpose;
}

/** SWIM of one member: view, probes, and the news that travels with every message. */
export class Membership {
  readonly #self: number;
  #view: SwimView;
  #queue: ClaimQueue;
  #prober: Prober;

  constructor(now: Micros, self: number, members: number, config: GossipConfig) {
    this.#self = self;
    const size = logOfSize(members);
    const shortest = config.suspicionMultiplier * size * config.probeIntervalMs * MICROS_PER_MS;
    this.#view = new SwimView(self, members, { shortest, longest: LONGEST_SUSPICION * shortest });
    this.#queue = new ClaimQueue(config.retransmitMultiplier * size);
    this.#prober = new Prober(now, self, members, {
      interval: config.probeIntervalMs * MICROS_PER_MS,
      timeout: config.probeTimeoutMs * MICROS_PER_MS,
      indirect: config.indirectProbes,
    });
  }

  get view(): SwimView {
    return this.#view;
  }

  /** For status: own incarnation and self-doubt, how many are alive, suspect and dead, and each as `name=health@incarnation`. */
  detail(names: readonly string[]): Readonly<Record<string, number | string>> {
    const view = this.#view;
    return {
      incarnation: view.ownIncarnation,
      doubt: this.#prober.doubt,
      alive: view.count('alive'),
      suspect: view.count('suspect'),
      dead: view.count('dead'),
      members: names.map((name, i) => `${name}=${view.healthOf(i)}@${view.incarnationOf(i)}`).join(' '),
    };
  }

  get hasNews(): boolean {
    return this.#queue.size > 0;
  }

  /** A new life; the caller has made the incarnation durable, or does before anything is sent. */
  rise(incarnation: number): void {
    this.#view.rise(incarnation);
    this.#queue.push(this.#view.claimOf(this.#self));
  }

  /** Takes claims in. True when this member had to refute one: its incarnation must become durable. */
  hear(now: Micros, claims: readonly Claim[]): boolean {
    let refuted = false;
    for (const claim of claims) {
      if (!this.#view.hear(now, claim)) continue;
      if (claim.member === this.#self) {
        refuted = true;
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
    for (const action of this.#prober.tick(now, (member) => this.#view.healthOf(member) === 'alive', prng)) {
      if (action.kind === 'suspect') this.#suspect(now, action.target);
      else if (action.kind === 'ping') {
        outgoing.push({ to: action.target, purpose: { type: 'ping', sequence: action.sequence } });
      } else {
        const { through, target, sequence } = action;
        outgoing.push({ to: through, purpose: { type: 'ping-request', sequence, target } });
      }
    }
    for (const member of this.#view.expire(now)) this.#queue.push(this.#view.claimOf(member));
    return outgoing;
  }

  #suspect(now: Micros, member: number): void {
    if (this.#view.healthOf(member) !== 'alive') return;
    const incarnation = this.#view.incarnationOf(member);
    const claim: Claim = { member, health: 'suspect', incarnation, accuser: this.#self };
    if (this.#view.hear(now, claim)) this.#queue.push(claim);
  }

  /** SWIM's three messages; returns what to send in answer. */
  handle(from: number, purpose: Extract<Purpose, { type: 'ping' | 'ping-request' | 'ack' }>): Outgoing | null {
    switch (purpose.type) {
      case 'ping':
        return { to: from, purpose: { type: 'ack', sequence: purpose.sequence, about: this.#self } };
      case 'ping-request': {
        if (purpose.target === this.#self || purpose.target === from) return null;
        const sequence = this.#prober.relay(from, purpose.sequence);
        return { to: purpose.target, purpose: { type: 'ping', sequence } };
      }
      case 'ack': {
        const relay = this.#prober.answered(purpose.about, purpose.sequence);
        if (relay === null) return null;
        return { to: relay.to, purpose: { type: 'ack', sequence: relay.theirs, about: purpose.about } };
      }
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
    return copy;
  }

  writeTo(state: StateWriter): void {
    this.#view.writeTo(state);
    this.#queue.writeTo(state);
    this.#prober.writeTo(state);
  }
}
