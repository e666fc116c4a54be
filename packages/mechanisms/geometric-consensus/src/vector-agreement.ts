import { ReliableBroadcast, type AgreementProtocol, type Committee, type StateWriter } from '@hypersync/consensus-kit';
import type { Micros } from '@hypersync/interface';
import type { Config } from './config.ts';
import { nextExtent, nextPoint, sweepLength, sweepsFor } from './contraction.ts';
import type { GridPoint } from './grid.ts';
import { RoundValues } from './round-values.ts';
import { decodeStatement, decodeValue, encodeStatement, encodeValue, type Statement } from './statements.ts';

/**
 * Byzantine vector agreement in an asynchronous network (Mendes, Herlihy, Vaidya, Garg, "Multidimensional agreement in
 * Byzantine systems", Distrib. Comput. 28, 2015). In each round every member reliably broadcasts its value, waits for n - f
 * values and for n - f witnesses (Abraham, Amit, Dolev 2004: members whose reported values it has all), and moves to a point of
 * the safe area. Any two correct members then share n - f values, so their safe areas meet, and the extent halves.
 *
 * How many rounds that takes each member works out from the values that it has, again in every round; `nextExtent` says why
 * the least count of any correct member is enough for all. Whoever is done says so with its last value, which stands for it
 * in all later rounds, and goes on witnessing for the others.
 */
export class VectorAgreement implements AgreementProtocol {
  readonly #config: Config;
  readonly #committee: Committee;
  #broadcast: ReliableBroadcast;
  #values: RoundValues;
  readonly #reported = new Set<number>();
  /** Own values by round; the last one's number is the round that goes on. */
  readonly #own: GridPoint[] = [];
  #over = false;
  #output: GridPoint | null = null;
  /** Whose values each round went on from, as bits. */
  readonly #used = new Map<number, number>();
  /** No more rounds than this. */
  #bound: number;
  #statements: Uint8Array[] = [];

  constructor(config: Config, committee: Committee) {
    const { grid, maxRounds } = config;
    this.#config = config;
    this.#committee = committee;
    this.#bound = maxRounds;
    this.#values = new RoundValues(committee.n, maxRounds);
    this.#broadcast = new ReliableBroadcast(committee, (maxRounds + 1) * committee.n, (slot, payload) => {
      const value = decodeValue(grid, payload);
      return value !== null && !(value.final && slot < committee.n);
    });
  }

  readonly deadline = null;

  get joined(): boolean {
    return this.#own.length > 0;
  }

  get begun(): boolean {
    return this.#values.membersWith(0) !== 0;
  }

  get output(): Uint8Array | null {
    return this.#output === null ? null : this.#config.grid.present(this.#output);
  }

  /** For invariants: own values by round, in grid units. */
  get trail(): readonly GridPoint[] {
    return this.#own;
  }

  /** For invariants: everybody's values by round, as delivered. */
  get received(): readonly (readonly GridPoint[])[] {
    return this.#values.chains;
  }

  /** For invariants: whose values each round of this incarnation went on from, as bits. */
  get used(): ReadonlyMap<number, number> {
    return this.#used;
  }

  join(_now: Micros, reading: Uint8Array): void {
    this.#send(decodeValue(this.#config.grid, reading)!.point, false);
    this.#advance();
  }

  #send(point: GridPoint, final: boolean): void {
    const slot = this.#own.length * this.#committee.n + this.#committee.self;
    this.#own.push(point);
    this.#over = final;
    this.#broadcast.send(slot, encodeValue(this.#config.grid, { point, final }));
    this.#passOn();
    if (final) this.#say({ kind: 'done', point });
  }

  #say(statement: Statement): void {
    this.#statements.push(encodeStatement(this.#config.grid, statement));
  }

  /** What the broadcast owes, in its place among the other statements. */
  #passOn(): void {
    for (const statement of this.#broadcast.takeStatements()) this.#say({ kind: 'broadcast', statement });
  }

  recall(bytes: Uint8Array): boolean {
    const said = decodeStatement(this.#config.grid, bytes);
    if (said?.kind === 'report') this.#reported.add(said.round);
    if (said?.kind !== 'broadcast') return said !== null;
    this.#broadcast.recall(said.statement);
    if (said.statement.step !== 'send') return true;
    const value = decodeValue(this.#config.grid, said.statement.payload);
    if (value === null) return false;
    this.#own.push(value.point);
    this.#over = value.final;
    return true;
  }

  hear(_now: Micros, from: number, bytes: Uint8Array): boolean {
    const said = decodeStatement(this.#config.grid, bytes);
    if (said === null) return false;
    switch (said.kind) {
      case 'broadcast':
        if (!this.#broadcast.hear(from, said.statement)) return false;
        this.#passOn();
        for (const slot of this.#broadcast.takeDelivered()) this.#delivered(slot);
        break;
      case 'report':
        if (!this.#values.report(from, said.round, said.members, this.#quorum)) return false;
        break;
      case 'done':
        if (from === this.#committee.self) this.#output = said.point;
        break;
    }
    this.#advance();
    return true;
  }

  #delivered(slot: number): void {
    const { n } = this.#committee;
    const value = decodeValue(this.#config.grid, this.#broadcast.delivered(slot)!);
    if (value !== null) this.#values.add(slot % n, Math.floor(slot / n), value); // null: more than f lie
  }

  get #quorum(): number {
    return this.#committee.n - this.#committee.f;
  }

  #advance(): void {
    for (let round = 0; round <= this.#values.rounds; round++) this.#report(round);
    while (this.#move());
  }

  /** A round in which somebody still moves wants witnesses. */
  #report(round: number): void {
    if (this.#reported.has(round) || this.#values.count(round) < this.#quorum || !this.#values.live(round)) return;
    this.#reported.add(round);
    this.#say({ kind: 'report', round, members: this.#values.membersWith(round) });
  }

  /** From this round's values to the next round; true when it could. */
  #move(): boolean {
    const round = this.#own.length - 1;
    if (round < 0 || this.#over) return false;
    if (this.#values.count(round) < this.#quorum || this.#values.witnesses(round) < this.#quorum) return false;
    const { n, f } = this.#committee;
    const { grid, validity } = this.#config;
    const points = this.#values.points(round);
    this.#used.set(round, this.#values.membersWith(round));
    const sweeps = sweepsFor(nextExtent(points, n, f), grid.closeness);
    this.#bound = Math.min(this.#bound, round + 1 + sweeps * sweepLength(validity, grid.dimension));
    this.#send(nextPoint(points, f, validity, round), round + 1 >= this.#bound);
    return true;
  }

  time(): void {
    // nothing here waits for time: the network is asynchronous
  }

  takeStatements(): Uint8Array[] {
    const statements = this.#statements;
    this.#statements = [];
    return statements;
  }

  takeContradicting(): number[] {
    return this.#broadcast.takeContradicting();
  }

  detail(): Readonly<Record<string, number | string | boolean>> {
    const { validity } = this.#config;
    return { round: this.#own.length - 1, rounds: this.#bound, validity, over: this.#over };
  }

  clone(): VectorAgreement {
    const copy = new VectorAgreement(this.#config, this.#committee);
    copy.#broadcast = this.#broadcast.clone();
    copy.#values = this.#values.clone();
    for (const round of this.#reported) copy.#reported.add(round);
    for (const [round, members] of this.#used) copy.#used.set(round, members);
    copy.#own.push(...this.#own);
    copy.#over = this.#over;
    copy.#output = this.#output;
    copy.#bound = this.#bound;
    copy.#statements = [...this.#statements];
    return copy;
  }

  writeTo(state: StateWriter): void {
    this.#broadcast.writeTo(state);
    this.#values.writeTo(state);
    state
      .set(this.#reported)
      .data(this.#used)
      .data([this.#own, this.#over, this.#output, this.#bound, this.#statements]);
  }
}
