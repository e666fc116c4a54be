import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeDelta, encodeDelta } from '../src/delta.ts';
import { CrdtDocument, decodeMutation, decodeValue, encodeMutation, encodeValue, type TypeName } from '../src/index.ts';
import { valuesOf } from '../src/objects.ts';
import { ReplicaState } from '../src/replica-state.ts';
import { decodeMessage, describeMessage, encodeMessage } from '../src/wire.ts';
import { DRAFTS, history, NAME, REPLICAS, World } from './world.ts';

const RUNS = Number(process.env['HYPERSYNC_RUNS'] ?? 150);
const noise = fc.uint8Array({ maxLength: 60 });
/** One byte set, or cut off there. */
const damage = fc.record({ at: fc.nat(400), byte: fc.integer({ min: -1, max: 255 }) });

function damaged(bytes: Uint8Array, { at, byte }: { at: number; byte: number }): Uint8Array {
  const place = at % Math.max(1, bytes.length);
  return byte < 0 ? bytes.slice(0, place) : bytes.with(place, byte);
}

const aType = fc.constantFrom(...(Object.keys(DRAFTS) as TypeName[]));
const aWorld = aType
  .chain((type) => history(type, 20))
  .map((events) => {
    const world = new World(10);
    for (const event of events) world.play(event);
    return world;
  });

describe('bytes from outside', () => {
  it('are a delta in one way, or none, and never throw', () => {
    fc.assert(
      fc.property(aWorld, damage, (world, wound) => {
        const bytes = damaged(encodeDelta(world.replicas[0]!.state.whole()), wound);
        const delta = decodeDelta(bytes, REPLICAS);
        if (delta === null) return;
        expect(encodeDelta(delta)).toEqual(bytes);
        // What is well-formed may still lie; whoever takes it in stays whole.
        const state = new ReplicaState(REPLICAS);
        if (state.accepts(delta)) state.join(delta);
        expect(() => [state.root(), valuesOf(state.node(NAME)), state.clone().root()]).not.toThrow();
      }),
      { numRuns: RUNS },
    );
    fc.assert(
      fc.property(noise, (bytes) => void decodeDelta(bytes, REPLICAS)),
      { numRuns: RUNS },
    );
  });

  it('cannot break a state that has something', () => {
    fc.assert(
      fc.property(aWorld, damage, (world, wound) => {
        const [victim, liar] = world.replicas;
        const delta = decodeDelta(damaged(encodeDelta(liar!.state.whole()), wound), REPLICAS);
        if (delta === null) return;
        const before = victim!.state.clone();
        if (before.join(delta) === null) expect(before.root()).toBe(victim!.state.root());
        before.collectGarbage(before.vector, before.vector);
        expect(() => [before.root(), valuesOf(before.node(NAME)), before.whole()]).not.toThrow();
      }),
      { numRuns: RUNS },
    );
  });

  it('are a message in one way, or none, and are described whatever they are', () => {
    const message = fc.oneof(
      fc.record({ type: fc.constant('deltas' as const), deltas: fc.array(noise, { maxLength: 3 }) }),
      fc.record({ type: fc.constant('repair' as const), delta: noise }),
      fc.record({ type: fc.constant('want' as const), id: fc.nat(), index: fc.nat() }),
      fc.record({
        type: fc.constant('part' as const),
        part: fc.record({ id: fc.nat(), index: fc.nat(), count: fc.nat(), bytes: noise }),
      }),
    );
    fc.assert(
      fc.property(message, damage, (each, wound) => {
        const bytes = encodeMessage(3, each);
        expect(decodeMessage(bytes, 3, REPLICAS)).toEqual(each);
        expect(decodeMessage(bytes, 4, REPLICAS)).toBeNull();
        const other = damaged(bytes, wound);
        const decoded = decodeMessage(other, 3, REPLICAS);
        if (decoded !== null) expect(encodeMessage(3, decoded)).toEqual(other);
        expect(describeMessage(other)).not.toBe('');
      }),
      { numRuns: RUNS },
    );
  });

  it('are a mutation or a value in one way, or none', () => {
    fc.assert(
      fc.property(
        aType.chain((type) => DRAFTS[type]),
        damage,
        (mutation, wound) => {
          const bytes = encodeMutation(mutation);
          const decoded = decodeMutation(damaged(bytes, wound));
          if (decoded !== null) expect(encodeMutation(decoded)).toEqual(damaged(bytes, wound));
        },
      ),
      { numRuns: RUNS },
    );
    fc.assert(
      fc.property(aWorld, damage, (world, wound) => {
        for (const value of world.value(0)) {
          const bytes = encodeValue(value);
          expect(decodeValue(bytes)).toEqual(value);
          const decoded = decodeValue(damaged(bytes, wound));
          if (decoded !== null) expect(encodeValue(decoded)).toEqual(damaged(bytes, wound));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('are a saved document or none', () => {
    fc.assert(
      fc.property(aWorld, damage, (world, wound) => {
        const bytes = encodeDelta(world.replicas[0]!.state.whole());
        expect(CrdtDocument.load(bytes, 0, REPLICAS)?.read(NAME)).toEqual(world.value(0));
        expect(() => CrdtDocument.load(damaged(bytes, wound), 0, REPLICAS)?.read(NAME)).not.toThrow();
      }),
      { numRuns: RUNS },
    );
  });
});
