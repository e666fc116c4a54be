import type { NodeId, Token } from '@hypersync/interface';
import { type StateWriter, type WeightTable } from '@hypersync/consensus-kit';
import { NULL_BATCH, NULL_KEY, type Batch } from './batch.ts';
import type { Certificate, Claim, Commit } from './statements.ts';
import { MAX_DIGESTS_PER_NUMBER } from './view-change.ts';

/**
 * A prepare or commit of a member. `held`: not looked at yet, since only as many are verified as a quorum needs; `asked`:
 * its signature is being checked.
 */
export interface Vote {
  readonly view: number;
  readonly digest: Uint8Array;
  readonly key: string;
  readonly signature: Uint8Array;
  state: 'held' | 'asked' | 'good';
}

/** The pre-prepare that this replica has accepted in the current view. */
export interface Accepted {
  readonly view: number;
  readonly digest: Uint8Array;
  readonly key: string;
  /** Ids of the requests; null where only the digest is known, from a NEW-VIEW. */
  readonly ids: readonly Uint8Array[] | null;
  /** The primary's; empty where a NEW-VIEW or the channel vouches. */
  readonly signature: Uint8Array;
}

/** One of our own statements, to be said again when somebody lacks it. */
export interface Own {
  readonly view: number;
  readonly digest: Uint8Array;
  /** Durable before it leaves; 0 when it was before this start. */
  readonly token: Token;
  /** Null while it is being signed. */
  readonly signature: Uint8Array | null;
}

export interface Committed {
  readonly view: number;
  readonly key: string;
  /** Null where nothing is signed. Kept as it was: later views may replace the votes. */
  readonly commit: Certificate<Commit> | null;
}

type OwnVotes = { 'PRE-PREPARE': Own | null; PREPARE: Own | null; COMMIT: Own | null };

/** Everything about one sequence number between the watermarks. */
export class Slot {
  readonly number: number;
  accepted: Accepted | null = null;
  /** The body of what is accepted. */
  batch: Batch | null = null;
  /** In the current view. */
  readonly prepares = new Map<NodeId, Vote>();
  /** Each member's of the highest view: a replica between views goes on counting those of others. */
  readonly commits = new Map<NodeId, Vote>();
  readonly own: OwnVotes = { 'PRE-PREPARE': null, PREPARE: null, COMMIT: null };
  /** In the view of `accepted`. */
  prepared = false;
  committed: Committed | null = null;
  /** Q at this number: digest to the claim of the last view in which it was pre-prepared. */
  readonly prePreparedClaims = new Map<string, Claim>();
  /** P at this number. */
  preparedClaim: Claim | null = null;
  /** Keys of the batches whose bodies this slot holds, in memory and on disk. */
  readonly bodies = new Set<string>();

  constructor(number: number) {
    this.number = number;
  }

  /** May this digest be pre-prepared here? Bounds Q; what was pre-prepared before and the null request always may. */
  admits(key: string): boolean {
    if (key === NULL_KEY || this.prePreparedClaims.has(key)) return true;
    return this.prePreparedClaims.size < MAX_DIGESTS_PER_NUMBER - 1;
  }

  /** Where a NEW-VIEW demands one digest too many, the one longest out of use that was not prepared makes room. */
  claimPrePrepared(): void {
    const { view, digest, key } = this.accepted!;
    if (!this.prePreparedClaims.has(key) && this.prePreparedClaims.size >= MAX_DIGESTS_PER_NUMBER) {
      const others = [...this.prePreparedClaims.values()].filter((claim) => claim.key !== this.preparedClaim?.key);
      this.prePreparedClaims.delete(others.reduce((oldest, one) => (one.view < oldest.view ? one : oldest)).key);
    }
    this.prePreparedClaims.set(key, { number: this.number, view, digest, key });
  }

  claimPrepared(): void {
    const { view, digest, key } = this.accepted!;
    this.preparedClaim = { number: this.number, view, digest, key };
  }

  /** A new view begins: what was accepted in the old one is history, but for the claims and the commits. */
  leaveView(view: number): void {
    this.accepted = null;
    this.batch = null;
    this.prepared = false;
    for (const [id, vote] of this.prepares) if (vote.view !== view) this.prepares.delete(id);
  }

  clone(): Slot {
    const copy = new Slot(this.number);
    copy.accepted = this.accepted;
    copy.batch = this.batch;
    for (const [id, vote] of this.prepares) copy.prepares.set(id, { ...vote });
    for (const [id, vote] of this.commits) copy.commits.set(id, { ...vote });
    Object.assign(copy.own, this.own);
    copy.prepared = this.prepared;
    copy.committed = this.committed;
    for (const [key, claim] of this.prePreparedClaims) copy.prePreparedClaims.set(key, claim);
    copy.preparedClaim = this.preparedClaim;
    for (const key of this.bodies) copy.bodies.add(key);
    return copy;
  }

  writeTo(state: StateWriter): void {
    const votes = (map: ReadonlyMap<NodeId, Vote>) =>
      state.map(map, (w, { view, key, state: known }) => void w.data([view, key, known]));
    const own = ({ view, digest, signature, token }: Own) => [view, digest, signature, token];
    votes(this.prepares);
    votes(this.commits);
    state.data([this.number, this.accepted?.view, this.accepted?.key, this.batch?.key, this.prepared]);
    state.data([this.committed?.view, this.committed?.key, this.preparedClaim?.view, this.preparedClaim?.key]);
    state.map(this.prePreparedClaims, (w, { view }) => void w.varint(view));
    state.data(Object.values(this.own).map((one) => (one === null ? null : own(one))));
    state.set(this.bodies);
  }
}

/** The message log between the watermarks h and h + L (OSDI 1999, section 4.3): nothing outside is ever kept. */
export class Slots {
  readonly #window: number;
  readonly #slots = new Map<number, Slot>();
  #low = 0;

  constructor(window: number) {
    this.#window = window;
  }

  /** h: the number of the last stable checkpoint. */
  get low(): number {
    return this.#low;
  }

  /** H. */
  get high(): number {
    return this.#low + this.#window;
  }

  isInWindow(number: number): boolean {
    return number > this.#low && number <= this.high;
  }

  /** Null outside the watermarks. */
  at(number: number): Slot | null {
    if (!this.isInWindow(number)) return null;
    let slot = this.#slots.get(number);
    if (slot === undefined) this.#slots.set(number, (slot = new Slot(number)));
    return slot;
  }

  peek(number: number): Slot | undefined {
    return this.#slots.get(number);
  }

  /** In no order. */
  all(): Iterable<Slot> {
    return this.#slots.values();
  }

  /** By number. */
  sorted(): Slot[] {
    return [...this.#slots.values()].sort((a, b) => a.number - b.number);
  }

  /** A checkpoint is stable: returns what is forgotten. */
  advance(low: number): Slot[] {
    this.#low = low;
    const gone = [...this.#slots.values()].filter(({ number }) => number <= low);
    for (const { number } of gone) this.#slots.delete(number);
    return gone;
  }

  clone(): Slots {
    const copy = new Slots(this.#window);
    copy.#low = this.#low;
    for (const [number, slot] of this.#slots) copy.#slots.set(number, slot.clone());
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.varint(this.#low).map(this.#slots, (w, slot) => slot.writeTo(w));
  }
}

/** The weight that is good, and what it could become with those that are not verified yet. */
export function tallyVotes(
  votes: ReadonlyMap<NodeId, Vote>,
  { view, key }: { readonly view: number; readonly key: string },
  table: WeightTable,
): { good: number; asked: number; held: [NodeId, Vote][] } {
  const tally = { good: 0, asked: 0, held: [] as [NodeId, Vote][] };
  for (const [id, vote] of votes) {
    if (vote.view !== view || vote.key !== key) continue;
    if (vote.state === 'held') tally.held.push([id, vote]);
    else tally[vote.state] += table.weightOf(id);
  }
  return tally;
}

/** Bodies of batches by digest, counted by who needs them. */
export class BatchStore {
  readonly #batches = new Map<string, { readonly batch: Batch; holders: number }>();

  get size(): number {
    return this.#batches.size;
  }

  get(key: string): Batch | undefined {
    return key === NULL_KEY ? NULL_BATCH : this.#batches.get(key)?.batch;
  }

  hold(batch: Batch): void {
    if (batch.key === NULL_KEY) return;
    const known = this.#batches.get(batch.key);
    if (known === undefined) this.#batches.set(batch.key, { batch, holders: 1 });
    else known.holders++;
  }

  release(key: string): void {
    const known = this.#batches.get(key);
    if (known !== undefined && --known.holders === 0) this.#batches.delete(key);
  }

  clone(): BatchStore {
    const copy = new BatchStore();
    for (const [key, entry] of this.#batches) copy.#batches.set(key, { ...entry });
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.map(this.#batches, (w, { holders }) => void w.varint(holders));
  }
}
