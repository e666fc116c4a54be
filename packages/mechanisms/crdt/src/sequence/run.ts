import type { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { readDot, writeDot, type Dot } from '../dots.ts';
import { readContent, writeContent, type Content } from './content.ts';
import type { Leaf } from './run-list.ts';
import type { Sequence } from './sequence.ts';

/**
 * Elements of one author with consecutive dots, each but the first the right child of the one before. `parent` is the element
 * that the first one hangs on, null for the beginning of the sequence; on its left or right. Siblings stand in the order of
 * their keys: the first dot, unless the run has taken the place of a collected one. `content` null: deleted.
 */
export interface RunRecord {
  readonly author: number;
  readonly start: number;
  readonly length: number;
  readonly parent: Dot | null;
  readonly left: boolean;
  readonly key: Dot | null;
  readonly content: Content | null;
}

const NONE: readonly Run[] = [];

/** A run in its sequence's tree and list. Only its first element has left children, only its last has right ones. */
export class Run {
  readonly author: number;
  readonly start: number;
  length: number;
  content: Content | null;
  readonly sequence: Sequence;
  parent: Run | null = null;
  left = false;
  /** Null: the first dot. */
  key: Dot | null = null;
  lefts: readonly Run[] = NONE;
  rights: readonly Run[] = NONE;
  leaf: Leaf | null = null;
  /** Deleted, and everybody knows, and everybody has all that may ever hang on it. */
  collectable = false;

  constructor(sequence: Sequence, author: number, start: number, length: number, content: Content | null) {
    this.sequence = sequence;
    this.author = author;
    this.start = start;
    this.length = length;
    this.content = content;
  }

  get visible(): number {
    return this.content === null ? 0 : this.length;
  }

  /** The counter after the last one. */
  get end(): number {
    return this.start + this.length;
  }

  /** What it is told as, from element `skip` on. */
  record(skip = 0): RunRecord {
    const { author, start, length, content, key } = this;
    if (skip > 0) {
      const parent = { author, counter: start + skip - 1 };
      const rest = content === null ? null : content.slice(skip);
      return { author, start: start + skip, length: length - skip, parent, left: false, key: null, content: rest };
    }
    return { author, start, length, parent: this.#anchor(), left: this.left, key, content };
  }

  #anchor(): Dot | null {
    const parent = this.parent!;
    if (parent.author < 0) return null;
    return { author: parent.author, counter: this.left ? parent.start : parent.end - 1 };
  }

  /** Its place among siblings. */
  precedes(author: number, counter: number): boolean {
    const by = this.key?.author ?? this.author;
    return by < author || (by === author && (this.key?.counter ?? this.start) < counter);
  }

  adopt(child: Run): void {
    child.parent = this;
    const siblings = child.left ? this.lefts : this.rights;
    const grown = siblings.length === 0 ? [child] : siblings.toSpliced(this.rankOf(child), 0, child);
    if (child.left) this.lefts = grown;
    else this.rights = grown;
  }

  /** How many siblings stand before `child`, which need not be among them. */
  rankOf(child: Run): number {
    const siblings = child.left ? this.lefts : this.rights;
    const [author, counter] = [child.key?.author ?? child.author, child.key?.counter ?? child.start];
    let rank = 0;
    while (rank < siblings.length && siblings[rank]!.precedes(author, counter)) rank++;
    return rank;
  }

  disown(child: Run): void {
    if (child.left) this.lefts = this.lefts.filter((other) => other !== child);
    else this.rights = this.rights.filter((other) => other !== child);
  }
}

const LEFT = 1;
const DELETED = 2;
const KEYED = 4;
const AT_START = 8;
/** The parent is the element with the dot before. */
const CHAINED = 16;
/** The parent is the last element of the record before in the list. */
const FOLLOWS = 32;
/** The author is that of the record before in the list. */
const SAME_AUTHOR = 64;
/** One unit of a text. */
const SINGLE = 128;

/** What need not be written, being seen from the record itself or from the one before. */
function flagsOf(record: RunRecord, before: RunRecord | null): number {
  const { author, start, parent, left, key, content } = record;
  const isRight = !left && parent !== null;
  const chained = isRight && parent.author === author && parent.counter === start - 1;
  const follows =
    isRight &&
    before !== null &&
    parent.author === before.author &&
    parent.counter === before.start + before.length - 1;
  return (
    (left ? LEFT : 0) |
    (content === null ? DELETED : 0) |
    (key === null ? 0 : KEYED) |
    (parent === null ? AT_START : 0) |
    (chained ? CHAINED : 0) |
    (follows && !chained ? FOLLOWS : 0) |
    (before?.author === author ? SAME_AUTHOR : 0) |
    (typeof content === 'string' && content.length === 1 ? SINGLE : 0)
  );
}

export function writeRuns(writer: ByteWriter, runs: readonly RunRecord[]): void {
  writer.varint(runs.length);
  let before: RunRecord | null = null;
  for (const record of runs) {
    const { author, start, length, parent, key, content } = record;
    const flags = flagsOf(record, before);
    writer.u8(flags);
    if ((flags & SAME_AUTHOR) === 0) writer.varint(author);
    writer.varint(start);
    if (parent !== null && (flags & (CHAINED | FOLLOWS)) === 0) writeDot(writer, parent);
    if (key !== null) writeDot(writer, key);
    if (content === null) writer.varint(length);
    else if ((flags & SINGLE) === 0) writeContent(writer, content);
    else writer.varint((content as string).charCodeAt(0));
    before = record;
  }
}

const MAX_RUNS = 0xffff_ffff;

/** One encoding per list; runs have elements. */
export function readRuns(reader: ByteReader, members: number, isText: boolean): RunRecord[] {
  let before: RunRecord | null = null;
  return reader.list(MAX_RUNS, () => {
    const flags = reader.u8();
    const record = readRun(reader, members, isText, flags, before);
    const { start, length } = record;
    const isSound =
      flagsOf(record, before) === flags && start > 0 && length > 0 && Number.isSafeInteger(start + length);
    if (!isSound) reader.fail();
    before = record;
    return record;
  });
}

function readRun(
  reader: ByteReader,
  members: number,
  isText: boolean,
  flags: number,
  before: RunRecord | null,
): RunRecord {
  const isSame = (flags & SAME_AUTHOR) !== 0 && before !== null;
  const author = isSame ? before.author : reader.varint(members - 1);
  const start = reader.varint();
  let parent: Dot | null = null;
  if ((flags & CHAINED) !== 0) parent = { author, counter: start - 1 };
  else if ((flags & FOLLOWS) !== 0 && before !== null) {
    parent = { author: before.author, counter: before.start + before.length - 1 };
  } else if ((flags & AT_START) === 0) parent = readDot(reader, members);
  if (parent !== null && parent.counter < 1) reader.fail();
  const key = (flags & KEYED) === 0 ? null : readDot(reader, members);
  let content: Content | null = null;
  if ((flags & SINGLE) !== 0) content = isText ? String.fromCharCode(reader.varint(0xffff)) : [];
  else if ((flags & DELETED) === 0) content = readContent(reader, isText);
  const length = content === null ? reader.varint() : content.length;
  return { author, start, length, parent, left: (flags & LEFT) !== 0, key, content };
}
