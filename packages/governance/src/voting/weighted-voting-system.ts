import type { NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, WeightTable, type StateWriter } from '@hypersync/consensus-kit';
import { checkAmount, readAmount, shareOf, writeAmount } from '../amount.ts';
import { Durations, type Metric, type Stopwatch } from '../metrics.ts';
import { apportion, type Claim } from './apportion.ts';
import { tallyVotes, type Vote, type VoteResult } from './vote-result.ts';
import { isShare, weightConfig, WHOLE, type WeightConfig } from './weight-config.ts';

/** What a member's weight is made of. Scores and weight in parts per million. */
export interface VoteWeight {
  readonly nodeId: NodeId;
  readonly stake: bigint;
  readonly reputation: number;
  readonly uptime: number;
  /** In force since the last `calculateWeights`; 0 for those whom it left out. */
  readonly weight: number;
}

interface Account {
  stake: bigint;
  reputation: number;
  uptime: number;
}

const VERSION = 1;
const MAX_ID = 64;

/**
 * Votes weighed by stake, reputation and uptime, with a cap. Inputs change at any time; weights only in
 * `calculateWeights`, to be called at the end of an epoch, on facts that the log decided. Exact integers throughout: the
 * weights sum to exactly one million, nobody exceeds the cap, and every node computes the same.
 */
export class WeightedVotingSystem {
  readonly #config: WeightConfig;
  readonly #accounts = new Map<NodeId, Account>();
  #table: WeightTable | null = null;
  readonly #durations: Durations;

  /** Throws RangeError for a bad configuration. */
  constructor(config: Partial<WeightConfig> = {}, options: { readonly stopwatch?: Stopwatch } = {}) {
    this.#config = weightConfig(config);
    this.#durations = new Durations(options.stopwatch ?? null);
  }

  get config(): WeightConfig {
    return this.#config;
  }

  get size(): number {
    return this.#accounts.size;
  }

  /** Refusals are answers, not errors: who asks may be anybody. A new member has no weight before `calculateWeights`. */
  registerNode(nodeId: NodeId, stake: bigint): 'registered' | 'known' | 'stake-too-small' | 'full' {
    checkAmount(stake, `stake of ${nodeId}`);
    if (this.#accounts.has(nodeId)) return 'known';
    if (stake < this.#config.minimumStake) return 'stake-too-small';
    if (this.#accounts.size >= this.#config.maxMembers) return 'full';
    const { initialReputation: reputation, initialUptime: uptime } = this.#config;
    this.#accounts.set(nodeId, { stake, reputation, uptime });
    return 'registered';
  }

  /** False for a stranger. Its weight stays in force until `calculateWeights`. */
  unregisterNode(nodeId: NodeId): boolean {
    return this.#accounts.delete(nodeId);
  }

  /** `score` in parts per million; throws RangeError otherwise. False for a stranger. */
  updateReputation(nodeId: NodeId, score: number): boolean {
    return this.#update(nodeId, 'reputation', score);
  }

  /** `share` of the time, in parts per million; throws RangeError otherwise. False for a stranger. */
  updateUptime(nodeId: NodeId, share: number): boolean {
    return this.#update(nodeId, 'uptime', share);
  }

  #update(nodeId: NodeId, key: 'reputation' | 'uptime', value: number): boolean {
    if (!isShare(value)) throw new RangeError(`${key} of ${nodeId}: an integer from 0 to ${WHOLE}, not ${value}`);
    const account = this.#accounts.get(nodeId);
    if (account !== undefined) account[key] = value;
    return account !== undefined;
  }

  /** The stake as it is now, whoever keeps the books (`StakeManager`). False for a stranger. */
  updateStake(nodeId: NodeId, stake: bigint): boolean {
    checkAmount(stake, `stake of ${nodeId}`);
    const account = this.#accounts.get(nodeId);
    if (account !== undefined) account.stake = stake;
    return account !== undefined;
  }

  /**
   * Takes a share (parts per million) of the stake and returns how much that was. Whoever falls below the minimum has no
   * vote from the next `calculateWeights` on.
   */
  slashStake(nodeId: NodeId, share: number): bigint {
    if (!isShare(share)) throw new RangeError(`slash of ${nodeId}: an integer from 0 to ${WHOLE}, not ${share}`);
    const account = this.#accounts.get(nodeId);
    if (account === undefined) return 0n;
    const taken = shareOf(account.stake, share);
    account.stake -= taken;
    return taken;
  }

  /** Puts new weights in force and returns those of all members, in the order of their ids. O(n). */
  calculateWeights(): readonly VoteWeight[] {
    return this.#durations.time(() => {
      const claims = this.#claims();
      const parts = claims.length === 0 ? new Map<NodeId, number>() : apportion(claims, WHOLE, this.#config.cap);
      const voters = [...parts].filter(([, weight]) => weight > 0).map(([id, weight]) => ({ id, weight }));
      this.#table = voters.length === 0 ? null : new WeightTable(voters);
      return this.weights();
    });
  }

  /** Shares as one fraction each, all over the common denominator S * R * U. */
  #claims(): Claim[] {
    const { stakeShare, reputationShare, uptimeShare, minimumStake, scoresPer } = this.#config;
    const eligible = [...this.#accounts].filter(([, { stake }]) => stake >= minimumStake);
    eligible.sort(([a], [b]) => (a < b ? -1 : 1));
    const facts = eligible.map(([id, { stake, reputation, uptime }]) => {
      const per = scoresPer === 'stake' ? stake : 1n;
      return { id, stake, reputation: per * BigInt(reputation), uptime: per * BigInt(uptime) };
    });
    const sum = (key: 'stake' | 'reputation' | 'uptime'): bigint =>
      facts.reduce((all, fact) => all + fact[key], 0n) || 1n; // where all have none of it, it decides nothing
    const [allStake, allReputation, allUptime] = [sum('stake'), sum('reputation'), sum('uptime')];
    const perStake = BigInt(stakeShare) * allReputation * allUptime;
    const perReputation = BigInt(reputationShare) * allStake * allUptime;
    const perUptime = BigInt(uptimeShare) * allStake * allReputation;
    return facts.map(({ id, stake, reputation, uptime }) => ({
      id,
      raw: stake * perStake + reputation * perReputation + uptime * perUptime,
    }));
  }

  /** All members with the weights in force. */
  weights(): readonly VoteWeight[] {
    const sorted = [...this.#accounts].sort(([a], [b]) => (a < b ? -1 : 1));
    return sorted.map(([nodeId, account]) => ({ nodeId, ...account, weight: this.#table?.weightOf(nodeId) ?? 0 }));
  }

  /** The weights in force, as mechanisms take them; null before the first `calculateWeights` and where nobody has a vote. */
  weightTable(): WeightTable | null {
    return this.#table;
  }

  /** O(v). Throws RangeError while no weights are in force. */
  calculateVoteResult(votes: Iterable<Vote>): VoteResult {
    if (this.#table === null) throw new RangeError('no weights are in force: call calculateWeights first');
    return tallyVotes(this.#table, votes);
  }

  metrics(): readonly Metric[] {
    const voters = this.#table?.size ?? 0;
    let stake = 0n;
    for (const account of this.#accounts.values()) stake += account.stake;
    return [
      {
        name: 'weighted_voting_total_stake',
        type: 'gauge',
        help: 'Stake of all registered nodes.',
        value: Number(stake),
      },
      { name: 'weighted_voting_eligible_voters', type: 'gauge', help: 'Nodes that have a vote.', value: voters },
      {
        name: 'weighted_voting_avg_weight',
        type: 'gauge',
        help: 'Average share of a vote, 0 to 1.',
        value: voters === 0 ? 0 : 1 / voters,
      },
      {
        name: 'weighted_voting_calc_duration_seconds',
        type: 'histogram',
        help: 'Time to calculate all weights.',
        value: this.#durations.distribution(),
      },
    ];
  }

  /** Canonical bytes of the whole state. */
  encode(): Uint8Array {
    return new ByteWriter(64 * this.#accounts.size + 16)
      .u8(VERSION)
      .list(this.weights(), (w, { nodeId, stake, reputation, uptime }) => {
        writeAmount(w.string(nodeId), stake);
        w.varint(reputation).varint(uptime);
      })
      .list(this.#table?.members ?? [], (w, { id, weight }) => void w.string(id).varint(weight))
      .finish();
  }

  /** False, and unchanged, unless the bytes come from `encode` and fit the configuration. */
  restore(bytes: Uint8Array): boolean {
    const reader = new ByteReader(bytes);
    if (reader.u8() !== VERSION) reader.fail();
    const accounts = new Map<NodeId, Account>();
    let previous = '';
    reader.list(this.#config.maxMembers, (r) => {
      const id = r.string(MAX_ID);
      if (id <= previous) r.fail();
      previous = id;
      const stake = readAmount(r);
      accounts.set(id, { stake, reputation: r.varint(WHOLE), uptime: r.varint(WHOLE) });
    });
    const table = readTable(reader, this.#config.maxMembers);
    if (!reader.done()) return false;
    this.#accounts.clear();
    for (const [id, account] of accounts) this.#accounts.set(id, account);
    this.#table = table;
    return true;
  }

  clone(): WeightedVotingSystem {
    const copy = new WeightedVotingSystem(this.#config);
    for (const [id, account] of this.#accounts) copy.#accounts.set(id, { ...account });
    copy.#table = this.#table;
    return copy;
  }

  /** Adds the whole state to a fingerprint. */
  writeTo(state: StateWriter): void {
    state.bytes(this.encode());
  }
}

/** Weights in force sum to one whole, or there are none. */
function readTable(reader: ByteReader, max: number): WeightTable | null {
  let [previous, sum] = ['', 0];
  const members = reader.list(max, (r) => {
    const member = { id: r.string(MAX_ID), weight: r.varint(WHOLE) };
    if (member.id <= previous || member.weight === 0) r.fail();
    previous = member.id;
    sum += member.weight;
    return member;
  });
  if (members.length > 0 && sum !== WHOLE) reader.fail();
  return reader.ok && members.length > 0 ? new WeightTable(members) : null;
}
