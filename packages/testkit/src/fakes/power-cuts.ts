import { seededRandom } from '@hypersync/base';
import type { Survival } from './memory-disk.ts';

/**
 * Ways to lose what was not synced. `all`: nothing of it is left. `contents`: the file system's own journal had been written
 * and the data not, so that every name is there and the files behind the names are empty. `some`: any part, by the seed.
 */
export type PowerCut = 'all' | 'contents' | 'some';

export function powerCut(kind: PowerCut, seed: number): Survival {
  if (kind === 'all') return { entry: () => false, content: () => new Uint8Array() };
  if (kind === 'contents') return { entry: () => true, content: () => new Uint8Array() };
  const random = seededRandom(seed);
  const pick = (count: number): number => (random.bytes(1)[0] ?? 0) % count;
  return {
    entry: () => pick(2) === 1,
    // Whole, broken off, or blocks that were never written.
    content: (bytes) => [bytes, bytes.slice(0, bytes.length >> 1), new Uint8Array(bytes.length)][pick(3)] ?? bytes,
  };
}
