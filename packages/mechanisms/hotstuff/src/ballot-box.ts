import type { Misbehaviour, NodeId } from '@hypersync/interface';
import { hashKey, type StateWriter, type WeightTable } from '@hypersync/consensus-kit';
import {
  encodeStatement,
  makeQc,
  makeTc,
  type QuorumCertificate,
  type TimeoutCertificate,
  type TimeoutShare,
  type Vote,
} from './certificate.ts';
import { makeEvidence, type SignedStatement } from './evidence.ts';

interface Cast {
  readonly id: Uint8Array;
  readonly key: string;
  readonly signature: Uint8Array;
}

interface GivenUp extends TimeoutShare {
  readonly round: number;
}

interface SignedProposal {
  readonly block: Vote;
  readonly signature: Uint8Array;
}

/** Votes this far ahead of our round are kept; whoever is further behind catches up by certificates. */
export const VOTE_HORIZON = 64;
/** Votes this far behind are still looked at, for the evidence in them. */
export const EVIDENCE_DEPTH = 16;

/**
 * Verified votes and time-outs. A member takes one place per round for votes, and one in all for time-outs (its highest:
 * whoever needs an older one is behind, and gets a certificate instead). Compares what a member says with what it said.
 */
export class BallotBox {
  readonly #table: WeightTable;
  readonly #rounds = new Map<number, Map<NodeId, Cast>>();
  readonly #timeouts = new Map<NodeId, GivenUp>();
  /** Whom we have accused, of what and where, so that each offence is reported once. */
  readonly #accused = new Map<string, number>();

  constructor(table: WeightTable) {
    this.#table = table;
  }

  has(voter: NodeId, vote: Vote): boolean {
    return this.#rounds.get(vote.round)?.get(voter)?.key === hashKey(vote.id);
  }

  /** Records a verified vote; only the first of a round counts. `header` of the block, where it is known, may convict. */
  vote(voter: NodeId, vote: Vote, signature: Uint8Array, header?: Uint8Array): Misbehaviour[] {
    let votes = this.#rounds.get(vote.round);
    if (votes === undefined) this.#rounds.set(vote.round, (votes = new Map()));
    const known = votes.get(voter);
    const found = [this.#compareTimeout(voter, vote, signature, header)];
    if (known === undefined) votes.set(voter, { id: vote.id, key: hashKey(vote.id), signature });
    else {
      const earlier = signedVote({ round: vote.round, id: known.id }, known.signature);
      found.push(this.#accuse(voter, vote.round, earlier, signedVote(vote, signature)));
    }
    return found.filter((one) => one !== null);
  }

  #compareTimeout(voter: NodeId, vote: Vote, signature: Uint8Array, header?: Uint8Array): Misbehaviour | null {
    const given = this.#timeouts.get(voter);
    if (given === undefined || given.round < vote.round) return null;
    return this.#accuse(voter, vote.round, signedVote(vote, signature), signedTimeout(given), header);
  }

  #accuse(
    culprit: NodeId,
    round: number,
    first: SignedStatement,
    second: SignedStatement,
    header?: Uint8Array,
  ): Misbehaviour | null {
    const found = makeEvidence(culprit, first, second, header);
    if (found === null) return null;
    const charge = `${round}/${culprit}/${found.kind}`;
    if (this.#accused.has(charge)) return null;
    this.#accused.set(charge, round);
    return found;
  }

  /** Two proposals of one leader in one round. */
  proposals(author: NodeId, pair: readonly [SignedProposal, SignedProposal]): Misbehaviour | null {
    const [first, second] = pair.map(({ block: { round, id }, signature }) => ({
      payload: encodeStatement({ kind: 'proposal', round, id }),
      signature,
    }));
    return this.#accuse(author, pair[0].block.round, first!, second!);
  }

  /** A QC for exactly this vote once more than two thirds of the weight stand under it; null until then. */
  certificate(vote: Vote): QuorumCertificate | null {
    const key = hashKey(vote.id);
    const signatures = new Map<NodeId, Uint8Array>();
    for (const [voter, cast] of this.#rounds.get(vote.round) ?? []) {
      if (cast.key === key) signatures.set(voter, cast.signature);
    }
    return this.#table.hasByzantineQuorum(signatures.keys()) ? makeQc(vote, signatures) : null;
  }

  voteOf(voter: NodeId, round: number): { readonly id: Uint8Array; readonly signature: Uint8Array } | null {
    return this.#rounds.get(round)?.get(voter) ?? null;
  }

  hasTimeout(signer: NodeId, round: number, highRound: number): boolean {
    const known = this.#timeouts.get(signer);
    return known !== undefined && (known.round > round || (known.round === round && known.highRound >= highRound));
  }

  /** Records a verified time-out. `headerOf` finds headers of blocks voted for. */
  timeout(round: number, share: TimeoutShare, headerOf: (key: string) => Uint8Array | undefined): Misbehaviour[] {
    const given = { ...share, round };
    if (!this.hasTimeout(share.signer, round, share.highRound)) this.#timeouts.set(share.signer, given);
    const found: (Misbehaviour | null)[] = [];
    for (const [voted, votes] of this.#rounds) {
      const cast = votes.get(share.signer);
      if (cast === undefined || voted > round) continue;
      const vote = signedVote({ round: voted, id: cast.id }, cast.signature);
      found.push(this.#accuse(share.signer, voted, vote, signedTimeout(given), headerOf(cast.key)));
    }
    return found.filter((one) => one !== null);
  }

  /** Those who gave up on exactly this round. */
  #sharesOf(round: number): GivenUp[] {
    return [...this.#timeouts.values()].filter((given) => given.round === round);
  }

  timeoutCertificate(round: number): TimeoutCertificate | null {
    const shares = this.#sharesOf(round);
    return this.#table.hasByzantineQuorum(shares.map(({ signer }) => signer)) ? makeTc(round, shares) : null;
  }

  /** Has somebody honest given up on this round, or a later one? */
  isDoubted(round: number): boolean {
    const given = [...this.#timeouts.values()].filter((one) => one.round >= round);
    return this.#table.hasOneThird(given.map(({ signer }) => signer));
  }

  forgetBelow(round: number): void {
    for (const known of this.#rounds.keys()) if (known < round) this.#rounds.delete(known);
    for (const [charge, known] of this.#accused) if (known < round) this.#accused.delete(charge);
  }

  clone(): BallotBox {
    const copy = new BallotBox(this.#table);
    for (const [round, votes] of this.#rounds) copy.#rounds.set(round, new Map(votes));
    for (const [signer, given] of this.#timeouts) copy.#timeouts.set(signer, given);
    for (const [charge, round] of this.#accused) copy.#accused.set(charge, round);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.map(this.#rounds, (writer, votes) => {
      writer.map(votes, (w, { id, signature }) => void w.raw(id).bytes(signature));
    });
    state.map(this.#timeouts, (writer, { round, highRound, signature }) => {
      writer.varint(round).varint(highRound).bytes(signature);
    });
    state.data([...this.#accused.keys()].sort());
  }
}

function signedVote(vote: Vote, signature: Uint8Array): SignedStatement {
  return { payload: encodeStatement({ kind: 'vote', round: vote.round, id: vote.id }), signature };
}

function signedTimeout({ round, highRound, signature }: GivenUp): SignedStatement {
  return { payload: encodeStatement({ kind: 'timeout', round, highRound }), signature };
}
