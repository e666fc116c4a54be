import { HyperSyncError } from '@hypersync/base';
import type { Guarantee } from '@hypersync/interface';
import {
  FAULT_KINDS,
  type FaultKind,
  type FaultPlan,
  type SimulationOptions,
  type SimulationReport,
} from './options.ts';
import { tellStory } from './story.ts';
import { withTraps } from './traps.ts';
import { ViolationError, withoutChecks, type Violation } from './violation.ts';
import { World } from './world.ts';

/**
 * One run of a real plugin in a simulated cluster, from one seed. Throws HS-2102 with a story when a promise was broken,
 * HS-2103 when a fault of an explicit plan never happened, HS-2104 for options that cannot be run.
 */
export function simulate<G extends Guarantee>(options: SimulationOptions<G>): SimulationReport {
  const report = runSimulation(options);
  if (report.violation !== null)
    throw new HyperSyncError('HS-2102', tellStory(options, report.violation), {
      details: { seed: options.seed, kind: report.violation.kind },
    });
  const idle = unusedFaults(options, report);
  if (idle.length > 0)
    throw new HyperSyncError(
      'HS-2103',
      `seed ${options.seed}: ${idle.join(', ')} never happened, so passing means nothing`,
    );
  return report;
}

/** The same without throwing on a violation: it is in the report. For tests that expect one, and for searches. */
export function runSimulation<G extends Guarantee>(options: SimulationOptions<G>): SimulationReport {
  return execute(options, false).report;
}

/** Runs a world, and keeps the trace's story when it is wanted. */
export function execute<G extends Guarantee>(
  options: SimulationOptions<G>,
  telling: boolean,
): { report: SimulationReport; world: World<G> } {
  const size = options.members?.length ?? options.nodes ?? 0;
  const problems = options.plugin.validateConfig(options.config ?? {}, size);
  if (problems.length > 0)
    throw new HyperSyncError(
      'HS-2104',
      `${options.plugin.descriptor.id} refuses the configuration: ${JSON.stringify(problems)}`,
    );
  const world = new World(options, telling);
  return withoutChecks(options.ignore ?? [], (overlooked) => {
    const violation = withTraps((checkTraps) => firstViolation(world, checkTraps));
    return { world, report: { ...reportOf(world, violation), overlooked } };
  });
}

function firstViolation<G extends Guarantee>(world: World<G>, checkTraps: () => void): Violation | null {
  try {
    world.run(checkTraps);
    return null;
  } catch (error) {
    if (!(error instanceof ViolationError)) throw error;
    const { kind, check, message } = error;
    return { kind, check, message, at: world.now };
  }
}

function reportOf<G extends Guarantee>(
  world: World<G>,
  violation: Violation | null,
): Omit<SimulationReport, 'overlooked'> {
  return {
    seed: world.options.seed,
    hash: world.digest(),
    violation,
    events: world.events,
    steps: world.driver.steps,
    messages: world.driver.messages,
    messageBytes: world.driver.messageBytes,
    elapsed: world.now,
    recovery: world.healed ? world.now - world.duration : 0,
    decisions: world.judge.decisions,
    acknowledged: world.clients.acknowledged,
    faults: world.counts,
    evidence: world.driver.evidence,
    culprits: [...world.driver.culprits].sort(),
    installs: world.driver.installs,
    coverage: world.driver.coverage.report(),
    history: world.operations.history(),
  };
}

/**
 * Kinds that were planned and did not happen. A swarm's plan is drawn, and one fault may hide another there (a cut between
 * nodes that are down stops nothing), so a swarm is judged over many seeds: see `mechanismCompliance`.
 */
export function unusedFaults<G extends Guarantee>(
  options: SimulationOptions<G>,
  report: SimulationReport,
): FaultKind[] {
  const { faults } = options;
  if (typeof faults !== 'object') return [];
  return FAULT_KINDS.filter((kind) => (faults[kind] ?? 0) > 0 && report.faults[kind] === 0);
}

/** What `swarm` and `none` stand for with this seed. */
export function effectivePlan<G extends Guarantee>(options: SimulationOptions<G>): FaultPlan {
  return new World(options, false).plan;
}
