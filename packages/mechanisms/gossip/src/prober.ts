import type { Prng, StateWriter } from '@hypersync/consensus-kit';
import type { Micros } from '@hypersync/interface';

/** Lifeguard's local health multiplier ends here: a member that misses answers left and right first doubts itself. */
const MAX_DOUBT = 8;
const MAX_RELAYS = 128;

export interface ProbeTimes {
  readonly interval: Micros;
  readonly timeout: Micros;
  readonly indirect: number;
}

/** What probing wants to happen. `suspect`: the target answered neither us nor those that we asked. */
export type ProbeAction =
  | { readonly kind: 'ping'; readonly target: number; readonly sequence: number }
  | { readonly kind: 'ping-request'; readonly through: number; readonly target: number; readonly sequence: number }
  | { readonly kind: 'suspect'; readonly target: number };

interface Probe {
  readonly target: number;
  readonly sequence: number;
  readonly answered: boolean;
  readonly indirectAt: Micros;
  readonly asked: boolean;
}

interface Relay {
  readonly to: number;
  readonly theirs: number;
}

/**
 * SWIM's failure detector: one member per interval, in a random round robin so that nobody is left out for long; first
 * directly, then through `indirect` others. The dead are probed too, which is how a healed partition is noticed.
 */
export class Prober {
  readonly #self: number;
  readonly #peers: readonly number[];
  readonly #times: ProbeTimes;
  #order: readonly number[] = [];
  #urgent: readonly number[] = [];
  #current: Probe | null = null;
  #nextProbe: Micros;
  #nextSequence = 1;
  #doubt = 0;
  #relays = new Map<number, Relay>();

  constructor(now: Micros, self: number, members: number, times: ProbeTimes) {
    this.#self = self;
    this.#peers = Array.from({ length: members }, (_, i) => i).filter((i) => i !== self);
    this.#times = times;
    this.#nextProbe = now + times.interval;
  }

  /** 0 when this member hears what it should hear, up to 8 when it is probably itself the slow one. */
  get doubt(): number {
    return this.#doubt;
  }

  /** Somebody else has reason to doubt this member: it was accused and is alive. */
  accused(): void {
    this.#doubt = Math.min(MAX_DOUBT, this.#doubt + 1);
  }

  /** Advice from outside: probe this one next. */
  hurry(member: number): void {
    if (this.#peers.includes(member) && !this.#urgent.includes(member)) this.#urgent = [...this.#urgent, member];
  }

  tick(now: Micros, isAlive: (member: number) => boolean, prng: Prng): readonly ProbeAction[] {
    if (this.#peers.length === 0) return [];
    const actions: ProbeAction[] = [];
    const current = this.#current;
    if (current !== null && !current.answered && !current.asked && now >= current.indirectAt) {
      this.#current = { ...current, asked: true };
      const helpers = this.#peers.filter((peer) => peer !== current.target && isAlive(peer));
      for (const through of prng.sample(helpers, this.#times.indirect)) {
        actions.push({ kind: 'ping-request', through, target: current.target, sequence: current.sequence });
      }
    }
    if (now < this.#nextProbe) return actions;
    if (current !== null && !current.answered) {
      this.accused();
      actions.push({ kind: 'suspect', target: current.target });
    }
    const target = this.#nextTarget(prng);
    const sequence = this.#nextSequence++;
    const scale = 1 + this.#doubt;
    this.#current = { target, sequence, answered: false, indirectAt: now + this.#times.timeout * scale, asked: false };
    this.#nextProbe = now + this.#times.interval * scale;
    return [...actions, { kind: 'ping', target, sequence }];
  }

  #nextTarget(prng: Prng): number {
    const [urgent, ...others] = this.#urgent;
    if (urgent !== undefined) {
      this.#urgent = others;
      return urgent;
    }
    if (this.#order.length === 0) this.#order = prng.shuffle(this.#peers);
    const [next, ...rest] = this.#order;
    this.#order = rest;
    return next!;
  }

  /** A ping for somebody else: the number to ping the target with. */
  relay(to: number, theirs: number): number {
    const sequence = this.#nextSequence++;
    this.#relays.set(sequence, { to, theirs });
    if (this.#relays.size > MAX_RELAYS) this.#relays.delete(this.#relays.keys().next().value!);
    return sequence;
  }

  /** An answer from `from`; returns whom to hand it on to, if it was for somebody else. `about` is who is alive by it. */
  answered(about: number, sequence: number): Relay | null {
    const relay = this.#relays.get(sequence) ?? null;
    if (relay !== null) {
      this.#relays.delete(sequence);
      return relay;
    }
    const current = this.#current;
    if (current !== null && current.sequence === sequence && current.target === about && !current.answered) {
      this.#current = { ...current, answered: true };
      this.#doubt = Math.max(0, this.#doubt - 1);
    }
    return null;
  }

  get deadline(): Micros {
    if (this.#peers.length === 0) return Number.POSITIVE_INFINITY;
    const current = this.#current;
    const waits = current !== null && !current.answered && !current.asked;
    return waits ? Math.min(this.#nextProbe, current.indirectAt) : this.#nextProbe;
  }

  clone(): Prober {
    const copy = new Prober(0, this.#self, this.#peers.length + 1, this.#times);
    copy.#order = this.#order;
    copy.#urgent = this.#urgent;
    copy.#current = this.#current;
    copy.#nextProbe = this.#nextProbe;
    copy.#nextSequence = this.#nextSequence;
    copy.#doubt = this.#doubt;
    copy.#relays = new Map(this.#relays);
    return copy;
  }

  writeTo(state: StateWriter): void {
    const relays = [...this.#relays].map(([sequence, { to, theirs }]) => [sequence, to, theirs]);
    state.data([this.#order, this.#urgent, this.#nextProbe, this.#nextSequence, this.#doubt, relays]);
    state.data(this.#current === null ? null : { ...this.#current });
  }
}
