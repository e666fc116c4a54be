import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TypeName } from '../src/index.ts';
import { canonical, DRAFTS, history, World } from './world.ts';

const TYPES = Object.keys(DRAFTS) as TypeName[];
const RUNS = Number(process.env['HYPERSYNC_RUNS'] ?? 60);

describe.each(TYPES)('%s, held against the replay of all operations', (type) => {
  it('says the same at every replica at every moment, and all agree in the end', () => {
    fc.assert(
      fc.property(history(type), fc.integer({ min: 1, max: 12 }), (events, logDots) => {
        const world = new World(logDots);
        for (const event of events) {
          world.play(event);
          const at = 'at' in event ? event.at : event.to;
          expect(world.value(at)).toEqual(world.expected(at));
        }
        world.settle();
        const [first, ...others] = world.replicas;
        for (const other of others) {
          expect(canonical(other.state)).toEqual(canonical(first!.state));
          expect(other.state.root()).toBe(first!.state.root());
        }
        expect(world.value(0)).toEqual(world.expected(0));
      }),
      { numRuns: RUNS },
    );
  });

  it('keeps no more than what lives, once all have all', () => {
    fc.assert(
      fc.property(history(type), (events) => {
        const world = new World(100);
        for (const event of events) world.play(event);
        world.settle();
        for (const { state } of world.replicas) {
          expect(state.hasGarbage).toBe(false);
          expect(state.runs).toBeLessThanOrEqual(2 * state.size); // an inner node has two children or more
        }
      }),
      { numRuns: RUNS >> 1 },
    );
  });
});
