import {
  cos,
  log,
  log1p,
  PI,
  tanh,
  type AgreementProtocol,
  type Committee,
  type StateWriter,
} from '@hypersync/consensus-kit';
import type { Micros } from '@hypersync/interface';
import type { Config } from './config.ts';
import { scaledBy, sumOf, type Manifold, type Point, type Tangent } from './manifolds/manifold.ts';
import { decodeStatement, encodeStatement, type Statement } from './statements.ts';

/**
 * Riemannian consensus without faults (Tron, Afsari, Vidal, "Riemannian consensus for manifolds with bounded curvature", IEEE TAC
 * 58(4), 2013): in each step every member moves towards its neighbours, x <- exp_x(step * sum of log_x(neighbour)), all at once.
 * The step is the inverse of a bound on the second derivative of the sum of squared distances over the edges, with which
 * that sum never grows. Members stop when all points are within epsilon, which all see in the same step.
 *
 * For learning and measuring: one silent member stops it, one lying member leads it where it likes.
 */
export class Iteration implements AgreementProtocol {
  readonly #config: Config;
  readonly #committee: Committee;
  /** By step and member. */
  readonly #points: (Point | null)[][] = [];
  #step = -1;
  #over = false;
  #output: Uint8Array | null = null;
  #statements: Uint8Array[] = [];

  constructor(config: Config, committee: Committee) {
    this.#config = config;
    this.#committee = committee;
  }

  readonly deadline = null;

  get joined(): boolean {
    return this.#step >= 0;
  }

  get begun(): boolean {
    return this.#points[0]?.some((point) => point !== null) ?? false;
  }

  get output(): Uint8Array | null {
    return this.#output;
  }

  /** For invariants and pictures: everybody's points by step. */
  get trail(): readonly (readonly (Point | null)[])[] {
    return this.#points;
  }

  join(_now: Micros, reading: Uint8Array): void {
    this.#step = 0;
    this.#say({ kind: 'step', step: 0, point: reading });
  }

  #say(statement: Statement): void {
    this.#statements.push(encodeStatement(statement));
  }

  recall(bytes: Uint8Array): boolean {
    const said = decodeStatement(bytes, this.#config.ball.pointBytes);
    if (said?.kind === 'step') this.#step = said.step;
    else if (said?.kind === 'done') this.#over = true;
    else return false;
    return true;
  }

  hear(_now: Micros, from: number, bytes: Uint8Array): boolean {
    const { ball, maxRounds } = this.#config;
    const said = decodeStatement(bytes, ball.pointBytes);
    if (said?.kind === 'done') {
      if (from === this.#committee.self) this.#output = said.output;
      return true;
    }
    const point = said?.kind === 'step' && said.step <= maxRounds ? ball.decode(said.point) : null;
    if (said?.kind !== 'step' || point === null) return false;
    for (let step = this.#points.length; step <= said.step; step++)
      this.#points.push(Array.from({ length: this.#committee.n }, () => null));
    this.#points[said.step]![from] ??= point;
    this.#advance();
    return true;
  }

  #advance(): void {
    for (;;) {
      const points = this.#points[this.#step];
      if (this.#over || points?.every((point) => point !== null) !== true) return;
      this.#move(points);
    }
  }

  #move(points: readonly Point[]): void {
    const { ball, epsilon } = this.#config;
    const here = points[this.#committee.self]!;
    if (diameterOf(points, ball.manifold) <= epsilon) {
      this.#over = true;
      this.#say({ kind: 'done', output: ball.encode(here) });
      return;
    }
    this.#step++;
    this.#say({ kind: 'step', step: this.#step, point: ball.encode(this.#next(here, points)) });
  }

  #next(here: Point, points: readonly Point[]): Point {
    const { ball, topology } = this.#config;
    const { manifold, radius } = ball;
    const chart = manifold.at(here);
    const neighbours = neighboursOf(this.#committee.self, this.#committee.n, topology);
    let pull: Tangent = scaledBy(chart.log(here), 0);
    for (const neighbour of neighbours) pull = sumOf(pull, chart.log(points[neighbour]!));
    return chart.exp(scaledBy(pull, stepSize(neighbours.length, manifold.saddle, 2 * radius)));
  }

  time(): void {
    // a step waits for all members, however long that takes
  }

  takeStatements(): Uint8Array[] {
    const statements = this.#statements;
    this.#statements = [];
    return statements;
  }

  takeContradicting(): number[] {
    return [];
  }

  detail(): Readonly<Record<string, number | string | boolean>> {
    return { round: this.#step };
  }

  clone(): Iteration {
    const copy = new Iteration(this.#config, this.#committee);
    copy.#points.push(...this.#points.map((points) => [...points]));
    copy.#step = this.#step;
    copy.#over = this.#over;
    copy.#output = this.#output;
    copy.#statements = [...this.#statements];
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#points, this.#step, this.#over, this.#output, this.#statements]);
  }
}

export type Topology = 'complete' | 'ring';

/** Whom a member moves towards. */
export function neighboursOf(self: number, n: number, topology: Topology): number[] {
  const others = Array.from({ length: n }, (_, i) => i).filter((i) => i !== self);
  if (topology === 'complete') return others;
  return others.filter((i) => i === (self + 1) % n || i === (self + n - 1) % n);
}

/**
 * 1 / mu with mu >= the largest eigenvalue of the second derivative of half the sum of squared distances over the edges: twice the
 * degree, times the bend of that function over distances up to `diameter` where curvature is negative. Tron, Afsari, Vidal
 * 2013 prove convergence below 2 / mu.
 */
export function stepSize(degree: number, saddle: number, diameter: number): number {
  const x = saddle * diameter;
  return 1 / (2 * Math.max(1, degree) * (x < 1e-4 ? 1 : x / tanh(x)));
}

/**
 * Steps from the ball's diameter down to epsilon: the deviation from the centre shrinks by 1 - step * (second eigenvalue of the
 * graph's Laplacian) where space is flat, and half as many again for where it is not.
 */
export function stepsFor(n: number, topology: Topology, saddle: number, radius: number, epsilon: number): number {
  if (n < 2) return 0;
  const degree = neighboursOf(0, n, topology).length;
  const gap = degree === n - 1 ? n : 2 - 2 * cos((2 * PI) / n);
  const shrinks = -log1p(-Math.min(0.9, gap * stepSize(degree, saddle, 2 * radius)));
  return Math.ceil((1.5 * log((2 * radius * Math.sqrt(n)) / epsilon)) / shrinks) + 10;
}

export function diameterOf(points: readonly Point[], manifold: Manifold): number {
  let diameter = 0;
  for (const [i, a] of points.entries())
    for (const b of points.slice(i + 1)) diameter = Math.max(diameter, manifold.distance(a, b));
  return diameter;
}
