/**
 * The newest of a stream of keys, with a value each. The oldest is found without looking: a Map alone, whose first key is
 * deleted again and again, has to step over all the holes of those before it.
 */
export class RecentKeys<V> {
  readonly #most: number;
  readonly #values = new Map<string, V>();
  /** Oldest first from `#first` on. */
  #order: string[] = [];
  #first = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  /** A key that is known keeps its place and its value. Beyond the limit the oldest one goes. */
  add(key: string, value: V): void {
    if (this.#values.has(key)) return;
    this.#values.set(key, value);
    this.#order.push(key);
    if (this.#values.size <= this.#most) return;
    this.#values.delete(this.#order[this.#first]!);
    if (++this.#first < this.#most) return;
    this.#order = this.#order.slice(this.#first);
    this.#first = 0;
  }

  /** Oldest first. */
  *entries(): Generator<[string, V]> {
    for (let i = this.#first; i < this.#order.length; i++) {
      const key = this.#order[i]!;
      yield [key, this.#values.get(key)!];
    }
  }

  keys(): readonly string[] {
    return this.#order.slice(this.#first);
  }

  clone(): RecentKeys<V> {
    const copy = new RecentKeys<V>(this.#most);
    for (const [key, value] of this.#values) copy.#values.set(key, value);
    copy.#order = this.#order.slice(this.#first);
    return copy;
  }
}
