import { describe, expect, it } from 'vitest';
import type { Outcome, Ticket } from '@hypersync/interface';
import {
  Authenticator,
  BundlePool,
  ByteReader,
  ByteWriter,
  ClientDesk,
  EffectsBuilder,
  encodeStopSign,
  Inbox,
  Ledger,
  makeBundle,
  ORIGIN_WINDOW,
  readBundle,
  ServingBudget,
  StateWriter,
  writeBundle,
  type Bundle,
  type Operation,
} from '../src/index.ts';

const LIMITS = { maxValueBytes: 100, maxBundleBytes: 1000 };
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

function append(text: string, session = 0, sequence = 0): Operation {
  return { kind: 'append', session, sequence, value: bytes(text) };
}

function bundle(origin: string, number: number, operations: Operation[], incarnation = 1): Bundle {
  return makeBundle(origin, incarnation, number, operations, new Uint8Array([number & 0xff]));
}

function fingerprint(part: { writeTo(state: StateWriter): void }): string {
  const writer = new StateWriter();
  part.writeTo(writer);
  return Buffer.from(writer.finish()).toString('hex');
}

describe('bundles', () => {
  it('read back as they were written, with the same id', () => {
    const original = bundle('a', 7, [append('x', 3, 9), { ...append(''), kind: 'read' }]);
    const writer = new ByteWriter();
    writeBundle(writer, original);
    const reader = new ByteReader(writer.finish());
    const copy = readBundle(reader, LIMITS);
    expect(reader.done()).toBe(true);
    expect(copy).toEqual(original);
  });

  it.each([
    ['a value above the limit', [append('x'.repeat(101))], 1, 'a'],
    ['more than a bundle may hold', Array.from({ length: 20 }, () => append('x'.repeat(90))), 1, 'a'],
    ['no operation', [], 1, 'a'],
    ['number zero', [append('x')], 0, 'a'],
    ['no origin', [append('x')], 1, ''],
  ])('refuses %s', (_what, operations, number, origin) => {
    const writer = new ByteWriter();
    writeBundle(writer, bundle(origin, number, operations));
    const reader = new ByteReader(writer.finish());
    readBundle(reader, LIMITS);
    expect(reader.ok).toBe(false);
  });
});

describe('the ledger', () => {
  it('delivers a bundle once, however often it is decided', () => {
    const ledger = new Ledger({ epoch: 1 });
    const one = bundle('a', 1, [append('x'), append('y')]);
    expect(ledger.apply(one).map(({ index }) => index)).toEqual([1, 2]);
    expect(ledger.apply(one)).toEqual([]);
    expect(ledger.index).toBe(2);
  });

  it('refuses a replay from beyond the window, and takes what is late within it', () => {
    const ledger = new Ledger({ epoch: 1 });
    const early = bundle('a', 1, [append('early')]);
    const late = bundle('a', 2, [append('late')]);
    ledger.apply(early);
    ledger.apply(bundle('a', ORIGIN_WINDOW + 1, [append('far')]));
    expect(ledger.apply(late).length).toBe(1);
    expect(ledger.apply(early)).toEqual([]);
    ledger.apply(bundle('a', ORIGIN_WINDOW + 2, [append('farther')]));
    expect(ledger.isDecided(bundle('a', 2, [append('other')]))).toBe(true);
  });

  it('voids an older incarnation once a newer one has spoken', () => {
    const ledger = new Ledger({ epoch: 1 });
    ledger.apply(bundle('a', 1, [append('new')], 2));
    expect(ledger.apply(bundle('a', 5, [append('old')], 1))).toEqual([]);
    expect(ledger.apply(bundle('b', 5, [append('other origin')], 1)).length).toBe(1);
  });

  it('recognises a client retry through another origin, but not another value under its name', () => {
    const ledger = new Ledger({ epoch: 1 });
    ledger.apply(bundle('a', 1, [append('x', 4, 1)]));
    expect(ledger.apply(bundle('b', 1, [append('x', 4, 1)]))[0]).toMatchObject({ result: 'duplicate', index: 1 });
    expect(ledger.apply(bundle('b', 2, [append('forged', 4, 1)]))[0]).toMatchObject({ result: 'delivered', index: 2 });
    expect(ledger.apply(bundle('b', 3, [append('x', 0, 0)]))[0]).toMatchObject({ result: 'delivered' });
  });

  it('ends at a stop sign: nothing is delivered after it, not even from the same bundle', () => {
    const ledger = new Ledger({ epoch: 1 });
    const sign = { nextEpoch: 2, metadata: bytes('m') };
    const stop: Operation = { kind: 'stop', session: 0, sequence: 0, value: encodeStopSign(sign) };
    const results = ledger.apply(bundle('a', 1, [append('x'), stop, append('y')]));
    expect(results.map(({ result }) => result)).toEqual(['delivered', 'stopped', 'sealed']);
    expect(ledger.sealed).toEqual(sign);
    expect(ledger.apply(bundle('b', 1, [append('z')]))).toEqual([]);
    expect(ledger.index).toBe(1);
  });

  it('refuses a stop sign into the past', () => {
    const ledger = new Ledger({ epoch: 3 });
    const value = encodeStopSign({ nextEpoch: 3, metadata: bytes('') });
    const [result] = ledger.apply(bundle('a', 1, [{ kind: 'stop', session: 0, sequence: 0, value }]));
    expect(result?.result).toBe('invalid');
    expect(ledger.sealed).toBeNull();
  });

  it('waits for enough origins with one and the same sign where that is asked for', () => {
    const ledger = new Ledger({ epoch: 1, mayStop: (origins) => origins.size >= 2 });
    const stop = (nextEpoch: number): Operation => ({
      kind: 'stop',
      session: 0,
      sequence: 0,
      value: encodeStopSign({ nextEpoch, metadata: bytes('') }),
    });
    ledger.apply(bundle('a', 1, [stop(2)]));
    ledger.apply(bundle('a', 2, [stop(2)]));
    ledger.apply(bundle('b', 1, [stop(3)]));
    expect(ledger.sealed).toBeNull();
    ledger.apply(bundle('b', 2, [stop(2)]));
    expect(ledger.sealed?.nextEpoch).toBe(2);
  });

  it('reads back from its canonical encoding and goes on alike', () => {
    const ledger = new Ledger({ epoch: 1, mayStop: (origins) => origins.size >= 2 });
    ledger.apply(bundle('b', 3, [append('x', 4, 1)]));
    ledger.apply(bundle('a', 9, [append('y')]));
    const copy = Ledger.decode(ledger.encode(), { epoch: 1 })!;
    expect(fingerprint(copy)).toBe(fingerprint(ledger));
    for (const one of [ledger, copy]) one.apply(bundle('b', 4, [append('x', 4, 1), append('z')]));
    expect(copy.encode()).toEqual(ledger.encode());
    expect(Ledger.decode(ledger.encode().slice(1), { epoch: 1 })).toBeNull();
  });
});

describe('the pool', () => {
  it('keeps each origin within its own room', () => {
    const pool = new BundlePool(500);
    const ledger = new Ledger({ epoch: 1 });
    const added = Array.from({ length: 40 }, (_, i) =>
      pool.add(bundle('flood', i + 1, [append('x'.repeat(50))]), ledger),
    );
    expect(added.filter(Boolean).length).toBeLessThan(10);
    expect(pool.add(bundle('honest', 1, [append('y')]), ledger)).toBe(true);
  });

  it('serves origins in turn, each in its order, and stays within the limits', () => {
    const pool = new BundlePool(10_000);
    const ledger = new Ledger({ epoch: 1 });
    for (const number of [3, 1, 2]) pool.add(bundle('a', number, [append('x')]), ledger);
    pool.add(bundle('b', 1, [append('x')]), ledger);
    const name = ({ origin, number }: Bundle): string => `${origin}${number}`;
    expect(pool.select({ bytes: 1000, count: 10 }, new Set()).map(name)).toEqual(['a1', 'b1', 'a2', 'a3']);
    expect(pool.select({ bytes: 1000, count: 10 }, new Set(), 1).map(name)[0]).toBe('b1');
    expect(pool.select({ bytes: 1000, count: 2 }, new Set()).length).toBe(2);
    expect(pool.select({ bytes: 1, count: 2 }, new Set())).toEqual([]);
    expect(
      pool.select({ bytes: 1000, count: 9 }, new Set([pool.get(bundle('b', 1, [append('x')]).key)!.key])).length,
    ).toBe(3);
  });

  it('forgets what is decided and refuses it afterwards', () => {
    const pool = new BundlePool(10_000);
    const ledger = new Ledger({ epoch: 1 });
    const one = bundle('a', 1, [append('x')]);
    pool.add(one, ledger);
    ledger.apply(one);
    pool.prune(ledger);
    expect(pool.size).toBe(0);
    expect(pool.add(one, ledger)).toBe(false);
  });
});

describe('the client desk', () => {
  function desk(overrides: { maxPending?: number } = {}) {
    const fx = new EffectsBuilder<'total-order'>();
    const authenticator = new Authenticator<'total-order'>({
      self: 'a',
      members: ['a'],
      domain: 'test',
      epoch: 1,
      maxPayload: 64,
    });
    const options = {
      self: 'a',
      epoch: 1,
      incarnation: 1,
      limits: LIMITS,
      maxPending: 4,
      ticketTimeout: 1000,
      ...overrides,
    };
    const ledger = new Ledger({ epoch: 1 });
    const subject = new ClientDesk(options);
    const outcomes = (): Map<Ticket, Outcome<'total-order'>> =>
      new Map(fx.take().resolve.map(({ ticket, outcome }) => [ticket, outcome]));
    const propose = (ticket: number, text: string, session = 0, sequence = 0, now = 0): void =>
      subject.accept(
        fx,
        now,
        { t: 'propose', ticket, op: { kind: 'append', value: bytes(text) }, session, sequence },
        ledger,
      );
    const bundles = (): Bundle[] => {
      subject.flush(fx, authenticator);
      return fx.take().crypto.flatMap(({ token }) => {
        const statement = authenticator.signed(fx, token, new Uint8Array([1]));
        const finished = statement === null ? null : subject.signed(statement);
        return finished === null ? [] : [finished];
      });
    };
    return { fx, authenticator, ledger, subject, outcomes, propose, bundles };
  }

  it('puts what waits into one bundle and answers each ticket with its own index', () => {
    const { fx, ledger, subject, outcomes, propose, bundles } = desk();
    propose(1, 'x');
    propose(2, 'y');
    const [one, ...none] = bundles();
    expect(none).toEqual([]);
    subject.applied(fx, one!, ledger.apply(one!));
    const answers = outcomes();
    expect(answers.get(1)).toMatchObject({ kind: 'committed', position: { index: 1 } });
    expect(answers.get(2)).toMatchObject({ kind: 'committed', position: { index: 2 } });
    expect(subject.pending).toBe(0);
  });

  it('rejects what is too large, too much, unsupported or invalid', () => {
    const { fx, ledger, subject, outcomes, propose } = desk();
    propose(1, 'x'.repeat(101));
    for (const ticket of [2, 3, 4, 5, 6]) propose(ticket, 'x');
    subject.accept(fx, 0, { t: 'read', ticket: 7, level: 'causal', key: '' }, ledger);
    subject.accept(fx, 0, { t: 'stop', ticket: 8, sign: { nextEpoch: 1, metadata: bytes('') } }, ledger);
    const answers = outcomes();
    expect(answers.get(1)).toMatchObject({ kind: 'rejected', reason: 'too-large' });
    expect(answers.get(6)).toMatchObject({ kind: 'rejected', reason: 'overloaded', retryable: true });
    expect(answers.get(7)).toMatchObject({ kind: 'rejected', reason: 'unsupported' });
    expect(answers.get(8)).toMatchObject({ kind: 'rejected', reason: 'invalid' });
    expect([...answers.keys()]).toEqual([1, 6, 7, 8]);
  });

  it('lets a retry join what is in hand, and answers it at once when it was decided before', () => {
    const { fx, ledger, subject, outcomes, propose, bundles } = desk();
    propose(1, 'x', 5, 1);
    propose(2, 'x', 5, 1);
    const [one] = bundles();
    expect(one!.operations.length).toBe(1);
    subject.applied(fx, one!, ledger.apply(one!));
    propose(3, 'x', 5, 1);
    const answers = outcomes();
    for (const ticket of [1, 2, 3])
      expect(answers.get(ticket)).toMatchObject({ kind: 'committed', position: { index: 1 } });
  });

  it('answers when the operation was decided through somebody else', () => {
    const { fx, ledger, subject, outcomes, propose, bundles } = desk();
    propose(1, 'x', 5, 1);
    const [own] = bundles();
    const other = bundle('b', 1, [append('x', 5, 1)]);
    subject.applied(fx, other, ledger.apply(other));
    expect(outcomes().get(1)).toMatchObject({ kind: 'committed', position: { index: 1 } });
    subject.applied(fx, own!, ledger.apply(own!));
    expect(outcomes().size).toBe(0);
    expect(ledger.index).toBe(1);
  });

  it('says unknown when the time is up, and nothing more later', () => {
    const { fx, ledger, subject, outcomes, propose, bundles } = desk();
    propose(1, 'x', 0, 0, 500);
    const [one] = bundles();
    expect(subject.nextDeadline()).toBe(1500);
    subject.expire(fx, 1499);
    expect(outcomes().size).toBe(0);
    subject.expire(fx, 1500);
    expect(outcomes().get(1)).toEqual({ kind: 'unknown' });
    subject.applied(fx, one!, ledger.apply(one!));
    expect(outcomes().size).toBe(0);
    expect(subject.nextDeadline()).toBeNull();
  });

  it('rejects everything open when the epoch is sealed, but still knows what was decided before', () => {
    const { fx, ledger, subject, outcomes, propose } = desk();
    const before = bundle('b', 1, [append('x', 5, 1)]);
    const value = encodeStopSign({ nextEpoch: 2, metadata: bytes('') });
    ledger.apply(before);
    propose(1, 'y');
    ledger.apply(bundle('b', 2, [{ kind: 'stop', session: 0, sequence: 0, value }]));
    subject.sealed(fx);
    propose(2, 'z');
    propose(3, 'x', 5, 1);
    const answers = outcomes();
    expect(answers.get(1)).toMatchObject({ kind: 'rejected', reason: 'sealed' });
    expect(answers.get(2)).toMatchObject({ kind: 'rejected', reason: 'sealed' });
    expect(answers.get(3)).toMatchObject({ kind: 'committed', position: { index: 1 } });
  });

  it('after an installed snapshot: what it contains is committed or unknown, the rest stays open', () => {
    const { fx, subject, outcomes, propose, bundles } = desk();
    propose(1, 'x', 5, 1);
    propose(2, 'y');
    const [first] = bundles();
    propose(3, 'z');
    const [second] = bundles();
    const theirs = new Ledger({ epoch: 1 });
    theirs.apply(first!);
    subject.installed(fx, theirs);
    const answers = outcomes();
    expect(answers.get(1)).toMatchObject({ kind: 'committed', position: { index: 1 } });
    expect(answers.get(2)).toEqual({ kind: 'unknown' });
    subject.applied(fx, second!, theirs.apply(second!));
    expect(outcomes().get(3)).toMatchObject({ kind: 'committed', position: { index: 3 } });
  });

  it('clones stand alone', () => {
    const { fx, ledger, subject, propose, bundles } = desk();
    propose(1, 'x', 5, 1);
    const [one] = bundles();
    const copy = subject.clone();
    expect(fingerprint(copy)).toBe(fingerprint(subject));
    subject.applied(fx, one!, ledger.apply(one!));
    expect(copy.pending).toBe(1);
    expect(fingerprint(copy)).not.toBe(fingerprint(subject));
  });
});

describe('bounds per peer', () => {
  it('an inbox holds so many bytes of one peer and no more', () => {
    const inbox = new Inbox<string>(100);
    const tag = inbox.enter('a', 'first', 80);
    expect(inbox.enter('a', 'second', 30)).toBeNull();
    expect(inbox.enter('b', 'other', 30)).not.toBeNull();
    expect(inbox.leave(tag!)?.message).toBe('first');
    expect(inbox.leave(tag!)).toBeNull();
    expect(inbox.enter('a', 'third', 100)).not.toBeNull();
  });

  it('a budget serves one answer per window in any case, then only what fits', () => {
    const budget = new ServingBudget(1000, 100);
    expect(budget.spend('a', 500, 0)).toBe(true);
    expect(budget.spend('a', 1, 999)).toBe(false);
    expect(budget.spend('b', 60, 999)).toBe(true);
    expect(budget.spend('b', 60, 999)).toBe(false);
    expect(budget.spend('a', 1, 1000)).toBe(true);
  });
});
