import type { Guarantee } from '@hypersync/interface';
import { FAULT_KINDS, type FaultPlan, type SimulationOptions } from './options.ts';
import { shrink } from './shrink.ts';
import { execute } from './simulate.ts';
import type { StoryLine } from './trace.ts';
import type { Violation } from './violation.ts';

const LINES = 60;

/** The violation, the smallest run that was found to show it, its last events, and how to see it again. */
export function tellStory<G extends Guarantee>(options: SimulationOptions<G>, violation: Violation): string {
  const shrunk = shrink(options, violation);
  const { world, report } = execute(shrunk, true);
  const shown = report.violation ?? violation;
  const kinds = FAULT_KINDS.filter((kind) => shrunk.faults !== undefined && kind in (shrunk.faults as FaultPlan));
  const replay = options.replay?.(options.seed) ?? `HYPERSYNC_SEED=${options.seed} npm test`;
  const attackers = world.nodes.filter((node) => !node.honest).map((node) => `${node.id} is ${node.attacker}`);
  return [
    `${options.plugin.descriptor.id} broke ${shown.kind} with seed ${options.seed} at ${millis(shown.at)}:`,
    `  ${shown.message}`,
    `faults needed: ${kinds.length === 0 ? 'none' : kinds.join(', ')}; ${[`${world.nodes.length} nodes`, ...workloadOf(shrunk), ...attackers].join('; ')}`,
    `last events:`,
    ...window(world.trace.story).map((line) => `  ${millis(line.at)}  ${line.text}`),
    `replay: ${replay}`,
  ].join('\n');
}

/** What shrinking has set. */
function workloadOf(shrunk: SimulationOptions): string[] {
  const { clients, maxOperations } = shrunk.workload ?? {};
  return [
    ...(clients === undefined ? [] : [`${clients} client${clients === 1 ? '' : 's'}`]),
    ...(maxOperations === undefined ? [] : [`${maxOperations} operation${maxOperations === 1 ? '' : 's'}`]),
  ];
}

/** The end of the story, plus every crash, cut and start before it: they are what the end follows from. */
function window(story: readonly StoryLine[]): readonly StoryLine[] {
  const turns = story
    .slice(0, -LINES)
    .filter((line) => /crashes|starts|partition|pauses|clock runs|all faults/.test(line.text));
  return [...turns.slice(-12), ...story.slice(-LINES)];
}

function millis(time: number): string {
  return `${(time / 1000).toFixed(3).padStart(10)} ms`;
}
