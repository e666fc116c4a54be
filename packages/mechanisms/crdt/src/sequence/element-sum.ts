import { sha256, type ByteWriter } from '@hypersync/consensus-kit';
import type { Content } from './content.ts';

/** Four numbers that tell sequences apart. */
export type Seeds = readonly [number, number, number, number];

/** The element before, or none: author -1. */
export interface Predecessor {
  readonly author: number;
  readonly counter: number;
}

const TWO_32 = 0x1_0000_0000;

/**
 * Sum over all visible elements of all sequences of a 128-bit hash of (sequence, dot, value, dot of the visible element before):
 * it covers what is in a sequence and in which order, and follows a change without a look at the rest. Additive, as
 * AdHash (Bellare and Micciancio 1997), but over a mixing function, not a cryptographic one: it finds accidents.
 */
export class ElementSum {
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 0;

  /** Adds (`sign` 1) or takes away (-1) the elements of a run, the first of which comes after `before`. */
  run(sign: 1 | -1, seeds: Seeds, author: number, start: number, content: Content, before: Predecessor): void {
    for (let i = 0; i < content.length; i++) {
      const [byAuthor, byCounter] = i === 0 ? [before.author, before.counter] : [author, start + i - 1];
      this.#element(sign, seeds, author, start + i, content, i, byAuthor, byCounter);
    }
  }

  /** The same of one element. */
  element(
    sign: 1 | -1,
    seeds: Seeds,
    author: number,
    start: number,
    content: Content,
    index: number,
    before: Predecessor,
  ): void {
    this.#element(sign, seeds, author, start + index, content, index, before.author, before.counter);
  }

  #element(
    sign: 1 | -1,
    seeds: Seeds,
    author: number,
    counter: number,
    content: Content,
    index: number,
    beforeAuthor: number,
    beforeCounter: number,
  ): void {
    // Hashes are of 32 bits; the high bits of counters go with the link.
    const high = (Math.floor(counter / TWO_32) << 11) ^ Math.floor(beforeCounter / TWO_32);
    const link = Math.imul(beforeAuthor + 1, 0x85eb_ca6b) ^ high;
    const lane = (seed: number): number => {
      const value = typeof content === 'string' ? content.charCodeAt(index) : hashBytes(seed, content[index]!);
      return sign * finish(mix(mix(mix(mix(mix(seed, value), author), counter | 0), link), beforeCounter | 0));
    };
    this.#a = (this.#a + lane(seeds[0])) | 0;
    this.#b = (this.#b + lane(seeds[1])) | 0;
    this.#c = (this.#c + lane(seeds[2])) | 0;
    this.#d = (this.#d + lane(seeds[3])) | 0;
  }

  writeTo(writer: ByteWriter): void {
    for (const word of [this.#a, this.#b, this.#c, this.#d]) writer.u32(word >>> 0);
  }

  clone(): ElementSum {
    const copy = new ElementSum();
    copy.#a = this.#a;
    copy.#b = this.#b;
    copy.#c = this.#c;
    copy.#d = this.#d;
    return copy;
  }
}

/** From the encoding of a sequence's place. */
export function seedsOf(place: Uint8Array): Seeds {
  const digest = sha256(place);
  const word = (i: number): number =>
    (digest[i]! << 24) | (digest[i + 1]! << 16) | (digest[i + 2]! << 8) | digest[i + 3]!;
  return [word(0), word(4), word(8), word(12)];
}

/** After the rounds of murmur3 (Appleby 2011). */
function mix(hash: number, word: number): number {
  let w = Math.imul(word, 0xcc9e_2d51);
  w = (w << 15) | (w >>> 17);
  const h = hash ^ Math.imul(w, 0x1b87_3593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe654_6b64) | 0;
}

function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85eb_ca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2_ae35);
  return h ^ (h >>> 16);
}

function hashBytes(seed: number, bytes: Uint8Array): number {
  let h = seed;
  for (const byte of bytes) h = mix(h, byte);
  return mix(h, bytes.length);
}
