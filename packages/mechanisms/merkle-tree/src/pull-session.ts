import { type StateWriter, type Vector, equalVectors } from '@hypersync/consensus-kit';
import type { Micros } from '@hypersync/interface';
import type { KeyedSet } from './keyed-set.ts';
import { compareAnswer, isWellFormed, type Answer, type Range, type Summary, type Wanted } from './range-diff.ts';
import { compareVersions, leafHash, rowBytes, writeRow, type Row } from './row.ts';
import { findLeaf } from './search-tree.ts';
import { sameBytes } from './hex.ts';

/** Ranges and keys of one request. Both go together, so that there are about as many rounds as the tree has levels. */
const RANGES_PER_ASK = 256;
const KEYS_PER_ASK = 256;
/** A peer that has not answered for so many pauses has crashed, or forgotten the tree. */
const MAX_SILENCE = 20;

export interface Ask {
  /** Counts the session's requests; the answer repeats it, so that an answer that comes twice counts once. */
  readonly number: number;
  readonly ranges: readonly Range[];
  readonly keys: readonly string[];
}

/** The same with what must come back. */
interface Asked {
  readonly number: number;
  readonly ranges: readonly Wanted[];
  readonly keys: readonly Summary[];
}

/**
 * Fetches from one peer what its tree has and this one lacks, by ordered range diff. The peer's tree is one fixed tree (its
 * root says which), so that in the end this member has everything that the peer's vector counted; until then nothing is
 * applied, since rows without their vector would be a state that no history has. Each page and each row is held against the
 * hash that was promised for it, from the root down, so that what is applied in the end is what that root stands for.
 */
export class PullSession {
  readonly peer: number;
  readonly root: Uint8Array;
  readonly vector: Vector;
  readonly #maxBytes: number;
  #ranges: readonly Wanted[];
  #keys: readonly Summary[] = [];
  #asked: Asked = { number: 0, ranges: [], keys: [] };
  #staged = new Map<string, Row>();
  #bytes = 0;
  #heard: Micros;
  #silence = 0;

  constructor(now: Micros, peer: number, root: Uint8Array, vector: Vector, maxBytes: number) {
    this.peer = peer;
    this.root = root;
    this.vector = vector;
    this.#maxBytes = maxBytes;
    this.#heard = now;
    this.#ranges = [{ low: null, high: null, mode: 'page', hash: root, begun: null }];
  }

  /** The deepest ranges first, so that what is pending stays small. Call again after every answer. */
  nextAsk(): Ask {
    const keys = this.#keys.slice(0, KEYS_PER_ASK);
    const ranges = this.#ranges.slice(-RANGES_PER_ASK);
    this.#keys = this.#keys.slice(keys.length);
    this.#ranges = this.#ranges.slice(0, this.#ranges.length - ranges.length);
    this.#asked = { number: this.#asked.number + 1, ranges, keys };
    return {
      number: this.#asked.number,
      ranges: ranges.map(({ low, high, mode }) => ({ low, high, mode })),
      keys: keys.map(({ key }) => key),
    };
  }

  /** True for the request that is waited for. */
  awaits(number: number): boolean {
    return number === this.#asked.number;
  }

  /**
   * Takes in what belongs to the last request; the rest of it is asked again. False to give up: not what a correct peer with
   * this root would say, nothing at all, or too much.
   */
  receive(now: Micros, set: KeyedSet, answers: readonly Answer[], rows: readonly Row[]): boolean {
    const { number, ranges, keys } = this.#asked;
    const open = new Set(ranges);
    const more: Wanted[] = [];
    const wanted: Summary[] = [];
    for (const answer of answers) {
      const range = ranges.find((asked) => isAnswer(asked, answer) && open.has(asked));
      if (range === undefined) continue;
      if (!isWellFormed(answer)) return false;
      open.delete(range);
      const differences = compareAnswer(set.tree, range, answer, (key) => findLeaf(set.tree, key));
      if (differences === null) return false;
      more.push(...differences.ranges);
      wanted.push(...differences.keys);
      if (answer.mode === 'rows') for (const row of answer.rows) this.#stage(row);
    }
    const missing = new Map(keys.map((summary) => [summary.key, summary]));
    for (const row of rows) {
      const summary = missing.get(row.key);
      if (summary === undefined) continue;
      if (compareVersions(row, summary) !== 0 || !sameBytes(leafHash(row), summary.hash)) return false;
      missing.delete(row.key);
      this.#stage(row);
    }
    if (open.size === ranges.length && missing.size === keys.length) return false;
    this.#ranges = [...this.#ranges, ...open, ...more];
    this.#keys = [...this.#keys, ...missing.values(), ...wanted];
    this.#asked = { number, ranges: [], keys: [] };
    this.#heard = now;
    this.#silence = 0;
    return this.#bytes <= this.#maxBytes;
  }

  #stage(row: Row): void {
    const before = this.#staged.get(row.key);
    this.#bytes += rowBytes(row) - (before === undefined ? 0 : rowBytes(before));
    this.#staged.set(row.key, row);
  }

  /** True once everything has been looked into. */
  get complete(): boolean {
    const { ranges, keys } = this.#asked;
    return this.#ranges.length + this.#keys.length + ranges.length + keys.length === 0;
  }

  get rows(): Iterable<Row> {
    return this.#staged.values();
  }

  /** 'ask' to repeat the last request, 'dead' when the peer should be given up. */
  overdue(now: Micros, pause: Micros): 'ask' | 'dead' | null {
    if (now < this.#heard + pause) return null;
    this.#heard = now;
    this.#silence++;
    if (this.#silence > MAX_SILENCE) return 'dead';
    this.#ranges = [...this.#ranges, ...this.#asked.ranges];
    this.#keys = [...this.#asked.keys, ...this.#keys];
    return 'ask';
  }

  deadline(pause: Micros): Micros {
    return this.#heard + pause;
  }

  /** True when the peer has offered this very tree. */
  isFor(peer: number, vector: Vector): boolean {
    return this.peer === peer && equalVectors(this.vector, vector);
  }

  clone(): PullSession {
    const copy = new PullSession(this.#heard, this.peer, this.root, this.vector, this.#maxBytes);
    copy.#ranges = this.#ranges;
    copy.#keys = this.#keys;
    copy.#asked = this.#asked;
    copy.#staged = new Map(this.#staged);
    copy.#bytes = this.#bytes;
    copy.#silence = this.#silence;
    return copy;
  }

  writeTo(state: StateWriter): void {
    const plain = ({ low, high, mode, hash, begun }: Wanted) => [
      [low, high, mode, hash],
      begun === null ? null : [begun.level, begun.leaves, begun.children, begun.rows.length],
    ];
    const { number, ranges, keys } = this.#asked;
    state.data([this.peer, this.root, this.vector, this.#heard, this.#silence, number]);
    state.data([this.#keys.map(({ hash }) => hash), keys.map(({ hash }) => hash)]);
    state.data([this.#ranges.map(plain), ranges.map(plain)]);
    state.map(this.#staged, writeRow);
  }
}

function isAnswer(asked: Range, answer: Range): boolean {
  return asked.low === answer.low && asked.high === answer.high && asked.mode === answer.mode;
}
