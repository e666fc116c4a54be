import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter, WeightTable } from '@hypersync/consensus-kit';
import { decodeHeader, encodeHeader, makeBlock, makeOutline, readBlock, writeBlock } from '../src/block.ts';
import { ChainState } from '../src/chain-state.ts';
import { readDecisionProof } from '../src/decision-proof.ts';
import { describeMessage } from '../src/describe-message.ts';
import { readEvidence } from '../src/evidence.ts';
import { decodeLightBlock } from '../src/light-client.ts';
import { decodeMessage, encodeMessage, type Message } from '../src/messages.ts';
import { decodeMembers, encodeMembers } from '../src/validators.ts';
import {
  makeCertificate,
  NIL,
  proposalStatement,
  readCertificate,
  readStatement,
  voteStatement,
  writeCertificate,
  type Vote,
} from '../src/vote.ts';
import { Cluster } from './cluster.ts';

const table = new WeightTable(['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, weight: 1 })));
const shape = { table, limits: { maxValueBytes: 64, maxBundleBytes: 4096 } };
const genesis = ChainState.genesis(1, table, { validatorPeriod: 4, stopEndorsement: 'one' });

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const place = { height: fc.integer({ min: 1, max: 2 ** 40 }), round: fc.integer({ min: 0, max: 2 ** 32 }) };
const vote: fc.Arbitrary<Vote> = fc
  .record({
    type: fc.constantFrom('prevote' as const, 'precommit' as const),
    ...place,
    id: fc.oneof(bytes32, fc.constant(NIL)),
    pol: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ pol, ...rest }) => {
    const mayName = rest.type === 'prevote' && rest.id.length > 0 && rest.round > 0 && pol > 0.5;
    return { ...rest, polRound: mayName ? Math.floor((rest.round - 1) * (pol - 0.5) * 2) : -1 };
  });
const signature = fc.uint8Array({ maxLength: 80 });
const certificate = fc
  .record({ vote, signers: fc.uniqueArray(fc.constantFrom(...table.ids)), signature })
  .map(({ vote, signers, signature }) => makeCertificate(vote, new Map(signers.map((id) => [id, signature]))));
const block = fc
  .record({
    time: fc.integer({ min: 1, max: 2 ** 50 }),
    evidence: fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 3 }),
  })
  .map(({ time, evidence }) => makeBlock(genesis.place(time), [], evidence));
const outline = fc
  .record({ time: fc.nat(), bundleIds: fc.array(bytes32, { maxLength: 4 }) })
  .map(({ time, bundleIds }) => makeOutline(genesis.place(time), bundleIds, []));
const ids = fc.uniqueArray(fc.constantFrom(...table.ids)).map((list) => new Set(list));
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({
    t: fc.constant('votes' as const),
    votes: fc.array(fc.record({ voter: fc.constantFrom(...table.ids), vote, signature })),
  }),
  fc.record({ t: fc.constant('certificates' as const), certificates: fc.array(certificate, { maxLength: 4 }) }),
  fc.record({
    t: fc.constant('status' as const),
    ...place,
    id: bytes32,
    prevotes: ids,
    precommits: ids,
    asks: fc.boolean(),
  }),
  fc.record({ t: fc.constant('fetch' as const), height: place.height, id: bytes32 }),
  fc.record({ t: fc.constant('block' as const), block }),
  fc.record({
    t: fc.constant('evidence' as const),
    proofs: fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 4 }),
  }),
  fc.record({
    t: fc.constant('decided' as const),
    blocks: fc.array(fc.record({ block, commit: certificate }), { maxLength: 3 }),
  }),
  fc.record({ round: place.round, outline, signature, pol: certificate }).map(({ round, outline, signature, pol }) => {
    const proven = round > 0 && pol.type === 'prevote';
    return {
      t: 'proposal' as const,
      round,
      outline,
      signature,
      pol: proven ? pol : null,
      polRound: proven ? round - 1 : -1,
    };
  }),
);

describe('what is written is read again, and has one form', () => {
  it('statements', () => {
    fc.assert(
      fc.property(vote, (one) => {
        expect(readStatement(voteStatement(one))).toEqual({ kind: 'vote', vote: one });
        if (one.id.length === 0) return;
        const { type: _, ...head } = one;
        expect(readStatement(proposalStatement(head))).toEqual({ kind: 'proposal', head });
      }),
    );
  });

  it('certificates, headers, blocks, members', () => {
    fc.assert(
      fc.property(certificate, block, (one, two) => {
        const writer = new ByteWriter();
        writeCertificate(writer, one, table);
        writeBlock(writer, two);
        const reader = new ByteReader(writer.finish());
        expect([readCertificate(reader, table), readBlock(reader, shape.limits)]).toEqual([one, two]);
        expect(reader.done()).toBe(true);
        expect(decodeHeader(encodeHeader(two.header))).toEqual(two.header);
      }),
    );
    expect(decodeMembers(encodeMembers(table.members))?.table.members).toEqual(table.members);
  });

  it('messages', () => {
    fc.assert(
      fc.property(message, (one) => {
        const bytes = encodeMessage(one, table);
        expect(decodeMessage(bytes, shape)).toEqual(one);
        expect(describeMessage(bytes)).not.toMatch(/damaged|garbage/);
        const longer = new Uint8Array([...bytes, 0]);
        expect(decodeMessage(longer, shape)).toBeNull();
      }),
    );
  });
});

describe('what was not written by us', () => {
  const decoders: readonly ((bytes: Uint8Array) => unknown)[] = [
    (bytes) => decodeMessage(bytes, shape),
    readStatement,
    readEvidence,
    decodeHeader,
    decodeMembers,
    (bytes) => genesis.decode(bytes),
    (bytes) => readDecisionProof(bytes, table),
    (bytes) => decodeLightBlock(bytes, table.members),
    describeMessage,
  ];

  it('never throws: noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        for (const decode of decoders) decode(noise);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws, and what is accepted has the one form: real messages with small changes', () => {
    const change = fc.record({ at: fc.nat(), byte: fc.nat(255), cut: fc.boolean() });
    fc.assert(
      fc.property(message, change, (one, { at, byte, cut }) => {
        const bytes = encodeMessage(one, table);
        const place = at % bytes.length;
        const changed = cut ? bytes.slice(0, place) : bytes.with(place, byte);
        for (const decode of decoders) decode(changed);
        const read = decodeMessage(changed, shape);
        if (read !== null) expect(encodeMessage(read, table)).toEqual(changed);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws: every byte of a small message set to every value', () => {
    const one: Vote = { type: 'prevote', height: 300, round: 3, id: new Uint8Array(32), polRound: 1 };
    const votes = [{ voter: 'a', vote: one, signature: new Uint8Array(1) }];
    const bytes = encodeMessage({ t: 'votes', votes }, table);
    for (let at = 0; at < bytes.length; at++) {
      for (let value = 0; value < 256; value++) {
        const changed = bytes.with(at, value);
        for (const decode of decoders) decode(changed);
        const read = decodeMessage(changed, shape);
        if (read !== null && !Buffer.from(encodeMessage(read, table)).equals(changed))
          throw new Error(`${at}: ${value}`);
      }
    }
    expect(bytes.length).toBeGreaterThan(40);
  });

  it('a certificate counts nobody twice and knows no strangers', () => {
    for (const places of [
      [0, 0, 1],
      [1, 0, 2],
      [0, 1, 7],
    ]) {
      const writer = new ByteWriter().u8(1).varint(5).varint(0).bytes(new Uint8Array(32));
      writer.list(places, (w, at) => void w.varint(at).bytes(new Uint8Array([1])));
      const reader = new ByteReader(writer.finish());
      readCertificate(reader, table);
      expect(reader.ok, places.join()).toBe(false);
    }
  });

  it('a proof of lock must lie before its round, and nil has none', () => {
    const wire = (round: number, pol: number, id: Uint8Array) =>
      new ByteWriter()
        .u8(0x76)
        .u8(0)
        .varint(5)
        .varint(round)
        .bytes(id)
        .varint(pol + 1)
        .finish();
    expect(readStatement(wire(3, 2, new Uint8Array(32)))).not.toBeNull();
    expect(readStatement(wire(3, 3, new Uint8Array(32)))).toBeNull();
    expect(readStatement(wire(3, 1, NIL))).toBeNull();
    expect(readStatement(wire(3, -1, new Uint8Array(31)))).toBeNull();
  });

  it('a replica that is fed noise goes on', () => {
    const cluster = new Cluster(4);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom('n2', 'n3', 'nobody'), (bytes, from) => {
        cluster.input('n1', { t: 'message', from, bytes });
      }),
      { numRuns: 300 },
    );
    cluster.propose('n1', 'a');
    cluster.settle();
    for (const id of cluster.ids) expect(cluster.values(id)).toEqual(['a']);
    expect(Number(cluster.detail('n1', 'dropped'))).toBeGreaterThan(200);
  });
});
