import type { Dot, DotRange } from '../dots.ts';
import type { ObjectTree } from '../object-tree.ts';
import type { Place } from '../place.ts';
import { ElementSum } from './element-sum.ts';
import { RunIndex } from './run-index.ts';
import type { Run, RunRecord } from './run.ts';
import type { SequencePart } from './placement.ts';
import { Sequence, type Ground } from './sequence.ts';

/** What a run takes apart from its content. */
const RUN_BYTES = 40;

/** All sequences of a replica. */
export class SequenceShelf implements Ground {
  readonly index = new RunIndex();
  readonly sum = new ElementSum();
  readonly hasJournal: boolean;
  readonly #tree: ObjectTree;
  readonly #all = new Set<Sequence>();
  readonly #touched = new Set<Run>();
  readonly #gone: Dot[] = [];
  /** Runs of deleted elements that have gone. */
  collected = 0;
  #elements = 0;
  #tombstones = 0;
  #contentBytes = 0;

  constructor(tree: ObjectTree, hasJournal: boolean) {
    this.#tree = tree;
    this.hasJournal = hasJournal;
  }

  /** Visible ones. */
  get elements(): number {
    return this.#elements;
  }

  get runs(): number {
    return this.index.size;
  }

  get bytes(): number {
    return this.#contentBytes + RUN_BYTES * this.index.size;
  }

  /** Runs of deleted elements. */
  get tombstones(): number {
    return this.#tombstones;
  }

  find({ name, path, type }: Place): Sequence | null {
    return this.#tree.find(name, path)?.sequence(type) ?? null;
  }

  /** Made where it is missing. */
  at(place: Place): Sequence {
    const node = this.#tree.nodeFor(place);
    const found = node.sequence(place.type);
    if (found !== null) return found;
    const sequence = new Sequence(place, this);
    node.hold(place.type, sequence);
    this.#all.add(sequence);
    return sequence;
  }

  touched(run: Run): void {
    if (this.hasJournal) this.#touched.add(run);
  }

  gone(run: Run): void {
    this.collected++;
    if (!this.hasJournal) return;
    this.#touched.delete(run);
    this.#gone.push({ author: run.author, counter: run.start });
  }

  buried(runs: 1 | -1): void {
    this.#tombstones += runs;
  }

  grown({ place }: Sequence, elements: number, bytes: number): void {
    this.#elements += elements;
    this.#contentBytes += bytes;
    this.#tree.nodeFor(place).lengthen(elements, bytes);
  }

  takeChanges(): { readonly touched: readonly Run[]; readonly gone: readonly Dot[] } {
    const changes = { touched: [...this.#touched], gone: this.#gone.splice(0) };
    this.#touched.clear();
    return changes;
  }

  isVisible({ author, counter }: Dot): boolean {
    return (this.index.find(author, counter)?.content ?? null) !== null;
  }

  /** Takes away what of these dots is visible; returns just that. */
  hide(ranges: readonly DotRange[], names: Set<string>): DotRange[] {
    const hidden: DotRange[] = [];
    for (const { author, counter, length } of ranges) {
      const to = counter + length - 1;
      for (const run of this.index.within(author, counter, to)) {
        if (run.content === null) continue;
        hidden.push(overlap(run, counter, to));
        names.add(run.sequence.place.name);
        run.sequence.delete(run, counter, to);
      }
    }
    return hidden;
  }

  visibleWithin(ranges: readonly DotRange[]): DotRange[] {
    return ranges.flatMap(({ author, counter, length }) => {
      const to = counter + length - 1;
      const visible = this.index.within(author, counter, to).filter((run) => run.content !== null);
      return visible.map((run) => overlap(run, counter, to));
    });
  }

  /** The runs that have these dots, from the first of them on, the deleted ones too. */
  parts(ranges: readonly DotRange[]): SequencePart[] {
    const bySequence = new Map<Sequence, Map<Run, RunRecord>>();
    for (const { author, counter, length } of ranges) {
      for (const run of this.index.within(author, counter, counter + length - 1)) {
        let records = bySequence.get(run.sequence);
        if (records === undefined) bySequence.set(run.sequence, (records = new Map()));
        if (!records.has(run)) records.set(run, run.record(Math.max(0, counter - run.start)));
      }
    }
    return [...bySequence].map(([{ place }, records]) => ({ place, runs: [...records.values()] }));
  }

  wholes(): SequencePart[] {
    return this.#inOrder().map((sequence) => ({ place: sequence.place, runs: [...sequence.records()] }));
  }

  canonicals(): SequencePart[] {
    const visible = this.#inOrder().filter((sequence) => sequence.length > 0);
    return visible.map((sequence) => ({ place: sequence.place, runs: sequence.canonical() }));
  }

  #inOrder(): Sequence[] {
    return [...this.#all].sort((a, b) => comparePlaces(a.place, b.place));
  }

  /** Marks what nobody refers to any more, and forgets of it what no longer holds the rest together. */
  collect(ranges: readonly DotRange[]): void {
    const marked = this.markCollectable(ranges);
    for (const run of marked) run.sequence.collect(run);
    for (const { sequence } of marked) {
      if (!sequence.isBare || !this.#all.delete(sequence)) continue;
      this.#tree.find(sequence.place.name, sequence.place.path)?.drop(sequence.place.type);
    }
  }

  markCollectable(ranges: readonly DotRange[]): Run[] {
    const marked: Run[] = [];
    for (const { author, counter, length } of ranges) {
      const to = counter + length - 1;
      for (const run of this.index.within(author, counter, to)) {
        if (run.content !== null) continue;
        const part = run.sequence.cutOut(run, counter, to);
        part.collectable = true;
        marked.push(part);
      }
    }
    return marked;
  }

  collectable(): DotRange[] {
    const runs = [...this.index.all()].filter((run) => run.collectable);
    return runs.map(({ author, start, length }) => ({ author, counter: start, length }));
  }
}

function overlap(run: Run, from: number, to: number): DotRange {
  const counter = Math.max(run.start, from);
  return { author: run.author, counter, length: Math.min(run.end, to + 1) - counter };
}

function comparePlaces(a: Place, b: Place): number {
  const keys = (place: Place): readonly string[] => [place.name, ...place.path];
  const [left, right] = [keys(a), keys(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    if (left[i] !== right[i]) return left[i]! < right[i]! ? -1 : 1;
  }
  return left.length - right.length || a.type - b.type;
}
