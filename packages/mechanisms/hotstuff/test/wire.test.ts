import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter, makeBundle, WeightTable } from '@hypersync/consensus-kit';
import { genesisQc, genesisTip, makeBlock, MAX_EVIDENCE, type Shape } from '../src/block.ts';
import { decodeStatement, encodeStatement, makeQc, makeTc, type Statement } from '../src/certificate.ts';
import { readCommitProof } from '../src/commit-proof.ts';
import { describeMessage } from '../src/describe-message.ts';
import { offenceOf } from '../src/evidence.ts';
import { Journal } from '../src/journal.ts';
import { LeaderSchedule } from '../src/leaders.ts';
import { decodeMessage, encodeMessage, type Message } from '../src/messages.ts';
import { decodeSafety } from '../src/safety.ts';

const ids = ['n1', 'n2', 'n3', 'n4'];
const members = ids.map((id) => ({ id, weight: 1 }));
const table = new WeightTable(members);
const genesis = genesisTip(1, members, 2);
const shape: Shape = { table, genesis, limits: { maxValueBytes: 200, maxBundleBytes: 1000 } };

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const signature = fc.uint8Array({ minLength: 0, maxLength: 70 });
const round = fc.integer({ min: 2, max: 2 ** 40 });
const signers = fc.constantFrom([...ids], ids.slice(1), ['n1', 'n2', 'n4']);

const vote = fc
  .record({ round, id: bytes32 })
  .chain(({ round: r, id }) =>
    fc
      .integer({ min: 0, max: r - 1 })
      .map((parentRound) => ({ round: r, id, parentRound, lockRound: Math.max(0, parentRound - 1) })),
  );
const qc = fc.oneof(
  fc.constant(genesisQc(genesis)),
  fc.tuple(vote, signers, signature).map(([v, who, s]) => makeQc(v, new Map(who.map((id) => [id, s])))),
);
const tc = fc.tuple(round, signers, signature, fc.nat(1)).map(([r, who, s, low]) =>
  makeTc(
    r,
    who.map((signer, i) => ({ signer, highRound: i === 0 ? low : 0, signature: s })),
  ),
);
const bundle = fc
  .tuple(fc.constantFrom(...ids), fc.integer({ min: 1, max: 99 }), fc.uint8Array({ maxLength: 50 }), signature)
  .map(([origin, number, value, s]) =>
    makeBundle(origin, 1, number, [{ kind: 'append', session: 1, sequence: number, value }], s),
  );
const bundles = fc.uniqueArray(bundle, { selector: ({ key }) => key, maxLength: 4 });
const block = fc
  .record({
    qc,
    bundles,
    author: fc.constantFrom(...ids),
    more: fc.integer({ min: 1, max: 9 }),
    height: fc.integer({ min: 1, max: 99 }),
  })
  .chain(({ qc: below, bundles: payload, author, more, height }) =>
    fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: MAX_EVIDENCE }).map((evidence) => {
      const bundleIds = payload.map(({ id }) => id);
      const made = makeBlock({ round: below.round + more, height, author, qc: below, bundleIds, evidence });
      return { block: made, bundles: payload };
    }),
  );

const message: fc.Arbitrary<Message> = fc.oneof(
  bundles.map((list): Message => ({ t: 'batch', bundles: list })),
  fc
    .tuple(block, signature, fc.option(tc))
    .map(([b, s, c]): Message => ({ t: 'proposal', block: b.block, signature: s, tc: c })),
  fc.tuple(vote, signature).map(([v, s]): Message => ({ t: 'vote', vote: v, signature: s })),
  fc.tuple(qc, signature, fc.option(signature), bytes32).map(([q, s, voted, id]): Message => {
    const own =
      voted === null
        ? null
        : { vote: { round: q.round + 1, parentRound: q.round, lockRound: 0, id }, signature: voted };
    return { t: 'timeout', round: q.round + 1, highQc: q, signature: s, vote: own };
  }),
  fc.tuple(qc, fc.option(tc)).map(([highQc, c]): Message => ({ t: 'sync', highQc, tc: c })),
  fc
    .tuple(round, round, round)
    .map(([r, highRound, height]): Message => ({ t: 'status', round: r, highRound, height })),
  fc.tuple(round, bytes32).map(([height, id]): Message => ({ t: 'fetch', height, id })),
  fc
    .tuple(fc.array(block, { maxLength: 3 }), fc.option(qc))
    .map(([blocks, q]): Message => ({ t: 'blocks', blocks, qc: q })),
  fc.array(bytes32, { maxLength: 5 }).map((list): Message => ({ t: 'want', ids: list })),
  fc
    .tuple(fc.array(qc, { maxLength: 3 }), fc.array(tc, { maxLength: 3 }))
    .map(([qcs, tcs]): Message => ({ t: 'testimony', qcs, tcs })),
);

const statement: fc.Arbitrary<Statement> = fc.oneof(
  vote.map((v): Statement => ({ kind: 'vote', ...v })),
  fc.tuple(round, bytes32).map(([r, id]): Statement => ({ kind: 'proposal', round: r, id })),
  fc.tuple(round, round).map(([r, highRound]): Statement => ({ kind: 'timeout', round: r, highRound })),
);

/** One small thing wrong: a byte, the end, or something in the middle. */
const damaged = fc.tuple(message, fc.nat(), fc.nat(255), fc.nat(2)).map(([m, at, byte, how]) => {
  const bytes = encodeMessage(m, table);
  const place = at % bytes.length;
  if (how === 0) return bytes.slice(0, place);
  if (how === 1) return bytes.map((one, i) => (i === place ? byte : one));
  return new Uint8Array([...bytes.slice(0, place), byte, ...bytes.slice(place)]);
});

describe('what travels', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(message, (m) => {
        expect(decodeMessage(encodeMessage(m, table), shape)).toEqual(m);
      }),
      { numRuns: 200 },
    );
    fc.assert(
      fc.property(statement, (one) => {
        expect(decodeStatement(encodeStatement(one))).toEqual(one);
      }),
    );
  });

  it('has one form: what is read is written the same, or refused', () => {
    fc.assert(
      fc.property(damaged, (bytes) => {
        const read = decodeMessage(bytes, shape);
        if (read !== null) expect(encodeMessage(read, table)).toEqual(bytes);
      }),
      { numRuns: 400 },
    );
  });

  it('no bytes make any decoder throw', () => {
    const anything = fc.oneof(fc.uint8Array({ maxLength: 300 }), damaged);
    fc.assert(
      fc.property(anything, anything, (a, b) => {
        decodeMessage(a, shape);
        decodeStatement(a);
        decodeSafety(a);
        readCommitProof(a, { table, chainLength: 2 });
        LeaderSchedule.decode(new ByteReader(a), table, 1);
        expect(typeof describeMessage(a)).toBe('string');
        expect([null, 'double-vote', 'double-proposal', 'forgotten-lock']).toContain(offenceOf(a, b));
      }),
      { numRuns: 400 },
    );
  });

  it('refuses two thirds of the weight, strangers, repeated signers, and rounds that cannot be', () => {
    const good = makeQc(
      { round: 5, parentRound: 4, lockRound: 3, id: new Uint8Array(32) },
      new Map(ids.map((id) => [id, new Uint8Array(2)])),
    );
    const refuses = (m: Message): void => expect(decodeMessage(encodeMessage(m, table), shape)).toBeNull();
    const sync = (highQc: Parameters<typeof makeQc>[0] & { signatures: typeof good.signatures }): Message => ({
      t: 'sync',
      highQc: { ...good, ...highQc },
      tc: null,
    });
    refuses(sync({ ...good, signatures: good.signatures.slice(0, 2) }));
    refuses(sync({ ...good, signatures: [good.signatures[1]!, ...good.signatures] }));
    refuses(sync({ ...good, parentRound: 5 }));
    refuses(sync({ ...good, lockRound: 4 }));
    refuses(sync({ ...good, round: 0, parentRound: 0, lockRound: 0 }));
    refuses(sync({ ...genesisQc(genesis), id: new Uint8Array(32), signatures: [] }));
    const share = { signature: new Uint8Array(2), highRound: 0 };
    refuses({
      t: 'sync',
      highQc: good,
      tc: makeTc(
        3,
        ids.slice(0, 2).map((signer) => ({ ...share, signer })),
      ),
    });
    refuses({
      t: 'sync',
      highQc: good,
      tc: makeTc(
        3,
        ids.map((signer) => ({ ...share, signer, highRound: 3 })),
      ),
    });
    refuses({ t: 'timeout', round: 5, highQc: good, signature: new Uint8Array(2), vote: null });
    const late = {
      vote: { round: 7, parentRound: 5, lockRound: 0, id: new Uint8Array(32) },
      signature: new Uint8Array(2),
    };
    refuses({ t: 'timeout', round: 6, highQc: good, signature: new Uint8Array(2), vote: late });
    const [twice] = [
      makeBlock({ round: 6, height: 1, author: 'n1', qc: good, bundleIds: [good.id, good.id], evidence: [] }),
    ];
    refuses({ t: 'proposal', block: twice, signature: new Uint8Array(2), tc: null });
    refuses({
      t: 'proposal',
      block: { ...twice, bundleIds: [], round: 5 },
      signature: new Uint8Array(2),
      tc: null,
    });
  });

  it('a forged count costs nothing', () => {
    const bytes = new ByteWriter()
      .u8(0)
      .varint(2 ** 40)
      .finish();
    expect(decodeMessage(bytes, shape)).toBeNull();
    expect(decodeMessage(new Uint8Array(0), shape)).toBeNull();
  });
});

describe('the journal', () => {
  it('gives back what it was given, and refuses what it was not', () => {
    const journal = new Journal(shape);
    fc.assert(
      fc.property(fc.array(block, { maxLength: 3 }), qc, tc, (blocks, q, c) => {
        const writes = [
          ...blocks.map((one) => journal.block(one)),
          journal.highQc(q),
          journal.highTc(c),
          journal.committedBy(q),
        ];
        const image = new Map(writes.flatMap((one) => (one.op === 'put' ? [[one.key, one.value] as const] : [])));
        const read = journal.restore(image);
        expect([read.highQc, read.highTc, read.committedBy]).toEqual([q, c, q]);
        expect(new Set(read.blocks.map((one) => one.block.key))).toEqual(new Set(blocks.map((one) => one.block.key)));
        for (const [key, value] of image) {
          expect(() => journal.restore(new Map([[key, value.slice(0, -1)]])), key).toThrow(RangeError);
        }
      }),
      { numRuns: 40 },
    );
  });
});
