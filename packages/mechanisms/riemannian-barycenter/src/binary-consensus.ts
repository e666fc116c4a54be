import type { Committee, StateWriter } from '@hypersync/consensus-kit';
import type { Micros } from '@hypersync/interface';

export type Bit = 0 | 1;

/** What a member says in one binary consensus. `aux` may name both bits. */
export type BinaryStatement =
  | { readonly kind: 'estimate'; readonly round: number; readonly bit: Bit }
  | { readonly kind: 'coordinate'; readonly round: number; readonly bit: Bit }
  | { readonly kind: 'aux'; readonly round: number; readonly bits: readonly Bit[] };

/** Rounds that are listened to; time-outs grow, so whoever needs more has had no stable network for very long. */
export const MOST_BINARY_ROUNDS = 200;

interface Round {
  /** Who estimates 0, and who 1. */
  readonly estimates: readonly [Set<number>, Set<number>];
  readonly said: Set<Bit>;
  coordinated: Bit | null;
  saidCoordinate: boolean;
  readonly aux: Map<number, readonly Bit[]>;
  saidAux: boolean;
  /** When the coordinator is waited for no longer; null before a bit may be used. */
  patience: Micros | null;
}

/**
 * Binary Byzantine consensus for n > 3f without signatures: DBFT (Crain, Gramoli, Larrea, Raynal, "DBFT: efficient leaderless
 * Byzantine consensus", NCA 2018), the variant for partial synchrony. Safe at any delay; decides once messages arrive within
 * the time-out, which grows with the rounds. Each round: estimates are spread so that only bits of correct members survive
 * (binary-value broadcast), a coordinator suggests one, everybody names what it will use, and a bit that n - f named alone is
 * kept, and decided where it is the round's turn. Decided bits are helped along for two more rounds.
 */
export class BinaryConsensus {
  readonly #committee: Committee;
  readonly #delta: Micros;
  /** Spreads coordinators over the instances that run at once. */
  readonly #offset: number;
  readonly #rounds = new Map<number, Round>();
  #round = 0;
  #decision: Bit | null = null;
  #lastRound = MOST_BINARY_ROUNDS;
  #says: BinaryStatement[] = [];

  constructor(committee: Committee, delta: Micros, offset: number) {
    this.#committee = committee;
    this.#delta = delta;
    this.#offset = offset;
  }

  get decision(): Bit | null {
    return this.#decision;
  }

  get proposed(): boolean {
    return this.#round > 0;
  }

  get round(): number {
    return this.#round;
  }

  /** For invariants: what this member has estimated in the first round, its own opinion or that of f + 1. */
  get estimated(): readonly Bit[] {
    return [...(this.#rounds.get(1)?.said ?? [])];
  }

  takeStatements(): BinaryStatement[] {
    const says = this.#says;
    this.#says = [];
    return says;
  }

  /** This member's opinion; later ones are ignored. */
  propose(now: Micros, bit: Bit): void {
    if (this.#round > 0) return;
    this.#enter(1, bit);
    this.#advance(now);
  }

  #enter(round: number, estimate: Bit): void {
    this.#round = round;
    this.#sayEstimate(round, estimate);
  }

  #state(round: number): Round {
    const known = this.#rounds.get(round) ?? {
      estimates: [new Set<number>(), new Set<number>()] as const,
      said: new Set<Bit>(),
      coordinated: null,
      saidCoordinate: false,
      aux: new Map<number, readonly Bit[]>(),
      saidAux: false,
      patience: null,
    };
    this.#rounds.set(round, known);
    return known;
  }

  #sayEstimate(round: number, bit: Bit): void {
    const { said } = this.#state(round);
    if (said.has(bit)) return;
    said.add(bit);
    this.#says.push({ kind: 'estimate', round, bit });
  }

  /** This member has said so before it was restarted. */
  recall(statement: BinaryStatement): void {
    const state = this.#state(statement.round);
    if (statement.kind === 'estimate') state.said.add(statement.bit);
    else if (statement.kind === 'coordinate') state.saidCoordinate = true;
    else state.saidAux = true;
  }

  /** False for a statement that no correct member makes. */
  hear(now: Micros, from: number, statement: BinaryStatement): boolean {
    const { round } = statement;
    if (round < 1 || round > MOST_BINARY_ROUNDS) return false;
    const state = this.#state(round);
    if (statement.kind === 'estimate') this.#heardEstimate(from, round, state, statement.bit);
    else if (statement.kind === 'aux') {
      if (!state.aux.has(from)) state.aux.set(from, statement.bits);
    } else if (from !== this.#coordinator(round)) return false;
    else state.coordinated ??= statement.bit;
    this.#advance(now);
    return true;
  }

  /** More than f members, so a correct one, hold it: this one passes it on. */
  #heardEstimate(from: number, round: number, state: Round, bit: Bit): void {
    state.estimates[bit].add(from);
    if (state.estimates[bit].size > this.#committee.f) this.#sayEstimate(round, bit);
  }

  #coordinator(round: number): number {
    return (round + this.#offset) % this.#committee.n;
  }

  /** Bits that all correct members will come to have in this round. */
  #usable(state: Round): readonly Bit[] {
    return ([0, 1] as const).filter((bit) => state.estimates[bit].size > 2 * this.#committee.f);
  }

  time(now: Micros): void {
    this.#advance(now);
  }

  get deadline(): Micros | null {
    if (this.#round === 0 || this.#round > this.#lastRound) return null;
    const { patience, saidAux } = this.#state(this.#round);
    return saidAux ? null : patience;
  }

  #advance(now: Micros): void {
    while (this.#round > 0 && this.#round <= this.#lastRound && this.#step(now));
  }

  /** True when the round is over. */
  #step(now: Micros): boolean {
    const round = this.#round;
    const state = this.#state(round);
    const usable = this.#usable(state);
    if (usable.length === 0) return false;
    state.patience ??= now + this.#delta * round;
    if (!state.saidCoordinate && this.#coordinator(round) === this.#committee.self) {
      state.saidCoordinate = true;
      this.#says.push({ kind: 'coordinate', round, bit: usable[0]! });
    }
    if (!state.saidAux) this.#sayAux(now, round, state, usable);
    return state.saidAux && this.#conclude(state, usable);
  }

  /** The coordinator's bit where it is usable; after the time-out, or where all want 1 from the start, whatever is. */
  #sayAux(now: Micros, round: number, state: Round, usable: readonly Bit[]): void {
    const { coordinated, patience } = state;
    const follows = coordinated !== null && usable.includes(coordinated);
    const unanimous = round === 1 && usable.length === 1 && usable[0] === 1;
    if (!follows && !unanimous && now < patience!) return;
    state.saidAux = true;
    this.#says.push({ kind: 'aux', round, bits: follows ? [coordinated] : usable });
  }

  #conclude(state: Round, usable: readonly Bit[]): boolean {
    const { n, f } = this.#committee;
    const named = [...state.aux.values()].filter((bits) => bits.every((bit) => usable.includes(bit)));
    const alone = ([0, 1] as const).find((bit) => count(named, [bit]) >= n - f);
    if (alone === undefined && named.length < n - f) return false;
    const turn = (this.#round % 2) as Bit;
    if (alone === turn && this.#decision === null) {
      this.#decision = turn;
      this.#lastRound = this.#round + 2;
    }
    if (this.#round < this.#lastRound) this.#enter(this.#round + 1, alone ?? turn);
    else this.#round++;
    return true;
  }

  clone(): BinaryConsensus {
    const copy = new BinaryConsensus(this.#committee, this.#delta, this.#offset);
    for (const [round, state] of this.#rounds)
      copy.#rounds.set(round, {
        ...state,
        estimates: [new Set(state.estimates[0]), new Set(state.estimates[1])],
        said: new Set(state.said),
        aux: new Map(state.aux),
      });
    copy.#round = this.#round;
    copy.#decision = this.#decision;
    copy.#lastRound = this.#lastRound;
    copy.#says = [...this.#says];
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#round, this.#decision, this.#lastRound]);
    state.map(this.#rounds, (writer, { estimates, said, coordinated, saidCoordinate, aux, saidAux, patience }) => {
      writer.set(estimates[0]).set(estimates[1]).set(said).data(aux);
      writer.data([coordinated, saidCoordinate, saidAux, patience]);
    });
    state.list(this.#says, (writer, says) => void writer.data({ ...says }));
  }
}

/** How many named exactly these bits. */
function count(named: readonly (readonly Bit[])[], bits: readonly Bit[]): number {
  return named.filter((one) => one.length === bits.length && one.every((bit, i) => bit === bits[i])).length;
}
