import type { Epoch, Micros, NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, type StateWriter, type WeightTable } from '@hypersync/consensus-kit';
import type { Metric } from '../metrics.ts';
import {
  adaptiveQuorumConfig,
  QUORUM_THRESHOLDS,
  THREAT_LEVELS,
  type AdaptiveQuorumConfig,
  type ThreatLevel,
} from './threat-level.ts';

/** What the network has been like; measured by this node or decided in the log, as the caller prefers. */
export interface Stability {
  /** Average share of the time that members were up, parts per million. */
  readonly averageUptime: number;
  readonly partitionEvents: number;
  readonly latency: Micros;
}

export interface QuorumCheck {
  /** May this be decided now? */
  readonly reached: boolean;
  /** Reached only because two thirds suffice after the wait. */
  readonly fallback: boolean;
  /** The highest level whose threshold the weight exceeds: to be written into the certificate. Null below two thirds. */
  readonly confidence: ThreatLevel | null;
}

export interface AdaptiveQuorumStats {
  readonly level: ThreatLevel;
  /** Parts per million, as are rate and stability. */
  readonly threshold: number;
  readonly detectionRate: number;
  readonly membersWithEvidence: number;
  readonly detections: number;
  readonly stability: number;
  readonly levelChanges: number;
  /** Epochs until the next step down, if it stays calm; null while nothing is to be stepped down from. */
  readonly cooldown: number | null;
}

interface Detection {
  readonly epoch: Epoch;
  readonly violation: string;
}

const VERSION = 1;
const WHOLE = 1_000_000;
const MAX_MEMBERS = 1 << 20;
const MAX_VIOLATION = 64;

/**
 * How much agreement is asked for, by the evidence that the log decided of late. Safety never depends on it: two thirds
 * are required at every level, and suffice at every level after a wait, so no level can halt a cluster. Levels rise at
 * once and go down one step at a time. Report only decided evidence and all correct nodes have the same level.
 */
export class AdaptiveQuorumManager {
  readonly #config: AdaptiveQuorumConfig;
  #table: WeightTable;
  readonly #detections = new Map<NodeId, Detection[]>();
  #epoch: Epoch = 0;
  #level: ThreatLevel = 'normal';
  #calmSince: Epoch | null = null;
  #stability = WHOLE;
  #levelChanges = 0;
  /** Members with evidence in the window, as of the last evaluation. */
  #guilty = 0;

  /** Throws RangeError for a bad configuration. */
  constructor(table: WeightTable, config: Partial<AdaptiveQuorumConfig> = {}) {
    this.#table = table;
    this.#config = adaptiveQuorumConfig(config);
  }

  get level(): ThreatLevel {
    return this.#level;
  }

  /** Members and weights of a new epoch. What is known of those who left no longer counts. */
  updateMembers(table: WeightTable): void {
    this.#table = table;
  }

  /** Evidence against a member that the log decided, in the present epoch. False for a stranger. O(1). */
  reportDetection(nodeId: NodeId, violation: string): boolean {
    if (!this.#table.has(nodeId)) return false;
    let known = this.#detections.get(nodeId);
    if (known === undefined) this.#detections.set(nodeId, (known = []));
    known.push({ epoch: this.#epoch, violation: violation.slice(0, MAX_VIOLATION / 3) });
    if (known.length > this.#config.detectionsPerMember) known.shift();
    return true;
  }

  /**
   * Uptime, cut down by partitions and by latency above the target. A low value holds the level where it is and does not
   * raise it: an attacker who disturbs the network must not be able to make everybody wait longer, too.
   */
  updateStability({ averageUptime, partitionEvents, latency }: Stability): void {
    if (!(averageUptime >= 0 && averageUptime <= WHOLE && partitionEvents >= 0 && latency >= 0))
      throw new RangeError('stability: uptime in parts per million, and neither events nor latency below zero');
    const late = Math.max(1, latency / this.#config.latencyTarget);
    this.#stability = Math.floor(averageUptime / (1 + partitionEvents) / late);
  }

  /** To be called once an epoch; epochs do not go back (RangeError). O(d + n). */
  evaluateThreatLevel(epoch: Epoch): ThreatLevel {
    if (epoch < this.#epoch) throw new RangeError(`epoch ${epoch} comes after ${this.#epoch}`);
    this.#epoch = epoch;
    this.#forget(epoch - this.#config.windowEpochs);
    const wanted = this.#wanted();
    const [from, to] = [THREAT_LEVELS.indexOf(this.#level), THREAT_LEVELS.indexOf(wanted)];
    if (to > from) this.#change(wanted);
    else if (to < from && this.#stability >= this.#config.stabilityFloor) this.#coolDown(epoch, from);
    else this.#calmSince = null;
    return this.#level;
  }

  #coolDown(epoch: Epoch, from: number): void {
    this.#calmSince ??= epoch;
    if (epoch - this.#calmSince < this.#config.cooldownEpochs) return;
    this.#change(THREAT_LEVELS[from - 1]!);
    this.#calmSince = epoch;
  }

  #change(level: ThreatLevel): void {
    this.#level = level;
    this.#levelChanges++;
    this.#calmSince = null;
  }

  #forget(before: Epoch): void {
    this.#guilty = 0;
    for (const [nodeId, known] of this.#detections) {
      const kept = known.findIndex(({ epoch }) => epoch > before); // oldest first
      if (kept < 0) this.#detections.delete(nodeId);
      else {
        if (kept > 0) known.splice(0, kept);
        if (this.#table.has(nodeId)) this.#guilty++;
      }
    }
  }

  #wanted(): ThreatLevel {
    const { elevatedRate, highRate, highMembers } = this.#config;
    const reaches = (rate: number): boolean => this.#guilty * WHOLE >= rate * this.#table.size;
    if (reaches(highRate) && this.#guilty >= highMembers) return 'high';
    return reaches(elevatedRate) ? 'elevated' : 'normal';
  }

  /** O(1). `waited` is how long this decision has had no more than two thirds. */
  checkQuorum(weight: number, waited: Micros = 0): QuorumCheck {
    const exceeds = (level: ThreatLevel): boolean => {
      const { numerator, denominator } = QUORUM_THRESHOLDS[level];
      return this.#table.exceeds(weight, numerator, denominator);
    };
    const confidence = exceeds('high')
      ? 'high'
      : exceeds('elevated')
        ? 'elevated'
        : exceeds('normal')
          ? 'normal'
          : null;
    const full = exceeds(this.#level);
    const fallback = !full && confidence !== null && waited >= this.#config.fallbackAfter;
    return { reached: full || fallback, fallback, confidence };
  }

  stats(): AdaptiveQuorumStats {
    const { numerator, denominator } = QUORUM_THRESHOLDS[this.#level];
    const calm = this.#calmSince;
    let detections = 0;
    for (const known of this.#detections.values()) detections += known.length;
    return {
      level: this.#level,
      threshold: Math.floor((numerator * WHOLE) / denominator),
      detectionRate: Math.floor((this.#guilty * WHOLE) / this.#table.size),
      membersWithEvidence: this.#guilty,
      detections,
      stability: this.#stability,
      levelChanges: this.#levelChanges,
      cooldown: calm === null ? null : Math.max(0, this.#config.cooldownEpochs - (this.#epoch - calm)),
    };
  }

  metrics(): readonly Metric[] {
    const { threshold, detectionRate, stability, levelChanges } = this.stats();
    const gauge = (name: string, help: string, value: number): Metric => ({ name, type: 'gauge', help, value });
    return [
      gauge('adaptive_quorum_threshold', 'Share of all weight that is asked for, 0 to 1.', threshold / WHOLE),
      gauge('adaptive_quorum_threat_level', '0 normal, 1 elevated, 2 high.', THREAT_LEVELS.indexOf(this.#level)),
      gauge(
        'adaptive_quorum_detection_rate',
        'Members with decided evidence in the window over members, 0 to 1.',
        detectionRate / WHOLE,
      ),
      gauge('adaptive_quorum_stability', 'Stability of the network, 0 to 1.', stability / WHOLE),
      {
        name: 'adaptive_quorum_level_changes_total',
        type: 'counter',
        help: 'Changes of the threat level.',
        value: levelChanges,
      },
    ];
  }

  /** Canonical bytes of the whole state but members, weights and configuration. */
  encode(): Uint8Array {
    const writer = new ByteWriter(256).u8(VERSION).varint(this.#epoch).u8(THREAT_LEVELS.indexOf(this.#level));
    writer.varint(this.#calmSince === null ? 0 : this.#calmSince + 1);
    writer.varint(this.#stability).varint(this.#levelChanges).varint(this.#guilty);
    const known = [...this.#detections].sort(([a], [b]) => (a < b ? -1 : 1));
    writer.list(known, (w, [nodeId, detections]) => {
      w.string(nodeId).list(detections, (v, { epoch, violation }) => void v.varint(epoch).string(violation));
    });
    return writer.finish();
  }

  /** False, and unchanged, unless the bytes come from `encode`. */
  restore(bytes: Uint8Array): boolean {
    const reader = new ByteReader(bytes);
    if (reader.u8() !== VERSION) reader.fail();
    const epoch = reader.varint();
    const level = THREAT_LEVELS[reader.u8()];
    if (level === undefined) reader.fail();
    const calm = reader.varint(epoch + 1);
    const [stability, levelChanges, guilty] = [reader.varint(WHOLE), reader.varint(), reader.varint(MAX_MEMBERS)];
    const detections = new Map<NodeId, Detection[]>();
    let previous = '';
    reader.list(MAX_MEMBERS, (r) => {
      const nodeId = r.string(64);
      if (nodeId <= previous) r.fail();
      previous = nodeId;
      const read = (v: ByteReader): Detection => ({ epoch: v.varint(epoch), violation: v.string(MAX_VIOLATION) });
      const known = r.list(this.#config.detectionsPerMember, read);
      if (known.length === 0) r.fail();
      detections.set(nodeId, known);
    });
    if (!reader.done() || level === undefined) return false;
    this.#epoch = epoch;
    this.#level = level;
    this.#calmSince = calm === 0 ? null : calm - 1;
    this.#stability = stability;
    this.#levelChanges = levelChanges;
    this.#guilty = guilty;
    this.#detections.clear();
    for (const [nodeId, known] of detections) this.#detections.set(nodeId, known);
    return true;
  }

  clone(): AdaptiveQuorumManager {
    const copy = new AdaptiveQuorumManager(this.#table, this.#config);
    copy.#epoch = this.#epoch;
    copy.#level = this.#level;
    copy.#calmSince = this.#calmSince;
    copy.#stability = this.#stability;
    copy.#levelChanges = this.#levelChanges;
    copy.#guilty = this.#guilty;
    for (const [nodeId, known] of this.#detections) copy.#detections.set(nodeId, [...known]);
    return copy;
  }

  /** Adds the whole state to a fingerprint. */
  writeTo(state: StateWriter): void {
    state.bytes(this.encode());
  }
}
