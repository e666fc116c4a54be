import { describe, expect, it } from 'vitest';
import type { NodeId } from '@hypersync/interface';
import { readFinalityProof } from '../src/finality-proof.ts';
import type { Message } from '../src/messages.ts';
import { NO_HASH } from '../src/vote.ts';
import { Cluster, DELTA, type Flight } from './cluster.ts';
import { certificate, leaderOf, LONG, pieceOf, sign, voteMessage, votes } from './forging.ts';

describe('a healthy cluster', () => {
  it.each([1, 2, 3, 4, 7])('of %i decides in one order, and answers the ticket', (n) => {
    const cluster = new Cluster(n);
    const tickets = ['a', 'b', 'c'].map((text, i) => {
      const id = cluster.ids[i % n]!;
      return [id, cluster.propose(id, text)] as const;
    });
    cluster.settle();
    cluster.advance(LONG);
    const order = cluster.values('n1');
    expect(order.toSorted()).toEqual(['a', 'b', 'c']);
    for (const id of cluster.ids) expect(cluster.values(id)).toEqual(order);
    for (const [id, ticket] of tickets) expect(cluster.host(id).outcomes.get(ticket)?.kind).toBe('committed');
  });

  it('decides at once, without waiting for any timer, when the leader has the operation', () => {
    const cluster = new Cluster(4);
    cluster.propose(leaderOf(cluster, 1), 'x');
    cluster.settle();
    for (const id of cluster.ids) expect(cluster.values(id)).toEqual(['x']);
  });

  it('gives each decision a certificate that a third party can check', () => {
    const cluster = new Cluster(4);
    cluster.propose('n1', 'x');
    cluster.settle();
    const [decision] = cluster.host('n2').delivered;
    const { table } = cluster.shape;
    const read = readFinalityProof(decision!.certificate, table)!;
    for (const { signer, payload, signature } of read.statements) {
      expect(signature).toEqual(sign(cluster, signer, payload));
    }
    expect(table.hasByzantineQuorum(read.statements.map(({ signer }) => signer))).toBe(true);
    const damaged = decision!.certificate.slice();
    damaged[2]! ^= 1;
    expect(readFinalityProof(damaged, table)).toBeNull();
  });

  it('counts weights: two heavy members decide without the light ones, and nobody without them', () => {
    const cluster = new Cluster({ a: 4, b: 4, c: 1, d: 1 });
    cluster.passes = ({ from, to }) => !['c', 'd'].includes(from) && !['c', 'd'].includes(to);
    cluster.propose('a', 'x');
    cluster.settle();
    cluster.advance(3 * LONG);
    expect(cluster.values('b')).toEqual(['x']);
    expect(cluster.values('c')).toEqual([]);
  });

  it('stands still with exactly two thirds of the weight', () => {
    const cluster = new Cluster({ a: 2, b: 2, c: 1, d: 1 });
    cluster.crash('c');
    cluster.crash('d');
    cluster.propose('a', 'x');
    cluster.settle();
    cluster.advance(5 * LONG);
    expect(cluster.values('a')).toEqual([]);
    expect(cluster.detail('a', 'iteration')).toBe(1);
  });
});

describe('rest', () => {
  it('makes no blocks and sends only heartbeats while there is nothing to agree on', () => {
    const cluster = new Cluster(4);
    cluster.propose('n1', 'x');
    cluster.settle();
    cluster.advance(LONG);
    const iteration = cluster.detail('n1', 'iteration');
    cluster.sent.length = 0;
    cluster.advance(100 * DELTA);
    expect(cluster.detail('n1', 'iteration')).toBe(iteration);
    expect(cluster.detail('n1', 'resting')).toBe(true);
    expect(new Set(cluster.sent.map(({ message }) => message.t))).toEqual(new Set(['status']));
    expect(cluster.sent.length).toBeLessThanOrEqual(11 * 12);
  });

  it('one faulty vote costs at most a paced iteration, not a storm of empty blocks', () => {
    const cluster = new Cluster(4);
    const height = Number(cluster.detail('n1', 'iteration'));
    const wake = voteMessage(cluster, 'n4', { kind: 'dummy', height, hash: NO_HASH });
    for (const id of ['n1', 'n2', 'n3']) cluster.inject('n4', id, wake);
    cluster.settle();
    expect(cluster.detail('n1', 'iteration')).toBe(height);
    cluster.advance(20 * LONG);
    expect(Number(cluster.detail('n1', 'iteration'))).toBeLessThanOrEqual(height + 1);
    expect(cluster.detail('n1', 'resting')).toBe(true);
  });
});

describe('a dead leader', () => {
  it('is skipped by a dummy after Delta + 3 Delta, not before, and the next leader decides', () => {
    const cluster = new Cluster(4);
    const dead = leaderOf(cluster, 1);
    cluster.crash(dead);
    const asked = cluster.ids.find((id) => id !== dead)!;
    const ticket = cluster.propose(asked, 'x');
    cluster.settle();
    cluster.advance(4 * DELTA - 1, DELTA / 2);
    expect(cluster.detail(asked, 'iteration')).toBe(1);
    expect(cluster.values(asked)).toEqual([]);
    cluster.advance(1);
    expect(cluster.values(asked)).toEqual(['x']);
    expect(cluster.host(asked).outcomes.get(ticket)?.kind).toBe('committed');
  });

  it('gets operations that only a few knew of, from those who knew', () => {
    const cluster = new Cluster(4);
    const leader = leaderOf(cluster, 1);
    const asked = cluster.ids.find((id) => id !== leader)!;
    let dropped = 0;
    cluster.passes = ({ message }) => !(message.t === 'bundles' && cluster.now === 1_000_000 && ++dropped > 0);
    cluster.propose(asked, 'x');
    cluster.settle();
    expect(dropped).toBe(3);
    cluster.advance(DELTA);
    expect(cluster.values(asked)).toEqual(['x']);
    expect(cluster.detail(asked, 'iteration')).toBe(2);
  });
});

describe('persistence', () => {
  it('no vote leaves, and none counts, before its ballot is durable', () => {
    const cluster = new Cluster(4);
    cluster.flushes = (id) => id !== 'n2';
    cluster.propose(leaderOf(cluster, 1), 'x');
    cluster.settle();
    expect(votes(cluster.sent, 'n2')).toEqual([]);
    const alone = new Cluster(1);
    alone.flushes = () => false;
    alone.propose('n1', 'x');
    alone.settle();
    alone.advance(LONG);
    expect(alone.values('n1')).toEqual([]);
    alone.flushes = () => true;
    for (let i = 0; i < 10; i++) {
      alone.flush('n1');
      alone.settle();
      alone.advance(DELTA);
    }
    expect(alone.values('n1')).toEqual(['x']);
  });

  it('after a crash a node keeps to what it voted: it does not finalize a height it gave up on', () => {
    const cluster = new Cluster(4);
    const leader = leaderOf(cluster, 1);
    const victim = cluster.ids.find((id) => id !== leader)!;
    let proposalHeld: Flight | null = null;
    cluster.passes = (flight) => {
      if (flight.message.t === 'proposal' && flight.message.block.height === 1) proposalHeld = flight;
      return flight.message.t !== 'proposal' && !(flight.message.t === 'vote' && flight.message.vote.kind === 'dummy');
    };
    cluster.propose(leader, 'x');
    cluster.settle();
    cluster.advance(5 * DELTA);
    expect(votes(cluster.sent, victim).map(({ kind }) => kind)).toContain('dummy');
    cluster.crash(victim);
    cluster.restart(victim);
    cluster.settle();
    cluster.sent.length = 0;
    cluster.passes = () => false;
    const { message } = proposalHeld!;
    const { block } = message as Extract<Message, { t: 'proposal' }>;
    const others = cluster.ids.filter((id) => id !== victim);
    const notarized = certificate(cluster, { kind: 'notarize', height: 1, hash: block.hash }, others);
    cluster.inject(leader, victim, { t: 'certificates', certificates: [notarized] });
    cluster.settle();
    expect(cluster.detail(victim, 'iteration')).toBe(2);
    expect(votes(cluster.sent, victim).filter(({ height, kind }) => height === 1 && kind === 'finalize')).toEqual([]);
  });

  it('no operation leaves under an incarnation that a crash could make us use again', () => {
    const cluster = new Cluster(4);
    cluster.crash('n2');
    cluster.flushes = (id) => id !== 'n2';
    cluster.restart('n2');
    cluster.propose('n2', 'x');
    cluster.settle();
    expect(cluster.sent.filter(({ from, message }) => from === 'n2' && message.t === 'bundles')).toEqual([]);
    cluster.flush('n2');
    expect(cluster.sent.filter(({ from, message }) => from === 'n2' && message.t === 'bundles').length).toBe(3);
  });

  it('a leader that restarts proposes the same block again, not another', () => {
    const cluster = new Cluster(4);
    const leader = leaderOf(cluster, 1);
    cluster.passes = ({ message }) => message.t !== 'proposal';
    cluster.propose(leader, 'x');
    cluster.settle();
    cluster.crash(leader);
    cluster.restart(leader);
    cluster.propose(leader, 'y');
    cluster.settle();
    cluster.advance(2 * DELTA);
    const blocks = cluster.sent.flatMap(({ message }) => (message.t === 'proposal' ? [message.block.key] : []));
    expect(blocks.length).toBeGreaterThan(3);
    expect(new Set(blocks).size).toBe(1);
    cluster.passes = () => true;
    cluster.advance(LONG);
    for (const id of cluster.ids) expect(cluster.values(id)).toEqual(['x', 'y']);
    expect(cluster.ids.flatMap((id) => cluster.host(id).evidence)).toEqual([]);
  });

  it('all nodes lose power at once and go on where they were, without delivering twice', () => {
    const cluster = new Cluster(4);
    for (const [i, id] of cluster.ids.entries()) cluster.propose(id, `before ${i}`);
    cluster.settle();
    cluster.advance(LONG);
    for (const id of cluster.ids) cluster.crash(id);
    for (const id of cluster.ids) cluster.restart(id);
    cluster.settle();
    cluster.propose('n3', 'after');
    cluster.settle();
    cluster.advance(LONG);
    const order = cluster.values('n1');
    expect(order.length).toBe(5);
    for (const id of cluster.ids) {
      expect(cluster.values(id)).toEqual(order);
      expect(cluster.host(id).delivered.map(({ position }) => position.index)).toEqual([1, 2, 3, 4, 5]);
    }
  });

  it('an application that is behind its mechanism gets the missing decisions again', () => {
    const cluster = new Cluster(4);
    for (const text of ['a', 'b', 'c']) {
      cluster.propose('n1', text);
      cluster.settle();
    }
    const before = cluster.values('n2');
    cluster.crash('n2');
    cluster.host('n2').delivered.length = 1;
    cluster.restart('n2', 1);
    cluster.settle();
    expect(cluster.values('n2')).toEqual(before);
    expect(cluster.host('n2').delivered[2]!.certificate.length).toBeGreaterThan(100);
  });

  it('refuses a damaged image instead of guessing what it signed', () => {
    const cluster = new Cluster(4);
    cluster.propose('n1', 'x');
    cluster.settle();
    const { image } = cluster.host('n1');
    const key = [...image.keys()].find((name) => name.startsWith('final/'))!;
    image.set(key, image.get(key)!.slice(1));
    expect(() => cluster.restart('n1')).toThrow(/final.*damaged/);
  });
});

describe('catching up', () => {
  it('a node cut off learns everything after the cut heals, with no new operation', () => {
    const cluster = new Cluster(4);
    cluster.passes = ({ from, to }) => from !== 'n4' && to !== 'n4';
    for (let i = 0; i < 12; i++) {
      cluster.propose(cluster.ids[i % 3]!, `op ${i}`);
      cluster.settle();
      cluster.advance(LONG);
    }
    expect(cluster.values('n1').length).toBe(12);
    expect(cluster.values('n4')).toEqual([]);
    cluster.passes = () => true;
    cluster.advance(20 * DELTA);
    expect(cluster.values('n4')).toEqual(cluster.values('n1'));
    expect(cluster.detail('n4', 'iteration')).toBe(cluster.detail('n1', 'iteration'));
  });

  it('a node that lost its disk gets the chain back', () => {
    const cluster = new Cluster(4);
    for (let i = 0; i < 5; i++) {
      cluster.propose('n1', `op ${i}`);
      cluster.settle();
    }
    cluster.crash('n4');
    cluster.host('n4').image.clear();
    cluster.host('n4').delivered.length = 0;
    cluster.restart('n4', 0);
    cluster.settle();
    cluster.advance(20 * DELTA);
    expect(cluster.values('n4')).toEqual(cluster.values('n1'));
  });

  it('a node that jumped over a hundred heights gets the certificates in between, and can lead again', () => {
    const cluster = new Cluster(4);
    const dummies = Array.from({ length: 150 }, (_, i) =>
      certificate(cluster, { kind: 'dummy', height: i + 1, hash: NO_HASH }, ['n1', 'n2', 'n3']),
    );
    cluster.passes = ({ to }) => to !== 'n4';
    for (const id of ['n1', 'n2', 'n3']) {
      for (let i = 0; i < 150; i += 50)
        cluster.inject('n2', id, { t: 'certificates', certificates: dummies.slice(i, i + 50) });
    }
    cluster.inject('n2', 'n4', { t: 'certificates', certificates: dummies.slice(-1) });
    cluster.settle();
    expect(cluster.ids.map((id) => cluster.detail(id, 'iteration'))).toEqual([151, 151, 151, 151]);
    cluster.passes = () => true;
    cluster.advance(40 * DELTA);
    for (let i = 0; i < 4; i++) {
      cluster.propose('n4', `op ${i}`);
      cluster.settle();
      cluster.advance(DELTA);
    }
    expect(cluster.values('n1')).toEqual(['op 0', 'op 1', 'op 2', 'op 3']);
    expect(cluster.blocks('n1').some(({ height }) => leaderOf(cluster, height) === 'n4')).toBe(true);
  });

  it('asks another peer when the first does not answer', () => {
    const cluster = new Cluster(4);
    cluster.passes = ({ from, to }) => from !== 'n4' && to !== 'n4';
    cluster.propose('n1', 'x');
    cluster.settle();
    let asked = '';
    cluster.passes = ({ to, from, message }) => {
      if (message.t !== 'fetch' || from !== 'n4') return true;
      asked ||= to;
      return to !== asked;
    };
    cluster.advance(40 * DELTA);
    expect(asked).not.toBe('');
    expect(cluster.values('n4')).toEqual(['x']);
  });
});

describe('checkpoints', () => {
  const compactAll = (cluster: Cluster, index: number, ids = cluster.ids, text = 'state'): void => {
    for (const id of ids)
      cluster.input(id, { t: 'compact', index, state: new Uint8Array(Buffer.from(`${text} ${index}`)) });
    cluster.settle();
  };
  const filled = (operations: number): Cluster => {
    const cluster = new Cluster(4);
    for (let i = 0; i < operations; i++) {
      cluster.propose('n1', `op ${i}`);
      cluster.settle();
    }
    return cluster;
  };

  it('the log goes once more than two thirds have the same snapshot, not before', () => {
    const cluster = filled(6);
    compactAll(cluster, 4, ['n1', 'n2']);
    expect(cluster.detail('n1', 'logBlocks')).toBe(6);
    compactAll(cluster, 4, ['n3'], 'another state');
    expect(cluster.detail('n1', 'checkpointIndex')).toBe(0);
    compactAll(cluster, 4, ['n4']);
    for (const id of ['n1', 'n2', 'n4']) {
      expect(cluster.detail(id, 'checkpointIndex')).toBe(4);
      expect(cluster.detail(id, 'logBlocks')).toBe(2);
    }
    expect(cluster.detail('n3', 'logBlocks')).toBe(6);
  });

  it('a wiped node installs the snapshot and then the rest', () => {
    const cluster = filled(6);
    compactAll(cluster, 4);
    cluster.crash('n4');
    cluster.host('n4').image.clear();
    cluster.host('n4').delivered.length = 0;
    cluster.restart('n4', 0);
    cluster.settle();
    cluster.advance(40 * DELTA);
    expect(cluster.host('n4').installed).toBe(4);
    expect(cluster.values('n4')).toEqual(['op 4', 'op 5']);
    cluster.propose('n4', 'more');
    cluster.settle();
    cluster.advance(LONG);
    expect(cluster.values('n1').at(-1)).toBe('more');
  });

  it('a large snapshot comes in pieces', () => {
    const cluster = filled(2);
    const state = new Uint8Array(700_000).map((_, i) => i % 251);
    for (const id of cluster.ids) cluster.input(id, { t: 'compact', index: 2, state });
    cluster.settle();
    cluster.crash('n4');
    cluster.host('n4').image.clear();
    cluster.restart('n4', 0);
    cluster.settle();
    cluster.advance(40 * DELTA);
    expect(cluster.host('n4').installed).toBe(2);
    const pieces = cluster.sent.filter(({ message, to }) => to === 'n4' && pieceOf(message) !== null);
    expect(pieces.length).toBe(3);
  });

  it('a snapshot that too few vouch for, or whose bytes were changed, is not installed', () => {
    const cluster = filled(6);
    compactAll(cluster, 4);
    cluster.crash('n4');
    cluster.host('n4').image.clear();
    cluster.restart('n4', 0);
    cluster.passes = ({ message, to }) => !(pieceOf(message) !== null && to === 'n4');
    cluster.settle();
    cluster.advance(10 * DELTA);
    const piece = cluster.sent.map(({ message }) => pieceOf(message)).find((one) => one !== null)!;
    const offer = (from: NodeId, change: Partial<typeof piece>): void =>
      cluster.inject(from, 'n4', { t: 'compaction', message: { ...piece, ...change } });
    const changed = piece.bytes.slice();
    changed[changed.length - 1]! ^= 1;
    offer('n1', { bytes: changed });
    offer('n2', { signatures: piece.signatures.slice(0, 2) });
    offer('n3', { signatures: piece.signatures.map((one) => ({ ...one, signature: new Uint8Array(32) })) });
    cluster.settle();
    expect(cluster.host('n4').installed).toBe(0);
    cluster.passes = () => true;
    cluster.advance(40 * DELTA);
    expect(cluster.host('n4').installed).toBe(4);
  });

  it('a restart from a checkpoint installs it where the application is behind, and only there', () => {
    const cluster = filled(6);
    compactAll(cluster, 4);
    for (const id of cluster.ids) {
      cluster.propose(id, `flush ${id}`);
      cluster.settle();
    }
    cluster.advance(LONG);
    const all = cluster.values('n1');
    cluster.crash('n2');
    cluster.restart('n2');
    cluster.settle();
    expect(cluster.host('n2').installed).toBe(0);
    expect(cluster.values('n2')).toEqual(all);
    cluster.crash('n3');
    cluster.host('n3').delivered.length = 0;
    cluster.restart('n3', 2);
    cluster.settle();
    expect(cluster.host('n3').installed).toBe(4);
    expect(cluster.values('n3')).toEqual(all.slice(4));
  });
});

describe('the stop sign', () => {
  it('seals every node at one index, answers what is open, and keeps serving laggards', () => {
    const cluster = new Cluster(4);
    cluster.passes = ({ from, to }) => from !== 'n4' && to !== 'n4';
    cluster.propose('n1', 'x');
    cluster.settle();
    cluster.advance(LONG);
    const stop = cluster.stop('n2');
    cluster.settle();
    cluster.advance(LONG);
    const late = cluster.propose('n1', 'too late');
    cluster.settle();
    expect(cluster.host('n2').outcomes.get(stop)).toMatchObject({ kind: 'committed', position: { index: 1 } });
    expect(cluster.host('n1').outcomes.get(late)).toMatchObject({ kind: 'rejected', reason: 'sealed' });
    cluster.passes = () => true;
    cluster.advance(40 * DELTA);
    for (const id of cluster.ids) {
      expect(cluster.host(id).sealed).toMatchObject({ sign: { nextEpoch: 2 }, position: { index: 1 } });
      expect(cluster.values(id)).toEqual(['x']);
    }
    cluster.crash('n1');
    cluster.host('n1').sealed = null;
    cluster.restart('n1');
    cluster.settle();
    expect(cluster.host('n1').sealed?.position.index).toBe(1);
  });

  it('needs more than a third of the weight where the configuration says so', () => {
    const cluster = new Cluster(4, { stopEndorsement: 'third' });
    cluster.stop('n1');
    cluster.settle();
    cluster.advance(LONG);
    expect(cluster.host('n3').sealed).toBeNull();
    cluster.stop('n2');
    cluster.settle();
    cluster.advance(LONG);
    expect(cluster.host('n3').sealed?.sign.nextEpoch).toBe(2);
  });
});

describe('clients', () => {
  it('one operation proposed at two nodes is delivered once, and both tickets are answered with its place', () => {
    const cluster = new Cluster(4);
    const [first, second] = [cluster.propose('n1', 'x', 7, 1), cluster.propose('n2', 'x', 7, 1)];
    cluster.settle();
    cluster.advance(LONG);
    expect(cluster.values('n3')).toEqual(['x']);
    for (const [id, ticket] of [
      ['n1', first],
      ['n2', second],
    ] as const) {
      expect(cluster.host(id).outcomes.get(ticket)).toMatchObject({ kind: 'committed', position: { index: 1 } });
    }
  });

  it('a linearizable read takes its place in the order, a sequential one answers at once, others are unsupported', () => {
    const cluster = new Cluster(4);
    cluster.propose('n1', 'x');
    cluster.settle();
    cluster.passes = ({ from, to }) => from !== 'n4' && to !== 'n4';
    const [fresh, local, never] = [
      cluster.read('n4'),
      cluster.read('n4', 'sequential'),
      cluster.read('n4', 'eventual'),
    ];
    cluster.settle();
    const { outcomes } = cluster.host('n4');
    expect(outcomes.get(local)).toMatchObject({ kind: 'values', position: { index: 1 } });
    expect(outcomes.get(never)).toMatchObject({ kind: 'rejected', reason: 'unsupported' });
    cluster.propose('n1', 'y');
    cluster.settle();
    cluster.advance(LONG);
    expect(outcomes.get(fresh)).toBeUndefined();
    cluster.passes = () => true;
    cluster.advance(30 * DELTA);
    expect(outcomes.get(fresh)).toMatchObject({ kind: 'values', position: { index: 2 } });
  });

  it('a ticket without a decision is answered unknown in time', () => {
    const cluster = new Cluster(4, { ticketTimeoutMs: 100 });
    for (const id of ['n2', 'n3', 'n4']) cluster.crash(id);
    const ticket = cluster.propose('n1', 'x');
    cluster.settle();
    cluster.advance(100_000);
    expect(cluster.host('n1').outcomes.get(ticket)).toEqual({ kind: 'unknown' });
  });
});
