import type { CrdtValue, Mutation } from '../src/index.ts';

/*
 * What the types mean, said as plainly as possible: every operation ever made is kept, with the set of operations that its
 * member had seen, and a value is worked out from such a set by going through all of them. No dots, no deltas, no runs, no
 * garbage; nothing is shared with the code that it judges.
 */

interface Element {
  readonly id: string;
  readonly author: number;
  /** How many elements the author had made before, in all sequences and with all other mutations. */
  readonly rank: number;
  readonly unit: unknown;
  readonly parent: string | null;
  readonly left: boolean;
}

/** One mutation of one object at the end of a path of maps. */
interface Operation {
  readonly author: number;
  readonly seen: ReadonlySet<number>;
  readonly path: readonly string[];
  readonly leaf: Mutation;
  /** Of a last-writer-wins register. */
  readonly stamp: number;
  readonly inserted: readonly Element[];
  readonly deleted: readonly string[];
}

export class OpSetModel {
  readonly #operations: Operation[] = [];
  readonly #rank: number[] = [];

  /** What a member does who has seen `seen`; returns the operation's number. */
  perform(author: number, seen: ReadonlySet<number>, mutation: Mutation): number {
    let leaf = mutation;
    const path: string[] = [];
    while (leaf.type === 'or-map' && leaf.action === 'update') {
      path.push(leaf.field);
      leaf = leaf.mutation;
    }
    if (leaf.type === 'or-map' && leaf.action === 'put') {
      path.push(leaf.field);
      leaf = { type: 'mv-register', action: 'set', value: leaf.value };
    }
    const rank = this.#rank[author] ?? 0;
    const { inserted, deleted } = this.#edit(author, rank, seen, path, leaf);
    this.#rank[author] = rank + Math.max(1, inserted.length);
    const stamps = this.#survivors(seen, path, 'lww-register').map((i) => this.#operations[i]!.stamp + 1);
    const stamp = Math.max(0, ...stamps);
    return this.#operations.push({ author, seen: new Set(seen), path, leaf, stamp, inserted, deleted }) - 1;
  }

  /** The value that these operations make, null for none. */
  value(seen: ReadonlySet<number>, path: readonly string[] = []): CrdtValue[] {
    const values: CrdtValue[] = [];
    const total = (type: string): number =>
      this.#of(seen, path, type).reduce((sum, { leaf }) => sum + ('amount' in leaf ? leaf.amount : 0), 0);
    const has = (type: string): boolean => this.#of(seen, path, type).length > 0;
    if (has('pn-counter')) values.push({ type: 'pn-counter', total: total('pn-counter') });
    const lww = this.#survivors(seen, path, 'lww-register').map((i) => this.#operations[i]!);
    const winner = lww.toSorted((a, b) => a.stamp - b.stamp || a.author - b.author || order(this.#operations, a, b));
    if (lww.length > 0) values.push({ type: 'lww-register', value: valueOf(winner.at(-1)!.leaf) });
    const mv = this.#survivors(seen, path, 'mv-register').map((i) => this.#operations[i]!);
    const inOrder = mv.toSorted((a, b) => a.author - b.author || order(this.#operations, a, b));
    if (mv.length > 0) values.push({ type: 'mv-register', values: inOrder.map(({ leaf }) => valueOf(leaf)) });
    const elements = new Set(this.#survivors(seen, path, 'or-set').map((i) => elementOf(this.#operations[i]!.leaf)));
    if (elements.size > 0) values.push({ type: 'or-set', elements: [...elements].sort() });
    const fields = this.#fields(seen, path);
    if (fields.length > 0) values.push({ type: 'or-map', fields });
    if (has('g-counter')) values.push({ type: 'g-counter', total: total('g-counter') });
    const text = this.#visible(seen, path, 'text').map(({ unit }) => unit as string);
    if (text.length > 0) values.push({ type: 'text', text: text.join('') });
    const list = this.#visible(seen, path, 'list').map(({ unit }) => unit as Uint8Array);
    if (list.length > 0) values.push({ type: 'list', values: list });
    return values;
  }

  #fields(seen: ReadonlySet<number>, path: readonly string[]): [string, CrdtValue[]][] {
    const names = new Set<string>();
    for (const i of seen) {
      const other = this.#operations[i]!.path;
      if (other.length > path.length && path.every((field, k) => other[k] === field)) names.add(other[path.length]!);
    }
    const fields = [...names].sort().map((name) => [name, this.value(seen, [...path, name])] as [string, CrdtValue[]]);
    return fields.filter(([, values]) => values.length > 0);
  }

  #of(seen: ReadonlySet<number>, path: readonly string[], type: string): Operation[] {
    const all = [...seen].map((i) => this.#operations[i]!);
    return all.filter((each) => each.leaf.type === type && each.path.join('\0') === path.join('\0'));
  }

  /** Writes and adds that no operation which had seen them has replaced or removed. */
  #survivors(seen: ReadonlySet<number>, path: readonly string[], type: string): number[] {
    return [...seen].filter((i) => {
      const { leaf, path: where } = this.#operations[i]!;
      const adds = leaf.type === type && (leaf.action === 'set' || leaf.action === 'add');
      if (!adds || where.join('\0') !== path.join('\0')) return false;
      return ![...seen].some((k) => this.#operations[k]!.seen.has(i) && undoes(this.#operations[k]!, leaf, where));
    });
  }

  #visible(seen: ReadonlySet<number>, path: readonly string[], type: string): Element[] {
    const deleted = new Set([...seen].flatMap((i) => this.#operations[i]!.deleted));
    return this.#all(seen, path, type).filter(({ id }) => !deleted.has(id));
  }

  /** Every element ever, in order: a tree of single elements, read from left to right. */
  #all(seen: ReadonlySet<number>, path: readonly string[], type: string): Element[] {
    const elements = this.#of(seen, path, type).flatMap(({ inserted }) => inserted);
    const children = (parent: string | null, left: boolean): Element[] =>
      elements
        .filter((each) => each.parent === parent && each.left === left)
        .sort((a, b) => a.author - b.author || a.rank - b.rank);
    const read = (each: Element): Element[] => [
      ...children(each.id, true).flatMap(read),
      each,
      ...children(each.id, false).flatMap(read),
    ];
    return children(null, false).flatMap(read);
  }

  #edit(
    author: number,
    rank: number,
    seen: ReadonlySet<number>,
    path: readonly string[],
    leaf: Mutation,
  ): { inserted: Element[]; deleted: string[] } {
    const inserted: Element[] = [];
    const below = leaf.type === 'or-map' && (leaf.action === 'clear' || leaf.action === 'remove');
    if (below) return { inserted, deleted: this.#below(seen, leaf.action === 'remove' ? [...path, leaf.field] : path) };
    if (leaf.type !== 'text' && leaf.type !== 'list') return { inserted, deleted: [] };
    const visible = this.#visible(seen, path, leaf.type);
    if (leaf.action === 'clear') return { inserted, deleted: visible.map(({ id }) => id) };
    if (leaf.action === 'delete') {
      return { inserted, deleted: visible.slice(leaf.index, leaf.index + leaf.length).map(({ id }) => id) };
    }
    let [before, after] = [visible[leaf.index - 1] ?? null, visible[leaf.index] ?? null];
    const units: readonly unknown[] = leaf.type === 'text' ? leaf.text.split('') : leaf.values;
    for (const [i, unit] of units.entries()) {
      const isBelow = after !== null && i === 0 && this.#isRightOf(after, before, this.#all(seen, path, leaf.type));
      const parent = isBelow ? after!.id : (before?.id ?? null);
      const element = { id: `${author}.${rank + i}`, author, rank: rank + i, unit, parent, left: isBelow };
      inserted.push(element);
      [before, after] = [element, null];
    }
    return { inserted, deleted: [] };
  }

  /** Elements of every sequence at this path or deeper. */
  #below(seen: ReadonlySet<number>, path: readonly string[]): string[] {
    const paths = new Set(
      [...seen]
        .map((i) => this.#operations[i]!.path)
        .filter((other) => path.every((field, k) => other[k] === field))
        .map((other) => JSON.stringify(other)),
    );
    return [...paths].flatMap((text) => {
      const where = JSON.parse(text) as string[];
      return ['text', 'list'].flatMap((type) => this.#visible(seen, where, type).map(({ id }) => id));
    });
  }

  /** Whether `element` hangs, at whatever distance, on the right of `of` (null: the beginning, right of which is all). */
  #isRightOf(element: Element, of: Element | null, all: readonly Element[]): boolean {
    if (of === null) return true;
    for (let each: Element | undefined = element; each !== undefined;) {
      if (each.parent === of.id) return !each.left;
      const { parent }: Element = each;
      each = all.find(({ id }) => id === parent);
    }
    return false;
  }
}

const valueOf = (leaf: Mutation): Uint8Array => ('value' in leaf ? leaf.value : new Uint8Array(0));
const elementOf = (leaf: Mutation): string => ('element' in leaf ? leaf.element : '');
const order = (all: readonly Operation[], a: Operation, b: Operation): number => all.indexOf(a) - all.indexOf(b);

/** Whether an operation that had seen a write or an add of `leaf` at `where` takes it away. */
function undoes({ leaf: by, path }: Operation, leaf: Mutation, where: readonly string[]): boolean {
  if (by.type === 'or-map') {
    const prefix = by.action === 'remove' ? [...path, by.field] : path;
    return where.length > path.length && prefix.every((field, k) => where[k] === field);
  }
  if (by.type !== leaf.type || path.join('\0') !== where.join('\0')) return false;
  return by.type !== 'or-set' || by.action === 'clear' || elementOf(by) === elementOf(leaf);
}
