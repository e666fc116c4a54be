import { ByteWriter, type ByteReader } from '@hypersync/consensus-kit';

/** Coordinates in whole grid units: everything that members compute from each other's values is exact integer arithmetic. */
export type GridPoint = readonly number[];

/** Grid units in epsilon / sqrt(d): rounding to the grid, once a round, stays far below epsilon. */
const FINENESS = 16_384;
/** Largest coordinate in grid units. */
export const MAX_UNITS = 0x1_0000_0000_0000;

/** The lattice on which members agree: its spacing is a power of two, so that scaling by it is exact. */
export class Grid {
  readonly dimension: number;
  /** Spacing, in the units of the readings. */
  readonly spacing: number;
  /** Coordinates lie in [-limit, limit], in grid units. */
  readonly limit: number;
  /** Two points that differ by at most so many units in each coordinate are at most epsilon apart. */
  readonly closeness: number;

  constructor(dimension: number, epsilon: number, diameterBound: number) {
    const perCoordinate = epsilon / Math.sqrt(dimension);
    this.dimension = dimension;
    this.spacing = powerOfTwoBelow(perCoordinate / FINENESS);
    this.limit = Math.floor(diameterBound / 2 / this.spacing);
    this.closeness = Math.floor(perCoordinate / this.spacing);
  }

  /** The nearest grid point; null for another dimension, for what is no finite number, and for what is out of bounds. */
  quantise(coordinates: readonly number[]): GridPoint | null {
    if (coordinates.length !== this.dimension) return null;
    const point = coordinates.map((value) => Math.round(value / this.spacing) + 0); // no negative zero
    return point.every((value) => Math.abs(value) <= this.limit) ? point : null;
  }

  /** As big-endian doubles, in the units of the readings. */
  present(point: GridPoint): Uint8Array {
    const writer = new ByteWriter(8 * point.length);
    for (const value of point) writer.f64(value * this.spacing);
    return writer.finish();
  }

  write(writer: ByteWriter, point: GridPoint): void {
    for (const value of point) writer.varint(value + this.limit);
  }

  read(reader: ByteReader): GridPoint {
    return Array.from({ length: this.dimension }, () => reader.varint(2 * this.limit) - this.limit);
  }

  get origin(): GridPoint {
    return Array.from({ length: this.dimension }, () => 0);
  }
}

function powerOfTwoBelow(value: number): number {
  let power = 1;
  while (power > value) power /= 2;
  while (power * 2 <= value) power *= 2;
  return power;
}
