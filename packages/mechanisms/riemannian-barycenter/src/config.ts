import { integerProblems, SERIES_SETTINGS, withDefaults, type SeriesSettings } from '@hypersync/consensus-kit';
import type { ConfigProblem, Micros } from '@hypersync/interface';
import { Ball } from './ball.ts';
import type { CentreKind, CentreOptions } from './centre.ts';
import { stepsFor, type Topology } from './iteration.ts';
import { MANIFOLDS, type ManifoldId } from './manifolds/index.ts';

export const MAX_NODES = 64;

const SETTINGS = {
  ...SERIES_SETTINGS,
  dimension: { min: 1, max: 16, default: 2, reason: 'of the manifold; for spd the size of the matrices' },
  maxRounds: { min: 1, max: 10_000, default: 200, reason: 'bounds the steps towards a centre, and of the iteration' },
  quantizationBits: { min: 8, max: 48, default: 40, reason: 'binary places of the coordinates that members compare' },
  deltaMs: { min: 1, max: 60_000, default: 50, reason: 'the message delay that holds once the network is stable' },
} as const;

const NUMBERS = {
  epsilon: { default: 1e-6, min: 1e-12, max: 1, reason: 'mode iterate: the largest distance between two outputs' },
  ballRadius: { default: 0.7, min: 1e-9, max: 1e6, reason: 'readings farther from the base are refused' },
  huberWidth: { default: 0.1, min: 1e-9, max: 1e6, reason: 'centre huber: distances up to this count squared' },
} as const;

const CHOICES = {
  manifold: { allowed: Object.keys(MANIFOLDS), reason: 'where the readings live' },
  mode: {
    allowed: ['agree', 'iterate'],
    reason: 'agree: exact, with f < n / 3 liars; iterate: step by step towards each other, without any',
  },
  centre: { allowed: ['median', 'mean', 'huber'], reason: 'a mean can be led anywhere in the ball by one liar' },
  topology: { allowed: ['complete', 'ring'], reason: 'mode iterate: whom a member moves towards' },
  stopEndorsement: {
    allowed: ['one', 'third'],
    reason: 'with "one", a single faulty member can end the epoch; with "third", more than f must ask for it',
  },
} as const;

export interface Config {
  readonly manifoldId: ManifoldId;
  readonly ball: Ball;
  readonly mode: 'agree' | 'iterate';
  readonly centre: CentreOptions;
  readonly topology: Topology;
  /** Of mode iterate; agreement is exact. */
  readonly epsilon: number;
  readonly maxRounds: number;
  readonly delta: Micros;
  /** Liars tolerated. */
  readonly f: number;
  readonly settings: SeriesSettings;
}

type Raw = Readonly<Record<string, unknown>>;

export function checkConfig(config: Raw, nodes: number): ConfigProblem[] {
  const others = [...Object.keys(NUMBERS), ...Object.keys(CHOICES)];
  const integers = Object.fromEntries(Object.entries(config).filter(([key]) => !others.includes(key)));
  const problems = integerProblems(SETTINGS, integers).map((problem) =>
    Object.hasOwn(SETTINGS, problem.key)
      ? problem
      : { ...problem, allowed: `one of ${[...Object.keys(SETTINGS), ...others].join(', ')}` },
  );
  for (const [key, { min, max, reason }] of Object.entries(NUMBERS)) {
    const value = config[key];
    if (value !== undefined && !(typeof value === 'number' && value >= min && value <= max))
      problems.push({ key, allowed: `a number from ${min} to ${max}`, reason });
  }
  for (const [key, { allowed, reason }] of Object.entries(CHOICES)) {
    const value = config[key];
    if (value !== undefined && !(allowed as readonly unknown[]).includes(value))
      problems.push({ key, allowed: allowed.join(', '), reason });
  }
  return problems.length > 0 ? problems : relationProblems(config, nodes);
}

/** What must hold between keys, and with the size of the cluster. */
function relationProblems(config: Raw, nodes: number): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const manifoldId = (config['manifold'] as ManifoldId | undefined) ?? 'sphere';
  const { min, max } = MANIFOLDS[manifoldId];
  const dimension = dimensionOf(config, manifoldId);
  if (nodes > MAX_NODES)
    problems.push({ key: 'nodes', allowed: `at most ${MAX_NODES}`, reason: `${nodes} nodes: O(n^3) messages` });
  if (dimension < min || dimension > max)
    problems.push({
      key: 'dimension',
      allowed: min === max ? `${min}` : `${min} to ${max}`,
      reason: `the ${manifoldId} manifold comes in these sizes`,
    });
  if (problems.length > 0) return problems;
  const { ball, centre, mode, epsilon, maxRounds, topology } = mergeConfig(config, nodes);
  const { mean, median } = ball.manifold.uniqueWithin;
  const unique = centre.kind === 'mean' && mode === 'agree' ? mean : median;
  const most = Math.min(MANIFOLDS[manifoldId].radius, unique);
  if (!(ball.radius < unique && ball.radius <= most))
    problems.push({
      key: 'ballRadius',
      allowed: unique <= MANIFOLDS[manifoldId].radius ? `less than ${unique}` : `at most ${most}`,
      reason:
        unique <= MANIFOLDS[manifoldId].radius
          ? `in a larger ball of the ${manifoldId} manifold the ${centre.kind} need not be unique (Afsari 2011)`
          : `coordinates farther from the base of the ${manifoldId} manifold lose too many digits`,
    });
  const needed = mode === 'agree' ? 0 : stepsFor(nodes, topology, ball.manifold.saddle, ball.radius, epsilon);
  if (needed > maxRounds)
    problems.push({
      key: 'maxRounds',
      allowed: `at least ${needed}`,
      reason: `so many steps bring ${nodes} members from ${2 * ball.radius} apart to within epsilon`,
    });
  return problems;
}

/** Rotations come in three dimensions only, so nothing needs to be said. */
function dimensionOf(config: Raw, manifold: ManifoldId): number {
  const byDefault = manifold === 'rotations' ? 3 : SETTINGS.dimension.default;
  return (config['dimension'] as number | undefined) ?? byDefault;
}

/** Defaults filled in; `config` has passed the checks of single keys. */
export function mergeConfig(config: Raw, nodes: number): Config {
  const { maxRounds, quantizationBits, deltaMs, dimension: _, ...integers } = withDefaults(SETTINGS, config);
  const number = (key: keyof typeof NUMBERS): number => (config[key] as number | undefined) ?? NUMBERS[key].default;
  const choice = <T>(key: keyof typeof CHOICES, byDefault: T): T => (config[key] as T | undefined) ?? byDefault;
  const manifoldId = choice<ManifoldId>('manifold', 'sphere');
  const mode = choice<'agree' | 'iterate'>('mode', 'agree');
  let tolerance = 0.125;
  for (let i = 0; i < quantizationBits; i++) tolerance /= 2;
  return {
    manifoldId,
    ball: new Ball(MANIFOLDS[manifoldId].make(dimensionOf(config, manifoldId)), number('ballRadius'), quantizationBits),
    mode,
    centre: {
      kind: choice<CentreKind>('centre', 'median'),
      huberWidth: number('huberWidth'),
      tolerance,
      maxSteps: maxRounds,
    },
    topology: choice<Topology>('topology', 'complete'),
    epsilon: number('epsilon'),
    maxRounds,
    delta: deltaMs * 1000,
    f: mode === 'agree' ? Math.floor((nodes - 1) / 3) : 0,
    settings: { ...integers, stopEndorsement: choice<'one' | 'third'>('stopEndorsement', 'one') },
  };
}
