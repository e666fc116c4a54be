import type {
  ConsensusMechanism,
  Guarantee,
  MechanismPlugin,
  Member,
  Micros,
  NodeId,
  Op,
  Position,
  ReadLevel,
  Status,
} from '@hypersync/interface';
import type { Prng } from '@hypersync/consensus-kit';
import type { ApproximateSpace } from '../judges/approximate-space.ts';
import type { Violation } from './violation.ts';

/** What can go wrong in a run. Every kind that is switched on must happen at least once, or the run is rejected. */
export const FAULT_KINDS = [
  'loss',
  'duplicate',
  'reorder',
  'delay',
  'slow-link',
  'partition-symmetric',
  'partition-asymmetric',
  'partition-partial',
  'crash',
  'power-cut',
  'absence',
  'pause',
  'clock-drift',
  'slow-disk',
  'suspicion',
  'sync-error',
  'bit-rot',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** How hard each kind strikes. Message faults: the probability per message. Others: how many times in the fault phase. */
export type FaultPlan = Partial<Readonly<Record<FaultKind, number>>>;

/** What clients do. Times in microseconds. */
export interface Workload<G extends Guarantee = Guarantee> {
  /** Default 3. */
  readonly clients?: number;
  /** Default: 1 to 3, drawn from the seed. */
  readonly keys?: number;
  /** Pause between two operations of a client: [least, most]. Default: bursts and lulls, about 70 operations a second each. */
  readonly think?: readonly [Micros, Micros];
  /** Share of reads in percent. Default 45. */
  readonly readPercent?: number;
  /** When a client gives up waiting (the operation stays possible). Default 1 s. */
  readonly timeout?: Micros;
  /** Size of a written value, bytes, at least 12. Default 16. */
  readonly valueBytes?: number;
  /** Stops after so many operations. Default: no limit. */
  readonly maxOperations?: number;
  /** Builds the operation instead of the default of the class; needed where `mutate` is all there is. */
  readonly operation?: (random: Prng, draft: OperationDraft) => Op<G>;
}

/** What a workload's `operation` builds from: a unique value and a key. */
export interface OperationDraft {
  readonly id: number;
  readonly client: number;
  readonly key: string;
  /** Unique in the run. */
  readonly value: Uint8Array;
}

/** A node as invariants see it. Attackers are not shown. */
export interface NodeView {
  readonly id: NodeId;
  readonly incarnation: number;
  readonly up: boolean;
  /** As of its last step; null while it is down. */
  readonly status: Status | null;
  /** For looking deeper than status; treat as read-only. */
  readonly mechanism: ConsensusMechanism | null;
}

/**
 * A rule over all nodes, checked after every step. `start` gives a fresh check per run, so that it may remember (one
 * leader per term needs that). A check returns null, or a sentence that says what is wrong.
 */
export interface Invariant {
  readonly name: string;
  start(): (nodes: readonly NodeView[], changed: NodeView) => string | null;
}

/** Something that a search must have met to mean anything: a joint configuration, an expired lease, a certificate of time-outs. */
export interface Sometimes {
  readonly name: string;
  /** Looked at after steps of honest nodes, until it is true once in a run. */
  seen(node: NodeView): boolean;
}

/** An operation of a faulty node's own. */
export type Wish<G extends Guarantee = Guarantee> = (random: Prng) => Op<G> | null;

/** Turns an honest plugin into a faulty one; see attackers. */
export interface Attacker {
  readonly name: string;
  /** `wish` makes an operation that the honest part will accept, and that a faulty node might want; null for the class's usual. */
  wrap<G extends Guarantee>(honest: MechanismPlugin<G>, wish?: Wish<G>): MechanismPlugin<G>;
}

export interface SimulationOptions<G extends Guarantee = Guarantee> {
  readonly plugin: MechanismPlugin<G>;
  /** Nodes `n1`, `n2`, ... of weight 1. Either this or `members`. */
  readonly nodes?: number;
  readonly members?: readonly Member[];
  /** 32-bit; everything random in the run comes from it. */
  readonly seed: number;
  readonly config?: Readonly<Record<string, unknown>>;
  /** `swarm` (default) draws kinds and strengths from the seed. */
  readonly faults?: FaultPlan | 'swarm' | 'none';
  /** Length of the fault phase. Default 5 s of virtual time. */
  readonly duration?: Micros;
  /** After the faults end, the cluster must serve and converge within this virtual time. Default 30 s. */
  readonly recoverWithin?: Micros;
  readonly workload?: Workload<G>;
  /** Each takes over one node, drawn from the seed. */
  readonly attackers?: readonly Attacker[];
  /** During this time the two halves of the honest nodes do not reach each other; attackers reach everybody. */
  readonly cutHonest?: readonly [Micros, Micros];
  readonly invariants?: readonly Invariant[];
  /** Situations to look out for; how many runs met them is in `coverage`. */
  readonly sometimes?: readonly Sometimes[];
  /** One-way delay of a healthy link: [least, most]. Default [200 us, 2 ms]. */
  readonly latency?: readonly [Micros, Micros];
  /** Time of a healthy flush: [least, most]. Default [50 us, 1 ms]. */
  readonly diskLatency?: readonly [Micros, Micros];
  /** Bound of the wall clock's error for synchronous-slots plugins. Default 5 ms. */
  readonly clockError?: Micros;
  /** A run of more events is a flood, and ends as a violation of liveness. Default 20 million. */
  readonly maxEvents?: number;
  /** Approximate agreement: what close and within mean, by the configuration and the number of nodes. */
  readonly space?: (config: Readonly<Record<string, unknown>>, nodes: number) => ApproximateSpace;
  /**
   * After the fault phase only a random core comes back at first: as many nodes stay away as the declared bound allows. The
   * core must serve and hold all that was acknowledged (by itself, where one node may acknowledge alone) before the others
   * return. Default false.
   */
  readonly core?: boolean;
  /** At the end of the run, stop the epoch and hold the plugin to its seal. Default false. */
  readonly seal?: boolean;
  /**
   * Checks to do without: kinds of violation, or `invariant: <name>`. The run goes on as well as it can. For showing what a
   * check is good for, never for silencing one.
   */
  readonly ignore?: readonly string[];
  /** The command that replays a seed; printed with a violation. */
  readonly replay?: (seed: number) => string;
}

/** One client operation, as the checkers see it. `value` names the written or read value (null: nothing there). */
export interface HistoryEntry {
  readonly id: number;
  readonly client: number;
  readonly node: NodeId;
  readonly kind: 'write' | 'read';
  readonly level: ReadLevel | null;
  readonly key: string;
  /** Write: the value written. Read: the values found, in order of appearance. */
  readonly values: readonly string[];
  readonly call: Micros;
  /** Null when no answer came. */
  readonly return: Micros | null;
  /** `failed` certainly had no effect; `unknown` may have one, even later. */
  readonly outcome: 'ok' | 'failed' | 'unknown';
  readonly position: Position | null;
}

export interface SimulationReport {
  readonly seed: number;
  /** SHA-256 over every event, hex: equal runs, equal hashes. */
  readonly hash: string;
  readonly violation: Violation | null;
  /** Events handled: messages, timers, disk and crypto answers, client calls, faults. */
  readonly events: number;
  readonly steps: number;
  readonly messages: number;
  readonly messageBytes: number;
  /** Virtual time of the whole run, and of the recovery after the fault phase. */
  readonly elapsed: Micros;
  readonly recovery: Micros;
  /** Distinct operations delivered. */
  readonly decisions: number;
  readonly acknowledged: number;
  /** How often each fault happened; `lost-writes` are crashes that lost un-synced batches. */
  readonly faults: Readonly<Record<FaultKind | 'lost-writes', number>>;
  readonly evidence: number;
  /** Whom honest nodes have proved a misbehaviour of, sorted. */
  readonly culprits: readonly NodeId[];
  /** Per check that `ignore` switched off, how often it would have ended the run. */
  readonly overlooked: Readonly<Record<string, number>>;
  readonly installs: number;
  /** How often something worth meeting was met: `leader change`, `term change`, `seal`, ..., and each of `sometimes` (0 or 1). */
  readonly coverage: Readonly<Record<string, number>>;
  readonly history: readonly HistoryEntry[];
}
