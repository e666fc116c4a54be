import {
  ByteWriter,
  type StateWriter,
  type Vector,
  covers,
  joinVectors,
  sha256,
  writeVector,
  zeroVector,
} from '@hypersync/consensus-kit';
import { rangeOfDot, type Delta } from './delta.ts';
import { compareDots, gaps, includesDot, normalised, type Dot, type DotRange } from './dots.ts';
import { digestNumber, entryBytes, writeEntry, type Entry } from './entry.ts';
import { Garbage } from './garbage.ts';
import { toHex } from './hex.ts';
import { ObjectTree, type ObjectNode } from './object-tree.ts';

import { placementOf, type Placement, type SequencePart } from './sequence/placement.ts';
import type { Run } from './sequence/run.ts';
import { SequenceShelf } from './sequence/shelf.ts';

/** What a join did, so that disk, log and listeners can follow: the irredundant part of the delta (Enes et al. 2019). */
export interface Change {
  readonly added: readonly Entry[];
  readonly removed: readonly Entry[];
  /** Elements of sequences that came, the deleted ones too. */
  readonly inserted: readonly DotRange[];
  /** Elements of sequences that were visible here. */
  readonly deleted: readonly DotRange[];
  /** Objects that look different now. */
  readonly names: ReadonlySet<string>;
}

const MODULUS = 1n << 256n;

/**
 * The state of one replica: live entries, sequences and a version vector as causal context (Almeida, Shoker, Baquero 2018,
 * section 7). A dot in the context without an entry was removed; so removal leaves nothing behind, but for elements of
 * sequences that others may still refer to. Every mutation, also a removal, takes a dot: what is to be seen is then a function
 * of the vector alone.
 */
export class ReplicaState {
  #vector: Vector;
  /** Live entries per author by counter. */
  #live = new Map<number, Map<number, Entry>>();
  #tree = new ObjectTree();
  #shelf: SequenceShelf;
  #garbage = new Garbage();
  #size = 0;
  #bytes = 0;
  /** Sum of the entries' digests modulo 2^256 (AdHash, Bellare and Micciancio 1997): order-free, and cheap to update. */
  #sum = 0n;
  /** Changes that the sum does not yet know. */
  #unsummed = { added: new Set<Entry>(), removed: [] as Entry[] };
  #root: string | null = null;

  /** With a journal, changed runs are remembered until `takeRunChanges`. */
  constructor(members: number, journal: 'journal' | 'no journal' = 'no journal') {
    this.#vector = zeroVector(members);
    this.#shelf = new SequenceShelf(this.#tree, journal === 'journal');
  }

  get vector(): Vector {
    return this.#vector;
  }

  /** Live entries and visible elements. */
  get size(): number {
    return this.#size + this.#shelf.elements;
  }

  /** Runs of sequences, the deleted ones too. */
  get runs(): number {
    return this.#shelf.runs;
  }

  /** About what the live entries and the runs take encoded. */
  get bytes(): number {
    return this.#bytes + this.#shelf.bytes;
  }

  /**
   * For observers: live entries with visible elements, these alone, runs of sequences, those of deleted elements that still hold a
   * place, those that have gone since this replica started, and bytes.
   */
  figures(): Readonly<Record<string, number>> {
    const { elements, collected } = this.#shelf;
    return {
      entries: this.size,
      elements,
      runs: this.runs,
      tombstones: this.tombstones,
      collected,
      stateBytes: this.bytes,
    };
  }

  /** Runs of deleted elements that still hold a place. */
  get tombstones(): number {
    return this.#shelf.tombstones;
  }

  /** Whether the dot is that of a live entry or of a visible element. */
  has(dot: Dot): boolean {
    return this.get(dot) !== undefined || this.#shelf.isVisible(dot);
  }

  get(dot: Dot): Entry | undefined {
    return this.#live.get(dot.author)?.get(dot.counter);
  }

  /** What stands under a name, or in a field below it; null for nothing. */
  node(name: string, path: readonly string[] = []): ObjectNode | null {
    return this.#tree.find(name, path);
  }

  names(): string[] {
    return this.#tree.names();
  }

  /** In order of dots. */
  entries(): Entry[] {
    const authors = [...this.#live.keys()].sort((a, b) => a - b);
    return authors.flatMap((author) => [...this.#live.get(author)!.values()].sort(compareDots));
  }

  /** Of these dots, live entries and visible elements (`alive`), and all that is told of them to who has not seen them. */
  tell(ranges: readonly DotRange[]): { alive: DotRange[]; entries: Entry[]; parts: SequencePart[] } {
    const entries: Entry[] = [];
    for (const { author, counter, length } of ranges) {
      entries.push(...inRange(this.#live.get(author), counter - 1, counter + length - 1));
    }
    const alive = [...entries.map(rangeOfDot), ...this.#shelf.visibleWithin(ranges)];
    return { alive, entries: entries.sort(compareDots), parts: this.#shelf.parts(ranges) };
  }

  /** True when the delta-merging condition holds. */
  accepts(delta: Delta): boolean {
    return covers(this.#vector, delta.base);
  }

  /**
   * The join of causal contexts and dot stores: a dot lives if both sides have it, or one has it and the other has not
   * seen it. Commutative, associative, idempotent; never call it when `accepts` says no. Null, and nothing done, when an
   * element hangs on one that is not here.
   */
  join(delta: Delta): Change | null {
    const placement = placementOf(delta.parts, this.#vector, this.#shelf.index, (place) => this.#shelf.find(place));
    if (placement === null) return null;
    const added = delta.entries.filter((entry) => !includesDot(this.#vector, entry));
    const { removed, hidden } = this.#removedBy(delta);
    const names = new Set<string>();
    for (const entry of removed) names.add(this.#remove(entry).name);
    for (const entry of added) names.add(this.#add(entry).name);
    const inserted = this.#place(placement, names, true);
    const deleted = this.#shelf.hide(hidden, names);
    this.#vector = joinVectors(this.#vector, delta.upTo);
    this.#root = null;
    const dead = placement.filter(({ record }) => record.content === null).map(({ record }) => dotsOfRun(record));
    this.#garbage.bury([...deleted, ...dead], this.#vector);
    return { added, removed, inserted, deleted, names };
  }

  #place(placement: readonly Placement[], names: Set<string>, grow: boolean): DotRange[] {
    return placement.map(({ place, record }) => {
      this.#shelf.at(place).insert(record, grow);
      if (record.content !== null) names.add(place.name);
      return dotsOfRun(record);
    });
  }

  /** Live entries and ranges of dots that the delta has seen and does not hold. */
  #removedBy(delta: Delta): { readonly removed: Entry[]; readonly hidden: DotRange[] } {
    const { since, upTo, entries, parts, kept } = delta;
    const hidden: DotRange[] = [...delta.removed];
    let alive: readonly DotRange[] | null = null;
    for (let author = 0; author < since.length; author++) {
      const [from, to] = [since[author]!, Math.min(upTo[author]!, this.#vector[author]!)];
      if (from >= to) continue;
      alive ??= normalised([...entries.map(rangeOfDot), ...parts.flatMap(visibleDots), ...kept]) ?? [];
      hidden.push(...gaps(alive, author, from + 1, to));
    }
    const removed: Entry[] = [];
    for (const { author, counter, length } of hidden) {
      removed.push(...inRange(this.#live.get(author), counter - 1, counter + length - 1));
    }
    return { removed, hidden };
  }

  #add(entry: Entry): Entry {
    let live = this.#live.get(entry.author);
    if (live === undefined) this.#live.set(entry.author, (live = new Map()));
    live.set(entry.counter, entry);
    this.#tree.nodeFor(entry).add(entry);
    this.#size++;
    this.#bytes += entryBytes(entry);
    this.#unsummed.added.add(entry);
    return entry;
  }

  #remove(entry: Entry): Entry {
    const live = this.#live.get(entry.author)!;
    live.delete(entry.counter);
    if (live.size === 0) this.#live.delete(entry.author);
    this.#tree.nodeFor(entry).remove(entry);
    this.#size--;
    this.#bytes -= entryBytes(entry);
    if (!this.#unsummed.added.delete(entry)) this.#unsummed.removed.push(entry);
    return entry;
  }

  /** Lets deleted elements go that are causally stable; see `Garbage`. Runs that went or moved are in the journal. */
  collectGarbage(known: Vector, heard: Vector): void {
    const ripe = this.#garbage.ripe(known, heard);
    if (ripe.length > 0) this.#shelf.collect(ripe);
  }

  /** Whether deleted elements wait for causal stability. */
  get hasGarbage(): boolean {
    return this.#garbage.waiting > 0;
  }

  /** Runs that are new or changed, and first dots of runs that are gone, since the last call. */
  takeRunChanges(): { readonly touched: readonly Run[]; readonly gone: readonly Dot[] } {
    return this.#shelf.takeChanges();
  }

  /** From a durable image. False when a run hangs on one that is not there. */
  restore(vector: Vector, entries: readonly Entry[], parts: readonly SequencePart[]): boolean {
    const placement = placementOf(parts, this.#vector, this.#shelf.index, (place) => this.#shelf.find(place));
    if (placement === null) return false;
    this.#root = null;
    for (const entry of entries) this.#add(entry);
    this.#place(placement, new Set(), false); // each run has its own record on disk
    this.#vector = vector;
    const dead = placement.filter(({ record }) => record.content === null).map(({ record }) => dotsOfRun(record));
    this.#garbage.bury(dead, vector);
    this.#shelf.takeChanges();
    return true;
  }

  /** Digest of what is to be seen and of the vector, hex: equal states, equal roots. */
  root(): string {
    this.#root ??= this.#computeRoot();
    return this.#root;
  }

  #computeRoot(): string {
    for (const entry of this.#unsummed.added) this.#sum = (this.#sum + entryDigest(entry)) % MODULUS;
    for (const entry of this.#unsummed.removed) this.#sum = (this.#sum + MODULUS - entryDigest(entry)) % MODULUS;
    this.#unsummed = { added: new Set(), removed: [] };
    const writer = new ByteWriter().string('hypersync/crdt/root/2');
    writeVector(writer, this.#vector);
    this.#shelf.sum.writeTo(writer.string(this.#sum.toString(16)));
    return toHex(sha256(writer.finish()));
  }

  /** The whole state as a delta, with the places of deleted elements. */
  whole(): Delta {
    return { ...this.#nothing(), entries: this.entries(), parts: this.#shelf.wholes() };
  }

  /** What is to be seen as a delta, one form for all: sequences are flat, and deleted elements hold no place. */
  canonical(): Delta {
    return { ...this.#nothing(), entries: this.entries(), parts: this.#shelf.canonicals() };
  }

  #nothing(): Delta {
    const zero = zeroVector(this.#vector.length);
    return { since: zero, base: zero, upTo: this.#vector, entries: [], parts: [], kept: [], removed: [] };
  }

  /** What of the state its contents do not tell. */
  writeTo(state: StateWriter): void {
    this.#garbage.writeTo(state);
    state.data(this.#shelf.collectable().map(({ author, counter, length }) => [author, counter, length]));
  }

  clone(): ReplicaState {
    const copy = new ReplicaState(this.#vector.length, this.#shelf.hasJournal ? 'journal' : 'no journal');
    copy.restore(this.#vector, this.entries(), this.#shelf.wholes());
    copy.#garbage = this.#garbage.clone();
    copy.#shelf.collected = this.#shelf.collected;
    copy.#shelf.markCollectable(this.#shelf.collectable());
    copy.#sum = this.#sum;
    copy.#unsummed = { added: new Set(this.#unsummed.added), removed: [...this.#unsummed.removed] };
    copy.#root = this.#root;
    return copy;
  }
}

function dotsOfRun({ author, start, length }: { author: number; start: number; length: number }): DotRange {
  return { author, counter: start, length };
}

function visibleDots({ runs }: SequencePart): DotRange[] {
  return runs.filter(({ content }) => content !== null).map(dotsOfRun);
}

function entryDigest(entry: Entry): bigint {
  const writer = new ByteWriter(64 + entry.payload.length);
  writeEntry(writer, entry);
  return digestNumber(writer.finish());
}

/** Entries with a counter in (from, to], by whichever way is shorter. */
function* inRange(live: ReadonlyMap<number, Entry> | undefined, from: number, to: number): Generator<Entry> {
  if (live === undefined) return;
  if (to - from < live.size) {
    for (let counter = from + 1; counter <= to; counter++) {
      const entry = live.get(counter);
      if (entry !== undefined) yield entry;
    }
  } else {
    for (const entry of live.values()) if (entry.counter > from && entry.counter <= to) yield entry;
  }
}
