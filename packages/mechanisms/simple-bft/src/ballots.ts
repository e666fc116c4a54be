import { ByteReader, ByteWriter, hashKey, type StateWriter } from '@hypersync/consensus-kit';
import type { Vote } from './vote.ts';

/** What this node has signed for one height, or is about to sign: written to disk before it leaves. */
export interface Ballot {
  /** Keys of blocks; empty for none. */
  readonly proposed: string;
  readonly notarized: string;
  readonly finalized: string;
  readonly dummy: boolean;
}

const BLANK: Ballot = { proposed: '', notarized: '', finalized: '', dummy: false };

/**
 * The voting rules of an honest replica. All of its safety is here: one block per height, and never both giving up on a
 * height and finalizing it. Survives restarts through the journal.
 */
export class Ballots {
  readonly #heights = new Map<number, Ballot>();

  at(height: number): Ballot {
    return this.#heights.get(height) ?? BLANK;
  }

  get heights(): readonly number[] {
    return [...this.#heights.keys()].sort((a, b) => a - b);
  }

  allows(vote: Vote): boolean {
    const { notarized, finalized, dummy } = this.at(vote.height);
    if (vote.kind === 'notarize') return notarized === '';
    return finalized === '' && !dummy;
  }

  /** Fills in the ballot. Throws when `allows` says no: better to stop than to sign. */
  mark(vote: Vote): Ballot {
    if (!this.allows(vote)) throw new RangeError(`second ${vote.kind} vote at height ${vote.height}`);
    const key = hashKey(vote.hash);
    if (vote.kind === 'notarize') return this.#set(vote.height, { notarized: key });
    return this.#set(vote.height, vote.kind === 'dummy' ? { dummy: true } : { finalized: key });
  }

  /** The one block that this leader proposes at the height. */
  markProposed(height: number, key: string): Ballot {
    if (this.at(height).proposed !== '') throw new RangeError(`second proposal at height ${height}`);
    return this.#set(height, { proposed: key });
  }

  #set(height: number, change: Partial<Ballot>): Ballot {
    const ballot = { ...this.at(height), ...change };
    this.#heights.set(height, ballot);
    return ballot;
  }

  restore(height: number, ballot: Ballot): void {
    this.#heights.set(height, ballot);
  }

  forgetUpTo(height: number): void {
    for (const known of this.#heights.keys()) if (known <= height) this.#heights.delete(known);
  }

  clone(): Ballots {
    const copy = new Ballots();
    for (const [height, ballot] of this.#heights) copy.#heights.set(height, ballot);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.map(this.#heights, (writer, { proposed, notarized, finalized, dummy }) => {
      writer.data([proposed, notarized, finalized, dummy]);
    });
  }
}

export function encodeBallot(ballot: Ballot): Uint8Array {
  const { proposed, notarized, finalized, dummy } = ballot;
  return new ByteWriter(200).string(proposed).string(notarized).string(finalized).bool(dummy).finish();
}

export function decodeBallot(bytes: Uint8Array): Ballot | null {
  const reader = new ByteReader(bytes);
  const ballot = {
    proposed: reader.string(64),
    notarized: reader.string(64),
    finalized: reader.string(64),
    dummy: reader.bool(),
  };
  return reader.done() ? ballot : null;
}
