import type { Guarantee, OpKind } from './guarantee.ts';

/** How fresh a read is. A mechanism lists the levels it honours; asking for another is rejected as `unsupported`. */
export type ReadLevel = 'linearizable' | 'lease' | 'sequential' | 'causal' | 'eventual';

export type Timing = 'asynchronous' | 'partially-synchronous' | 'synchronous-slots';

/** Growth of messages per decision in the number of nodes n; the simulator's counters are held against it. */
export type Complexity = 'O(1)' | 'O(log n)' | 'O(n)' | 'O(n log n)' | 'O(n^2)' | 'O(n^3)';

/**
 * What is tolerated, as exact fractions of the total weight: safe while the faulty weight w satisfies
 * `w * safetyDenominator < safetyNumerator * total` (and likewise live). `minNodes` is the smallest sensible cluster.
 */
export interface FaultBounds {
  readonly model: 'crash' | 'byzantine';
  readonly safety: { readonly numerator: number; readonly denominator: number };
  readonly liveness: { readonly numerator: number; readonly denominator: number };
  readonly minNodes: number;
}

/**
 * What exists. Absent means absent: a driver answers a wish for it with `unsupported` itself and never hands it on; nothing
 * throws.
 */
export interface Capabilities {
  readonly leader: boolean;
  /** Honours `transfer`. Since 1.1. */
  readonly transfer?: true;
  readonly leases: boolean;
  /** Wants `clock` inputs, beside those that need them (`synchronous-slots`, `leases`). Since 1.1. */
  readonly clock?: true;
  readonly learners: boolean;
  readonly weights: boolean;
  /** Emits provable misbehaviour. */
  readonly evidence: boolean;
  /** `joint`: honours `reconfigure` (since 1.1). `epoch`: the next epoch may have other members. */
  readonly membership: 'none' | 'joint' | 'epoch';
  /** `log`: honours `compact` and installs snapshots. `state`: holds its own state. */
  readonly snapshot: 'none' | 'log' | 'state';
  readonly stop: 'none' | 'stop-sign' | 'frontier';
}

/** Static facts about a mechanism, signed with the plugin and checked by the host when it loads it. */
export interface Descriptor<G extends Guarantee = Guarantee> {
  readonly id: string;
  /** Version of the plugin, semver. */
  readonly version: string;
  /** Version of this contract that the plugin was built for, semver. */
  readonly interfaceVersion: string;
  readonly guarantee: G;
  readonly operations: readonly OpKind<G>[];
  readonly reads: readonly ReadLevel[];
  readonly faults: FaultBounds;
  readonly timing: Timing;
  readonly finality: 'immediate' | 'economic' | 'stable-cut' | 'epsilon' | 'none';
  /**
   * Approximate agreement only: where outputs lie to what correct members put in, one of these by configuration and size. In their
   * convex hull, between them in each coordinate (`box`), or in a ball around them. Since 1.1.
   */
  readonly validity?: readonly ('hull' | 'box' | 'ball')[];
  /** `signed`: uses crypto effects and needs every member's public key. `channel`: authenticated transport is enough. */
  readonly authentication: 'channel' | 'signed';
  readonly cost: { readonly normal: Complexity; readonly worst: Complexity };
  readonly capabilities: Capabilities;
}

/** Whether a driver with a clock of known error gives `clock` before every batch. */
export function wantsClock({ timing, capabilities }: Pick<Descriptor, 'timing' | 'capabilities'>): boolean {
  return timing === 'synchronous-slots' || capabilities.leases || capabilities.clock === true;
}
