import type { ByteReader, ByteWriter } from '../codec.ts';
import type { StopSign } from '@hypersync/interface';
import type { Vector } from './version-vector.ts';

/** Bytes of a stop sign's metadata that travel in messages. */
export const STOP_METADATA_BYTES = 65_536;

/** A member's promise: `counter` is the last event it will ever create in this epoch. */
interface Freeze {
  readonly counter: number;
  readonly sign: StopSign;
}

/**
 * The end of an epoch without an order: each member freezes (durably) at its own counter and says so. Once all have, the
 * cut is one and the same everywhere, the join of all histories, without any agreement: it is final at whoever has it.
 * Two signs at once need no vote either, since everybody ends with the same set of freezes: the least sign wins.
 */
export class FrontierCut {
  readonly #freezes: (Freeze | null)[];

  constructor(members: number) {
    this.#freezes = Array.from({ length: members }, () => null);
  }

  /** True once any member has frozen. */
  get started(): boolean {
    return this.#freezes.some((freeze) => freeze !== null);
  }

  isFrozen(member: number): boolean {
    return this.#freezes[member] !== null;
  }

  /** Takes note of a member's promise; the first one counts. True when it was news. */
  freeze(member: number, counter: number, sign: StopSign): boolean {
    if (this.#freezes[member] !== null) return false;
    this.#freezes[member] = { counter, sign };
    return true;
  }

  /** The cut, once every member has frozen; null before. */
  get cut(): Vector | null {
    const counters = this.#freezes.map((freeze) => freeze?.counter);
    return counters.every((counter) => counter !== undefined) ? counters : null;
  }

  /** The sign that wins among those known; null before the first. */
  get sign(): StopSign | null {
    let least: StopSign | null = null;
    for (const freeze of this.#freezes) {
      if (freeze !== null && (least === null || compareSigns(freeze.sign, least) < 0)) least = freeze.sign;
    }
    return least;
  }

  /** Signs are written once each: usually all members freeze for the same one. */
  writeTo(writer: ByteWriter): void {
    const signs: StopSign[] = [];
    for (const freeze of this.#freezes) {
      if (freeze !== null && !signs.some((sign) => compareSigns(sign, freeze.sign) === 0)) signs.push(freeze.sign);
    }
    signs.sort(compareSigns);
    writer.list(signs, (inner, sign) => inner.varint(sign.nextEpoch).bytes(sign.metadata));
    for (const freeze of this.#freezes) {
      if (freeze === null) writer.varint(0);
      else writer.varint(1 + signs.findIndex((sign) => compareSigns(sign, freeze.sign) === 0)).varint(freeze.counter);
    }
  }

  /** Bad bytes show in the reader. */
  static read(reader: ByteReader, members: number): FrontierCut {
    const cut = new FrontierCut(members);
    const signs = reader.list(members, () => ({
      nextEpoch: reader.varint(),
      metadata: reader.bytes(STOP_METADATA_BYTES),
    }));
    for (let i = 0; i < members && reader.ok; i++) {
      const sign = signs[reader.varint(signs.length) - 1];
      if (sign !== undefined) cut.freeze(i, reader.varint(), sign);
    }
    return cut;
  }

  /** Learns every promise that `other` knows. True when there was news. */
  merge(other: FrontierCut): boolean {
    let news = false;
    for (const [member, freeze] of other.#freezes.entries()) {
      if (freeze !== null && this.freeze(member, freeze.counter, freeze.sign)) news = true;
    }
    return news;
  }

  /** True when `other` lacks a promise that is known here. */
  isAheadOf(other: FrontierCut): boolean {
    return this.#freezes.some((freeze, member) => freeze !== null && other.#freezes[member] === null);
  }

  /** Only a member itself can say where it froze. */
  without(member: number): FrontierCut {
    const copy = this.clone();
    copy.#freezes[member] = null;
    return copy;
  }

  clone(): FrontierCut {
    const copy = new FrontierCut(this.#freezes.length);
    copy.merge(this);
    return copy;
  }
}

/** By epoch, then by bytes: any total order does, as long as everybody uses the same. */
export function compareSigns(a: StopSign, b: StopSign): number {
  if (a.nextEpoch !== b.nextEpoch) return a.nextEpoch - b.nextEpoch;
  const length = Math.min(a.metadata.length, b.metadata.length);
  for (let i = 0; i < length; i++) {
    if (a.metadata[i] !== b.metadata[i]) return a.metadata[i]! - b.metadata[i]!;
  }
  return a.metadata.length - b.metadata.length;
}
