import type { DurableImage, Epoch, NodeId, StoreOp } from '@hypersync/interface';
import { ByteReader, ByteWriter, type StateWriter } from '@hypersync/consensus-kit';
import { checkAmount, MAX_AMOUNT, readAmount, shareOf, writeAmount } from '../amount.ts';

const WHOLE = 1_000_000;

export interface StakeConfig {
  readonly minimumStake: bigint;
  /** What is withdrawn stays here, and can be slashed, for so many epochs: evidence comes late. */
  readonly unbondingEpochs: number;
  /** Kept per member, the newest. */
  readonly historyPerMember: number;
  readonly maxMembers: number;
}

export const DEFAULT_STAKE: StakeConfig = {
  minimumStake: 1000n,
  unbondingEpochs: 16,
  historyPerMember: 64,
  maxMembers: 10_000,
};

export type StakeChange = 'registered' | 'deposited' | 'unbonding' | 'paid-out' | 'slashed';

export interface StakeRecord {
  readonly epoch: Epoch;
  readonly change: StakeChange;
  readonly amount: bigint;
  /** Of a slash; else empty. */
  readonly offence: string;
}

interface Unbonding {
  readonly due: Epoch;
  readonly amount: bigint;
}

interface Account {
  bonded: bigint;
  /** What counts in the present epoch: what was bonded when it began. */
  active: bigint;
  unbonding: Unbonding[];
  history: StakeRecord[];
  /** Offences that it was slashed for, oldest first. */
  slashedFor: string[];
}

const VERSION = 1;
const PREFIX = 'stake/';
/** The first key after all that begin with the prefix: `0` follows `/`. */
const AFTER = 'stake0';
const CHANGES: readonly StakeChange[] = ['registered', 'deposited', 'unbonding', 'paid-out', 'slashed'];
const MAX_UNBONDING = 256;
const MAX_SLASHES = 256;
const MAX_OFFENCE = 128;

/**
 * The books: who has bonded how much, what leaves when, and what was taken for which proof. Deposits, withdrawals and
 * slashes are operations of the log; they change what counts (`activeStakeOf`) only when the next epoch begins. Exact
 * amounts. Persistence goes through effects, as in `ReputationTracker`.
 */
export class StakeManager {
  readonly #config: StakeConfig;
  readonly #accounts = new Map<NodeId, Account>();
  readonly #dirty = new Set<NodeId>();
  #epoch: Epoch = 0;
  #writtenEpoch: Epoch = 0;

  /** Throws RangeError for a bad configuration. */
  constructor(config: Partial<StakeConfig> = {}) {
    this.#config = { ...DEFAULT_STAKE, ...config };
    checkAmount(this.#config.minimumStake, 'stake.minimumStake');
    if (this.#config.minimumStake < 1n) throw new RangeError('stake.minimumStake: at least 1, or identities are free');
    const ranges = { unbondingEpochs: [1, 1_000_000], historyPerMember: [1, 4096], maxMembers: [1, WHOLE] } as const;
    for (const [key, [min, max]] of Object.entries(ranges)) {
      const value = this.#config[key as keyof typeof ranges];
      if (!Number.isInteger(value) || value < min || value > max)
        throw new RangeError(`stake.${key}: an integer from ${min} to ${max}, not ${value}`);
    }
  }

  get epoch(): Epoch {
    return this.#epoch;
  }

  /** Refusals are answers: who asks may be anybody. */
  register(nodeId: NodeId, amount: bigint): 'registered' | 'known' | 'stake-too-small' | 'full' {
    checkAmount(amount, `stake of ${nodeId}`);
    if (this.#accounts.has(nodeId)) return 'known';
    if (amount < this.#config.minimumStake) return 'stake-too-small';
    if (this.#accounts.size >= this.#config.maxMembers) return 'full';
    const account = { bonded: amount, active: 0n, unbonding: [], history: [], slashedFor: [] };
    this.#accounts.set(nodeId, account);
    this.#note(nodeId, account, 'registered', amount);
    return 'registered';
  }

  deposit(nodeId: NodeId, amount: bigint): 'deposited' | 'unknown' | 'too-much' {
    checkAmount(amount, `deposit of ${nodeId}`);
    const account = this.#accounts.get(nodeId);
    if (account === undefined) return 'unknown';
    if (account.bonded + amount >= MAX_AMOUNT) return 'too-much';
    account.bonded += amount;
    this.#note(nodeId, account, 'deposited', amount);
    return 'deposited';
  }

  /** Leaves at least the minimum, or nothing. What leaves is paid out after `unbondingEpochs`, if it is not slashed by then. */
  withdraw(nodeId: NodeId, amount: bigint): 'unbonding' | 'unknown' | 'too-much' | 'below-minimum' | 'too-many' {
    checkAmount(amount, `withdrawal of ${nodeId}`);
    const account = this.#accounts.get(nodeId);
    if (account === undefined) return 'unknown';
    const left = account.bonded - amount;
    if (left < 0n) return 'too-much';
    if (left > 0n && left < this.#config.minimumStake) return 'below-minimum';
    if (account.unbonding.length >= MAX_UNBONDING) return 'too-many';
    account.bonded = left;
    account.unbonding.push({ due: this.#epoch + this.#config.unbondingEpochs, amount });
    this.#note(nodeId, account, 'unbonding', amount);
    return 'unbonding';
  }

  /**
   * Takes a share (parts per million) of all that is here, what is leaving included, and returns how much that was.
   * `offence` names what was done (kind, epoch, height: 1 to 128 ASCII characters), not the proof: an offence with two
   * proofs is slashed once.
   */
  slash(nodeId: NodeId, share: number, offence: string): bigint {
    if (!Number.isInteger(share) || share < 0 || share > WHOLE)
      throw new RangeError(`slash of ${nodeId}: an integer from 0 to ${WHOLE}, not ${share}`);
    if (!/^[\x20-\x7e]{1,128}$/.test(offence)) throw new RangeError('an offence has 1 to 128 ASCII characters');
    const account = this.#accounts.get(nodeId);
    if (account === undefined || account.slashedFor.includes(offence)) return 0n;
    account.slashedFor.push(offence);
    if (account.slashedFor.length > MAX_SLASHES) account.slashedFor.shift();
    let taken = shareOf(account.bonded, share);
    account.bonded -= taken;
    account.unbonding = account.unbonding.map(({ due, amount }) => {
      const part = shareOf(amount, share);
      taken += part;
      return { due, amount: amount - part };
    });
    this.#note(nodeId, account, 'slashed', taken, offence);
    return taken;
  }

  /**
   * A new epoch: what is bonded now counts, what is due is paid out, and accounts with nothing left are closed. Epochs do
   * not go back (RangeError). O(n).
   */
  beginEpoch(epoch: Epoch): readonly { readonly nodeId: NodeId; readonly amount: bigint }[] {
    if (epoch < this.#epoch) throw new RangeError(`epoch ${epoch} comes after ${this.#epoch}`);
    this.#epoch = epoch;
    const paid: { nodeId: NodeId; amount: bigint }[] = [];
    for (const [nodeId, account] of [...this.#accounts].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const due = account.unbonding.filter((part) => part.due <= epoch).reduce((sum, part) => sum + part.amount, 0n);
      if (account.active !== account.bonded) this.#dirty.add(nodeId);
      account.active = account.bonded;
      account.unbonding = account.unbonding.filter((part) => part.due > epoch);
      if (due > 0n) {
        paid.push({ nodeId, amount: due });
        this.#note(nodeId, account, 'paid-out', due);
      }
      if (account.bonded > 0n || account.unbonding.length > 0) continue;
      this.#accounts.delete(nodeId); // nothing is left: its place is free
      this.#dirty.add(nodeId);
    }
    return paid;
  }

  /** What counts in this epoch; 0 below the minimum, and for strangers. */
  activeStakeOf(nodeId: NodeId): bigint {
    const active = this.#accounts.get(nodeId)?.active ?? 0n;
    return active < this.#config.minimumStake ? 0n : active;
  }

  /** What will count in the next epoch, as things stand. */
  bondedOf(nodeId: NodeId): bigint {
    return this.#accounts.get(nodeId)?.bonded ?? 0n;
  }

  unbondingOf(nodeId: NodeId): bigint {
    return this.#accounts.get(nodeId)?.unbonding.reduce((sum, { amount }) => sum + amount, 0n) ?? 0n;
  }

  /** Of this epoch. */
  totalActive(): bigint {
    let total = 0n;
    for (const nodeId of this.#accounts.keys()) total += this.activeStakeOf(nodeId);
    return total;
  }

  /** Oldest first, as far as kept. */
  historyOf(nodeId: NodeId): readonly StakeRecord[] {
    return this.#accounts.get(nodeId)?.history ?? [];
  }

  /** In the order of their ids. */
  members(): readonly NodeId[] {
    return [...this.#accounts.keys()].sort();
  }

  #note(nodeId: NodeId, account: Account, change: StakeChange, amount: bigint, offence = ''): void {
    account.history.push({ epoch: this.#epoch, change, amount, offence });
    if (account.history.length > this.#config.historyPerMember) account.history.shift();
    this.#dirty.add(nodeId);
  }

  /** What must be written for this to survive a crash; empty when nothing changed since the last call. */
  takeWrites(): StoreOp[] {
    const writes = [...this.#dirty].sort().map((nodeId): StoreOp => {
      const [key, account] = [`${PREFIX}${nodeId}`, this.#accounts.get(nodeId)];
      return account === undefined ? { op: 'delete', key } : { op: 'put', key, value: encodeAccount(account) };
    });
    if (this.#epoch !== this.#writtenEpoch)
      writes.unshift({ op: 'put', key: PREFIX, value: new ByteWriter(9).varint(this.#epoch).finish() });
    this.#writtenEpoch = this.#epoch;
    this.#dirty.clear();
    return writes;
  }

  /** Continues from what the writes built. Throws RangeError for a damaged record. */
  restore(image: DurableImage): void {
    this.#accounts.clear();
    this.#dirty.clear();
    for (const [key, value] of image) {
      if (key < PREFIX || key >= AFTER) continue;
      if (key === PREFIX) {
        const reader = new ByteReader(value);
        this.#epoch = reader.varint();
        if (!reader.done()) throw new RangeError(`the record ${key} is damaged`);
        this.#writtenEpoch = this.#epoch;
        continue;
      }
      const account = decodeAccount(value, this.#config.historyPerMember);
      if (account === null || this.#accounts.size >= this.#config.maxMembers)
        throw new RangeError(`the record ${key} is damaged, or one too many`);
      this.#accounts.set(key.slice(PREFIX.length), account);
    }
  }

  clone(): StakeManager {
    const copy = new StakeManager(this.#config);
    for (const [nodeId, account] of this.#accounts) {
      const { unbonding, history, slashedFor } = account;
      const lists = { unbonding: [...unbonding], history: [...history], slashedFor: [...slashedFor] };
      copy.#accounts.set(nodeId, { ...account, ...lists });
    }
    for (const nodeId of this.#dirty) copy.#dirty.add(nodeId);
    copy.#epoch = this.#epoch;
    copy.#writtenEpoch = this.#writtenEpoch;
    return copy;
  }

  /** Adds the whole state to a fingerprint. */
  writeTo(state: StateWriter): void {
    state.varint(this.#epoch).set(this.#dirty);
    state.map(this.#accounts, (writer, account) => void writer.bytes(encodeAccount(account)));
  }
}

function encodeAccount({ bonded, active, unbonding, history, slashedFor }: Account): Uint8Array {
  const writer = new ByteWriter(128).u8(VERSION);
  writeAmount(writer, bonded);
  writeAmount(writer, active);
  writer.list(unbonding, (w, { due, amount }) => {
    writeAmount(w.varint(due), amount);
  });
  writer.list(history, (w, { epoch, change, amount, offence }) => {
    writeAmount(w.varint(epoch).u8(CHANGES.indexOf(change)), amount);
    w.string(offence);
  });
  return writer.list(slashedFor, (w, offence) => void w.string(offence)).finish();
}

function decodeAccount(bytes: Uint8Array, maxHistory: number): Account | null {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== VERSION) reader.fail();
  const [bonded, active] = [readAmount(reader), readAmount(reader)];
  const unbonding = reader.list(MAX_UNBONDING, (r) => ({ due: r.varint(), amount: readAmount(r) }));
  const history = reader.list(maxHistory, (r): StakeRecord => {
    const [epoch, change, amount] = [r.varint(), CHANGES[r.u8()], readAmount(r)];
    if (change === undefined) r.fail();
    return { epoch, change: change ?? 'slashed', amount, offence: r.string(MAX_OFFENCE) };
  });
  const slashedFor = reader.list(MAX_SLASHES, (r) => r.string(MAX_OFFENCE));
  return reader.done() ? { bonded, active, unbonding, history, slashedFor } : null;
}
