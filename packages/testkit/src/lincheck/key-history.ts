import type { JsonValue } from '@hypersync/base';
import type { OperationKind, RecordedOperation } from './history.ts';
import type { Interval, Model } from './search.ts';

/** An operation on one key, with values as numbers: equal values, equal numbers. */
export interface CodedOperation extends Interval {
  readonly recorded: RecordedOperation;
  readonly kind: OperationKind;
  /** Read: the state that was seen. Others: what is written, swapped in or appended. */
  readonly value: number;
  readonly from: number;
  /** A compare-and-swap that found something else. */
  readonly mismatched: boolean;
}

/** The operations on one key, and the specification that they are held to. */
export interface KeyHistory {
  readonly key: string;
  readonly operations: readonly CodedOperation[];
  readonly model: Model<CodedOperation, number>;
  /** The same, passing over states from which all of `operations` cannot be ordered. Not for a part of them. */
  readonly quickModel: Model<CodedOperation, number>;
  /** A state in words. */
  describe(state: number): string;
}

/** By key, in the order of first appearance: linearizability is local (Herlihy, Wing 1990), so keys are judged apart. */
export function byKey(operations: readonly RecordedOperation[]): KeyHistory[] {
  return [...Map.groupBy(operations, ({ key }) => key)].map(([key, recorded]) =>
    isSequence(recorded) ? sequenceHistory(key, recorded) : registerHistory(key, recorded),
  );
}

/** Something is appended, or lists are read that nobody wrote as a whole. */
function isSequence(recorded: readonly RecordedOperation[]): boolean {
  if (recorded.some(({ kind }) => kind === 'append')) return true;
  return recorded.every(({ kind }) => kind === 'read') && recorded.some(({ output }) => Array.isArray(output));
}

/** A register: a read sees the last write, a compare-and-swap needs it. Nothing written: null. */
function registerHistory(key: string, recorded: readonly RecordedOperation[]): KeyHistory {
  const texts: string[] = [];
  const numbers = new Map<string, number>();
  const code = (value: JsonValue): number => {
    const text = JSON.stringify(value);
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, texts.length);
    return texts.push(text) - 1;
  };
  const initial = code(null);
  const operations = recorded.map((one) =>
    coded(one, code(one.kind === 'read' ? one.output : one.value), code(one.from)),
  );
  const model = { initial, step: stepRegister };
  return {
    key,
    operations: withoutIdleUnknowns(operations),
    model,
    quickModel: model,
    describe: (state) => texts[state]!,
  };
}

function coded(recorded: RecordedOperation, value: number, from: number): CodedOperation {
  const { kind, call, return: back, output } = recorded;
  return { recorded, kind, call, return: back, value, from, mismatched: kind === 'cas' && output === false };
}

function stepRegister(state: number, { kind, value, from, mismatched }: CodedOperation): number | null {
  switch (kind) {
    case 'write':
      return value;
    case 'cas':
      if (mismatched) return state === from ? null : state;
      return state === from ? value : null;
    case 'read':
    case 'append':
      return value === state ? state : null;
  }
}

/**
 * An operation of unknown outcome whose value nobody saw need not have happened, so leaving it out loses no order; but it keeps
 * the search small. Not so where a mismatch may be its only trace.
 */
function withoutIdleUnknowns(operations: readonly CodedOperation[]): readonly CodedOperation[] {
  if (operations.some(({ mismatched }) => mismatched)) return operations;
  const seen = new Set<number>();
  for (const { kind, value, from } of operations)
    if (kind === 'read') seen.add(value);
    else if (kind === 'cas') seen.add(from);
  return operations.filter((operation) => Number.isFinite(operation.return) || seen.has(operation.value));
}

/** A tree of sequences: a node is the sequence of symbols on the way to it, so equal sequences are one number. */
class Sequences {
  readonly #next: Map<string, number>[] = [new Map()];
  readonly #before: number[] = [0];
  readonly #symbol: string[] = [''];
  readonly #depth: number[] = [0];

  extend(node: number, symbols: Iterable<string>): number {
    let at = node;
    for (const symbol of symbols) {
      let next = this.#next[at]!.get(symbol);
      if (next === undefined) {
        next = this.#next.push(new Map()) - 1;
        this.#before.push(at);
        this.#depth.push(this.#depth[at]! + 1);
        this.#symbol.push(symbol);
        this.#next[at]!.set(symbol, next);
      }
      at = next;
    }
    return at;
  }

  /**
   * Where nothing but appends changes the state, it only grows, so all that comes before the longest answer must be a beginning
   * of it. Says of a state whether it is, or comes after: most orders need never be tried.
   */
  towards(reads: readonly { readonly value: number }[]): (state: number) => boolean {
    const longest = reads.reduce((best, { value }) => (this.#depth[value]! > this.#depth[best]! ? value : best), 0);
    const depth = this.#depth[longest]!;
    const onTheWay = new Set<number>([0]);
    for (let at = longest; at !== 0; at = this.#before[at]!) onTheWay.add(at);
    const after = new Map<number, boolean>([[0, depth === 0]]);
    const isAfter = (state: number): boolean => {
      const known = after.get(state);
      if (known !== undefined) return known;
      const answer = state === longest || (this.#depth[state]! > depth && isAfter(this.#before[state]!));
      after.set(state, answer);
      return answer;
    };
    return (state) => onTheWay.has(state) || isAfter(state);
  }

  symbols(node: number): string[] {
    const symbols: string[] = [];
    for (let at = node; at !== 0; at = this.#before[at]!) symbols.push(this.#symbol[at]!);
    return symbols.reverse();
  }
}

/** Appends: to a list, where reads answer with lists or not at all; else to a text. Nothing appended: the empty one, or null. */
function sequenceHistory(key: string, recorded: readonly RecordedOperation[]): KeyHistory {
  const isText = recorded.some(({ kind, output }) => kind === 'read' && typeof output === 'string');
  const sequences = new Sequences();
  const appended: string[][] = [];
  const whole = (value: JsonValue): Iterable<string> => {
    if (value === null) return [];
    if (isText) return typeof value === 'string' ? value : [JSON.stringify(value)];
    return Array.isArray(value) ? value.map((one: JsonValue) => JSON.stringify(one)) : [JSON.stringify(value)];
  };
  const part = (value: JsonValue): string[] => (isText ? [...whole(value)] : [JSON.stringify(value)]);
  const operations = recorded.map((one) => {
    if (one.kind === 'append') return coded(one, appended.push(part(one.value)) - 1, 0);
    const value = sequences.extend(0, whole(one.kind === 'read' ? one.output : one.value));
    return coded(one, value, sequences.extend(0, whole(one.from)));
  });
  const grows = recorded.every(({ kind }) => kind === 'append' || kind === 'read');
  const fits = grows ? sequences.towards(operations.filter(({ kind }) => kind === 'read')) : () => true;
  const step = (state: number, operation: CodedOperation): number | null =>
    operation.kind === 'append' ? sequences.extend(state, appended[operation.value]!) : stepRegister(state, operation);
  const quickStep = (state: number, operation: CodedOperation): number | null => {
    const next = step(state, operation);
    return next !== null && fits(next) ? next : null;
  };
  const describe = (state: number): string => {
    const symbols = sequences.symbols(state);
    return isText ? JSON.stringify(symbols.join('')) : `[${symbols.join(',')}]`;
  };
  return { key, operations, model: { initial: 0, step }, quickModel: { initial: 0, step: quickStep }, describe };
}
