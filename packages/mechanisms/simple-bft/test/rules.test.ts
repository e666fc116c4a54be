import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter, WeightTable } from '@hypersync/consensus-kit';
import { Ballots, decodeBallot, encodeBallot } from '../src/ballots.ts';
import { checkConfig, mergeConfig } from '../src/config.ts';
import { makeEvidence, offenceOf, readEvidence } from '../src/evidence.ts';
import { VoteBook } from '../src/vote-book.ts';
import {
  makeCertificate,
  NO_HASH,
  proposalStatement,
  readCertificate,
  voteStatement,
  writeCertificate,
  type Vote,
  type VoteKind,
} from '../src/vote.ts';

const hash = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const vote = (kind: VoteKind, height = 5, fill = 1): Vote => ({
  kind,
  height,
  hash: kind === 'dummy' ? NO_HASH : hash(fill),
});
const members = (weights: Record<string, number>) =>
  new WeightTable(Object.entries(weights).map(([id, weight]) => ({ id, weight })));

describe('ballots: what an honest replica signs', () => {
  it('votes for one block per height', () => {
    const ballots = new Ballots();
    ballots.mark(vote('notarize', 5, 1));
    expect(ballots.allows(vote('notarize', 5, 2))).toBe(false);
    expect(() => ballots.mark(vote('notarize', 5, 2))).toThrow(RangeError);
    expect(ballots.allows(vote('notarize', 6, 2))).toBe(true);
  });

  it('never finalizes a height it gave up on, and never gives up on one it finalized', () => {
    const [gaveUp, finalized] = [new Ballots(), new Ballots()];
    gaveUp.mark(vote('dummy'));
    expect(gaveUp.allows(vote('finalize'))).toBe(false);
    finalized.mark(vote('finalize'));
    expect(finalized.allows(vote('dummy'))).toBe(false);
    expect(finalized.allows(vote('finalize', 5, 2))).toBe(false);
  });

  it('may still accept a block after giving up, as in the paper: only finalizing is lost', () => {
    const ballots = new Ballots();
    ballots.mark(vote('dummy'));
    expect(ballots.allows(vote('notarize'))).toBe(true);
  });

  it('proposes one block per height', () => {
    const ballots = new Ballots();
    ballots.markProposed(5, 'a');
    expect(() => ballots.markProposed(5, 'b')).toThrow(RangeError);
  });

  it('is the same after a restart', () => {
    const ballots = new Ballots();
    ballots.mark(vote('notarize'));
    const ballot = ballots.mark(vote('finalize'));
    expect(decodeBallot(encodeBallot(ballot))).toEqual(ballot);
    expect(decodeBallot(encodeBallot(ballot).slice(1))).toBeNull();
  });
});

describe('certificates', () => {
  const signature = new Uint8Array([9]);
  const from = (ids: string[]): Map<string, Uint8Array> => new Map(ids.map((id) => [id, signature]));
  const wire = (table: WeightTable, ids: string[]): ByteReader => {
    const writer = new ByteWriter();
    writeCertificate(writer, makeCertificate(vote('notarize'), from(ids)), table);
    return new ByteReader(writer.finish());
  };

  it.each([
    [{ a: 1, b: 1, c: 1 }, ['a', 'b'], false],
    [{ a: 1, b: 1, c: 1 }, ['a', 'b', 'c'], true],
    [{ a: 1, b: 1, c: 1, d: 1 }, ['a', 'b', 'c'], true],
    [{ a: 2, b: 2, c: 1, d: 1 }, ['a', 'b'], false],
    [{ a: 2, b: 2, c: 1, d: 1 }, ['a', 'b', 'c'], true],
    [{ a: 2 ** 38, b: 2 ** 37, c: 3 }, ['a'], false],
    [{ a: 2 ** 38 + 2, b: 2 ** 37, c: 1 }, ['a'], false],
    [{ a: 2 ** 38 + 3, b: 2 ** 37, c: 1 }, ['a'], true],
  ])('of weights %o: %s is more than two thirds: %s', (weights, ids, enough) => {
    const table = members(weights);
    const reader = wire(table, ids);
    readCertificate(reader, table);
    expect(reader.done()).toBe(enough);
    const book = new VoteBook(table);
    for (const id of ids) book.add(id, vote('notarize'), signature);
    expect(book.certificate(vote('notarize')) !== null).toBe(enough);
  });

  it('count nobody twice: a repeated or unordered signer is refused on the wire', () => {
    const table = members({ a: 1, b: 1, c: 1, d: 1 });
    for (const places of [
      [0, 0, 1],
      [1, 0, 2],
      [0, 1, 7],
    ]) {
      const writer = new ByteWriter().u8(0).varint(5).raw(hash(1));
      writer.list(places, (w, place) => void w.varint(place).bytes(signature));
      const reader = new ByteReader(writer.finish());
      readCertificate(reader, table);
      expect(reader.ok, places.join()).toBe(false);
    }
  });

  it('a voter counts once in the book, for the first block it voted for', () => {
    const book = new VoteBook(members({ a: 1, b: 1, c: 1, d: 1 }));
    for (let i = 0; i < 3; i++) book.add('a', vote('notarize'), signature);
    book.add('b', vote('notarize'), signature);
    book.add('c', vote('notarize', 5, 2), signature);
    book.add('c', vote('notarize', 5, 1), signature);
    expect(book.certificate(vote('notarize', 5, 1))).toBeNull();
    book.add('d', vote('notarize'), signature);
    expect(book.certificate(vote('notarize', 5, 1))?.signatures.map(({ signer }) => signer)).toEqual(['a', 'b', 'd']);
  });
});

describe('evidence', () => {
  const payloads = {
    block: voteStatement(vote('notarize')),
    otherBlock: voteStatement(vote('notarize', 5, 2)),
    dummy: voteStatement(vote('dummy')),
    finalize: voteStatement(vote('finalize')),
    otherFinalize: voteStatement(vote('finalize', 5, 2)),
    later: voteStatement(vote('finalize', 6)),
    proposal: proposalStatement(5, hash(1)),
    otherProposal: proposalStatement(5, hash(2)),
  };

  it.each([
    ['block', 'otherBlock', 'double-notarize'],
    ['finalize', 'otherFinalize', 'double-finalize'],
    ['finalize', 'dummy', 'finalize-and-skip'],
    ['proposal', 'otherProposal', 'double-proposal'],
    ['block', 'block', null],
    ['block', 'dummy', null],
    ['block', 'finalize', null],
    ['block', 'otherFinalize', null],
    ['dummy', 'later', null],
    ['block', 'otherProposal', null],
  ] as const)('%s and %s: %s', (first, second, offence) => {
    expect(offenceOf(payloads[first], payloads[second])).toBe(offence);
    expect(offenceOf(payloads[second], payloads[first])).toBe(offence);
  });

  it('reads back as a proof, and a proof of nothing is refused', () => {
    const signature = new Uint8Array([1]);
    const [a, b] = [payloads.dummy, payloads.finalize].map((payload) => ({ payload, signature }));
    const found = makeEvidence('n1', a!, b!);
    expect(found).toMatchObject({ culprit: 'n1', kind: 'finalize-and-skip', provable: true });
    expect(readEvidence(found!.proof)?.[0]).toEqual(a);
    const writer = new ByteWriter();
    for (const one of [a!, a!]) writer.bytes(one.payload).bytes(one.signature);
    expect(readEvidence(writer.finish())).toBeNull();
    expect(readEvidence(new Uint8Array([1, 2, 3]))).toBeNull();
  });

  it('is found by the book once per offence', () => {
    const book = new VoteBook(members({ a: 1, b: 1 }));
    expect(book.add('a', vote('dummy'), new Uint8Array([1]))).toBeNull();
    expect(book.add('a', vote('finalize'), new Uint8Array([2]))?.kind).toBe('finalize-and-skip');
    expect(book.add('a', vote('finalize'), new Uint8Array([2]))).toBeNull();
    expect(book.add('b', vote('notarize'), new Uint8Array([3]))).toBeNull();
  });
});

describe('configuration', () => {
  it.each([
    [{ deltaMs: 0 }, 'deltaMs'],
    [{ deltaMs: Number.NaN }, 'deltaMs'],
    [{ heartbeatMs: '100' }, 'heartbeatMs'],
    [{ maxPending: 1.5 }, 'maxPending'],
    [{ stopEndorsement: 'all' }, 'stopEndorsement'],
    [{ delta: 5 }, 'delta'],
    [{ toString: 5 }, 'toString'],
    [{ maxValueBytes: 1_000_000, maxBlockBytes: 1_000_000 }, 'maxBlockBytes'],
  ])('refuses %o and names %s', (config, key) => {
    const [problem] = checkConfig(config);
    expect(problem?.key).toBe(key);
    expect(problem?.allowed).not.toBe('');
  });

  it('takes its own defaults', () => {
    expect(checkConfig({ ...mergeConfig({}) })).toEqual([]);
  });
});
