import type { MechanismPlugin } from '@hypersync/interface';
import { AgreementCluster } from './agreement-cluster.ts';
import { writeApproximatePage, type Cell, type Curves } from './approximate-page.ts';
import { pluginOf } from './plugins.ts';
import { median, type BenchmarkRow } from './result.ts';

type Plugin = MechanismPlugin<'approximate'>;

const SIZES = [4, 7, 10, 13];
const DIMENSIONS = [1, 2, 3, 4, 5];
/** Agreements measured of each size, after so much processor time to warm up. */
const AGREEMENTS = 3;
const WARM_UP_MS = 400;
const GRAINS = 1 << 20;

/** Each manifold in a few of its sizes: velocities have so many coordinates. */
const MANIFOLDS: readonly { readonly manifold: string; readonly dimension: number; readonly velocity: number }[] = [
  { manifold: 'euclidean', dimension: 2, velocity: 2 },
  { manifold: 'euclidean', dimension: 16, velocity: 16 },
  { manifold: 'sphere', dimension: 2, velocity: 2 },
  { manifold: 'sphere', dimension: 16, velocity: 16 },
  { manifold: 'rotations', dimension: 3, velocity: 3 },
  { manifold: 'spd', dimension: 2, velocity: 3 },
  { manifold: 'spd', dimension: 4, velocity: 10 },
  { manifold: 'spd', dimension: 6, velocity: 21 },
  { manifold: 'hyperbolic', dimension: 2, velocity: 2 },
  { manifold: 'hyperbolic', dimension: 16, velocity: 16 },
];
const RADIUS = 0.7;

/**
 * Processor time of one member per round, messages and all, against the number of members and the dimension; without
 * faults, with links of changing speed and readings all over the allowed range. A round of geometric-consensus is the first one, with all
 * values apart (where all got the same, those after have nothing to compute); of riemannian-barycenter one whole agreement on a centre, or one step of the plain iteration. Also writes a page each.
 */
export async function approximateRows(): Promise<readonly BenchmarkRow[]> {
  const geometric = geometricCurves((await pluginOf('geometric-consensus')) as Plugin);
  const riemannian = riemannianCurves((await pluginOf('riemannian-barycenter')) as Plugin);
  return [geometric, riemannian].flatMap((curves) => {
    writeApproximatePage(curves);
    return curves.lines.flatMap(({ name, cells }) =>
      cells.map(({ nodes, milliseconds }) => ({
        group: 'approximate',
        what: `${curves.id}, ${name}: n = ${nodes}`,
        unit: 'ms',
        ours: milliseconds,
        peer: null,
        budget: null,
      })),
    );
  });
}

function geometricCurves(plugin: Plugin): Curves {
  const curve = (validity: 'hull' | 'box', dimension: number) => {
    // a hull in d dimensions withstands a lie among d + 3
    const sizes = SIZES.filter((nodes) => validity === 'box' || nodes >= dimension + 3);
    const config = { dimension, validity, maxRounds: 256 };
    return {
      name: `${validity}, ${dimension} dimension${dimension === 1 ? '' : 's'}`,
      cells: sizes.map((nodes) => measure(plugin, nodes, config, 'first round', () => readings(nodes, dimension, 499))),
    };
  };
  const hull = DIMENSIONS.map((dimension) => curve('hull', dimension));
  const box = DIMENSIONS.map((dimension) => curve('box', dimension));
  return {
    id: plugin.descriptor.id,
    title: 'Geometric Consensus',
    round:
      'the first round: all broadcast a value, report whose they have, and move to the middle of the safe area; where all have got the same values, later rounds have little to compute',
    lines: [...hull, ...box],
  };
}

function riemannianCurves(plugin: Plugin): Curves {
  const curve = (mode: 'agree' | 'iterate', { manifold, dimension, velocity }: (typeof MANIFOLDS)[number]) => {
    const config = { manifold, dimension, mode, ballRadius: RADIUS, maxRounds: 1000 };
    return {
      name: `${mode}, ${manifold} ${dimension}`,
      cells: SIZES.map((nodes) =>
        measure(plugin, nodes, config, mode === 'agree' ? 'agreement' : 'step', () =>
          readings(nodes, velocity, (0.99 * RADIUS) / Math.sqrt(velocity)),
        ),
      ),
    };
  };
  const agree = MANIFOLDS.map((manifold) => curve('agree', manifold));
  const iterate = MANIFOLDS.map((manifold) => curve('iterate', manifold));
  return {
    id: plugin.descriptor.id,
    title: 'Riemannian Barycenter',
    round: 'agree: one agreement on the set of readings and its median; iterate: one step towards all others',
    lines: [...agree, ...iterate],
  };
}

/** What is divided by what: the first round of all members, whole agreements, or all the steps there were. */
type Per = 'first round' | 'agreement' | 'step';

function measure(
  plugin: Plugin,
  nodes: number,
  config: Readonly<Record<string, unknown>>,
  per: Per,
  readingsOf: () => readonly (readonly number[])[],
): Cell {
  const cluster = new AgreementCluster(plugin, nodes, config, draw);
  const times: number[] = [];
  const counts: number[] = [];
  for (let spent = 0; spent < WARM_UP_MS;) spent += cluster.agree(readingsOf()).cpu;
  for (let agreement = 0; agreement < AGREEMENTS; agreement++) {
    const { cpu, firstRound, rounds } = cluster.agree(readingsOf());
    const steps = rounds.reduce((sum, count) => sum + count, 0);
    times.push(per === 'first round' ? firstRound / nodes : cpu / (per === 'agreement' ? nodes : steps));
    counts.push(per === 'agreement' ? 1 : steps / nodes);
  }
  return { nodes, milliseconds: median(times), rounds: median(counts) };
}

let state = 9;

/** The same in every run (Lehmer 1951, with the factor of Park and Miller): a whole number from 0 to most - 1. */
function draw(most: number): number {
  state = (state * 48_271) % 2_147_483_647;
  return state % most;
}

/** Coordinates of either sign, up to `most`. */
function readings(count: number, dimension: number, most: number): number[][] {
  const coordinate = (): number => most * ((2 * draw(GRAINS)) / GRAINS - 1);
  return Array.from({ length: count }, () => Array.from({ length: dimension }, coordinate));
}
