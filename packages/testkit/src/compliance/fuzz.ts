import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ConsensusMechanism, CryptoRequest, Effects, Guarantee, Input, Micros } from '@hypersync/interface';
import { toHex } from '@hypersync/base';
import { Prng } from '@hypersync/consensus-kit';
import { mutateBytes, randomBytes } from '../attackers/attackers.ts';
import { smallestSize } from './campaign.ts';
import { capture, type Captured } from './captured.ts';
import type { ComplianceOptions } from './options.ts';

/** A node that was fed bad messages for long. */
export interface FuzzReport {
  readonly inputs: number;
  /** Null when nothing threw, nothing grew without bound and nothing was slow. */
  readonly problem: string | null;
  /** How much more memory is in use than at the beginning, bytes, and the longest single step, milliseconds. */
  readonly growth: number;
  readonly slowest: number;
}

export interface FuzzLimits {
  /** More memory than this beyond what it began with, and bad messages have been kept without a bound. Default 64 MiB. */
  readonly growth?: number;
  /** A step that takes longer does more work than its message can ask for. Default 2 s: the machine may be busy. */
  readonly step?: Micros;
}

const MOST_GROWTH = 64 << 20;
const LONGEST_STEP: Micros = 2_000_000;
const LOOK_EVERY = 50_000;
const SIGNATURE = new Uint8Array(32);

/**
 * Feeds one node, in the middle of its work, with messages that are noise, nearly right, or right and long gone, from its peers and
 * from strangers, as many as wanted. Signatures under them are good or bad as a coin falls: an insider may sign anything.
 */
export function fuzz<G extends Guarantee>(
  options: ComplianceOptions<G>,
  inputs: number,
  seed: number,
  limits: FuzzLimits = {},
): FuzzReport {
  const captured = capture(options, smallestSize(options), 11);
  const victim = new Victim(options, captured, seed);
  const before = memoryInUse();
  let growth = 0;
  let done = 0;
  let problem: string | null = null;
  while (done < inputs && problem === null) {
    problem = victim.feed();
    if (victim.slowest > (limits.step ?? LONGEST_STEP))
      problem ??= `${victim.slowestMessage} took ${(victim.slowest / 1000).toFixed(0)} ms`;
    done++;
    if (done % LOOK_EVERY !== 0 && done < inputs) continue;
    growth = memoryInUse() - before;
    if (growth > (limits.growth ?? MOST_GROWTH)) problem ??= `${done} bad messages made it keep ${growth} bytes more`;
  }
  return { inputs: done, problem, growth, slowest: victim.slowest / 1000 };
}

/** After everything that nobody holds has been let go. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

class Victim<G extends Guarantee> {
  readonly #options: ComplianceOptions<G>;
  readonly #captured: Captured<G>;
  readonly #mechanism: ConsensusMechanism<G>;
  readonly #random: Prng;
  #answers: Input<G>[] = [];
  #now: Micros;
  /** Microseconds. */
  slowest = 0;
  slowestMessage = '';

  constructor(options: ComplianceOptions<G>, captured: Captured<G>, seed: number) {
    this.#options = options;
    this.#captured = captured;
    this.#mechanism = captured.mechanism.clone();
    this.#now = captured.now;
    this.#random = new Prng(seed, 13);
  }

  /** One bad message; what is wrong with how it was taken, or null. */
  feed(): string | null {
    const random = this.#random;
    const bytes = this.#badMessage();
    const from = random.chance(1, 40) ? 'stranger' : random.pick(this.#captured.peers);
    const inputs: Input<G>[] = [...this.#answers, { t: 'message', from, bytes }];
    if (random.chance(1, 200)) inputs.push({ t: 'time' });
    this.#answers = [];
    this.#now += 50;
    const start = process.hrtime.bigint();
    try {
      this.#options.plugin.describeMessage(bytes);
      this.#answer(this.#mechanism.step(this.#now, inputs));
    } catch (error) {
      return `0x${toHex(bytes.slice(0, 2000))} from ${from} made it throw: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    }
    const took = Number(process.hrtime.bigint() - start) / 1000;
    if (took <= this.slowest) return null;
    this.slowest = took;
    this.slowestMessage = `0x${toHex(bytes.slice(0, 200))} (${bytes.length} bytes)`;
    return null;
  }

  #badMessage(): Uint8Array {
    const random = this.#random;
    const { wire } = this.#captured;
    if (wire.length === 0 || random.chance(1, 4)) return randomBytes(random);
    let bytes = random.pick(wire);
    for (let times = random.nextInt(4); times > 0; times--) bytes = mutateBytes(bytes, random);
    return bytes;
  }

  #answer({ persist, crypto }: Effects<G>): void {
    for (const { token, sync } of persist) if (sync) this.#answers.push({ t: 'durable', token });
    for (const request of crypto) this.#answers.push(this.#signed(request));
  }

  #signed({ op, token }: CryptoRequest): Input<G> {
    if (op === 'sign') return { t: 'signed', token, signature: SIGNATURE };
    return { t: 'verified', token, valid: this.#random.chance(1, 2) };
  }
}
