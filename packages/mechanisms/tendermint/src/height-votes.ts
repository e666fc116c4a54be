import type { Misbehaviour, NodeId } from '@hypersync/interface';
import type { StateWriter } from '@hypersync/consensus-kit';
import { contradiction, type SignedPayload } from './evidence.ts';
import type { ValidatorSet } from './validators.ts';
import {
  choiceOf,
  makeCertificate,
  NIL_KEY,
  signersOf,
  voteStatement,
  type Certificate,
  type Vote,
  type VoteType,
} from './vote.ts';

export interface Cast {
  readonly vote: Vote;
  readonly signature: Uint8Array;
}

/** The votes of one type in one round: each validator's first, and what they add up to. */
class Tally {
  readonly casts = new Map<NodeId, Cast>();
  /** Weight by choice. */
  readonly weights = new Map<string, number>();
  any = 0;

  clone(): Tally {
    const copy = new Tally();
    for (const [voter, cast] of this.casts) copy.casts.set(voter, cast);
    for (const [choice, weight] of this.weights) copy.weights.set(choice, weight);
    copy.any = this.any;
    return copy;
  }
}

type Round = Readonly<Record<VoteType, Tally>>;

/** Rounds above the node's own that are kept for each voter: the newest, so that a correct voter's latest always counts. */
const ROUNDS_AHEAD = 2;
/** Rounds below that are kept; what was locked or decided there is known as a certificate. */
const ROUNDS_BEHIND = 64;

/** Verified votes of one height (CometBFT's HeightVoteSet). Only the first vote of each kind counts; a second is evidence. */
export class HeightVotes {
  readonly height: number;
  readonly validators: ValidatorSet;
  readonly #rounds = new Map<number, Round>();
  /** Proofs of lock by round. */
  readonly #pols = new Map<number, Certificate>();
  /** The first commit seen, of any round. */
  commit: Certificate | null = null;
  /** The highest round in which each voter has said anything. */
  readonly #latest = new Map<NodeId, number>();
  /** Whom we have accused of what, so that each offence is reported once. */
  readonly #accused = new Set<string>();

  constructor(height: number, validators: ValidatorSet) {
    this.height = height;
    this.validators = validators;
  }

  get isEmpty(): boolean {
    return this.#latest.size === 0;
  }

  /** Records a verified vote of a validator; returns what it proves. `current` is the round that this node is in. */
  add(voter: NodeId, vote: Vote, signature: Uint8Array, current: number): Misbehaviour[] {
    if (!this.validators.has(voter)) return [];
    const known = this.#tally(vote.type, vote.round)?.casts.get(voter);
    if (known !== undefined && choiceOf(known.vote) === choiceOf(vote)) return [];
    const found = this.#offences(voter, { vote, signature });
    if (known === undefined) this.#count(voter, { vote, signature });
    this.heard(voter, vote.round);
    this.#bound(voter, vote.round, current);
    return found;
  }

  #count(voter: NodeId, cast: Cast): void {
    const { type, round } = cast.vote;
    let votes = this.#rounds.get(round);
    if (votes === undefined) this.#rounds.set(round, (votes = { prevote: new Tally(), precommit: new Tally() }));
    const tally = votes[type];
    const weight = this.validators.table.weightOf(voter);
    const choice = choiceOf(cast.vote);
    const sum = (tally.weights.get(choice) ?? 0) + weight;
    tally.casts.set(voter, cast);
    tally.weights.set(choice, sum);
    tally.any += weight;
    if (choice !== NIL_KEY && this.#isQuorum(sum)) this.#certify(cast.vote, tally);
  }

  #certify(vote: Vote, tally: Tally): void {
    if (vote.type === 'precommit' ? this.commit !== null : this.#pols.has(vote.round)) return;
    const choice = choiceOf(vote);
    const signatures = new Map<NodeId, Uint8Array>();
    for (const [voter, cast] of tally.casts) if (choiceOf(cast.vote) === choice) signatures.set(voter, cast.signature);
    this.#keep(makeCertificate(vote, signatures));
  }

  #keep(certificate: Certificate): void {
    if (certificate.type === 'precommit') this.commit ??= certificate;
    else if (!this.#pols.has(certificate.round)) this.#pols.set(certificate.round, certificate);
  }

  #isQuorum(weight: number): boolean {
    return this.validators.table.isByzantineQuorum(weight);
  }

  /** Do its signers, known to have signed, make it one? */
  isCertified(certificate: Certificate): boolean {
    return this.validators.table.hasByzantineQuorum(signersOf(certificate));
  }

  /** Takes a verified certificate as it is, also where some of its signers told us something else; returns what that proves. */
  learn(certificate: Certificate, current: number): Misbehaviour[] {
    if (certificate.height !== this.height || !this.isCertified(certificate)) return [];
    if (certificate.key !== NIL_KEY) this.#keep(certificate);
    return certificate.votes.flatMap(({ signer, signature }) => this.add(signer, certificate, signature, current));
  }

  /** The voter is in this round: votes and proposals say so. */
  heard(voter: NodeId, round: number): void {
    if (round > (this.#latest.get(voter) ?? -1)) this.#latest.set(voter, round);
  }

  /** Drops the voter's votes of rounds far ahead but for the newest, and everybody's of rounds long past. */
  #bound(voter: NodeId, round: number, current: number): void {
    if (round > current) {
      const ahead = [...this.#rounds.keys()].filter((at) => at > current && this.#spoke(voter, at));
      for (const at of ahead.sort((a, b) => b - a).slice(ROUNDS_AHEAD)) this.#withdraw(voter, at);
    }
    if (this.#rounds.size <= ROUNDS_BEHIND) return;
    for (const at of this.#rounds.keys()) if (at < current - ROUNDS_BEHIND) this.#rounds.delete(at);
  }

  #spoke(voter: NodeId, round: number): boolean {
    const votes = this.#rounds.get(round);
    return votes !== undefined && (votes.prevote.casts.has(voter) || votes.precommit.casts.has(voter));
  }

  #withdraw(voter: NodeId, round: number): void {
    const votes = this.#rounds.get(round)!;
    const weight = this.validators.table.weightOf(voter);
    for (const tally of [votes.prevote, votes.precommit]) {
      const cast = tally.casts.get(voter);
      if (cast === undefined) continue;
      const choice = choiceOf(cast.vote);
      tally.casts.delete(voter);
      tally.weights.set(choice, tally.weights.get(choice)! - weight);
      tally.any -= weight;
    }
    if (votes.prevote.casts.size + votes.precommit.casts.size === 0) this.#rounds.delete(round);
  }

  #tally(type: VoteType, round: number): Tally | undefined {
    return this.#rounds.get(round)?.[type];
  }

  /** The proof of lock of a round; null for none. */
  pol(round: number): Certificate | null {
    return this.#pols.get(round) ?? null;
  }

  /** More than two thirds for anything (lines 34 and 47). */
  hasAny(type: VoteType, round: number): boolean {
    return this.#isQuorum(this.#tally(type, round)?.any ?? 0);
  }

  /** More than two thirds for nil (line 44). */
  hasNil(type: VoteType, round: number): boolean {
    return this.#isQuorum(this.#tally(type, round)?.weights.get(NIL_KEY) ?? 0);
  }

  /** False once no value can reach more than two thirds in the round any more, whatever the rest will say (cometbft#1430). */
  isOpen(type: VoteType, round: number): boolean {
    const tally = this.#tally(type, round);
    if (tally === undefined) return true;
    let most = 0;
    for (const [choice, weight] of tally.weights) if (choice !== NIL_KEY) most = Math.max(most, weight);
    return this.#isQuorum(most + this.validators.table.total - tally.any);
  }

  /** Values that somebody precommitted in the round. */
  precommitted(round: number): string[] {
    const weights = this.#tally('precommit', round)?.weights ?? [];
    return [...weights].filter(([choice, weight]) => choice !== NIL_KEY && weight > 0).map(([choice]) => choice);
  }

  /**
   * Line 55, a little wider: the highest round that more than a third of the weight has reached or passed. One of them is
   * correct, so round `current` is over.
   */
  skipTo(current: number): number | null {
    const { table } = this.validators;
    let total = 0;
    for (const [voter, round] of this.#latest) if (round > current) total += table.weightOf(voter);
    if (!table.isOneThird(total)) return null;
    let weight = 0;
    for (const [voter, round] of [...this.#latest].sort(([, a], [, b]) => b - a)) {
      weight += table.weightOf(voter);
      if (table.isOneThird(weight)) return round;
    }
    return null;
  }

  cast(type: VoteType, round: number, voter: NodeId): Cast | undefined {
    return this.#tally(type, round)?.casts.get(voter);
  }

  /** Who has voted, as far as we know. */
  voters(type: VoteType, round: number): ReadonlySet<NodeId> {
    return new Set(this.#tally(type, round)?.casts.keys());
  }

  has(voter: NodeId, vote: Vote): boolean {
    const cast = this.cast(vote.type, vote.round, voter);
    return cast !== undefined && choiceOf(cast.vote) === choiceOf(vote);
  }

  *ofRound(round: number): Generator<{ readonly voter: NodeId } & Cast> {
    const votes = this.#rounds.get(round);
    if (votes === undefined) return;
    for (const { casts } of [votes.prevote, votes.precommit])
      for (const [voter, cast] of casts) yield { voter, ...cast };
  }

  /** Every vote kept, lowest round first. */
  *all(): Generator<{ readonly voter: NodeId } & Cast> {
    for (const round of [...this.#rounds.keys()].sort((a, b) => a - b)) yield* this.ofRound(round);
  }

  *certificates(): Generator<Certificate> {
    yield* this.#pols.values();
    if (this.commit !== null) yield this.commit;
  }

  /** What the new vote proves together with the voter's earlier ones. */
  #offences(voter: NodeId, { vote, signature }: Cast): Misbehaviour[] {
    const found: Misbehaviour[] = [];
    const fresh = { payload: voteStatement(vote), signature };
    for (const other of this.#rivals(voter, vote)) {
      const charge = this.#charge(voter, { payload: voteStatement(other.vote), signature: other.signature }, fresh);
      if (charge !== null) found.push(charge);
    }
    return found;
  }

  /** The voter's votes that may contradict: the same place, and for a value all of the other type. */
  *#rivals(voter: NodeId, { type, round, id }: Vote): Generator<Cast> {
    const same = this.cast(type, round, voter);
    if (same !== undefined) yield same;
    if (id.length === 0) return;
    const other = type === 'prevote' ? 'precommit' : 'prevote';
    for (const [at, votes] of this.#rounds) {
      const cast = at === round ? undefined : votes[other].casts.get(voter);
      if (cast !== undefined && cast.vote.id.length > 0) yield cast;
    }
  }

  /** Two signed payloads of one voter; null where they agree, or where the voter stands accused of it. */
  #charge(voter: NodeId, first: SignedPayload, second: SignedPayload): Misbehaviour | null {
    const misbehaviour = contradiction(voter, first, second);
    return misbehaviour === null ? null : this.accuse(misbehaviour);
  }

  /** Once per kind of offence and culprit. */
  accuse(misbehaviour: Misbehaviour): Misbehaviour | null {
    const charge = `${misbehaviour.kind}/${misbehaviour.culprit}`;
    if (this.#accused.has(charge)) return null;
    this.#accused.add(charge);
    return misbehaviour;
  }

  /** Checks a proposal's head against the proposer's precommits (a proposal may forget a lock as well as a prevote). */
  offencesOfProposal(proposer: NodeId, proposal: SignedPayload): Misbehaviour[] {
    const found: Misbehaviour[] = [];
    for (const { precommit } of this.#rounds.values()) {
      const cast = precommit.casts.get(proposer);
      if (cast === undefined || cast.vote.id.length === 0) continue;
      const lock = { payload: voteStatement(cast.vote), signature: cast.signature };
      const charge = this.#charge(proposer, lock, proposal);
      if (charge !== null) found.push(charge);
    }
    return found;
  }

  clone(): HeightVotes {
    const copy = new HeightVotes(this.height, this.validators);
    for (const [round, { prevote, precommit }] of this.#rounds) {
      copy.#rounds.set(round, { prevote: prevote.clone(), precommit: precommit.clone() });
    }
    for (const [round, pol] of this.#pols) copy.#pols.set(round, pol);
    copy.commit = this.commit;
    for (const [voter, round] of this.#latest) copy.#latest.set(voter, round);
    for (const charge of this.#accused) copy.#accused.add(charge);
    return copy;
  }

  writeTo(state: StateWriter): void {
    const describe = (tally: Tally) =>
      new Map([...tally.casts].map(([voter, { vote, signature }]) => [voter, [choiceOf(vote), signature]]));
    state.varint(this.height);
    state.map(this.#rounds, (w, { prevote, precommit }) => void w.data([describe(prevote), describe(precommit)]));
    state.map(this.#pols, (w, pol) => void w.data([pol.key, pol.polRound, signersOf(pol)]));
    state.data([this.commit?.key, this.commit?.round, this.#latest, this.#accused]);
  }
}
