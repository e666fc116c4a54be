import type { Micros, NodeId, Token } from '@hypersync/interface';
import type { StateWriter } from '@hypersync/consensus-kit';
import type { Block, Outline } from './block.ts';
import type { ChainState } from './chain-state.ts';
import { HeightVotes } from './height-votes.ts';
import type { Proposers } from './validators.ts';
import type { Interval } from './wall-clock.ts';

/** The paper's steps; `new-height` before StartRound(0), while there is nothing to decide. */
export type Step = 'new-height' | 'propose' | 'prevote' | 'precommit';

export interface Proposal {
  readonly proposer: NodeId;
  readonly polRound: number;
  readonly outline: Outline;
  /** Of the block. */
  readonly id: Uint8Array;
  readonly key: string;
  readonly signature: Uint8Array;
  /** Its bundles are expected until then; what is missing after that is asked for. */
  readonly fetchAt: Micros;
  /** The true time when it came, as far as known. */
  readonly arrival: Interval | null;
}

/** A value with the round in which it was locked or could be; round -1 for none. */
export interface Chosen {
  readonly round: number;
  readonly key: string;
}

const NONE: Chosen = { round: -1, key: '' };
/** Values of so many rounds back are kept, beside those locked, valid or certified. */
const VALUES_BEHIND = 4;

/** The variables of Algorithm 1 for one height, and what was received for it. */
export class Instance {
  readonly height: number;
  readonly votes: HeightVotes;
  readonly #proposers: Proposers;
  round = 0;
  step: Step = 'new-height';
  /** lockedValue and lockedRound. */
  locked: Chosen = NONE;
  /** validValue and validRound. */
  valid: Chosen = NONE;
  /** First verified proposal of each round. */
  readonly proposals = new Map<number, Proposal>();
  /** Blocks by key: proposed, or named by a certificate. */
  readonly values = new Map<string, Block>();
  /** Blocks that are on our disk. */
  readonly stored = new Set<string>();
  startedAt: Micros = 0;
  timeoutPropose: Micros | null = null;
  timeoutPrevote: Micros | null = null;
  timeoutPrecommit: Micros | null = null;
  /** When the proof of lock of this round is passed on, should the round not end before. */
  relayPolAt: Micros | null = null;
  /** Whether undecided operations were passed on to this round's proposer. */
  nudged = false;
  resendAt: Micros | null = null;
  /** Our own latest proposal may leave once this is durable. */
  proposalToken: Token = 0;

  constructor(chain: ChainState) {
    this.height = chain.height + 1;
    this.votes = new HeightVotes(this.height, chain.validators);
    this.#proposers = chain.proposers();
  }

  proposer(round: number): NodeId {
    return this.#proposers.of(round);
  }

  /** Has anybody begun to decide this height? */
  get isStirred(): boolean {
    return !this.votes.isEmpty || this.proposals.size > 0;
  }

  /** The proposal of a round as votes see it: the proposer's own message, else what its proof of lock names. */
  headOf(round: number): { readonly key: string; readonly id: Uint8Array; readonly polRound: number } | null {
    return this.proposals.get(round) ?? this.votes.pol(round);
  }

  enter(round: number, now: Micros): void {
    this.round = round;
    this.step = 'propose';
    this.startedAt = now;
    this.timeoutPrevote = null;
    this.timeoutPrecommit = null;
    this.relayPolAt = null;
    this.nudged = false;
    this.#forgetValues();
  }

  #forgetValues(): void {
    const least = this.round - VALUES_BEHIND;
    for (const round of this.proposals.keys()) if (round < least) this.proposals.delete(round);
    if (this.values.size <= 2 * VALUES_BEHIND) return;
    const wanted = new Set([this.locked.key, this.valid.key]);
    for (const { key } of this.proposals.values()) wanted.add(key);
    for (const { key } of this.votes.certificates()) wanted.add(key);
    for (const key of this.values.keys()) if (!wanted.has(key)) this.values.delete(key);
  }

  clone(chain: ChainState): Instance {
    const copy = new Instance(chain);
    return Object.assign(copy, {
      votes: this.votes.clone(),
      round: this.round,
      step: this.step,
      locked: this.locked,
      valid: this.valid,
      proposals: new Map(this.proposals),
      values: new Map(this.values),
      stored: new Set(this.stored),
      startedAt: this.startedAt,
      timeoutPropose: this.timeoutPropose,
      timeoutPrevote: this.timeoutPrevote,
      timeoutPrecommit: this.timeoutPrecommit,
      relayPolAt: this.relayPolAt,
      nudged: this.nudged,
      resendAt: this.resendAt,
      proposalToken: this.proposalToken,
    });
  }

  writeTo(state: StateWriter): void {
    this.votes.writeTo(state);
    state.data([this.height, this.round, this.step, this.locked.round, this.locked.key, this.valid.round]);
    state.data([this.valid.key, this.startedAt, this.timeoutPropose, this.timeoutPrevote, this.timeoutPrecommit]);
    state.data([
      this.relayPolAt,
      this.nudged,
      this.resendAt,
      this.proposalToken,
      new Set(this.values.keys()),
      this.stored,
    ]);
    state.map(this.proposals, (w, { proposer, polRound, key, fetchAt, arrival }) => {
      w.data([proposer, polRound, key, fetchAt, arrival === null ? null : [arrival.earliest, arrival.latest]]);
    });
  }
}
