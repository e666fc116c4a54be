import type { Prng } from '../prng.ts';
import type { StateWriter } from '../state-writer.ts';
import type { Micros } from '@hypersync/interface';

export interface AntiEntropyPauses {
  /** Between two digests while some member may lack something. */
  readonly antiEntropyIntervalMs: number;
  /** Between two digests otherwise. */
  readonly idleIntervalMs: number;
  /** From a gap in what arrives to asking for it. */
  readonly repairDelayMs: number;
}

const MICROS_PER_MS = 1_000;

/** When to compare notes with a peer, and when to ask one for what is evidently missing. */
export class AntiEntropyTimer {
  readonly #pauses: AntiEntropyPauses;
  #nextDigest: Micros;
  #gap: { readonly at: Micros; readonly from: number } | null = null;

  /** The first digest is due at once: a restarted member has most to catch up. */
  constructor(now: Micros, pauses: AntiEntropyPauses) {
    this.#pauses = pauses;
    this.#nextDigest = now;
  }

  /** True when a digest is due; then the next one is set. `active` while some member may lack something. */
  digestDue(now: Micros, active: boolean, prng: Prng): boolean {
    const pause = active ? this.#pauses.antiEntropyIntervalMs : this.#pauses.idleIntervalMs;
    const due = now >= this.#nextDigest;
    if (due || this.#nextDigest > now + 2 * pause * MICROS_PER_MS) this.#nextDigest = now + jittered(pause, prng);
    return due;
  }

  /** Something that came from `from` waits for something else. The first report starts the delay. */
  gapSeen(now: Micros, from: number): void {
    this.#gap ??= { at: now + this.#pauses.repairDelayMs * MICROS_PER_MS, from };
  }

  gapClosed(): void {
    this.#gap = null;
  }

  /** The member to ask, when that is due; the next one asked will be `then`. */
  gapDue(now: Micros, then: number, prng: Prng): number | null {
    const gap = this.#gap;
    if (gap === null || now < gap.at) return null;
    this.#gap = { at: now + jittered(this.#pauses.antiEntropyIntervalMs, prng), from: then };
    return gap.from;
  }

  get deadline(): Micros {
    return Math.min(this.#nextDigest, this.#gap?.at ?? Number.POSITIVE_INFINITY);
  }

  clone(): AntiEntropyTimer {
    const copy = new AntiEntropyTimer(this.#nextDigest, this.#pauses);
    copy.#gap = this.#gap;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#nextDigest, this.#gap === null ? null : [this.#gap.at, this.#gap.from]]);
  }
}

/** A quarter to either side, so that members do not fall into step with each other. */
function jittered(milliseconds: number, prng: Prng): Micros {
  const micros = milliseconds * MICROS_PER_MS;
  return prng.between(Math.floor(micros * 0.75), Math.floor(micros * 1.25));
}
