import type { DurableImage, Epoch, NodeId, StoreOp } from '@hypersync/interface';
import { ByteReader, ByteWriter, type StateWriter } from '@hypersync/consensus-kit';
import { decayed } from '../decay.ts';

const WHOLE = 1_000_000;

/** What is held for or against a member; only what the log decided, or nodes would disagree. */
export type ReputationEvent =
  | 'proposal-decided'
  | 'vote-included'
  | 'evidence-submitted'
  | 'vote-missed'
  | 'proposal-missed'
  | 'invalid-proposal'
  | 'equivocation';

/** Gains close a share of the gap to the top, losses take a share of what is there: parts per million. */
export const REPUTATION_EVENTS: Readonly<
  Record<ReputationEvent, { readonly gain: number } | { readonly loss: number }>
> = {
  'proposal-decided': { gain: 20_000 },
  'vote-included': { gain: 5_000 },
  'evidence-submitted': { gain: 20_000 },
  'vote-missed': { loss: 5_000 },
  'proposal-missed': { loss: 50_000 },
  'invalid-proposal': { loss: 300_000 },
  equivocation: { loss: WHOLE },
};

export interface ReputationConfig {
  /** Where everybody starts, and where scores drift back to. Parts per million, as are all scores. */
  readonly neutral: number;
  /** The distance to neutral halves in so many epochs. */
  readonly halfLifeEpochs: number;
  /** At most so much is gained in one epoch, whatever a member does for show. */
  readonly gainPerEpoch: number;
  /** The rise of a score that lies below neutral is this many times slower than half-life says: trust comes back slowly. */
  readonly recoveryFactor: number;
  readonly maxMembers: number;
}

export const DEFAULT_REPUTATION: ReputationConfig = {
  neutral: 500_000,
  halfLifeEpochs: 32,
  gainPerEpoch: 50_000,
  recoveryFactor: 4,
  maxMembers: 10_000,
};

interface Standing {
  score: number;
  /** Up to when drift is counted in. */
  epoch: Epoch;
  /** Gained in that epoch. */
  gained: number;
}

const VERSION = 1;
const PREFIX = 'reputation/';
/** The first key after all that begin with the prefix: `0` follows `/`. */
const AFTER = 'reputation0';

/**
 * A score per member. After an event, `score += gain x (1 - score)` or `score -= loss x score`; in between, the distance to
 * neutral halves every half-life (four times slower from below). Exact integers, so equal events give equal scores.
 * Persistence goes through effects: `takeWrites` for a persist effect, `restore` from the durable image.
 */
export class ReputationTracker {
  readonly #config: ReputationConfig;
  readonly #members = new Map<NodeId, Standing>();
  /** Whose record differs from what was last written. */
  readonly #dirty = new Set<NodeId>();
  #epoch: Epoch = 0;

  /** Throws RangeError for a bad configuration. */
  constructor(config: Partial<ReputationConfig> = {}) {
    this.#config = { ...DEFAULT_REPUTATION, ...config };
    const ranges = {
      neutral: [0, WHOLE],
      halfLifeEpochs: [1, 1_000_000],
      gainPerEpoch: [0, WHOLE],
      recoveryFactor: [1, 1000],
      maxMembers: [1, WHOLE],
    } as const;
    for (const [key, [min, max]] of Object.entries(ranges)) {
      const value = this.#config[key as keyof ReputationConfig];
      if (!Number.isInteger(value) || value < min || value > max)
        throw new RangeError(`reputation.${key}: an integer from ${min} to ${max}, not ${value}`);
    }
  }

  get epoch(): Epoch {
    return this.#epoch;
  }

  /** A new epoch has begun; epochs do not go back (RangeError). O(1): drift is computed when somebody looks. */
  beginEpoch(epoch: Epoch): void {
    if (epoch < this.#epoch) throw new RangeError(`epoch ${epoch} comes after ${this.#epoch}`);
    this.#epoch = epoch;
  }

  /** False when there is no room for another member. */
  track(nodeId: NodeId): boolean {
    if (this.#members.has(nodeId)) return true;
    if (this.#members.size >= this.#config.maxMembers) return false;
    this.#members.set(nodeId, { score: this.#config.neutral, epoch: this.#epoch, gained: 0 });
    this.#dirty.add(nodeId);
    return true;
  }

  /** The new score; null for whom nobody tracks. */
  record(nodeId: NodeId, event: ReputationEvent): number | null {
    const known = this.#members.get(nodeId);
    if (known === undefined) return null;
    const gained = known.epoch === this.#epoch ? known.gained : 0;
    const score = this.#drifted(known);
    const change = REPUTATION_EVENTS[event];
    if ('gain' in change) {
      const wish = Math.floor((change.gain * (WHOLE - score)) / WHOLE);
      const gain = Math.min(wish, this.#config.gainPerEpoch - gained);
      this.#set(nodeId, score + gain, gained + gain);
    } else this.#set(nodeId, score - Math.ceil((change.loss * score) / WHOLE), gained);
    return this.#members.get(nodeId)!.score;
  }

  #set(nodeId: NodeId, score: number, gained: number): void {
    this.#members.set(nodeId, { score, epoch: this.#epoch, gained });
    this.#dirty.add(nodeId);
  }

  #drifted({ score, epoch }: Standing): number {
    const { neutral, halfLifeEpochs, recoveryFactor } = this.#config;
    const elapsed = this.#epoch - epoch;
    return score >= neutral
      ? neutral + decayed(score - neutral, elapsed, halfLifeEpochs)
      : neutral - decayed(neutral - score, elapsed, halfLifeEpochs * recoveryFactor);
  }

  /** Parts per million, as `WeightedVotingSystem.updateReputation` takes it; null for whom nobody tracks. */
  scoreOf(nodeId: NodeId): number | null {
    const known = this.#members.get(nodeId);
    return known === undefined ? null : this.#drifted(known);
  }

  /** In the order of their ids. */
  scores(): readonly { readonly nodeId: NodeId; readonly score: number }[] {
    return [...this.#members.keys()].sort().map((nodeId) => ({ nodeId, score: this.scoreOf(nodeId)! }));
  }

  /** False for whom nobody tracks. */
  forget(nodeId: NodeId): boolean {
    this.#dirty.add(nodeId);
    return this.#members.delete(nodeId);
  }

  /** What must be written for this to survive a crash; empty when nothing changed since the last call. */
  takeWrites(): StoreOp[] {
    const writes = [...this.#dirty].sort().map((nodeId): StoreOp => {
      const known = this.#members.get(nodeId);
      const key = `${PREFIX}${nodeId}`;
      return known === undefined ? { op: 'delete', key } : { op: 'put', key, value: encodeStanding(known) };
    });
    this.#dirty.clear();
    return writes;
  }

  /**
   * Continues from what the writes built. Throws RangeError for a damaged record: the image is this node's own, and a
   * guessed reputation would make it disagree with others.
   */
  restore(image: DurableImage): void {
    this.#members.clear();
    this.#dirty.clear();
    for (const [key, value] of image) {
      if (key < PREFIX || key >= AFTER) continue;
      const standing = decodeStanding(value);
      if (standing === null || this.#members.size >= this.#config.maxMembers)
        throw new RangeError(`the record ${key} is damaged, or one too many`);
      this.#members.set(key.slice(PREFIX.length), standing);
      this.#epoch = Math.max(this.#epoch, standing.epoch);
    }
  }

  clone(): ReputationTracker {
    const copy = new ReputationTracker(this.#config);
    for (const [nodeId, standing] of this.#members) copy.#members.set(nodeId, { ...standing });
    for (const nodeId of this.#dirty) copy.#dirty.add(nodeId);
    copy.#epoch = this.#epoch;
    return copy;
  }

  /** Adds the whole state to a fingerprint. */
  writeTo(state: StateWriter): void {
    state.varint(this.#epoch).set(this.#dirty);
    state.map(this.#members, (writer, standing) => void writer.bytes(encodeStanding(standing)));
  }
}

function encodeStanding({ score, epoch, gained }: Standing): Uint8Array {
  return new ByteWriter(16).u8(VERSION).varint(score).varint(epoch).varint(gained).finish();
}

function decodeStanding(bytes: Uint8Array): Standing | null {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== VERSION) reader.fail();
  const standing = { score: reader.varint(WHOLE), epoch: reader.varint(), gained: reader.varint(WHOLE) };
  return reader.done() ? standing : null;
}
