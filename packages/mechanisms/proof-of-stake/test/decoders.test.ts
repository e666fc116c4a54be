import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter, WeightTable } from '@hypersync/consensus-kit';
import { makeCheckpoint, proposalStatement, readStatement, type Attestation } from '../src/attestation.ts';
import { makeBlock, readHeader, type Shape } from '../src/block.ts';
import { decodeChainState, encodeChainState } from '../src/chain-state.ts';
import { describeMessage } from '../src/describe-message.ts';
import { encodeFinalityProof, readFinalityProof } from '../src/finality-proof.ts';
import { decodeMessage, encodeMessage, type Message } from '../src/messages.ts';
import { decodeEvidence, makeEvidence } from '../src/offences.ts';
import { decodeProtection, encodeProtection } from '../src/slash-protection.ts';
import { advance } from '../src/transition.ts';
import { epochWith, extend, world } from './chain.ts';

const ids = ['a', 'b', 'c', 'd', 'e'];
const table = new WeightTable(ids.map((id) => ({ id, weight: 1 })));
const shape: Shape = { table, limits: { maxValueBytes: 64, maxBundleBytes: 4096 } };

const root = fc.uint8Array({ minLength: 32, maxLength: 32 });
const signature = fc.uint8Array({ maxLength: 80 });
const validator = fc.constantFrom(...ids);
const slot = fc.nat({ max: 2 ** 30 });
const attestation: fc.Arbitrary<Attestation> = fc
  .record({ validator, signature, slot, head: root, source: slot, root, length: fc.integer({ min: 1, max: 99 }) })
  .map(({ validator: by, signature: signed, slot: at, head, source, root: to, length }) => ({
    validator: by,
    signature: signed,
    data: { slot: at, head, source: makeCheckpoint(source, head), target: makeCheckpoint(source + length, to) },
  }));
const evidence = fc.record({ culprit: validator, slot, signature }).map(({ culprit, slot: at, signature: signed }) => {
  const [one, two] = [1, 2].map((fill) => ({
    payload: proposalStatement(at, new Uint8Array(32).fill(fill)),
    signature: signed,
  }));
  return makeEvidence(culprit, one!, two!)!;
});
const request = fc.record({ validator, sequence: fc.integer({ min: 1, max: 2 ** 40 }), signature });
const signedBlock = fc
  .record({
    slot,
    proposer: validator,
    parentRoot: root,
    attestations: fc.array(attestation, { maxLength: 4 }),
    evidence: fc.array(evidence, { maxLength: 2 }),
    requests: fc.array(request, { maxLength: 3 }),
  })
  .chain((body) =>
    signature.map((signed) => ({ block: makeBlock({ ...body, bundles: [] }, table), signature: signed })),
  );
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ t: fc.constant('block' as const), signed: signedBlock }),
  fc.record({ t: fc.constant('blocks' as const), blocks: fc.array(signedBlock, { maxLength: 3 }) }),
  fc.record({ t: fc.constant('attestations' as const), attestations: fc.array(attestation, { maxLength: 4 }) }),
  fc.record({
    t: fc.constant('testimony' as const),
    wantsAnswer: fc.boolean(),
    attestations: fc.array(attestation, { maxLength: 4 }),
  }),
  fc.record({ t: fc.constant('requests' as const), requests: fc.array(request, { maxLength: 4 }) }),
  fc.record({ t: fc.constant('fetch' as const), after: fc.nat(), root }),
  fc.record({
    t: fc.constant('status' as const),
    finalizedSlot: slot,
    finalizedRoot: root,
    headSlot: slot,
    head: root,
  }),
);

describe('what travels', () => {
  it('reads back as it was written, byte for byte', () => {
    fc.assert(
      fc.property(message, (one) => {
        const bytes = encodeMessage(one, shape);
        const read = decodeMessage(bytes, shape);
        expect(read?.t).toBe(one.t);
        expect(encodeMessage(read!, shape)).toEqual(bytes);
        expect(describeMessage(bytes)).not.toMatch(/garbage|damaged/);
      }),
      { numRuns: 150 },
    );
  });

  it('cut short, or with something behind it, is not read', () => {
    fc.assert(
      fc.property(message, fc.nat(), (one, cut) => {
        const bytes = encodeMessage(one, shape);
        expect(decodeMessage(bytes.subarray(0, cut % bytes.length), shape)).toBeNull();
        expect(decodeMessage(new Uint8Array([...bytes, 0]), shape)).toBeNull();
      }),
      { numRuns: 150 },
    );
  });

  it('no bytes make a decoder throw', () => {
    const w = world(4);
    const decoders: ((bytes: Uint8Array) => unknown)[] = [
      (bytes) => decodeMessage(bytes, shape),
      (bytes) => decodeEvidence(bytes),
      (bytes) => decodeChainState(bytes, w.table),
      (bytes) => readFinalityProof(bytes, table),
      (bytes) => readStatement(bytes),
      (bytes) => readHeader(bytes),
      (bytes) => decodeProtection(bytes),
      (bytes) => describeMessage(bytes),
    ];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat({ max: 10 }), (bytes, tag) => {
        for (const decode of decoders) {
          decode(bytes);
          decode(new Uint8Array([tag, ...bytes]));
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('what is kept', () => {
  const w = world(5);

  it('a changed byte of a chain state is found or gives another state, and never an exception', () => {
    const voted = epochWith(w, epochWith(w, w.genesis, 2, w.ids), 3, w.ids.slice(0, 3));
    const state = extend(w, advance(voted, 16, w.rules), 16, {
      requests: [{ validator: 'n5', sequence: 1, signature: new Uint8Array([1]) }],
    });
    const bytes = encodeChainState(state, w.table);
    expect(encodeChainState(decodeChainState(bytes, w.table)!, w.table)).toEqual(bytes);
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = bytes.slice();
        damaged[at]! ^= change;
        const read = decodeChainState(damaged, w.table);
        if (read !== null) expect(encodeChainState(read, w.table)).not.toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });

  it('slash protection reads back', () => {
    const place = fc.integer({ min: -1, max: 2 ** 40 });
    fc.assert(
      fc.property(fc.record({ proposedSlot: place, source: place, target: place }), (record) => {
        expect(decodeProtection(encodeProtection(record))).toEqual(record);
      }),
    );
  });

  it('a finality proof that is cut or changed proves nothing else', () => {
    const empty = encodeFinalityProof({ checkpoint: makeCheckpoint(1, new Uint8Array(32)), votes: [] }, [], table);
    expect(readFinalityProof(empty, table)).toBeNull();
    const reader = new ByteReader(new ByteWriter(8).varint(5000).finish());
    expect(readFinalityProof(reader.raw(2), table)).toBeNull();
  });
});
