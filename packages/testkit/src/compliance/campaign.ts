import type { Guarantee } from '@hypersync/interface';
import { Prng } from '@hypersync/consensus-kit';
import { ATTACKERS, type AttackerName } from '../attackers/attackers.ts';
import type { Attacker, FaultPlan, SimulationOptions } from '../simulator/options.ts';
import { simulationOf, type ComplianceOptions } from './options.ts';

/** Draws of a campaign, apart from everything inside a run. */
const CAMPAIGN_STREAM = 97;

/** Messages that overtake each other by far, between nodes that stop and go on. */
export const BAD_NETWORK: FaultPlan = {
  loss: 0.1,
  reorder: 0.05,
  'partition-symmetric': 4,
  'slow-link': 8,
  pause: 4,
};

/** Little else than power cuts on slow disks, and the same with a bad network around it. */
export const RESTARTS: readonly FaultPlan[] = [
  { 'power-cut': 8, 'slow-disk': 6 },
  { 'power-cut': 6, crash: 4, 'slow-disk': 3, 'partition-symmetric': 3, loss: 0.05 },
];

/** The smallest cluster in which one node may fail and the others go on. */
export function smallestSize(options: ComplianceOptions): number {
  const { faults } = options.plugin.descriptor;
  return Math.max(faults.minNodes, faults.model === 'byzantine' ? 4 : 3);
}

/** Cluster sizes of the fault runs. */
export function sizesOf(options: ComplianceOptions): readonly number[] {
  return options.sizes ?? [smallestSize(options), smallestSize(options) + 2];
}

/** The smallest cluster that declares itself safe and live with `f` faulty nodes of weight 1: 3f+1 for most. */
export function sizeWithFaulty({ plugin }: Pick<ComplianceOptions, 'plugin'>, f: number): number {
  const { safety, liveness, minNodes } = plugin.descriptor.faults;
  const needed = [safety, liveness].map(({ numerator, denominator }) => Math.floor((f * denominator) / numerator) + 1);
  return Math.max(minNodes, ...needed);
}

/** One run of a campaign and, in a few words, what it is a run of. */
export interface CampaignRun<G extends Guarantee = Guarantee> {
  readonly options: SimulationOptions<G>;
  readonly mix: string;
}

/**
 * What a seed of a long search stands for: cluster size, mix of faults, attackers within the declared bound and sealing are
 * drawn from it, out of what the compliance suite tries one by one.
 */
export function campaignRun<G extends Guarantee>(options: ComplianceOptions<G>, seed: number): CampaignRun<G> {
  const random = new Prng(seed, CAMPAIGN_STREAM);
  const { capabilities, faults } = options.plugin.descriptor;
  const size = random.pick(sizesOf(options));
  const { mix, plan } = drawMix(random, capabilities.snapshot === 'log');
  const core = random.chance(1, 3);
  const seals = capabilities.stop !== 'none' && random.chance(1, 6);
  const attack = faults.model === 'byzantine' && random.chance(1, 2) ? drawAttack(options, random) : null;
  const base = simulationOf(options, attack === null ? size : sizeWithFaulty(options, attack.length), seed);
  const absent = mix === 'absence' ? { workload: { readPercent: 10, ...base.workload } } : {};
  return {
    mix: attack === null ? mix : `${mix}, ${attack[0]!.name}`,
    options: {
      ...base,
      ...absent,
      faults: plan,
      ...(core ? { core } : {}),
      ...(seals ? { seal: true } : {}),
      ...(attack === null ? {} : { attackers: attack }),
    },
  };
}

function drawMix(random: Prng, snapshots: boolean): { mix: string; plan: FaultPlan | 'swarm' | 'none' } {
  const drawn = random.nextInt(16);
  const restarts = random.pick(RESTARTS);
  if (drawn < 8) return { mix: 'swarm', plan: 'swarm' };
  if (drawn < 11) return { mix: 'bad network', plan: BAD_NETWORK };
  if (drawn < 14) return { mix: 'restarts', plan: restarts };
  if (drawn < 15) return { mix: 'no faults', plan: 'none' };
  return snapshots ? { mix: 'absence', plan: { absence: 1 } } : { mix: 'swarm', plan: 'swarm' };
}

/** One or two attackers of one kind. */
function drawAttack(options: ComplianceOptions, random: Prng): readonly Attacker[] {
  const names = options.byzantine ?? (Object.keys(ATTACKERS) as AttackerName[]);
  const attacker = ATTACKERS[random.pick(names)];
  return Array.from({ length: random.chance(1, 6) ? 2 : 1 }, () => attacker);
}
