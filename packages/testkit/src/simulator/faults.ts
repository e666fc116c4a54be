import type { Micros } from '@hypersync/interface';
import { Prng } from '@hypersync/consensus-kit';
import { FAULT_KINDS, type FaultKind, type FaultPlan } from './options.ts';

const MESSAGE_KINDS = ['loss', 'duplicate', 'reorder', 'delay'] as const;
export type MessageFaultKind = (typeof MESSAGE_KINDS)[number];

export type FaultCounts = Record<FaultKind | 'lost-writes', number>;

export function noFaults(): FaultCounts {
  return Object.fromEntries([...FAULT_KINDS, 'lost-writes'].map((kind) => [kind, 0])) as FaultCounts;
}

/** Every kind has a random stream of its own: taking one kind away leaves the others as they were, so failures shrink. */
export function streamOf(seed: number, kind: FaultKind): Prng {
  return new Prng(seed, 100 + FAULT_KINDS.indexOf(kind));
}

/** Swarm testing (Groce 2012): each seed leaves out about half of the kinds, because faults also hide bugs from each other. */
export function swarmPlan(seed: number): FaultPlan {
  const random = new Prng(seed, 99);
  const plan: Partial<Record<FaultKind, number>> = {};
  for (const kind of FAULT_KINDS) {
    const on = random.chance(1, 2);
    const strength = random.between(1, 4);
    if (!on) continue;
    // a held-up message holds up its whole link, so few are enough
    if (isMessageKind(kind)) plan[kind] = (strength * strength) / (kind === 'delay' ? 800 : 100);
    else plan[kind] = kind === 'absence' || kind === 'bit-rot' ? 1 : strength;
  }
  if (Object.keys(plan).length === 0) plan.crash = 2;
  return plan;
}

export function isMessageKind(kind: FaultKind): kind is MessageFaultKind {
  return (MESSAGE_KINDS as readonly FaultKind[]).includes(kind);
}

interface Stream {
  readonly random: Prng;
  /** Strikes when a 32-bit draw is below. */
  readonly threshold: number;
  /** From this time on the next message is struck in any case, so that the kind happens in every run that sends at all. */
  due: Micros;
}

/** Decides for each message what befalls it. */
export class MessageFaults {
  readonly #streams: Partial<Record<MessageFaultKind, Stream>> = {};
  readonly #counts: FaultCounts;
  active = false;

  constructor(seed: number, plan: FaultPlan, duration: Micros, counts: FaultCounts) {
    this.#counts = counts;
    for (const kind of MESSAGE_KINDS) {
      const probability = plan[kind];
      if (probability === undefined) continue;
      const random = streamOf(seed, kind);
      this.#streams[kind] = { random, threshold: probability * 2 ** 32, due: random.nextInt(Math.ceil(duration / 2)) };
      this.active = true;
    }
  }

  strikes(kind: MessageFaultKind, now: Micros): boolean {
    const stream = this.#streams[kind];
    if (stream === undefined) return false;
    const drawn = stream.random.nextU32() < stream.threshold;
    if (!drawn && now < stream.due) return false;
    if (now >= stream.due) stream.due = Number.POSITIVE_INFINITY;
    this.#counts[kind]++;
    return true;
  }

  extra(kind: MessageFaultKind, most: Micros): Micros {
    return 1 + this.#streams[kind]!.random.nextInt(most);
  }
}
