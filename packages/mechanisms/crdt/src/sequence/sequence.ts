import { ByteWriter } from '@hypersync/consensus-kit';
import { lastOf, type Dot, type DotRange } from '../dots.ts';
import { TEXT, writePlace, type Place } from '../place.ts';
import { joinContents, contentBytes, sliceOf, type Content } from './content.ts';
import { seedsOf, type ElementSum, type Seeds } from './element-sum.ts';
import { RunList } from './run-list.ts';
import { Run, type RunRecord } from './run.ts';
import type { RunIndex } from './run-index.ts';

/** Typed on, a run grows so far and no further: with every change its record is written anew. */
const MOST_ELEMENTS = 512;
const MOST_BYTES = 4_096;

/** What the sequences of a replica share. */
export interface Ground {
  readonly index: RunIndex;
  readonly sum: ElementSum;
  /** A run is new or has changed. */
  touched(run: Run): void;
  /** A run is no more. */
  gone(run: Run): void;
  /** So many runs of deleted elements more or fewer. */
  buried(runs: 1 | -1): void;
  /** Visible elements and their bytes have come or gone. */
  grown(sequence: Sequence, elements: number, bytes: number): void;
}

/** Where an insertion goes: to the left or right of an element, null for the beginning. */
export interface Spot {
  readonly parent: Dot | null;
  readonly left: boolean;
}

const START: Dot = { author: -1, counter: 0 };

/**
 * A sequence as a tree in which every element hangs left or right of the one beside which it was inserted, read in order
 * (Fugue, Weidner and Kleppmann 2023; the tree is RGA's, the two sides are YATA's two origins). An insertion hangs on a
 * *visible* neighbour only. So nobody who knows of a deletion ever refers to what was deleted, and once all know, it may go:
 * a leaf just so, and an inner node with one child by giving that its place and key.
 */
export class Sequence {
  readonly place: Place;
  readonly isText: boolean;
  readonly #ground: Ground;
  readonly #seeds: Seeds;
  readonly #root: Run;
  readonly #list: RunList;

  constructor(place: Place, ground: Ground) {
    this.place = place;
    this.isText = place.type === TEXT;
    this.#ground = ground;
    const name = new ByteWriter();
    writePlace(name, place);
    this.#seeds = seedsOf(name.finish());
    this.#root = new Run(this, START.author, START.counter, 0, null);
    this.#list = new RunList(this.#root);
  }

  /** Visible elements. */
  get length(): number {
    return this.#list.visible;
  }

  /** True when not even something deleted is left. */
  get isBare(): boolean {
    return this.#root.rights.length === 0;
  }

  /** Where something goes that is to be element `index`. */
  spotAt(index: number): Spot {
    if (index === 0) {
      const first = this.#list.after(this.#root);
      return first === null ? { parent: null, left: false } : { parent: dotAt(first, 0), left: true };
    }
    const { run, offset } = this.#list.find(index - 1);
    if (offset + 1 < run.length) return { parent: dotAt(run, offset + 1), left: true };
    const next = run.rights.length === 0 ? null : this.#list.after(run);
    if (next !== null && isRightOf(next, run)) return { parent: dotAt(next, 0), left: true };
    return { parent: dotAt(run, offset), left: false };
  }

  /** The dots of `length` visible elements from `index` on. */
  dotsAt(index: number, length: number): DotRange[] {
    const ranges: DotRange[] = [];
    const first = this.#list.find(index);
    let [run, offset, rest]: [Run | null, number, number] = [first.run, first.offset, length];
    while (rest > 0 && run !== null) {
      const taken = Math.min(rest, run.length - offset);
      ranges.push({ author: run.author, counter: run.start + offset, length: taken });
      rest -= taken;
      offset = 0;
      if (rest > 0) run = this.#list.after(run);
    }
    return ranges;
  }

  /** Takes in a run that is new here and whose parent is here; `grow`: the run that it goes on may take it up. */
  insert(record: RunRecord, grow: boolean): void {
    const parent = this.#parentOf(record);
    if (grow && this.#grows(parent, record)) return this.#extend(parent, record.content!);
    const { author, start, length, content } = record;
    const run = new Run(this, author, start, length, content);
    run.left = record.left;
    run.key = record.key;
    const rank = parent.rankOf(run);
    if (run.left) {
      const next = parent.lefts[rank];
      this.#list.insertBefore(next === undefined ? parent : leftmost(next), run);
    } else this.#list.insertAfter(rank === 0 ? parent : rightmost(parent.rights[rank - 1]!), run);
    parent.adopt(run);
    this.#ground.index.add(run);
    this.#ground.touched(run);
    if (content === null) this.#ground.buried(1);
    else this.#show(run, content);
  }

  /** The run that the record hangs on, cut so that the element is at its end. */
  #parentOf({ parent, left }: RunRecord): Run {
    if (parent === null) return this.#root;
    const run = this.#ground.index.find(parent.author, parent.counter)!;
    const offset = parent.counter - run.start;
    if (left) return offset === 0 ? run : this.#split(run, offset);
    if (offset + 1 < run.length) this.#split(run, offset + 1);
    return run;
  }

  #grows(run: Run, { author, start, left, key, content }: RunRecord): boolean {
    return (
      content !== null &&
      run.content !== null &&
      !left &&
      key === null &&
      run.author === author &&
      run.end === start &&
      run.rights.length === 0 &&
      run.length + content.length <= MOST_ELEMENTS &&
      (this.isText || contentBytes(run.content) + contentBytes(content) <= MOST_BYTES)
    );
  }

  #extend(run: Run, content: Content): void {
    const { sum } = this.#ground;
    const last = dotAt(run, run.length - 1);
    const next = this.#list.after(run);
    sum.run(1, this.#seeds, run.author, run.end, content, last);
    run.content = joinContents(run.content!, content);
    run.length += content.length;
    if (next !== null) this.#relink(next, last, dotAt(run, run.length - 1));
    this.#list.adjust(run, content.length);
    this.#ground.touched(run);
    this.#ground.grown(this, content.length, contentBytes(content));
  }

  #show(run: Run, content: Content): void {
    const before = this.#lastBefore(run);
    const next = this.#list.after(run);
    this.#ground.sum.run(1, this.#seeds, run.author, run.start, content, before);
    if (next !== null) this.#relink(next, before, dotAt(run, run.length - 1));
    this.#ground.grown(this, content.length, contentBytes(content));
  }

  #hide(run: Run, content: Content): void {
    const before = this.#lastBefore(run);
    const next = this.#list.after(run);
    this.#ground.sum.run(-1, this.#seeds, run.author, run.start, content, before);
    if (next !== null) this.#relink(next, dotAt(run, run.length - 1), before);
    this.#list.adjust(run, -run.length);
    run.content = null;
    this.#ground.buried(1);
    this.#ground.touched(run);
    this.#ground.grown(this, -content.length, -contentBytes(content));
  }

  #lastBefore(run: Run): Dot {
    const before = this.#list.before(run);
    return before === null ? START : dotAt(before, before.length - 1);
  }

  #relink(run: Run, old: Dot, now: Dot): void {
    const { sum } = this.#ground;
    sum.element(-1, this.#seeds, run.author, run.start, run.content!, 0, old);
    sum.element(1, this.#seeds, run.author, run.start, run.content!, 0, now);
  }

  /** Cuts before element `offset`; returns the second part, the first one's right child. */
  #split(run: Run, offset: number): Run {
    const { content, rights } = run;
    const rest = content === null ? null : sliceOf(content, offset);
    const second = new Run(this, run.author, run.start + offset, run.length - offset, rest);
    second.collectable = run.collectable;
    second.rights = rights;
    for (const child of rights) child.parent = second;
    second.parent = run;
    run.rights = [second];
    this.#list.adjust(run, -second.visible);
    run.length = offset;
    if (content === null) this.#ground.buried(1);
    else run.content = sliceOf(content, 0, offset);
    this.#list.insertAfter(run, second);
    this.#ground.index.add(second);
    this.#ground.touched(run);
    this.#ground.touched(second);
    return second;
  }

  /** Just the elements of `run` in [from, to], cut out. */
  cutOut(run: Run, from: number, to: number): Run {
    const part = run.start < from ? this.#split(run, from - run.start) : run;
    if (part.end > to + 1) this.#split(part, to + 1 - part.start);
    return part;
  }

  /** Takes the visible elements of `run` in [from, to] away; their places stay. */
  delete(run: Run, from: number, to: number): void {
    const part = this.cutOut(run, from, to);
    if (part.content !== null) this.#hide(part, part.content);
  }

  /** Forgets a collectable run, and what becomes free by that. */
  collect(start: Run): void {
    let run = start;
    while (run.collectable && run.leaf !== null) {
      const children = run.lefts.length + run.rights.length;
      if (children > 1) return;
      const parent = run.parent!;
      parent.disown(run);
      const child = run.lefts[0] ?? run.rights[0];
      if (child !== undefined) {
        child.left = run.left;
        child.key = run.key ?? dotAt(run, 0);
        parent.adopt(child);
        this.#ground.touched(child);
      }
      this.#list.remove(run);
      this.#ground.index.remove(run);
      this.#ground.buried(-1);
      this.#ground.gone(run);
      if (child !== undefined) return;
      run = parent;
    }
  }

  content(): Content {
    const parts: Content[] = [];
    for (const { content } of this.#list.runs()) if (content !== null) parts.push(content);
    return this.isText ? parts.join('') : (parts as (readonly Uint8Array[])[]).flat();
  }

  /** Every run, parents before their children. */
  *records(): Generator<RunRecord> {
    const pending = [...this.#root.rights].reverse();
    for (let run = pending.pop(); run !== undefined; run = pending.pop()) {
      yield run.record();
      pending.push(...run.rights.toReversed(), ...run.lefts.toReversed());
    }
  }

  /** Visible elements in order, as few runs as possible, each the right child of the one before: what all agree on. */
  canonical(): RunRecord[] {
    const records: RunRecord[] = [];
    for (const { author, start, length, content } of this.#list.runs()) {
      if (content === null) continue;
      const last = records.at(-1);
      if (last !== undefined && last.author === author && last.start + last.length === start) {
        const joined = joinContents(last.content!, content);
        records[records.length - 1] = { ...last, length: last.length + length, content: joined };
      } else {
        const parent = last === undefined ? null : lastOf({ ...last, counter: last.start });
        records.push({ author, start, length, parent, left: false, key: null, content });
      }
    }
    return records;
  }
}

function dotAt(run: Run, offset: number): Dot {
  return { author: run.author, counter: run.start + offset };
}

/** True when `next`, the visible run after `run`, is in the subtree on the right of `run`: between them all is deleted. */
function isRightOf(next: Run, run: Run): boolean {
  for (let child = next; ;) {
    const parent = child.parent;
    if (parent === null) return false;
    if (!child.left) {
      if (parent === run) return true;
      if (parent.content !== null) return false;
    }
    child = parent;
  }
}

function leftmost(run: Run): Run {
  let found = run;
  while (found.lefts.length > 0) found = found.lefts[0]!;
  return found;
}

function rightmost(run: Run): Run {
  let found = run;
  while (found.rights.length > 0) found = found.rights.at(-1)!;
  return found;
}
