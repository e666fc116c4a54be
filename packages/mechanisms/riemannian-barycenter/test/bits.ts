import { Prng, sha256 } from '@hypersync/consensus-kit';
import { toHex } from '@hypersync/base';
import { centreOf, type CentreKind } from '../src/centre.ts';
import { MANIFOLDS, type ManifoldId } from '../src/manifolds/index.ts';

const GRAINS = 1 << 20;
const KINDS: readonly CentreKind[] = ['median', 'mean', 'huber'];

/** A hash over every bit of many centres on a manifold: it must not differ between engines, processors or releases of Node. */
export function bitsOfCentres(id: ManifoldId, dimension: number, radius: number, clouds = 12): string {
  const manifold = MANIFOLDS[id].make(dimension);
  const random = new Prng(dimension);
  const most = radius / Math.sqrt(manifold.dimension);
  const values: number[] = [];
  for (let cloud = 0; cloud < clouds; cloud++) {
    const points = Array.from({ length: 4 + (cloud % 4) }, () => {
      const coordinate = (): number => most * ((2 * random.nextInt(GRAINS)) / GRAINS - 1);
      return manifold.fromTangent(Array.from({ length: manifold.dimension }, coordinate))!;
    });
    for (const kind of KINDS)
      values.push(...centreOf(manifold, points, { kind, huberWidth: 0.1 * radius, tolerance: 1e-13, maxSteps: 100 }));
  }
  const view = new DataView(new ArrayBuffer(8 * values.length));
  for (const [i, value] of values.entries()) view.setFloat64(8 * i, value);
  return toHex(sha256(new Uint8Array(view.buffer)));
}
