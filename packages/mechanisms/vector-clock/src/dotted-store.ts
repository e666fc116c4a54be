import { ByteReader, ByteWriter, type StateWriter, type Vector } from '@hypersync/consensus-kit';
import { VALUE_BYTES, type CausalEvent } from './event.ts';

/** One of several concurrent values, named by the dot of the put that wrote it. */
export interface Sibling {
  readonly author: number;
  readonly counter: number;
  readonly value: Uint8Array;
}

/**
 * Values by key under dotted version vectors (Preguica et al. 2010). A put replaces exactly the siblings whose dot its
 * context includes and adds its own, so siblings are the maximal set: every value that no later put has seen. With a plain
 * vector per key instead of dots, two clients that write through one node would replace or multiply each other's values.
 */
export class DottedStore {
  #siblings = new Map<string, readonly Sibling[]>();

  get size(): number {
    return this.#siblings.size;
  }

  /** In order of their dots, so that equal histories read equal. */
  read(key: string): readonly Sibling[] {
    return this.#siblings.get(key) ?? [];
  }

  /** Puts must come in causal order; returns the key's new siblings. */
  apply(event: CausalEvent): readonly Sibling[] {
    const { author, counter, value, context } = event;
    const kept = this.read(event.key).filter((old) => old.counter > context[old.author]!);
    const siblings = [...kept, { author, counter, value }].sort(byDot);
    this.#siblings.set(event.key, siblings);
    return siblings;
  }

  /** How many siblings of `key` a put with this context would leave beside itself. */
  survivors(key: string, context: Vector): number {
    return this.read(key).filter((old) => old.counter > context[old.author]!).length;
  }

  /** From a durable image. */
  restore(key: string, siblings: readonly Sibling[]): void {
    this.#siblings.set(key, siblings);
  }

  /** By key, in UTF-16 order. */
  entries(): readonly (readonly [string, readonly Sibling[]])[] {
    return [...this.#siblings].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  clone(): DottedStore {
    const copy = new DottedStore();
    copy.#siblings = new Map(this.#siblings);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.map(this.#siblings, (writer, siblings) => writer.list(siblings, writeSibling));
  }
}

function byDot(a: Sibling, b: Sibling): number {
  return a.author - b.author || a.counter - b.counter;
}

function writeSibling(writer: ByteWriter, sibling: Sibling): void {
  writer.varint(sibling.author).varint(sibling.counter).bytes(sibling.value);
}

export function encodeSiblings(siblings: readonly Sibling[]): Uint8Array {
  return new ByteWriter().list(siblings, writeSibling).finish();
}

/** Null on bytes that `encodeSiblings` did not write. */
export function decodeSiblings(bytes: Uint8Array, members: number): readonly Sibling[] | null {
  const reader = new ByteReader(bytes);
  const siblings = reader.list(0xffff_ffff, () => ({
    author: reader.varint(members - 1),
    counter: reader.varint(),
    value: reader.bytes(VALUE_BYTES),
  }));
  return reader.done() ? siblings : null;
}
