import { describe, expect, test } from 'vitest';
import type { Outcome } from '@hypersync/interface';
import plugin from '../src/index.ts';
import { decodeMessage, describeMessage, encodeMessage } from '../src/messages.ts';
import { Quorum } from '../src/quorum.ts';
import { Cluster, type ClusterOptions, type Letter } from '@hypersync/testkit/log-cluster';

const THREE = ['a', 'b', 'c'];
const write = (key: string, value: string) => ({ kind: 'write', key, value: new TextEncoder().encode(value) }) as const;

function start(ids: readonly string[] = THREE, options: ClusterOptions = {}): Cluster<'register'> {
  return new Cluster(plugin, ids, options);
}

function isType(type: string): (letter: Letter) => boolean {
  return ({ bytes }) => decodeMessage(1, bytes)?.type === type;
}

function text(outcome: Outcome<'register'> | undefined): string | null | undefined {
  if (outcome?.kind !== 'values') return undefined;
  return outcome.values[0] === undefined ? null : new TextDecoder().decode(outcome.values[0]);
}

function tagAt(cluster: Cluster<'register'>, id: string, key = 'x'): string {
  const { mechanism } = cluster.site(id);
  if (!(mechanism instanceof Quorum)) throw new TypeError('another mechanism');
  const tag = mechanism.tags().get(key);
  return tag === undefined ? 'none' : `${tag.ts}.${tag.writer}`;
}

/** Writes at `writer` so that the value reaches only the members named. */
function writePartly(cluster: Cluster<'register'>, writer: string, value: string, reaches: readonly string[]): number {
  const isStore = isType('store');
  cluster.passes = (letter) => !isStore(letter) || reaches.includes(letter.to);
  const ticket = cluster.propose(writer, write('x', value));
  cluster.run(20_000);
  return ticket;
}

describe('reads and writes', () => {
  test('a read anywhere sees the last completed write', () => {
    const cluster = start();
    const written = cluster.propose('a', write('x', 'one'));
    cluster.run(20_000);
    expect(cluster.outcome('a', written)).toMatchObject({
      kind: 'committed',
      position: { ts: 1, writer: 'a', key: 'x' },
    });
    const read = cluster.read('c', 'x');
    cluster.run(20_000);
    expect(text(cluster.outcome('c', read))).toBe('one');
  });

  test('a register that was never written has no value', () => {
    const cluster = start();
    const read = cluster.read('b', 'nothing');
    cluster.run(20_000);
    expect(cluster.outcome('b', read)).toMatchObject({ kind: 'values', values: [], position: { ts: 0, writer: '' } });
  });

  test('two writers at once: one order for all, by ts and then by writer', () => {
    const cluster = start();
    cluster.propose('a', write('x', 'from a'));
    cluster.propose('b', write('x', 'from b'));
    cluster.run(50_000);
    const reads = THREE.map((id) => ({ id, ticket: cluster.read(id, 'x') }));
    cluster.run(20_000);
    for (const { id, ticket } of reads) expect(text(cluster.outcome(id, ticket))).toBe('from b');
  });

  test('keys do not disturb each other', () => {
    const cluster = start();
    cluster.propose('a', write('x', '1'));
    cluster.propose('b', write('y', '2'));
    cluster.run(20_000);
    const [x, y] = [cluster.read('c', 'x'), cluster.read('c', 'y')];
    cluster.run(20_000);
    expect([text(cluster.outcome('c', x)), text(cluster.outcome('c', y))]).toEqual(['1', '2']);
  });

  test('an eventual read is the own replica, without asking', () => {
    const cluster = start();
    cluster.partition(['a'], ['b', 'c']);
    const read = cluster.read('a', 'x', 'eventual');
    expect(cluster.outcome('a', read)).toMatchObject({ kind: 'values', values: [] });
  });
});

describe('what makes it atomic', () => {
  test('write-back: once a read has seen an unfinished write, no later read misses it', () => {
    const cluster = start();
    cluster.propose('b', write('x', 'old'));
    cluster.run(20_000);
    writePartly(cluster, 'a', 'new', []); // only the writer itself has it
    cluster.passes = ({ from, to }) => from !== 'c' && to !== 'c';
    const first = cluster.read('b', 'x'); // sees a and b
    cluster.run(20_000);
    expect(text(cluster.outcome('b', first))).toBe('new');
    cluster.passes = ({ from, to }) => from !== 'a' && to !== 'a';
    const second = cluster.read('c', 'x'); // sees b and c
    cluster.run(20_000);
    expect(text(cluster.outcome('c', second))).toBe('new');
  });

  test('a read that finds all in agreement needs no second phase, any other does', () => {
    const cluster = start();
    cluster.propose('a', write('x', 'v'));
    cluster.run(20_000);
    cluster.log = [];
    cluster.read('b', 'x');
    cluster.run(20_000);
    expect(cluster.log.filter(isType('store'))).toHaveLength(0);
    writePartly(cluster, 'a', 'w', []);
    cluster.log = [];
    cluster.passes = ({ from, to }) => from !== 'c' && to !== 'c';
    cluster.read('b', 'x');
    cluster.run(20_000);
    expect(cluster.log.filter(isType('store')).length).toBeGreaterThan(0);
  });

  test('agreement of a read quorum smaller than a write quorum is not enough to skip write-back', () => {
    // One answer is a read quorum here; a unanimous one of one says nothing about the others.
    const cluster = start(THREE, { config: { readPercent: 33, writePercent: 100 } });
    writePartly(cluster, 'a', 'half', []);
    cluster.heal();
    cluster.partition(['a'], ['b', 'c']);
    const read = cluster.read('a', 'x');
    cluster.run(20_000);
    expect(cluster.outcome('a', read)).toBeUndefined();
    cluster.heal();
    cluster.run(300_000);
    expect(text(cluster.outcome('a', read))).toBe('half');
    const later = cluster.read('b', 'x');
    cluster.run(20_000);
    expect(text(cluster.outcome('b', later))).toBe('half');
  });

  test('no tag is used twice, also by a writer that crashed between its phases', () => {
    const cluster = start();
    writePartly(cluster, 'a', 'lost?', ['c']); // c has it; a loses power before its own disk does
    const tag = tagAt(cluster, 'c');
    cluster.crash('a');
    cluster.site('a').disk = new Map([...cluster.site('a').disk].filter(([key]) => !key.startsWith('r/')));
    cluster.start('a');
    cluster.passes = ({ from, to }) => from !== 'c' && to !== 'c';
    const again = cluster.propose('a', write('x', 'other'));
    cluster.run(20_000);
    expect(cluster.outcome('a', again)?.kind).toBe('committed');
    expect(tagAt(cluster, 'a')).not.toBe(tag);
  });

  test('two writes of one node at once get two tags, and watchers never see the register go back', () => {
    const cluster = start();
    const tickets = ['1', '2', '3'].map((value) => cluster.propose('a', write('x', value)));
    cluster.run(50_000);
    const tags = tickets.map((ticket) => {
      const outcome = cluster.outcome('a', ticket);
      return outcome?.kind === 'committed' ? outcome.position.ts : 0;
    });
    expect(new Set(tags).size).toBe(3);
    const seen = cluster.site('a').decisions.map((decision) => decision.position.ts);
    expect(seen).toEqual(seen.toSorted((x, y) => x - y));
  });

  test('nothing is acknowledged before it is on disk', () => {
    const cluster = start();
    cluster.run(1000);
    for (const id of THREE) cluster.site(id).slowDisk = true;
    cluster.log = [];
    const ticket = cluster.propose('a', write('x', 'v'));
    cluster.run(50_000);
    expect(cluster.outcome('a', ticket)).toBeUndefined();
    expect(cluster.log.filter(isType('store'))).toHaveLength(0); // the tag's reservation is not on disk either
    cluster.sync('a');
    cluster.run(50_000);
    expect(cluster.log.filter(isType('store')).length).toBeGreaterThan(0);
    expect(cluster.outcome('a', ticket)).toBeUndefined(); // one disk of three
    cluster.sync('b');
    cluster.run(50_000);
    expect(cluster.outcome('a', ticket)?.kind).toBe('committed');
  });

  test('a reply is not given for a register that a crash could take back', () => {
    const cluster = start();
    cluster.run(1000);
    cluster.site('b').slowDisk = true;
    writePartly(cluster, 'a', 'v', ['b']);
    cluster.passes = ({ from, to }) => from !== 'a' && to !== 'a';
    const read = cluster.read('c', 'x'); // b has the value in memory only
    cluster.run(50_000);
    expect(cluster.outcome('c', read)).toBeUndefined();
    cluster.sync('b');
    cluster.run(50_000);
    expect(text(cluster.outcome('c', read))).toBe('v');
  });

  test('no reader sees a value whose tag a crash could give to another', () => {
    const cluster = start();
    const first = cluster.propose('a', write('x', 'first'));
    cluster.run(20_000);
    expect(cluster.outcome('a', first)?.kind).toBe('committed');
    cluster.site('a').slowDisk = true;
    cluster.propose('a', write('x', 'second'));
    cluster.run(50_000);
    const read = () => text(cluster.outcome('a', cluster.read('a', 'x', 'eventual')));
    expect([tagAt(cluster, 'a'), read()]).toEqual(['2.a', 'first']);
    cluster.sync('a');
    expect(read()).toBe('second');
  });

  test('the own replica counts only once its disk has the value', () => {
    const cluster = start();
    cluster.propose('a', write('x', 'first'));
    cluster.run(20_000);
    cluster.crash('c');
    cluster.site('a').slowDisk = true;
    const ticket = cluster.propose('a', write('x', 'second'));
    cluster.run(50_000);
    cluster.step('a', [{ t: 'durable', token: 1 }]); // of an earlier write
    expect(tagAt(cluster, 'b')).toBe('2.a'); // stored at b, acknowledged by b
    expect(cluster.outcome('a', ticket)).toBeUndefined();
    cluster.sync('a');
    expect(cluster.outcome('a', ticket)?.kind).toBe('committed');
  });

  test('a read whose own replica was overtaken meanwhile needs no third member to finish', () => {
    const cluster = start();
    cluster.run(1000);
    cluster.crash('c');
    cluster.passes = (letter) => letter.from === 'b' && letter.to === 'a' && isType('store')(letter);
    const read = cluster.read('a', 'x'); // its own answer is "never written"; the question is lost
    cluster.heal();
    cluster.passes = (letter) => !(letter.to === 'b' && isType('store-reply')(letter));
    cluster.propose('b', write('x', 'v'));
    cluster.run(500_000);
    expect(text(cluster.outcome('a', read))).toBe('v');
  });

  test('an answer to an earlier incarnation counts for nothing', () => {
    const cluster = start();
    const replies: Letter[] = [];
    cluster.passes = (letter) => {
      const keep = letter.to === 'a' && isType('query-reply')(letter);
      if (keep) replies.push(letter);
      return !keep;
    };
    cluster.read('a', 'x');
    cluster.run(20_000);
    expect(replies.length).toBeGreaterThan(0);
    cluster.crash('a');
    cluster.heal();
    const written = cluster.propose('b', write('x', 'newer'));
    cluster.run(50_000);
    expect(cluster.outcome('b', written)?.kind).toBe('committed');
    cluster.start('a');
    cluster.passes = () => false;
    const read = cluster.read('a', 'x'); // has the number that the old one had
    for (const letter of replies) cluster.deliver(letter);
    expect(cluster.outcome('a', read)).toBeUndefined();
  });
});

describe('progress', () => {
  test('with a minority down everything goes on, with loss too', () => {
    const cluster = start(['a', 'b', 'c', 'd', 'e']);
    cluster.crash('d');
    cluster.crash('e');
    let count = 0;
    cluster.passes = () => count++ % 3 !== 0;
    const ticket = cluster.propose('a', write('x', 'v'));
    cluster.run(3_000_000);
    expect(cluster.outcome('a', ticket)?.kind).toBe('committed');
  });

  test('without a quorum: a read is refused, a write that may have begun is unknown', () => {
    const cluster = start(THREE, { config: { operationTimeoutMs: 500 } });
    cluster.run(1000);
    cluster.partition(['a'], ['b', 'c']);
    const [read, early] = [cluster.read('a', 'x'), cluster.propose('a', write('x', 'v'))];
    cluster.run(1_000_000);
    expect(cluster.outcome('a', read)).toMatchObject({ kind: 'rejected', reason: 'no-quorum', retryable: true });
    expect(cluster.outcome('a', early)).toMatchObject({ kind: 'rejected', reason: 'no-quorum' });
    cluster.heal();
    const late = writePartly(cluster, 'a', 'w', []);
    cluster.run(1_000_000);
    expect(cluster.outcome('a', late)).toEqual({ kind: 'unknown' });
  });
});

describe('the end of an epoch', () => {
  test('every acknowledged write is in every sealed state, and nothing is served afterwards', () => {
    const cluster = start();
    const tickets = ['1', '2', '3'].map((value, i) => cluster.propose(THREE[i]!, write(`k${i}`, value)));
    cluster.run(50_000);
    for (const [i, ticket] of tickets.entries()) expect(cluster.outcome(THREE[i]!, ticket)?.kind).toBe('committed');
    const stop = cluster.stop('b');
    cluster.run(5_000_000);
    expect(cluster.outcome('b', stop)?.kind).toBe('committed');
    const states = THREE.map((id) => cluster.site(id).sealed!.state);
    expect(states[1]).toEqual(states[0]);
    expect(states[2]).toEqual(states[0]);
    for (const value of ['1', '2', '3']) expect(new TextDecoder().decode(states[0])).toContain(value);
    const late = cluster.propose('a', write('x', 'late'));
    expect(cluster.outcome('a', late)).toMatchObject({ kind: 'rejected', reason: 'sealed' });
  });

  test('one member down: the others seal after the grace, it seals when it comes back', () => {
    const cluster = start();
    cluster.propose('a', write('x', 'v'));
    cluster.run(50_000);
    cluster.crash('c');
    cluster.stop('a');
    cluster.run(1_000_000);
    expect(cluster.site('a').sealed).toBeNull(); // grace
    cluster.run(3_000_000);
    expect(cluster.site('a').sealed).not.toBeNull();
    expect(cluster.site('b').sealed).not.toBeNull();
    cluster.start('c');
    cluster.run(5_000_000);
    expect(cluster.site('c').sealed?.sign.nextEpoch).toBe(2);
    expect(cluster.site('c').sealed?.state).toEqual(cluster.site('a').sealed?.state);
  });

  test('a frozen replica stays frozen over a crash: an old-epoch write cannot complete behind the seal', () => {
    const cluster = start();
    cluster.stop('a');
    cluster.run(5_000_000);
    cluster.crash('b');
    cluster.start('b');
    const write1 = cluster.propose('b', write('x', 'late'));
    expect(cluster.outcome('b', write1)).toMatchObject({ kind: 'rejected', reason: 'sealed' });
  });

  test('a member that has not heard of the end completes nothing with those that are frozen', () => {
    const cluster = start(THREE, { config: { operationTimeoutMs: 1000 } });
    cluster.propose('c', write('x', 'v'));
    cluster.run(50_000);
    const isFrontier = isType('frontier');
    cluster.passes = (letter) => !(letter.to === 'c' && isFrontier(letter));
    cluster.stop('a');
    cluster.run(4_000_000);
    expect(cluster.site('a').sealed).not.toBeNull();
    const [late, read] = [cluster.propose('c', write('x', 'late')), cluster.read('c', 'x')];
    cluster.run(2_000_000);
    expect(cluster.outcome('c', late)).toMatchObject({ kind: 'rejected' });
    expect(cluster.outcome('c', read)).toMatchObject({ kind: 'rejected' });
    expect(tagAt(cluster, 'a')).toBe('1.c');
  });

  test('a frontier does not leave before the freeze is on disk', () => {
    const cluster = start();
    cluster.run(1000);
    cluster.site('b').slowDisk = true;
    cluster.log = [];
    cluster.stop('a');
    cluster.run(50_000);
    const pages = () => cluster.log.filter((letter) => letter.from === 'b' && isType('frontier-page')(letter)).length;
    expect(pages()).toBe(0);
    cluster.sync('b');
    expect(pages()).toBeGreaterThan(0);
  });

  test('two stops at once end with one sign', () => {
    const cluster = start();
    const [first, second] = [cluster.stop('a', 3), cluster.stop('c', 2)];
    cluster.run(5_000_000);
    expect(THREE.map((id) => cluster.site(id).sealed?.sign.nextEpoch)).toEqual([2, 2, 2]);
    expect(cluster.outcome('a', first)).toMatchObject({ kind: 'rejected', reason: 'superseded' });
    expect(cluster.outcome('c', second)?.kind).toBe('committed');
  });

  test('pages that are repeated or late change nothing', () => {
    const cluster = start();
    for (let i = 0; i < 12; i++) cluster.propose('a', write(`k${i}`, 'v'.repeat(60_000)));
    cluster.run(500_000);
    const isPage = isType('frontier-page');
    cluster.crash('c'); // so that a goes on asking
    cluster.passes = (letter) => !isPage(letter);
    cluster.log = [];
    cluster.stop('a');
    cluster.run(10_000);
    const first = cluster.log.find((letter) => letter.to === 'a' && isPage(letter))!;
    cluster.heal();
    cluster.deliver(first);
    for (let i = 0; i < 3; i++) cluster.deliver(first);
    cluster.run(200_000);
    for (let i = 0; i < 3; i++) cluster.deliver(first);
    cluster.run(5_000_000);
    expect(cluster.site('a').sealed!.state).toEqual(cluster.site('b').sealed!.state);
    expect(cluster.site('a').sealed!.state.length).toBeGreaterThan(12 * 60_000);
  });

  test('a frontier of many registers travels in pages', () => {
    const cluster = start();
    for (let i = 0; i < 20; i++) cluster.propose('a', write(`k${i}`, 'v'.repeat(50_000)));
    cluster.run(500_000);
    cluster.log = [];
    cluster.stop('c');
    cluster.run(5_000_000);
    expect(cluster.log.filter(isType('frontier-page')).length).toBeGreaterThan(2 * 3);
    for (const { bytes } of cluster.log) expect(bytes.length).toBeLessThan(4 * 1024 * 1024);
    expect(cluster.site('b').sealed!.state).toEqual(cluster.site('a').sealed!.state);
  });
});

describe('the wire and the disk', () => {
  const register = { tag: { ts: 5, writer: 'b' }, value: new Uint8Array([1]), signature: new Uint8Array(0) };

  test('a message of another epoch has no effect', () => {
    const cluster = start();
    const bytes = encodeMessage(2, { type: 'store', boot: 1, id: 1, key: 'x', register });
    cluster.deliver({ from: 'b', to: 'a', bytes, text: '' });
    expect(tagAt(cluster, 'a')).toBe('none');
    cluster.deliver({ from: 'b', to: 'a', bytes: encodeMessage(1, decodeMessage(2, bytes)!), text: '' });
    expect(tagAt(cluster, 'a')).toBe('5.b');
  });

  test('a tag beyond all use is no message, and one at the edge cannot be written over', () => {
    const store = (ts: number) =>
      encodeMessage(1, {
        type: 'store',
        boot: 1,
        id: 1,
        key: 'x',
        register: { ...register, tag: { ts, writer: 'b' } },
      });
    expect(decodeMessage(1, store(2 ** 52 + 1))).toBeNull();
    const cluster = start();
    cluster.deliver({ from: 'b', to: 'a', bytes: store(2 ** 52), text: '' });
    const ticket = cluster.propose('a', write('x', 'v'));
    cluster.run(50_000);
    expect(cluster.outcome('a', ticket)).toMatchObject({ reason: 'overloaded' });
  });

  test('keys that a store cannot write are refused', () => {
    const cluster = start();
    for (const key of ['k'.repeat(201), '\ud800'])
      expect(cluster.outcome('a', cluster.propose('a', write(key, 'v')))).toMatchObject({ reason: 'invalid' });
    expect(cluster.outcome('a', cluster.propose('a', write('k'.repeat(200), 'v')))).toBeUndefined();
  });

  test('messages are described in one line, garbage too', () => {
    const bytes = encodeMessage(1, { type: 'store', boot: 2, id: 3, key: 'x', register });
    expect(describeMessage(bytes)).toBe('quorum store epoch=1 boot=2 id=3 key="x" tag=5.b 1B');
    expect(describeMessage(new Uint8Array(3))).toContain('no message');
  });

  test('a damaged image is refused', () => {
    const members = THREE.map((id) => ({ id, weight: 1 }));
    const init = { self: 'a', members, epoch: 1, seed: 1, now: 0, config: {}, applied: 0 };
    expect(() => plugin.create(init, new Map([['r/x', new Uint8Array([5])]]))).toThrow(/damaged/);
  });
});
