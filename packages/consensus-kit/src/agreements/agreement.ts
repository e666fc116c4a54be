import type { Micros } from '@hypersync/interface';
import type { StateWriter } from '../state-writer.ts';
import type { AgreementProtocol, StatementLimits } from './protocol.ts';

/**
 * One agreement and its links: what this member said in it, in order (a prefix of it durable), and how much of what each
 * other member said has been heard. Statements are numbered per speaker, so that what was lost is asked for by number.
 */
export class Agreement {
  readonly round: number;
  readonly protocol: AgreementProtocol;
  readonly #limits: StatementLimits;
  readonly #self: number;
  readonly #said: Uint8Array[] = [];
  #durable = 0;
  readonly #heard: number[];

  constructor(round: number, protocol: AgreementProtocol, members: number, self: number, limits: StatementLimits) {
    this.round = round;
    this.protocol = protocol;
    this.#limits = limits;
    this.#self = self;
    this.#heard = Array.from({ length: members }, () => 0);
  }

  /** Own statements that may be repeated to others. */
  get durable(): number {
    return this.#durable;
  }

  get said(): number {
    return this.#said.length;
  }

  /** Statements heard, by member; own ones when durable. */
  get heard(): readonly number[] {
    return this.#heard;
  }

  /** Durable own statements from number `first` on: as many as `bytes` can hold, but at least one. */
  batch(first: number, bytes: number): readonly Uint8Array[] {
    let [end, size] = [first, 0];
    while (end < this.#durable && (end === first || size + this.#said[end]!.length <= bytes))
      size += this.#said[end++]!.length;
    return this.#said.slice(first, end);
  }

  /** Own statements of before a restart, all of them. */
  restore(now: Micros, statements: readonly Uint8Array[]): void {
    for (const [i, statement] of statements.entries())
      if (!this.protocol.recall(statement))
        throw new RangeError(`statement ${i} of agreement ${this.round} in the durable image is none`);
    this.#said.push(...statements);
    this.makeDurable(now, this.#said.length);
  }

  /** New statements of this member, appended; the first one's number. */
  collect(): { readonly first: number; readonly statements: readonly Uint8Array[] } {
    const first = this.#said.length;
    const statements = this.protocol.takeStatements();
    this.#said.push(...statements);
    return { first, statements };
  }

  /** The first `count` own statements are on disk: from now on they count here. */
  makeDurable(now: Micros, count: number): void {
    while (this.#durable < count) this.protocol.hear(now, this.#self, this.#said[this.#durable++]!);
    this.#heard[this.#self] = this.#durable;
  }

  /** A peer's statements from number `first` on. Returns how many were news, and whether some before them are missing. */
  hear(
    now: Micros,
    from: number,
    first: number,
    statements: readonly Uint8Array[],
  ): { readonly news: number; readonly gap: boolean; readonly bad: number } {
    const known = this.#heard[from]!;
    if (first > known) return { news: 0, gap: true, bad: 0 };
    let bad = 0;
    const fresh = statements.slice(known - first, this.#limits.statements - first);
    for (const statement of fresh) {
      this.#heard[from]!++;
      if (!this.protocol.hear(now, from, statement)) bad++;
    }
    return { news: fresh.length, gap: false, bad };
  }

  clone(): Agreement {
    const copy = new Agreement(this.round, this.protocol.clone(), this.#heard.length, this.#self, this.#limits);
    copy.#said.push(...this.#said);
    copy.#durable = this.#durable;
    for (const [i, count] of this.#heard.entries()) copy.#heard[i] = count;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.round, this.#said, this.#durable, this.#heard]);
    this.protocol.writeTo(state);
  }
}
