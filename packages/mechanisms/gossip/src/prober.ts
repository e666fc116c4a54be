import type { Prng, StateWriter } from '@hypersync/consensus-kit';
import type { Micros } from '@hypersync/interface';

const MAX_RELAYS = 128;
/** Tenths of the time-out, after which a silent target is reported to whoever asked (memberlist). */
const NACK_TENTHS = 8;

export interface ProbeTimes {
  readonly interval: Micros;
  readonly timeout: Micros;
  readonly indirect: number;
  /**
   * Where Lifeguard's local health multiplier ends (8): a member that misses answers left and right first doubts itself,
   * and is that much more patient.
   */
  readonly maxDoubt: number;
}

/**
 * What probing wants to happen. `ping`: with `fallback`, once more on the other lane, since a connection may be stuck that the
 * peer is not. `nack`: who asked us to try learns that we are there, and the target is silent. `suspect`: the target
 * answered neither us nor those that we asked.
 */
export type ProbeAction =
  | { readonly kind: 'ping'; readonly target: number; readonly sequence: number; readonly fallback: boolean }
  | { readonly kind: 'nack'; readonly to: number; readonly about: number; readonly sequence: number }
  | { readonly kind: 'ping-request'; readonly through: number; readonly target: number; readonly sequence: number }
  | { readonly kind: 'suspect'; readonly target: number };

interface Probe {
  readonly target: number;
  readonly sequence: number;
  readonly answered: boolean;
  readonly indirectAt: Micros;
  /** Helpers asked, and those that said that they are there. */
  readonly asked: readonly number[] | null;
  readonly nacks: readonly number[];
}

interface Relay {
  readonly to: number;
  readonly theirs: number;
  readonly about: number;
  readonly nackAt: Micros;
  readonly nacked: boolean;
}

/** What others are to this member's probing. */
export interface Known {
  readonly isAlive: (member: number) => boolean;
  /** Gone on purpose: not to be probed. */
  readonly hasLeft: (member: number) => boolean;
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
  #next = 0;
  #urgent: readonly number[] = [];
  #current: Probe | null = null;
  #nextProbe: Micros;
  #nextSequence = 1;
  #doubt = 0;
  #probes = 0;
  #relays = new Map<number, Relay>();

  constructor(now: Micros, self: number, members: number, times: ProbeTimes) {
    this.#self = self;
    this.#peers = Array.from({ length: members }, (_, i) => i).filter((i) => i !== self);
    this.#times = times;
    this.#nextProbe = now + times.interval;
  }

  /** The first probe comes anywhere in the first interval, so that members started together do not probe in step. */
  stagger(prng: Prng): void {
    this.#nextProbe -= prng.nextInt(this.#times.interval);
  }

  /** 0 when this member hears what it should hear, up to 8 when it is probably itself the slow one. */
  get doubt(): number {
    return this.#doubt;
  }

  /** Members probed so far in this life. */
  get probes(): number {
    return this.#probes;
  }

  /** Somebody else has reason to doubt this member: it was accused and is alive. */
  accused(): void {
    this.#worry(1);
  }

  #worry(steps: number): void {
    this.#doubt = Math.min(this.#times.maxDoubt, this.#doubt + steps);
  }

  /** Advice from outside: probe this one next. */
  hurry(member: number): void {
    if (this.#peers.includes(member) && !this.#urgent.includes(member)) this.#urgent = [...this.#urgent, member];
  }

  tick(now: Micros, known: Known, prng: Prng): readonly ProbeAction[] {
    const actions: ProbeAction[] = [];
    this.#nack(now, actions);
    const current = this.#current;
    if (current !== null && isOpen(current) && now >= current.indirectAt && !known.hasLeft(current.target)) {
      const { target, sequence } = current;
      const helpers = prng.sample(
        this.#peers.filter((peer) => peer !== target && known.isAlive(peer)),
        this.#times.indirect,
      );
      this.#current = { ...current, asked: helpers };
      for (const through of helpers) actions.push({ kind: 'ping-request', through, target, sequence });
      actions.push({ kind: 'ping', target, sequence, fallback: true });
    }
    if (now < this.#nextProbe) return actions;
    this.#judge(known, actions);
    const target = this.#nextTarget(known, prng);
    const scale = 1 + this.#doubt;
    this.#nextProbe = now + this.#times.interval * scale;
    this.#current = null;
    if (target === null) return actions;
    const sequence = this.#nextSequence++;
    this.#probes++;
    const indirectAt = now + this.#times.timeout * scale;
    this.#current = { target, sequence, answered: false, indirectAt, asked: null, nacks: [] };
    return [...actions, { kind: 'ping', target, sequence, fallback: false }];
  }

  /** The time of a probe is up. Helpers that are silent, too, speak for the trouble being here (Lifeguard, section IV.A). */
  #judge(known: Known, actions: ProbeAction[]): void {
    const current = this.#current;
    if (current === null || current.answered || known.hasLeft(current.target)) return;
    const asked = current.asked?.length ?? 0;
    this.#worry(asked === 0 ? 1 : asked - current.nacks.length);
    actions.push({ kind: 'suspect', target: current.target });
  }

  /** Whoever asked us to try gets word in time, also of failure. */
  #nack(now: Micros, actions: ProbeAction[]): void {
    for (const [sequence, relay] of this.#relays) {
      if (now < relay.nackAt) continue;
      if (now >= relay.nackAt + this.#times.interval) this.#relays.delete(sequence);
      if (relay.nacked) continue;
      actions.push({ kind: 'nack', to: relay.to, about: relay.about, sequence: relay.theirs });
      if (this.#relays.has(sequence)) this.#relays.set(sequence, { ...relay, nacked: true });
    }
  }

  #nextTarget(known: Known, prng: Prng): number | null {
    for (let i = 0; i <= this.#peers.length; i++) {
      const [urgent, ...others] = this.#urgent;
      if (urgent !== undefined) {
        this.#urgent = others;
        return urgent;
      }
      if (this.#next >= this.#order.length) {
        this.#order = prng.shuffle(this.#peers);
        this.#next = 0;
      }
      const target = this.#order[this.#next++];
      if (target !== undefined && !known.hasLeft(target)) return target;
    }
    return null;
  }

  /** A ping for somebody else: the number to ping the target with. */
  relay(now: Micros, to: number, theirs: number, about: number): number {
    const sequence = this.#nextSequence++;
    const nackAt = now + Math.floor((this.#times.timeout * NACK_TENTHS) / 10);
    this.#relays.set(sequence, { to, theirs, about, nackAt, nacked: false });
    if (this.#relays.size > MAX_RELAYS) this.#relays.delete(this.#relays.keys().next().value!);
    return sequence;
  }

  /** An answer from `from`; returns whom to hand it on to, if it was for somebody else. `about` is who is alive by it. */
  answered(about: number, sequence: number): Relay | null {
    const relay = this.#relays.get(sequence) ?? null;
    if (relay !== null) {
      if (relay.about !== about) return null;
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

  /** A helper says that it is there, and has heard nothing. */
  refused(from: number, sequence: number): void {
    const current = this.#current;
    if (current === null || current.sequence !== sequence || current.nacks.includes(from)) return;
    if (current.asked?.includes(from) === true) this.#current = { ...current, nacks: [...current.nacks, from] };
  }

  get deadline(): Micros {
    if (this.#peers.length === 0) return Number.POSITIVE_INFINITY;
    const current = this.#current;
    let next = current !== null && isOpen(current) ? Math.min(this.#nextProbe, current.indirectAt) : this.#nextProbe;
    for (const { nacked, nackAt } of this.#relays.values()) if (!nacked) next = Math.min(next, nackAt);
    return next;
  }

  clone(): Prober {
    const copy = new Prober(0, this.#self, this.#peers.length + 1, this.#times);
    copy.#order = this.#order;
    copy.#next = this.#next;
    copy.#urgent = this.#urgent;
    copy.#current = this.#current;
    copy.#nextProbe = this.#nextProbe;
    copy.#nextSequence = this.#nextSequence;
    copy.#doubt = this.#doubt;
    copy.#probes = this.#probes;
    copy.#relays = new Map(this.#relays);
    return copy;
  }

  writeTo(state: StateWriter): void {
    const relays = [...this.#relays].map(([sequence, relay]) => [sequence, { ...relay }]);
    state.data([
      this.#order,
      this.#next,
      this.#urgent,
      this.#nextProbe,
      this.#nextSequence,
      this.#doubt,
      this.#probes,
      relays,
    ]);
    state.data(this.#current === null ? null : { ...this.#current });
  }
}

/** Still waiting for the direct answer. */
function isOpen(probe: Probe): boolean {
  return !probe.answered && probe.asked === null;
}
