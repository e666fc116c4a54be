import { integerProblems, SERIES_SETTINGS, withDefaults, type SeriesSettings } from '@hypersync/consensus-kit';
import type { ConfigProblem } from '@hypersync/interface';
import { sweepLength, sweepsFor, type Validity } from './contraction.ts';
import { Grid, MAX_UNITS } from './grid.ts';

/** Beyond, the safe area takes too long: it looks at every d of n points. */
export const MAX_NODES = 13;

const SETTINGS = {
  ...SERIES_SETTINGS,
  dimension: { min: 1, max: 5, default: 2, reason: 'beyond five dimensions the safe area takes too long to compute' },
  maxRounds: { min: 1, max: 256, default: 64, reason: 'bounds what members keep and accept of one agreement' },
} as const;

const NUMBERS = {
  epsilon: { default: 0.001, min: 1e-9, max: 1e9, reason: 'the largest distance between two correct outputs' },
  diameterBound: {
    default: 1000,
    min: 1e-6,
    max: 1e12,
    reason: 'readings lie within half of it of zero in each coordinate; others are refused',
  },
} as const;

const CHOICES = {
  validity: {
    allowed: ['auto', 'hull', 'box'],
    reason: 'hull: n > (d + 2) f; box: n > 3f; auto: hull where it tolerates as many as box would, else box',
  },
  stopEndorsement: {
    allowed: ['one', 'third'],
    reason: 'with "one", a single faulty member can end the epoch; with "third", more than f must ask for it',
  },
} as const;

/** What a cluster of a certain size agrees by. */
export interface Config {
  readonly grid: Grid;
  readonly epsilon: number;
  readonly validity: Validity;
  /** Lies tolerated. */
  readonly f: number;
  readonly maxRounds: number;
  readonly settings: SeriesSettings;
}

type Raw = Readonly<Record<string, unknown>>;

/** Lies that n members withstand: Vaidya, Garg 2013 for the hull, coordinate by coordinate for the box. */
export function faultsOf(validity: Validity, dimension: number, nodes: number): number {
  return Math.floor((nodes - 1) / (validity === 'hull' ? dimension + 2 : 3));
}

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
  const { grid, validity, f, maxRounds } = mergeConfig(config, nodes);
  const { dimension } = grid;
  if (nodes > MAX_NODES)
    problems.push({
      key: 'nodes',
      allowed: `at most ${MAX_NODES}`,
      reason: `${nodes} nodes: the safe area looks at every choice of d points`,
    });
  if (validity === 'hull' && f === 0 && nodes > 3)
    problems.push({
      key: 'validity',
      allowed: `box or auto, or hull with at least ${dimension + 3} nodes`,
      reason: `hull validity in ${dimension} dimensions withstands no fault among ${nodes}`,
    });
  if (grid.limit > MAX_UNITS)
    problems.push({
      key: 'diameterBound',
      allowed: `at most ${MAX_UNITS * grid.spacing * 2} with this epsilon`,
      reason: 'coordinates are whole numbers of grid units',
    });
  const needed = 1 + sweepLength(validity, dimension) * sweepsFor(2 * grid.limit, grid.closeness);
  if (problems.length === 0 && needed > maxRounds)
    problems.push({
      key: 'maxRounds',
      allowed: `at least ${needed}`,
      reason: 'readings as far apart as diameterBound allows need so many rounds to come within epsilon',
    });
  return problems;
}

/** Defaults filled in; `config` has passed the checks of single keys. */
export function mergeConfig(config: Raw, nodes: number): Config {
  const { dimension, maxRounds, ...integers } = withDefaults(SETTINGS, config);
  const epsilon = (config['epsilon'] as number | undefined) ?? NUMBERS.epsilon.default;
  const diameterBound = (config['diameterBound'] as number | undefined) ?? NUMBERS.diameterBound.default;
  const wanted = (config['validity'] as Validity | 'auto' | undefined) ?? 'auto';
  const asGood = faultsOf('hull', dimension, nodes) === faultsOf('box', dimension, nodes);
  const validity = wanted !== 'auto' ? wanted : asGood ? 'hull' : 'box';
  const stopEndorsement = config['stopEndorsement'] === 'third' ? 'third' : 'one';
  return {
    grid: new Grid(dimension, epsilon, diameterBound),
    epsilon,
    validity,
    f: faultsOf(validity, dimension, nodes),
    maxRounds,
    settings: { ...integers, stopEndorsement },
  };
}
