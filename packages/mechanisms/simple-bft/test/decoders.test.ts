import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WeightTable } from '@hypersync/consensus-kit';
import { decodeBallot, encodeBallot } from '../src/ballots.ts';
import { genesisTip, makeBlock } from '../src/block.ts';
import { describeMessage } from '../src/describe-message.ts';
import { makeEvidence, readEvidence } from '../src/evidence.ts';
import { encodeFinalityProof, readFinalityProof } from '../src/finality-proof.ts';
import { decodeMessage, encodeMessage, type Message } from '../src/messages.ts';
import { makeCertificate, NO_HASH, readStatement, voteStatement, type Vote } from '../src/vote.ts';

const ids = ['a', 'b', 'c', 'd', 'e'];
const table = new WeightTable(ids.map((id) => ({ id, weight: 1 })));
const shape = { table, limits: { maxValueBytes: 64, maxBundleBytes: 4096 } };
const genesis = genesisTip(1, table.members);

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const signature = fc.uint8Array({ maxLength: 80 });
const height = fc.integer({ min: 1, max: 2 ** 40 });
const vote: fc.Arbitrary<Vote> = fc
  .record({ kind: fc.constantFrom('notarize' as const, 'dummy' as const, 'finalize' as const), height, hash })
  .map((one) => (one.kind === 'dummy' ? { ...one, hash: NO_HASH } : one));
/** Whoever reads a certificate counts: more than two thirds of five are four. */
const certificate = fc
  .record({ vote, signers: fc.subarray(ids, { minLength: 4 }), signature })
  .map(({ vote: one, signers, signature: signed }) =>
    makeCertificate(one, new Map(signers.map((id) => [id, signed] as const))),
  );
const certificates = fc.array(certificate, { maxLength: 3 });
const block = height.map((at) => makeBlock(at, genesis, []));
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ t: fc.constant('vote' as const), vote, signature }),
  fc.record({ t: fc.constant('certificates' as const), certificates }),
  fc.record({ t: fc.constant('proposal' as const), block, signature, certificates }),
  fc.record({ t: fc.constant('blocks' as const), blocks: fc.array(block, { maxLength: 3 }), certificates }),
  fc.record({ t: fc.constant('status' as const), iteration: fc.nat(), finalized: fc.nat(), complete: fc.nat() }),
  fc.record({ t: fc.constant('fetch' as const), finalized: fc.nat(), height, hash }),
);

describe('what travels', () => {
  it('reads back as it was written, byte for byte', () => {
    fc.assert(
      fc.property(message, (one) => {
        const bytes = encodeMessage(one, table);
        const read = decodeMessage(bytes, shape);
        expect(read?.t).toBe(one.t);
        expect(encodeMessage(read!, table)).toEqual(bytes);
        expect(describeMessage(bytes)).not.toMatch(/garbage|damaged/);
      }),
      { numRuns: 200 },
    );
  });

  it('cut short, or with something behind it, is not read', () => {
    fc.assert(
      fc.property(message, fc.nat(), (one, cut) => {
        const bytes = encodeMessage(one, table);
        expect(decodeMessage(bytes.subarray(0, cut % bytes.length), shape)).toBeNull();
        expect(decodeMessage(new Uint8Array([...bytes, 0]), shape)).toBeNull();
      }),
      { numRuns: 200 },
    );
  });

  it('no bytes make a decoder throw', () => {
    const decoders: ((bytes: Uint8Array) => unknown)[] = [
      (bytes) => decodeMessage(bytes, shape),
      (bytes) => readEvidence(bytes),
      (bytes) => readStatement(bytes),
      (bytes) => readFinalityProof(bytes, table),
      (bytes) => decodeBallot(bytes),
      (bytes) => describeMessage(bytes),
    ];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat({ max: 10 }), (bytes, tag) => {
        for (const decode of decoders) {
          decode(bytes);
          decode(new Uint8Array([tag, ...bytes]));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('proofs', () => {
  it('two votes are evidence one way or the other, whatever they are, and it reads back', () => {
    fc.assert(
      fc.property(vote, vote, signature, (a, b, signed) => {
        const [one, two] = [a, { ...b, height: a.height }].map((each) => ({
          payload: voteStatement(each),
          signature: signed,
        }));
        const found = makeEvidence('a', one!, two!);
        expect(makeEvidence('a', two!, one!)?.kind).toBe(found?.kind);
        if (found !== null) expect(readEvidence(found.proof)).toEqual([one, two]);
      }),
      { numRuns: 200 },
    );
  });

  it('a finality proof with a changed byte names another block, or none', () => {
    const one = makeBlock(1, genesis, []);
    const final = makeCertificate(
      { kind: 'finalize', height: 1, hash: one.hash },
      new Map(ids.map((id) => [id, new Uint8Array([1])] as const)),
    );
    const bytes = encodeFinalityProof([one], final, table);
    expect(readFinalityProof(bytes, table)).not.toBeNull();
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = bytes.slice();
        damaged[at]! ^= change;
        const read = readFinalityProof(damaged, table);
        const same = readFinalityProof(bytes, table);
        if (read !== null) expect(read).not.toEqual(same);
      }),
      { numRuns: 200 },
    );
  });

  it('a ballot reads back', () => {
    const key = fc.constantFrom('', 'ab'.repeat(32));
    fc.assert(
      fc.property(fc.record({ proposed: key, notarized: key, finalized: key, dummy: fc.boolean() }), (ballot) => {
        expect(decodeBallot(encodeBallot(ballot))).toEqual(ballot);
      }),
    );
  });
});
