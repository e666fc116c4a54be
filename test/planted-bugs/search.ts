import {
  ATTACKERS,
  campaignRun,
  explore,
  isExplored,
  runSimulation,
  sizeWithFaulty,
  stateProblem,
  type ComplianceOptions,
  type SimulationOptions,
} from '@hypersync/testkit/consensus';
import type { RunOverrides } from './overrides.ts';

/** How far a search may go. */
export interface SearchLimits {
  readonly seeds: number;
  readonly cpuSeconds: number;
}

/** What to run, and which checks to do without (see `SimulationOptions.ignore`). */
export interface Search {
  readonly run: RunOverrides;
  readonly limits: SearchLimits;
  readonly ignore?: readonly string[];
}

/** What a search found; `seeds` were run in all, the last of them is the one that showed it. */
export interface Finding {
  readonly caught: {
    /** `Violation.check`, or the name of the look at the state. */
    readonly check: string;
    readonly message: string;
    readonly seed: number;
  } | null;
  readonly seeds: number;
  readonly cpuSeconds: number;
  /** Simulator events, or transitions of the explorer. */
  readonly events: number;
}

/** The run of one seed: what the campaign draws for it, with the bug's own wishes over that. */
export function runOf(simulation: ComplianceOptions, overrides: RunOverrides, seed: number): SimulationOptions {
  const { nodes, members, config, attackers, workload, explorer: _e, check: _c, ...rest } = overrides;
  const drawn = campaignRun(simulation, seed).options;
  const { nodes: drawnNodes, attackers: drawnAttackers, ...base } = drawn;
  const sized = nodes !== undefined || members !== undefined;
  const size = sized
    ? {}
    : { nodes: attackers === undefined ? drawnNodes! : sizeWithFaulty(simulation, attackers.length) };
  // a size of the bug's own does not carry the attackers that were drawn for another one
  const foes = attackers?.map((name) => ATTACKERS[name]) ?? (sized ? undefined : drawnAttackers);
  return {
    ...base,
    ...rest,
    ...size,
    ...(nodes === undefined ? {} : { nodes }),
    ...(members === undefined ? {} : { members }),
    ...(foes === undefined ? {} : { attackers: foes }),
    ...(config === undefined ? {} : { config: { ...base.config, ...config } }),
    ...(workload === undefined ? {} : { workload: { ...base.workload, ...workload } }),
  };
}

/** Runs seeds 1, 2, ... until one shows a violation or a limit is reached. */
export function search(simulation: ComplianceOptions, { run, limits, ignore = [] }: Search): Finding {
  const start = process.cpuUsage();
  const spent = (): number => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  };
  if (run.explorer !== undefined) return exploreSmallWorld(simulation, run, ignore, spent);
  if (run.check !== undefined && !ignore.includes(run.check)) {
    const problem = stateProblem(simulation, run.check);
    const caught = problem === null ? null : { check: run.check, message: problem, seed: 1 };
    return { caught, seeds: 1, cpuSeconds: spent(), events: 0 };
  }
  let events = 0;
  let seed = 0;
  while (seed < limits.seeds && spent() < limits.cpuSeconds) {
    seed++;
    const report = runSimulation({ ...runOf(simulation, run, seed), ignore });
    events += report.events;
    if (report.violation === null) continue;
    const { check, message } = report.violation;
    return { caught: { check, message, seed }, seeds: seed, cpuSeconds: spent(), events };
  }
  return { caught: null, seeds: seed, cpuSeconds: spent(), events };
}

function exploreSmallWorld(
  simulation: ComplianceOptions,
  run: RunOverrides,
  ignore: readonly string[],
  spent: () => number,
): Finding {
  const { plugin } = simulation;
  if (!isExplored(plugin)) throw new Error('"run.explorer" is for total order and registers only');
  const report = explore({
    ...run.explorer!,
    ignore,
    plugin,
    config: { ...simulation.config, ...run.config },
    invariants: simulation.invariants ?? [],
  });
  const { violation } = report;
  const caught = violation === null ? null : { check: violation.check, message: violation.message, seed: 1 };
  return { caught, seeds: 1, cpuSeconds: spent(), events: report.transitions };
}
