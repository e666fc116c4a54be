import {
  ByteWriter,
  type Vector,
  covers,
  joinVectors,
  sha256,
  writeVector,
  zeroVector,
} from '@hypersync/consensus-kit';
import type { Delta } from './delta.ts';
import { toHex } from './hex.ts';
import {
  compareDots,
  digestNumber,
  entryBytes,
  includesDot,
  writeEntry,
  type Dot,
  type Entry,
  type TypeTag,
} from './entry.ts';

/** What a join did, so that disk and listeners can follow. */
export interface Change {
  readonly added: readonly Entry[];
  readonly removed: readonly Entry[];
}

/** Entries of one object by field, each list in order of dots. */
export type ObjectView = ReadonlyMap<string, readonly Entry[]>;

const EMPTY: ObjectView = new Map();
const MODULUS = 1n << 256n;

const objectKey = (type: TypeTag, name: string): string => `${type}${name}`;

/**
 * The state of one replica: live entries and a version vector as causal context (Almeida, Shoker, Baquero 2018, section 7).
 * A dot in the context without an entry was removed; so removal leaves nothing behind, and memory is that of the live
 * entries. Every mutation, also a removal, takes a dot: the state is then a function of the vector alone.
 */
export class ReplicaState {
  #vector: Vector;
  /** Live entries per author by counter. */
  #live: Map<number, Entry>[];
  #objects = new Map<string, Map<string, Entry[]>>();
  #size = 0;
  #bytes = 0;
  /** Sum of the entries' digests modulo 2^256 (AdHash, Bellare and Micciancio 1997): order-free, and cheap to update. */
  #sum = 0n;
  #root: string | null = null;

  constructor(members: number) {
    this.#vector = zeroVector(members);
    this.#live = Array.from({ length: members }, () => new Map());
  }

  get vector(): Vector {
    return this.#vector;
  }

  /** Live entries. */
  get size(): number {
    return this.#size;
  }

  /** About what the live entries take encoded. */
  get bytes(): number {
    return this.#bytes;
  }

  has(dot: Dot): boolean {
    return this.#live[dot.author]!.has(dot.counter);
  }

  get(dot: Dot): Entry | undefined {
    return this.#live[dot.author]!.get(dot.counter);
  }

  view(type: TypeTag, name: string): ObjectView {
    return this.#objects.get(objectKey(type, name)) ?? EMPTY;
  }

  /** In order of dots. */
  entries(): Entry[] {
    return this.#live.flatMap((entries) => [...entries.values()].sort(compareDots));
  }

  /** True when the delta-merging condition holds. */
  accepts(delta: Delta): boolean {
    return covers(this.#vector, delta.base);
  }

  /**
   * The join of causal contexts and dot stores: an entry lives if both sides have it, or one has it and the other has not
   * seen its dot. Commutative, associative, idempotent; never call it when `accepts` says no.
   */
  join(delta: Delta): Change {
    const added = delta.entries.filter((entry) => !includesDot(this.#vector, entry));
    const removed = this.#removedBy(delta);
    for (const entry of removed) this.#remove(entry);
    for (const entry of added) this.#add(entry);
    this.#vector = joinVectors(this.#vector, delta.upTo);
    this.#root = null;
    return { added, removed };
  }

  /** Live entries whose dot the delta has seen and does not hold. */
  #removedBy({ since, upTo, entries, kept, removed }: Delta): Entry[] {
    const dead = removed.map((dot) => this.get(dot)).filter((entry) => entry !== undefined);
    const alive = new Set([...entries, ...kept].map(dotName));
    for (const [author, live] of this.#live.entries()) {
      for (const entry of inRange(live, since[author]!, upTo[author]!))
        if (!alive.has(dotName(entry))) dead.push(entry);
    }
    return dead;
  }

  #add(entry: Entry): void {
    this.#live[entry.author]!.set(entry.counter, entry);
    const key = objectKey(entry.type, entry.name);
    let fields = this.#objects.get(key);
    if (fields === undefined) this.#objects.set(key, (fields = new Map()));
    fields.set(entry.field, [...(fields.get(entry.field) ?? []), entry].sort(compareDots));
    this.#size++;
    this.#bytes += entryBytes(entry);
    this.#sum = (this.#sum + entryDigest(entry)) % MODULUS;
  }

  #remove(entry: Entry): void {
    this.#live[entry.author]!.delete(entry.counter);
    const key = objectKey(entry.type, entry.name);
    const fields = this.#objects.get(key)!;
    const rest = fields.get(entry.field)!.filter((other) => compareDots(other, entry) !== 0);
    if (rest.length > 0) fields.set(entry.field, rest);
    else if (fields.size > 1) fields.delete(entry.field);
    else this.#objects.delete(key);
    this.#size--;
    this.#bytes -= entryBytes(entry);
    this.#sum = (this.#sum + MODULUS - entryDigest(entry)) % MODULUS;
  }

  /** From a durable image. */
  restore(vector: Vector, entries: readonly Entry[]): void {
    this.#vector = vector;
    this.#root = null;
    for (const entry of entries) this.#add(entry);
  }

  /** Digest of the whole state, hex: equal states, equal roots. */
  root(): string {
    this.#root ??= this.#computeRoot();
    return this.#root;
  }

  #computeRoot(): string {
    const writer = new ByteWriter().string('hypersync/crdt/root/1');
    writeVector(writer, this.#vector);
    return toHex(sha256(writer.string(this.#sum.toString(16)).finish()));
  }

  /** The whole state as a delta, which is also its canonical form. */
  whole(): Delta {
    const zero = zeroVector(this.#vector.length);
    return { since: zero, base: zero, upTo: this.#vector, entries: this.entries(), kept: [], removed: [] };
  }

  clone(): ReplicaState {
    const copy = new ReplicaState(this.#vector.length);
    copy.#vector = this.#vector;
    copy.#live = this.#live.map((entries) => new Map(entries));
    copy.#objects = new Map([...this.#objects].map(([key, fields]) => [key, new Map(fields)]));
    copy.#size = this.#size;
    copy.#bytes = this.#bytes;
    copy.#sum = this.#sum;
    copy.#root = this.#root;
    return copy;
  }
}

const dotName = (dot: Dot): string => `${dot.author}.${dot.counter}`;

function entryDigest(entry: Entry): bigint {
  const writer = new ByteWriter(64 + entry.payload.length);
  writeEntry(writer, entry);
  return digestNumber(writer.finish());
}

/** Entries with a counter in (from, to], by whichever way is shorter. */
function* inRange(live: ReadonlyMap<number, Entry>, from: number, to: number): Generator<Entry> {
  if (to - from < live.size) {
    for (let counter = from + 1; counter <= to; counter++) {
      const entry = live.get(counter);
      if (entry !== undefined) yield entry;
    }
  } else {
    for (const entry of live.values()) if (entry.counter > from && entry.counter <= to) yield entry;
  }
}
