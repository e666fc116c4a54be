import { compareDots } from './dots.ts';
import type { Entry } from './entry.ts';
import { MAP, SET, TAGS, type LeafTag, type Place, type TypeTag } from './place.ts';
import type { Sequence } from './sequence/sequence.ts';

/** Entries of a set by element. */
export type SetView = ReadonlyMap<string, readonly Entry[]>;

const NOTHING: readonly Entry[] = [];
const NO_ELEMENTS: SetView = new Map();

/** What an entry weighs apart from its payload, and an element of a sequence. */
const ENTRY_WEIGHT = 1_024;
const ELEMENT_WEIGHT = 64;

/** A name, or a field of a map: the objects of each type that stand there, and the fields below. */
export class ObjectNode {
  readonly #parent: ObjectNode | null;
  readonly #field: string;
  readonly #registers = new Map<LeafTag, readonly Entry[]>();
  #elements: Map<string, readonly Entry[]> | null = null;
  #sequences: Map<LeafTag, Sequence> | null = null;
  #children: Map<string, ObjectNode> | null = null;
  #weight = 0;
  #live = 0;

  constructor(parent: ObjectNode | null, field: string) {
    this.#parent = parent;
    this.#field = field;
  }

  /** Bytes, about, of telling what is here and below; zero where there is nothing. */
  get weight(): number {
    return this.#weight;
  }

  /** Whether an object of that type is here. */
  has(type: TypeTag): boolean {
    if (type === MAP) return !this.fields().next().done;
    if (type === SET) return this.#elements !== null;
    return this.entries(type).length > 0 || (this.sequence(type)?.length ?? 0) > 0;
  }

  /** In order of dots. */
  entries(type: TypeTag): readonly Entry[] {
    return this.#registers.get(type as LeafTag) ?? NOTHING;
  }

  elements(): SetView {
    return this.#elements ?? NO_ELEMENTS;
  }

  sequence(type: TypeTag): Sequence | null {
    return this.#sequences?.get(type as LeafTag) ?? null;
  }

  /** Fields with something in them. */
  *fields(): Generator<readonly [string, ObjectNode]> {
    for (const pair of this.#children ?? []) if (pair[1].#live > 0) yield pair;
  }

  child(field: string): ObjectNode | null {
    return this.#children?.get(field) ?? null;
  }

  /** Made where it is missing. */
  childFor(field: string): ObjectNode {
    this.#children ??= new Map();
    let child = this.#children.get(field);
    if (child === undefined) this.#children.set(field, (child = new ObjectNode(this, field)));
    return child;
  }

  add(entry: Entry): void {
    if (entry.type === SET) {
      this.#elements ??= new Map();
      this.#elements.set(entry.field, withEntry(this.#elements.get(entry.field), entry));
    } else this.#registers.set(entry.type, withEntry(this.#registers.get(entry.type), entry));
    this.grow(1, ENTRY_WEIGHT + entry.payload.length);
  }

  remove(entry: Entry): void {
    const isOther = (other: Entry): boolean => other !== entry;
    if (entry.type === SET) {
      const elements = this.#elements!;
      const rest = elements.get(entry.field)!.filter(isOther);
      if (rest.length > 0) elements.set(entry.field, rest);
      else if (elements.size > 1) elements.delete(entry.field);
      else this.#elements = null;
    } else {
      const rest = this.#registers.get(entry.type)!.filter(isOther);
      if (rest.length > 0) this.#registers.set(entry.type, rest);
      else this.#registers.delete(entry.type);
    }
    this.grow(-1, -ENTRY_WEIGHT - entry.payload.length);
    this.#prune();
  }

  hold(type: LeafTag, sequence: Sequence): void {
    this.#sequences ??= new Map();
    this.#sequences.set(type, sequence);
  }

  /** Of a sequence that has nothing left. */
  drop(type: LeafTag): void {
    this.#sequences?.delete(type);
    if (this.#sequences?.size === 0) this.#sequences = null;
    this.#prune();
  }

  /** So many visible elements of a sequence, and bytes, more or fewer. */
  lengthen(elements: number, bytes: number): void {
    this.grow(elements, elements * ELEMENT_WEIGHT + bytes);
  }

  grow(live: number, weight: number): void {
    this.#live += live;
    this.#weight += weight;
    this.#parent?.grow(live, weight);
  }

  #prune(): void {
    if (this.#parent === null || !this.#isEmpty()) return;
    const siblings = this.#parent.#children!;
    siblings.delete(this.#field);
    if (siblings.size === 0) this.#parent.#children = null;
    this.#parent.#prune();
  }

  #isEmpty(): boolean {
    return this.#registers.size === 0 && this.#elements === null && this.#sequences === null && this.#children === null;
  }

  /** Everything that lives here and below: entries, and sequences with something to see. */
  *everything(): Generator<Entry | Sequence> {
    for (const entries of this.#registers.values()) yield* entries;
    for (const entries of this.#elements?.values() ?? []) yield* entries;
    for (const sequence of this.#sequences?.values() ?? []) if (sequence.length > 0) yield sequence;
    for (const child of this.#children?.values() ?? []) yield* child.everything();
  }

  /** The types of the objects that stand here. */
  types(): TypeTag[] {
    return TAGS.filter((tag) => this.has(tag));
  }
}

/** The objects by name. */
export class ObjectTree {
  readonly #root = new ObjectNode(null, '');

  /** Null where nothing was ever, or is any more. */
  find(name: string, path: readonly string[] = []): ObjectNode | null {
    let node = this.#root.child(name);
    for (const field of path) node = node?.child(field) ?? null;
    return node;
  }

  nodeFor({ name, path }: Place): ObjectNode {
    let node = this.#root.childFor(name);
    for (const field of path) node = node.childFor(field);
    return node;
  }

  names(): string[] {
    return [...this.#root.fields()].map(([name]) => name);
  }
}

function withEntry(entries: readonly Entry[] | undefined, entry: Entry): readonly Entry[] {
  if (entries === undefined) return [entry];
  return compareDots(entries.at(-1)!, entry) < 0 ? [...entries, entry] : [...entries, entry].sort(compareDots);
}
