import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import type { Manifold, Point } from './manifolds/manifold.ts';

/** Readings may be as far from the base as this, in radii: what rounding adds. */
const ROUNDING = 1 + 1e-9;

/** Points that members exchange: on the manifold, within the ball, as big-endian doubles. */
export class Ball {
  readonly manifold: Manifold;
  readonly radius: number;
  /** 2^bits: outputs are whole multiples of its inverse. */
  readonly #fineness: number;

  constructor(manifold: Manifold, radius: number, quantizationBits: number) {
    this.manifold = manifold;
    this.radius = radius;
    let fineness = 1;
    for (let i = 0; i < quantizationBits; i++) fineness *= 2;
    this.#fineness = fineness;
  }

  /** Distance between two values that a coordinate of the output may have. */
  get spacing(): number {
    return 1 / this.#fineness;
  }

  get pointBytes(): number {
    return 8 * this.manifold.coordinates;
  }

  /**
   * A reading: coordinates of a point, or a velocity in `dimension` orthonormal coordinates that leads to it from the base. Null
   * for what is no point of the manifold, or outside the ball.
   */
  admit(reading: readonly number[]): Point | null {
    const { manifold } = this;
    const settled =
      reading.length === manifold.coordinates
        ? manifold.settle(reading)
        : reading.length === manifold.dimension
          ? manifold.fromTangent(reading)
          : null;
    return settled !== null && manifold.distance(manifold.base, settled) <= this.radius ? settled : null;
  }

  encode(point: Point): Uint8Array {
    const writer = new ByteWriter(this.pointBytes);
    for (const value of point) writer.f64(value);
    return writer.finish();
  }

  /** A point that another member admitted; null for what it should have refused. All members say the same of the same bytes. */
  decode(bytes: Uint8Array): Point | null {
    const reader = new ByteReader(bytes);
    const coordinates = Array.from({ length: this.manifold.coordinates }, () => reader.f64());
    const settled = reader.done() ? this.manifold.settle(coordinates) : null;
    return settled !== null && this.manifold.distance(this.manifold.base, settled) <= this.radius * ROUNDING
      ? settled
      : null;
  }

  /** What is put out and compared: coordinates rounded to the fineness, so that nothing hangs on the last bits. */
  quantise(point: Point): Uint8Array {
    return this.encode(point.map((value) => Math.round(value * this.#fineness) / this.#fineness + 0));
  }
}
