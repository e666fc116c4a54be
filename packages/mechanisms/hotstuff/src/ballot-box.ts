import type { NodeId } from '@hypersync/interface';
import { type StateWriter, type WeightTable } from '@hypersync/consensus-kit';
import {
  isSameVote,
  makeQc,
  makeTc,
  type QuorumCertificate,
  type TimeoutCertificate,
  type TimeoutShare,
  type Vote,
} from './certificate.ts';
import type { SignedVote } from './messages.ts';

export interface GivenUp extends TimeoutShare {
  readonly round: number;
}

/** Votes this far ahead of our round are kept; whoever is further behind catches up by certificates. */
export const VOTE_HORIZON = 64;
/** Votes this far behind are still looked at, for the evidence in them. */
export const EVIDENCE_DEPTH = 16;

/**
 * Verified votes and time-outs. A member takes one place per round for votes, and one in all for time-outs (its highest:
 * whoever needs an older one is behind, and gets a certificate instead).
 */
export class BallotBox {
  readonly #table: WeightTable;
  readonly #rounds = new Map<number, Map<NodeId, SignedVote>>();
  readonly #timeouts = new Map<NodeId, GivenUp>();

  constructor(table: WeightTable) {
    this.#table = table;
  }

  has(voter: NodeId, vote: Vote): boolean {
    const known = this.voteOf(voter, vote.round);
    return known !== null && isSameVote(known.vote, vote);
  }

  voteOf(voter: NodeId, round: number): SignedVote | null {
    return this.#rounds.get(round)?.get(voter) ?? null;
  }

  /** Records a verified vote; only a member's first of a round counts. Returns the first where this is another. */
  vote(voter: NodeId, signed: SignedVote): SignedVote | null {
    const { round } = signed.vote;
    let votes = this.#rounds.get(round);
    if (votes === undefined) this.#rounds.set(round, (votes = new Map()));
    const known = votes.get(voter);
    if (known === undefined) votes.set(voter, signed);
    return known === undefined || isSameVote(known.vote, signed.vote) ? null : known;
  }

  /** A QC for exactly this vote once more than two thirds of the weight stand under it; null until then. */
  certificate(vote: Vote): QuorumCertificate | null {
    const signatures = new Map<NodeId, Uint8Array>();
    for (const [voter, cast] of this.#rounds.get(vote.round) ?? []) {
      if (isSameVote(cast.vote, vote)) signatures.set(voter, cast.signature);
    }
    return this.#table.hasByzantineQuorum(signatures.keys()) ? makeQc(vote, signatures) : null;
  }

  /** The votes of a member, as far as they are remembered. */
  votesOf(voter: NodeId): SignedVote[] {
    return [...this.#rounds.values()].flatMap((votes) => votes.get(voter) ?? []);
  }

  timeoutOf(signer: NodeId): GivenUp | null {
    return this.#timeouts.get(signer) ?? null;
  }

  /** Records a verified time-out, if it is the signer's highest. */
  timeout(given: GivenUp): void {
    const known = this.#timeouts.get(given.signer);
    const isNew = known === undefined || known.round < given.round;
    if (isNew || (known.round === given.round && known.highRound < given.highRound)) {
      this.#timeouts.set(given.signer, given);
    }
  }

  /** A TC of exactly this round, once more than two thirds of the weight gave up on it. */
  timeoutCertificate(round: number): TimeoutCertificate | null {
    const shares = [...this.#timeouts.values()].filter((given) => given.round === round);
    return this.#table.hasByzantineQuorum(shares.map(({ signer }) => signer)) ? makeTc(round, shares) : null;
  }

  /** Has somebody honest given up on this round, or a later one? */
  isDoubted(round: number): boolean {
    const given = [...this.#timeouts.values()].filter((one) => one.round >= round);
    return this.#table.hasOneThird(given.map(({ signer }) => signer));
  }

  forgetBelow(round: number): void {
    for (const known of this.#rounds.keys()) if (known < round) this.#rounds.delete(known);
  }

  clone(): BallotBox {
    const copy = new BallotBox(this.#table);
    for (const [round, votes] of this.#rounds) copy.#rounds.set(round, new Map(votes));
    for (const [signer, given] of this.#timeouts) copy.#timeouts.set(signer, given);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.map(this.#rounds, (writer, votes) => {
      writer.map(
        votes,
        (w, { vote, signature }) =>
          void w.varint(vote.parentRound).varint(vote.lockRound).raw(vote.id).bytes(signature),
      );
    });
    state.map(this.#timeouts, (writer, { round, highRound, signature }) => {
      writer.varint(round).varint(highRound).bytes(signature);
    });
  }
}
