import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashKey, makeBundle, WeightTable } from '@hypersync/consensus-kit';
import { digestOfIds, makeBatch } from '../src/batch.ts';
import { conflictRule } from '../src/evidence.ts';
import { readCommitProof } from '../src/executing.ts';
import plugin from '../src/index.ts';
import { decodeMessage, encodeMessage, type Message, type Shape } from '../src/messages.ts';
import { encodeStatement, makeCertificate, readStatement, type Claim, type Statement } from '../src/statements.ts';
import { makeNewView, makeViewChange } from '../src/view-change.ts';

const IDS = ['a', 'b', 'c', 'd'];
const table = new WeightTable(IDS.map((id) => ({ id, weight: 1 })));
const shape: Shape = {
  epoch: 3,
  table,
  limits: { maxValueBytes: 64, maxBundleBytes: 1024 },
  maxBatchBytes: 16_384,
  window: 16,
};

const number = fc.nat({ max: 2 ** 40 });
const small = fc.integer({ min: 1, max: 16 });
const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });
const signature = fc.uint8Array({ maxLength: 80 });
const bundle = fc
  .record({
    origin: fc.constantFrom(...IDS),
    number: fc.integer({ min: 1, max: 99 }),
    value: fc.uint8Array({ maxLength: 64 }),
    signature,
  })
  .map((r) =>
    makeBundle(r.origin, 1, r.number, [{ kind: 'append', session: 1, sequence: 2, value: r.value }], r.signature),
  );
const checkpoint = fc
  .record({ number: small, digest, signature })
  .map((r) =>
    makeCertificate(
      { t: 'CHECKPOINT', number: r.number, digest: r.digest },
      new Map(['a', 'c', 'd'].map((id) => [id, r.signature])),
    ),
  );
const viewChange = fc
  .record({
    sender: fc.constantFrom(...IDS),
    stable: checkpoint,
    offsets: fc.uniqueArray(small, { maxLength: 6 }),
    digest,
    signature,
  })
  .map(({ sender, stable, offsets, digest: d, signature: s }) => {
    const low = stable.statement.number;
    const claims: Claim[] = offsets
      .sort((x, y) => x - y)
      .map((n) => ({ number: low + n, view: 3, digest: d, key: hashKey(d) }));
    return makeViewChange({ sender, view: 7, stable, prepared: claims, prePrepared: claims }, s);
  });

const message: fc.Arbitrary<Message> = fc.oneof(
  fc.array(bundle, { maxLength: 3 }).map((bundles): Message => ({ t: 'REQUEST', bundles })),
  fc.record({ view: number, number, ids: fc.array(digest, { maxLength: 4 }), signature }).map((r): Message => ({
    t: 'PRE-PREPARE',
    ...r,
    digest: digestOfIds(r.ids),
  })),
  fc
    .record({ t: fc.constantFrom('PREPARE' as const, 'COMMIT' as const), view: number, number, digest, signature })
    .map((r): Message => r),
  fc.record({ number, digest, signature }).map((r): Message => ({ t: 'CHECKPOINT', ...r })),
  viewChange.map((change): Message => ({ t: 'VIEW-CHANGE', change })),
  fc
    .record({ changes: fc.uniqueArray(viewChange, { selector: ({ sender }) => sender, maxLength: 4 }), signature })
    .map((r): Message => ({ t: 'NEW-VIEW', newView: makeNewView(7, r.changes, r.signature) })),
  fc
    .record({
      view: number,
      active: fc.boolean(),
      stable: number,
      executed: number,
      chain: digest,
      changes: fc.array(fc.nat({ max: 3 }), { maxLength: 4 }),
      slots: fc.uint8Array({ maxLength: 16 }),
    })
    .map((r): Message => ({ t: 'STATUS', ...r })),
  fc.array(digest, { maxLength: 4 }).map((digests): Message => ({ t: 'FETCH', digests })),
  fc
    .record({ proof: checkpoint, first: number, digests: fc.array(digest, { maxLength: 4 }) })
    .map((r): Message => ({ t: 'META-DATA', ...r })),
  fc
    .array(fc.array(bundle, { maxLength: 2 }), { maxLength: 2 })
    .map((lists): Message => ({ t: 'DATA', batches: lists.map(makeBatch) })),
  fc.record({ index: number, offset: small }).map((r): Message => ({ t: 'SNAPSHOT', message: { t: 'fetch', ...r } })),
);

describe('messages', () => {
  it('come out as they went in, with one encoding each', () => {
    fc.assert(
      fc.property(message, (original) => {
        const bytes = encodeMessage(original, shape);
        const decoded = decodeMessage(bytes, shape);
        expect(decoded).toEqual(original);
        expect(Buffer.compare(encodeMessage(decoded as Message, shape), bytes)).toBe(0);
        expect(decodeMessage(encodeMessage(original, { ...shape, epoch: 4 }), shape)).toBe('epoch');
      }),
      { numRuns: 300 },
    );
  });

  it('with one byte changed, cut or added are another message or none: nothing throws', () => {
    const change = fc.record({ at: fc.nat(), byte: fc.nat({ max: 255 }), how: fc.constantFrom('set', 'cut', 'add') });
    fc.assert(
      fc.property(message, change, (original, { at, byte, how }) => {
        const bytes = encodeMessage(original, shape);
        const place = at % bytes.length;
        const bad =
          how === 'cut'
            ? bytes.slice(0, place)
            : how === 'add'
              ? Uint8Array.from([...bytes, byte])
              : bytes.with(place, byte);
        const decoded = decodeMessage(bad, shape);
        if (how === 'add' || how === 'cut') expect(decoded).toBe('malformed');
        else if (typeof decoded !== 'string') expect(Buffer.compare(encodeMessage(decoded, shape), bad)).toBe(0);
        expect(typeof plugin.describeMessage(bad)).toBe('string');
      }),
      { numRuns: 500 },
    );
  });

  it('random bytes are no message, and cost nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const decoded = decodeMessage(bytes, shape);
        if (typeof decoded !== 'string') expect(Buffer.compare(encodeMessage(decoded, shape), bytes)).toBe(0);
        expect(readStatement(bytes) === null || bytes.length <= 64).toBe(true);
        expect(readCommitProof(bytes, table)).toBeNull();
        expect(plugin.describeMessage(bytes).length).toBeLessThan(200);
      }),
      { numRuns: 500 },
    );
  });
});

const place = { view: fc.nat({ max: 2 }), number: fc.nat({ max: 2 }), digest };
const claim = fc
  .record({ number: fc.nat({ max: 3 }), view: fc.nat({ max: 2 }), digest })
  .map((one): Claim => ({ ...one, key: hashKey(one.digest) }));
const statement: fc.Arbitrary<Statement> = fc.oneof(
  fc.record({ t: fc.constantFrom('PRE-PREPARE' as const, 'PREPARE' as const, 'COMMIT' as const), ...place }),
  fc.record({ t: fc.constant('CHECKPOINT' as const), number: place.number, digest }),
  fc.record({ t: fc.constant('VIEW-CHANGE' as const), ...place, prepared: fc.array(claim, { maxLength: 4 }) }),
  fc.record({ t: fc.constant('NEW-VIEW' as const), view: place.view, digest }),
);

describe('statements', () => {
  it('come out as they went in', () => {
    fc.assert(
      fc.property(statement, (one) => {
        expect(readStatement(encodeStatement(one))).toEqual(one);
      }),
    );
  });

  it('contradict each other where they say different things of one place, whichever comes first', () => {
    fc.assert(
      fc.property(statement, statement, (a, b) => {
        const offence = conflictRule(encodeStatement(a), encodeStatement(b));
        const where = ({ t, view, number: n }: Record<string, unknown>) => JSON.stringify([t, view, n]);
        const same = where({ ...a }) === where({ ...b }) && hashKey(a.digest) !== hashKey(b.digest);
        const forgetful = [a, b].some(({ t }) => t === 'COMMIT') && [a, b].some(({ t }) => t === 'VIEW-CHANGE');
        if (forgetful) expect([null, 'forgotten-commit']).toContain(offence);
        else expect(offence !== null).toBe(same && a.t !== 'VIEW-CHANGE');
        expect(conflictRule(encodeStatement(b), encodeStatement(a))).toBe(offence);
        expect(conflictRule(encodeStatement(a), encodeStatement(a))).toBeNull();
      }),
    );
  });
});
