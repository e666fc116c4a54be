import { describe, expect, it } from 'vitest';
import { AgreementSeries, type Committee } from '@hypersync/consensus-kit';
import { simulate, type Invariant } from '@hypersync/testkit/consensus';
import { mergeConfig, type Config } from '../src/config.ts';
import { diameterOf, Iteration, neighboursOf, stepsFor, stepSize, type Topology } from '../src/iteration.ts';
import { MANIFOLDS, type ManifoldId } from '../src/manifolds/index.ts';
import type { Point } from '../src/manifolds/manifold.ts';
import { simulation } from './simulation.ts';

/** All members in lock step: what one says, all hear at once. */
function iterate(config: Config, points: readonly Point[]): { trail: Point[][]; outputs: (Uint8Array | null)[] } {
  const n = points.length;
  const members = points.map((_, self) => new Iteration(config, { n, f: 0, self } satisfies Committee));
  for (const [i, point] of points.entries()) members[i]!.join(0, config.ball.encode(point));
  for (let spoke = true; spoke;) {
    spoke = false;
    for (const [from, member] of members.entries())
      for (const statement of member.takeStatements()) {
        spoke = true;
        for (const other of members) expect(other.hear(0, from, statement)).toBe(true);
      }
  }
  return {
    trail: members[0]!.trail.map((step) => step.map((point) => point!)),
    outputs: members.map(({ output }) => output),
  };
}

const RADII: Readonly<Record<ManifoldId, number>> = {
  euclidean: 10,
  sphere: 0.78,
  rotations: 1.5,
  spd: 2,
  hyperbolic: 3,
};

/** Points at the ball's edge, all around. */
function spread(id: ManifoldId, n: number): Point[] {
  const manifold = MANIFOLDS[id].make(id === 'rotations' ? 3 : 2);
  return Array.from({ length: n }, (_, i) => {
    const turn = (2 * Math.PI * i) / n;
    const direction = [Math.cos(turn), Math.sin(turn), ...Array.from({ length: manifold.dimension - 2 }, () => 0)];
    return manifold.fromTangent(direction.map((value) => value * RADII[id] * 0.999))!;
  });
}

describe.each(Object.keys(MANIFOLDS) as ManifoldId[])('iteration on %s', (manifold) => {
  it.each<[Topology, number]>([
    ['complete', 5],
    ['ring', 6],
  ])(
    '%s, %d members: the sum over the edges never grows, the diameter shrinks to epsilon in the promised steps',
    (topology, n) => {
      const raw = {
        manifold,
        mode: 'iterate',
        topology,
        epsilon: 1e-6,
        ballRadius: RADII[manifold],
        maxRounds: 10_000,
      };
      const config = mergeConfig({ ...raw, dimension: manifold === 'rotations' ? 3 : 2 }, n);
      const space = config.ball.manifold;
      const { trail, outputs } = iterate(config, spread(manifold, n));
      const edges = (points: readonly Point[]): number =>
        points.reduce(
          (sum, p, i) => sum + neighboursOf(i, n, topology).reduce((s, k) => s + space.distance(p, points[k]!) ** 2, 0),
          0,
        );
      for (let step = 1; step < trail.length; step++) {
        expect(edges(trail[step]!)).toBeLessThanOrEqual(edges(trail[step - 1]!) * (1 + 1e-9) + 1e-15);
        expect(diameterOf(trail[step]!, space)).toBeLessThanOrEqual(diameterOf(trail[step - 1]!, space) * (1 + 1e-9));
      }
      expect(diameterOf(trail.at(-1)!, space)).toBeLessThanOrEqual(1e-6);
      expect(outputs.every((output) => output !== null)).toBe(true);
      expect(trail.length).toBeLessThanOrEqual(stepsFor(n, topology, space.saddle, RADII[manifold], 1e-6));
    },
  );
});

describe('steps', () => {
  it('are the inverse of twice the degree, and shorter where space bends apart', () => {
    expect([stepSize(3, 0, 5), stepSize(1, 0, 5), stepSize(0, 0, 5)]).toEqual([1 / 6, 1 / 2, 1 / 2]);
    expect(stepSize(3, 1, 4) * 6).toBeCloseTo(Math.tanh(4) / 4, 12);
  });

  it('go to both neighbours on a ring, to all else', () => {
    expect(neighboursOf(0, 5, 'ring')).toEqual([1, 4]);
    expect(neighboursOf(1, 4, 'complete')).toEqual([0, 2, 3]);
    expect([neighboursOf(0, 1, 'ring'), neighboursOf(0, 2, 'ring')]).toEqual([[], [1]]);
  });
});

/** The diameter of all members' points never grows from step to step. */
const contracts: Invariant = {
  name: 'the diameter never grows',
  start:
    () =>
    (_nodes, { mechanism, status }) => {
      const protocol = (mechanism as AgreementSeries | null)?.agreement(Number(status?.detail['last']) + 1);
      if (!(protocol instanceof Iteration)) return null;
      const { manifold } = mergeConfig(CONFIG, 4).ball;
      const full = protocol.trail.filter((step) => step.every((point) => point !== null)) as Point[][];
      const [before, after] = full.slice(-2);
      if (before === undefined || after === undefined) return null;
      const [wide, narrow] = [diameterOf(before, manifold), diameterOf(after, manifold)];
      return narrow <= wide * (1 + 1e-9) ? null : `from ${wide} to ${narrow}`;
    },
};

const CONFIG = { ...simulation.config, mode: 'iterate', epsilon: 1e-3 } as const;

describe('iteration in a cluster', () => {
  it.each([1, 2, 3])('comes to an end through crashes, loss and partitions that heal: seed %d', (seed) => {
    const report = simulate({
      plugin: simulation.plugin,
      config: CONFIG,
      space: simulation.space!,
      invariants: [...simulation.invariants!, contracts],
      nodes: 4,
      seed,
      duration: 1_500_000,
      faults: { loss: 0.05, reorder: 0.05, crash: 3, 'partition-symmetric': 2 },
    });
    expect(report.decisions).toBeGreaterThan(5);
  });
});
