import { ByteReader, ByteWriter, type StateWriter } from '@hypersync/consensus-kit';
import type { Block } from './block.ts';
import { readVote, writeVote, type TimeoutCertificate, type Vote } from './certificate.ts';

export type ChainLength = 2 | 3;

/** What a member must never forget: on disk before a vote or a time-out leaves. */
export interface SafetyRecord {
  /** Highest round voted or given up in; nothing is ever voted for at or below it. */
  readonly lastVotedRound: number;
  readonly lastVote: Vote | null;
  /** Three-chain: the round of the block locked on, the head of the highest two-chain voted for. */
  readonly preferredRound: number;
}

/**
 * The safety rules. All of a member's honesty is here; nothing else decides what is signed.
 *
 * Two-chain (Jolteon, Gelashvili et al. FC 2022, figure 3): vote in strictly rising rounds, and only for a block that
 * extends the QC of the round before, or that comes after a TC and extends a QC at least as high as any QC the TC's
 * signers knew. Three-chain (HotStuff, Yin et al. PODC 2019; DiemBFT): any QC not below the lock will do, since a third
 * certified block stands between lock and commit.
 */
export class SafetyRules {
  readonly #chainLength: ChainLength;
  #record: SafetyRecord = { lastVotedRound: 0, lastVote: null, preferredRound: 0 };

  constructor(chainLength: ChainLength) {
    this.#chainLength = chainLength;
  }

  get record(): SafetyRecord {
    return this.#record;
  }

  /** May this block be voted for? `tc` is what its leader entered the round by, if it was a TC. */
  allows(block: Block, tc: TimeoutCertificate | null): boolean {
    if (block.round <= this.#record.lastVotedRound || !isJustified(block, tc)) return false;
    if (this.#chainLength === 3) return block.qc.round >= this.#record.preferredRound;
    return block.round === block.qc.round + 1 || block.qc.round >= tc!.highRound;
  }

  /** Notes a vote. Throws when `allows` says no: better to stop than to sign. */
  vote(block: Block, tc: TimeoutCertificate | null): SafetyRecord {
    if (!this.allows(block, tc)) throw new RangeError(`no vote is allowed in round ${block.round}`);
    this.#record = {
      lastVotedRound: block.round,
      lastVote: voteFor(block, this.#chainLength),
      preferredRound: Math.max(this.#record.preferredRound, block.qc.parentRound),
    };
    return this.#record;
  }

  /** Gives up on a round: from now on no vote in it, nor below. */
  giveUp(round: number): SafetyRecord {
    this.#record = { ...this.#record, lastVotedRound: Math.max(this.#record.lastVotedRound, round) };
    return this.#record;
  }

  restore(record: SafetyRecord): void {
    this.#record = record;
  }

  clone(): SafetyRules {
    const copy = new SafetyRules(this.#chainLength);
    copy.#record = this.#record;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.bytes(encodeSafety(this.#record));
  }
}

export function voteFor({ round, id, qc }: Block, chainLength: ChainLength): Vote {
  return { round, id, parentRound: qc.round, lockRound: chainLength === 3 ? qc.parentRound : 0 };
}

/** A leader enters a round by the QC or by a TC of the round before, and shows which. */
export function isJustified(block: Block, tc: TimeoutCertificate | null): boolean {
  return block.round === block.qc.round + 1 || tc?.round === block.round - 1;
}

/**
 * The commit rule: given certified blocks, each the parent of the one before it, does their order commit the last? They
 * must be of consecutive rounds: a gap means that a conflicting block may have been certified in it.
 */
export function isCommitChain(rounds: readonly number[], chainLength: ChainLength): boolean {
  return rounds.length === chainLength && rounds.every((round, i) => i === 0 || round === rounds[i - 1]! - 1);
}

export function encodeSafety({ lastVotedRound, lastVote, preferredRound }: SafetyRecord): Uint8Array {
  const writer = new ByteWriter(64)
    .varint(lastVotedRound)
    .varint(preferredRound)
    .bool(lastVote !== null);
  if (lastVote !== null) writeVote(writer, lastVote);
  return writer.finish();
}

/** From the node's own disk; null when damaged. */
export function decodeSafety(bytes: Uint8Array): SafetyRecord | null {
  const reader = new ByteReader(bytes);
  const [lastVotedRound, preferredRound] = [reader.varint(), reader.varint()];
  const lastVote = reader.bool() ? readVote(reader) : null;
  return reader.done() ? { lastVotedRound, lastVote, preferredRound } : null;
}
