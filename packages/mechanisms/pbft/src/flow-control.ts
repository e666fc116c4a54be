import type { Micros } from '@hypersync/interface';
import type { StateWriter } from '@hypersync/consensus-kit';
import type { Config } from './config.ts';

/** A moving average forgets an old value by this share with each new one. */
const SMOOTHING = 8;
/** Operations that a node accepts in any case, however slow the cluster is. */
const LEAST_ADMITTED = 64;
/** A node accepts what the cluster, at its present pace, executes in so many target latencies. */
const QUEUE_DEPTH = 16;

/**
 * Adaptive batch size, pipeline depth and admission of one replica. The depth follows additive increase, multiplicative
 * decrease (Chiu, Jain 1989) on the time from proposing to executing; when it must shrink, batches grow, since what a
 * batch costs (signatures, flushes) hardly depends on its size. Integers only; decides nothing that must be agreed on.
 */
export class FlowControl {
  readonly #config: Config;
  /** Batches in flight, in eighths, so that it can grow by less than one. */
  #depth: number;
  #batch = 1;
  #latency = 0;
  /** Operations of own clients per second, averaged. */
  #rate = 0;
  #windowStart: Micros = 0;
  #windowCount = 0;
  /** As primary: when each number was proposed. */
  #proposed = new Map<number, Micros>();
  #lastCut: Micros = 0;

  constructor(config: Config) {
    this.#config = config;
    this.#depth = 8 * Math.min(4, config.maxPipeline);
  }

  /** Batches that may be in flight now. */
  get depth(): number {
    return Math.max(1, this.#depth >> 3);
  }

  /** Requests that a batch waits for, at most `batchDelayMs`, while others are in flight. */
  get batchSize(): number {
    return this.#batch;
  }

  /** From proposing to executing, averaged, microseconds. */
  get latency(): Micros {
    return this.#latency;
  }

  /** Operations of own clients that may be pending. */
  get admission(): number {
    const { maxPending, targetLatencyMs } = this.#config;
    const worth = Math.ceil((this.#rate * targetLatencyMs * QUEUE_DEPTH) / 1000);
    return Math.min(maxPending, Math.max(LEAST_ADMITTED, worth));
  }

  proposed(number: number, now: Micros): void {
    this.#proposed.set(number, now);
  }

  /** A number was executed; `backlog` requests were still waiting to be proposed. */
  executed(number: number, now: Micros, backlog: number): void {
    const since = this.#proposed.get(number);
    if (since === undefined) return;
    this.#proposed.delete(number);
    const sample = now - since;
    this.#latency += this.#latency === 0 ? sample : Math.trunc((sample - this.#latency) / SMOOTHING);
    const { targetLatencyMs, maxPipeline, maxBatch } = this.#config;
    const target = targetLatencyMs * 1000;
    if (this.#latency <= target) {
      if (backlog > 0) this.#depth = Math.min(8 * maxPipeline, this.#depth + 1);
      else this.#batch = Math.max(1, this.#batch - 1);
    } else if (now - this.#lastCut > this.#latency) {
      this.#lastCut = now;
      this.#depth = Math.max(8, this.#depth - (this.#depth >> 2));
      this.#batch = Math.min(maxBatch, this.#batch * 2);
    }
  }

  /** Operations of own clients were executed: measures the pace over a tenth of a second and more. */
  served(count: number, now: Micros): void {
    this.#windowCount += count;
    const elapsed = now - this.#windowStart;
    if (elapsed < 100_000) return;
    const rate = Math.floor((this.#windowCount * 1_000_000) / elapsed);
    this.#rate += elapsed > 1_000_000 ? rate - this.#rate : Math.trunc((rate - this.#rate) / 2);
    this.#windowStart = now;
    this.#windowCount = 0;
  }

  /** Another view: what was proposed is for the new primary to see through. */
  reset(): void {
    this.#proposed.clear();
  }

  clone(): FlowControl {
    const copy = new FlowControl(this.#config);
    copy.#depth = this.#depth;
    copy.#batch = this.#batch;
    copy.#latency = this.#latency;
    copy.#rate = this.#rate;
    copy.#windowStart = this.#windowStart;
    copy.#windowCount = this.#windowCount;
    copy.#proposed = new Map(this.#proposed);
    copy.#lastCut = this.#lastCut;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#depth, this.#batch, this.#latency, this.#rate, this.#windowStart, this.#windowCount]);
    state.data([this.#proposed, this.#lastCut]);
  }
}
