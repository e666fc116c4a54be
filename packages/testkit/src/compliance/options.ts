import type { Complexity, Guarantee, Micros } from '@hypersync/interface';
import type { AttackerName } from '../attackers/attackers.ts';
import type { ExploreOptions } from '../explorer/explore.ts';
import type { SimulationOptions } from '../simulator/options.ts';

type Shared<G extends Guarantee> = Pick<
  SimulationOptions<G>,
  | 'plugin'
  | 'config'
  | 'duration'
  | 'recoverWithin'
  | 'workload'
  | 'invariants'
  | 'sometimes'
  | 'latency'
  | 'diskLatency'
  | 'clockError'
  | 'space'
>;

/** What may happen in a world that is searched through completely; see `explore`. */
export type SmallWorld = Pick<
  ExploreOptions,
  'nodes' | 'budget' | 'proposers' | 'timers' | 'atOnce' | 'order' | 'config'
>;

export interface ComplianceOptions<G extends Guarantee = Guarantee> extends Shared<G> {
  /** Configurations that `validateConfig` must refuse. Default: an unknown key. */
  readonly badConfigs?: readonly Readonly<Record<string, unknown>>[];
  /** Cluster sizes of the fault runs. Default: minNodes and minNodes + 2, and 3f+1 for Byzantine mechanisms. */
  readonly sizes?: readonly number[];
  /** Fault runs. Default 24, for Byzantine mechanisms 12. More where runs are cheap. */
  readonly seeds?: number;
  /** Runs that do little else than crash, with slow disks. Default 10, for Byzantine mechanisms 5. */
  readonly restarts?: number;
  /** Which attackers a Byzantine mechanism faces, one run of each per two seeds. Default: all. */
  readonly byzantine?: readonly AttackerName[];
  /**
   * Whom the proofs of a mechanism with evidence must name after more than the tolerated faulty nodes together made honest ones
   * decide differently: more than a third of the nodes (default); `some` or `none` where its evidence does not reach across
   * views, which its README then says. Nobody honest, in any case.
   */
  readonly namesAfterFork?: 'third' | 'some' | 'none';
  /** Growth of bytes per decision. Default: `cost.normal`; times n where messages carry n votes or n counters (Byzantine, causal, convergent). */
  readonly byteCost?: Complexity;
  /** Small worlds that `npm run explore` searches through (total order, registers). Default: a few of the smallest cluster. */
  readonly worlds?: readonly SmallWorld[];
  /** Messages and bytes per decision may grow by this factor over what is declared, between two sizes. Default 1.6. */
  readonly costSlack?: number;
  /** How long a fault-free cluster may take to acknowledge 20 writes. Default 20 s. */
  readonly progressWithin?: Micros;
}

/**
 * Seeds of a test. From the environment: HYPERSYNC_SEED replaces all of them by one, which is how a printed failure is
 * replayed; HYPERSYNC_SEEDS=n multiplies their number by n, for a longer search.
 */
export function seedsOf(count: number): readonly number[] {
  const { HYPERSYNC_SEED: one, HYPERSYNC_SEEDS: times } = process.env;
  if (one !== undefined && /^\d{1,10}$/.test(one)) return [Number(one)];
  const factor = times !== undefined && /^[1-9]\d{0,4}$/.test(times) ? Number(times) : 1;
  return Array.from({ length: count * factor }, (_, i) => i + 1);
}

export function simulationOf<G extends Guarantee>(
  options: ComplianceOptions<G>,
  nodes: number,
  seed: number,
): SimulationOptions<G> {
  const { plugin, config, duration, recoverWithin, workload, invariants, sometimes } = options;
  const { latency, diskLatency, clockError, space } = options;
  return {
    plugin,
    nodes,
    seed,
    duration: duration ?? 3_000_000,
    ...(config === undefined ? {} : { config }),
    ...(recoverWithin === undefined ? {} : { recoverWithin }),
    ...(workload === undefined ? {} : { workload }),
    ...(invariants === undefined ? {} : { invariants }),
    ...(sometimes === undefined ? {} : { sometimes }),
    ...(latency === undefined ? {} : { latency }),
    ...(diskLatency === undefined ? {} : { diskLatency }),
    ...(clockError === undefined ? {} : { clockError }),
    ...(space === undefined ? {} : { space }),
  };
}
