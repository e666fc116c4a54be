import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CausalOp, Outcome, Position, VersionVector } from '@hypersync/interface';
import { Cluster } from '@hypersync/testkit/replica-cluster';
import plugin, { afterIn, decodeToken, encodeToken, extended, NEW_SESSION, nextEpochImage } from '../src/index.ts';

const text = new TextDecoder();
const put = (key: string, value: string, context: VersionVector | null = null): CausalOp => ({
  kind: 'put',
  key,
  value: new TextEncoder().encode(value),
  context,
});
const cluster = (config = {}): Cluster<'causal'> => new Cluster(plugin, ['a', 'b', 'c'], config);

/** One client that carries its token from node to node. */
class Client {
  static #clients = 0;
  readonly #cluster: Cluster<'causal'>;
  token = NEW_SESSION;
  #ticket = 0;

  constructor(c: Cluster<'causal'>) {
    this.#cluster = c;
    this.#ticket = 1_000_000 + 10_000 * Client.#clients++;
  }

  read(node: string, key: string): Outcome<'causal'> | undefined {
    const ticket = ++this.#ticket;
    this.#cluster.step(node, { t: 'read', ticket, level: 'causal', key, after: afterIn(this.token, 1)! });
    return this.#answer(ticket);
  }

  put(node: string, op: CausalOp): Outcome<'causal'> | undefined {
    const ticket = ++this.#ticket;
    this.#cluster.step(node, { t: 'propose', ticket, op, session: 0, sequence: 0, after: afterIn(this.token, 1)! });
    return this.#answer(ticket);
  }

  get last(): Outcome<'causal'> | undefined {
    return this.#cluster.outcomes.get(this.#ticket);
  }

  #answer(ticket: number): Outcome<'causal'> | undefined {
    const outcome = this.#cluster.outcomes.get(ticket);
    if (outcome?.kind === 'committed' || outcome?.kind === 'values')
      this.token = extended(this.token, outcome.position);
    return outcome;
  }
}

const values = (outcome: Outcome<'causal'> | undefined): string[] => {
  if (outcome?.kind !== 'values') throw new Error(`no values: ${outcome?.kind}`);
  return outcome.values.map((value) => text.decode(value));
};

describe('a session that moves', () => {
  it('reads its own writes', () => {
    const c = cluster();
    const client = new Client(c);
    client.put('a', put('k', 'mine'));
    expect(client.read('b', 'k')).toBeUndefined(); // b has to hear of it first
    c.run();
    expect(values(client.last)).toEqual(['mine']);
  });

  it('never reads backwards', () => {
    const c = cluster();
    c.propose('a', put('k', 'old'));
    c.run();
    c.propose('a', put('k', 'new'));
    c.run((flight) => flight.to === 'b');
    const client = new Client(c);
    expect(values(client.read('b', 'k'))).toEqual(['new']);
    expect(client.read('c', 'k')).toBeUndefined();
    c.run();
    expect(values(client.last)).toEqual(['new']);
  });

  it('writes in its own order, at whatever nodes', () => {
    const c = cluster();
    const client = new Client(c);
    client.put('a', put('k', 'first'));
    const kept = c.drop();
    expect(client.put('b', put('k', 'second'))).toBeUndefined();
    for (const { from, to, bytes } of kept) c.step(to, { t: 'message', from, bytes });
    c.run();
    for (const id of c.ids) expect(values(c.read(id, 'k'))).toEqual(['second']);
  });

  it('writes after what it has read', () => {
    const c = cluster();
    c.propose('a', put('question', '?'));
    const client = new Client(c);
    client.read('a', 'question');
    const kept = c.drop();
    expect(client.put('b', put('answer', '!'))).toBeUndefined();
    for (const { from, to, bytes } of kept) c.step(to, { t: 'message', from, bytes });
    c.run();
    for (const id of c.ids) expect(c.delivered.get(id)!.map(({ key }) => key)).toEqual(['question', 'answer']);
  });

  it('replaces nothing that it has not read, although it comes after it', () => {
    const c = cluster();
    c.propose('a', put('k', 'theirs'));
    const client = new Client(c);
    client.put('a', put('j', 'mine'));
    c.run();
    client.put('b', put('k', 'mine', {}));
    c.run();
    expect(values(c.read('c', 'k'))).toEqual(['theirs', 'mine']);
  });

  it('is told in time that a node cannot serve it, and what is no token is refused', () => {
    const c = cluster({ contextWaitMs: 100 });
    const client = new Client(c);
    client.put('a', put('k', 'mine'));
    client.read('b', 'k');
    c.elapse(200_000, () => false);
    expect(client.last).toMatchObject({ kind: 'rejected', reason: 'overloaded', retryable: true });
    c.step('b', { t: 'read', ticket: 1, level: 'causal', key: 'k', after: { stranger: 1 } });
    c.step('b', { t: 'propose', ticket: 2, op: put('k', 'v'), session: 0, sequence: 0, after: { a: -1 } });
    for (const ticket of [1, 2]) expect(c.outcomes.get(ticket)).toMatchObject({ kind: 'rejected', reason: 'invalid' });
  });

  it('waits in bounded company: so many requests, and so many bytes of puts', () => {
    const c = cluster();
    const client = new Client(c);
    client.put('a', put('k', 'mine'));
    c.drop();
    const large = { ...put('k', ''), value: new Uint8Array(1_048_576) };
    const puts = Array.from({ length: 17 }, () => new Client(c));
    for (const other of puts) {
      other.token = client.token;
      other.put('b', large);
    }
    expect(puts.filter(({ last }) => last?.kind === 'rejected').length).toBe(1); // sixteen of them fit
    for (let i = 0; i < 1_100; i++) client.read('c', 'k');
    expect(client.last).toMatchObject({ kind: 'rejected', reason: 'overloaded', retryable: true });
    expect(c.node('c').status().detail['waiting']).toBe(1_024);
  });

  it('may wait as a read while the epoch ends, not as a put', () => {
    const c = cluster();
    const client = new Client(c);
    client.put('a', put('k', 'mine'));
    const kept = c.drop();
    const [reader, writer] = [new Client(c), new Client(c)];
    reader.token = writer.token = client.token;
    reader.read('b', 'k');
    c.step('b', { t: 'propose', ticket: 7, op: put('k', 'x'), session: 0, sequence: 0, after: client.token.seen });
    c.stop('b');
    expect(c.outcomes.get(7)).toMatchObject({ kind: 'rejected', reason: 'sealed' });
    for (const { from, to, bytes } of kept) c.step(to, { t: 'message', from, bytes });
    expect(values(reader.last)).toEqual(['mine']);
  });
});

const tokens = fc
  .record({ epoch: fc.nat(), seen: fc.dictionary(fc.stringMatching(/^[a-z0-9._-]{1,8}$/), fc.integer({ min: 1 })) })
  .map(({ epoch, seen }) => ({ epoch, seen: { ...seen } }));

describe('a session token', () => {
  it('survives its encoding, and what is none is null', () => {
    fc.assert(
      fc.property(tokens, (token) => {
        expect(decodeToken(encodeToken(token))).toEqual(token);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const token = decodeToken(bytes);
        if (token !== null) expect(encodeToken(token)).toEqual(bytes);
      }),
      { numRuns: 1_000 },
    );
    expect(decodeToken(encodeToken(NEW_SESSION))).toEqual(NEW_SESSION);
  });

  it('begins anew with each epoch, whose start includes all that was before', () => {
    const at = (epoch: number, counter: number): Position<'causal'> => ({
      class: 'causal',
      epoch,
      dot: { node: 'a', counter },
      context: { b: 2 },
    });
    const one = extended(extended(NEW_SESSION, at(1, 5)), at(1, 3));
    expect(one).toEqual({ epoch: 1, seen: { a: 5, b: 2 } });
    expect(afterIn(one, 1)).toEqual({ a: 5, b: 2 });
    expect(afterIn(one, 2)).toEqual({});
    expect(afterIn(one, 0)).toBeNull();
    expect(extended(one, at(2, 1))).toEqual({ epoch: 2, seen: { a: 1, b: 2 } });
    expect(extended(extended(one, at(2, 1)), at(1, 9))).toEqual({ epoch: 2, seen: { a: 1, b: 2 } });
  });
});

describe('the next epoch', () => {
  it('begins with other members, vectors from zero, and what every member had at the end', () => {
    const c = cluster();
    c.propose('a', put('k', 'one', {}));
    c.propose('b', put('k', 'two', {}));
    c.propose('c', put('j', 'three'));
    c.run();
    c.stop('a');
    c.elapse(5_000_000);
    const states = c.ids.map((id) => c.sealed.get(id)!.state);
    expect(states[1]).toEqual(states[0]);

    const next = new Cluster(plugin, ['b', 'd']);
    for (const id of next.ids) {
      const image = nextEpochImage(states[0]!, 1, next.ids);
      next.images.set(id, new Map(image));
      next.start(id);
    }
    expect(values(next.read('d', 'k'))).toEqual(['one', 'two']);
    expect(next.read('d', 'j')).toMatchObject({ position: { dot: { counter: 0 }, context: {} } });
    next.propose('d', put('k', 'merged', {})); // who has seen the start of the epoch has seen both
    next.run();
    for (const id of next.ids) expect(values(next.read(id, 'k'))).toEqual(['merged']);
    next.crash('d');
    expect(values(next.read('d', 'k'))).toEqual(['merged']);
  });

  it('is not begun with bytes that are no sealed state', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const image = nextEpochImage(bytes, 2, ['a']);
        expect(image === null || bytes[0] === 1).toBe(true);
      }),
    );
    expect(nextEpochImage(new Uint8Array([2]), 2, ['a'])).toBeNull();
  });
});
