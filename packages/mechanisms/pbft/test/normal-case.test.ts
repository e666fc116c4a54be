import { describe, expect, it } from 'vitest';
import { WeightTable } from '@hypersync/consensus-kit';
import { makeBatch } from '../src/batch.ts';
import { readCommitProof } from '../src/executing.ts';
import { encodeMessage, type Message } from '../src/messages.ts';
import { Cluster } from './cluster.ts';

function forged(message: Message): Message {
  return { ...message, signature: new Uint8Array(32) } as Message;
}

describe('the normal case', () => {
  it('orders what any replica accepts in three phases, and proves it', () => {
    const cluster = new Cluster();
    const outcome = cluster.decide('n2', 'x');
    expect(outcome).toEqual({ kind: 'committed', position: { class: 'total-order', epoch: 1, index: 1 } });
    for (const id of cluster.ids) expect(cluster.values(id)).toEqual(['x']);
    expect(cluster.said('n1', 'PRE-PREPARE').length).toBe(3);
    expect(cluster.said('n1', 'PREPARE')).toEqual([]);
    for (const id of ['n2', 'n3', 'n4']) expect(cluster.said(id, 'PREPARE').length).toBe(3);
    const proof = readCommitProof(cluster.host('n3').delivered[0]!.certificate, new WeightTable(cluster.members))!;
    expect(proof.proof.commit.statement).toMatchObject({ t: 'COMMIT', view: 0, number: 1 });
    for (const { signer, payload, signature } of proof.statements)
      expect(Buffer.compare(cluster.sign(signer, payload), signature)).toBe(0);
  });

  it('sends each payload once to each replica: pre-prepares name requests', () => {
    const cluster = new Cluster();
    const payload = 'p'.repeat(10_000);
    cluster.decide('n3', payload);
    const bytes = cluster.sent.reduce(
      (sum, { message }) => sum + encodeMessage(message, cluster.setup.shape).length,
      0,
    );
    expect(bytes).toBeLessThan(3 * 10_000 + 6000);
  });

  it('puts what waits into one batch while others are in flight, and keeps several in flight', () => {
    const cluster = new Cluster(4, { batchDelayMs: 50, maxPipeline: 2 });
    cluster.flushes = () => false;
    for (let i = 0; i < 20; i++) {
      cluster.propose(cluster.ids[i % 4]!, `v${i}`);
      cluster.settle();
    }
    cluster.flush('n1');
    cluster.settle();
    const numbers = new Set(cluster.said('n1', 'PRE-PREPARE').map(({ number }) => number));
    expect(numbers).toEqual(new Set([1, 2]));
    cluster.flushes = () => true;
    for (const id of cluster.ids) cluster.flush(id);
    cluster.settle();
    cluster.advance(200_000);
    expect(cluster.values('n1').length).toBe(20);
    expect(cluster.detail('n1', 'executed')).toBeLessThan(10);
  });

  it('nothing is said before it is on disk, and an own commit does not count before either', () => {
    const cluster = new Cluster();
    cluster.flushes = (id) => id !== 'n2';
    cluster.passes = ({ from }) => from !== 'n4';
    cluster.propose('n1', 'x');
    cluster.settle();
    expect([...cluster.said('n2', 'PREPARE'), ...cluster.said('n2', 'COMMIT')]).toEqual([]);
    expect(cluster.values('n2')).toEqual([]);
    expect(cluster.values('n1')).toEqual([]);
    cluster.flush('n2');
    cluster.settle();
    expect(cluster.said('n2', 'PREPARE').length).toBe(3);
    expect(cluster.values('n2')).toEqual(['x']);
    expect(cluster.values('n1')).toEqual(['x']);
  });

  it('verifies as many votes as a quorum needs, not more', () => {
    const cluster = new Cluster(7);
    cluster.decide('n1', 'warm up');
    const before = cluster.host('n7').verified;
    cluster.decide('n1', 'x');
    // the request, the pre-prepare, 3 of 5 prepares beside the primary's and our own, 4 of 6 commits beside our own
    expect(cluster.host('n7').verified - before).toBe(1 + 1 + 3 + 4);
  });

  it('counts weight, not heads', () => {
    const heavy = new Cluster({ n1: 5, n2: 4, n3: 1, n4: 1, n5: 1 });
    heavy.passes = ({ from }) => from === 'n1' || from === 'n2';
    heavy.decide('n1', 'x');
    expect(heavy.values('n1')).toEqual(['x']); // 9 of 12 is more than two thirds
    const third = new Cluster({ n1: 4, n2: 4, n3: 2, n4: 1, n5: 1 });
    third.passes = ({ from }) => from === 'n1' || from === 'n2';
    third.decide('n1', 'x');
    expect(third.values('n1')).toEqual([]); // 8 of 12 is exactly two thirds
  });

  it('a retry of a session is answered from what was decided, through another replica too', () => {
    const cluster = new Cluster();
    cluster.propose('n1', 'x', 7, 1);
    cluster.settle();
    const again = cluster.propose('n3', 'x', 7, 1);
    cluster.settle();
    expect(cluster.host('n3').outcomes.get(again)).toMatchObject({ kind: 'committed', position: { index: 1 } });
    expect(cluster.values('n1')).toEqual(['x']);
  });

  it('refuses what is more than it can hold, instead of letting it queue up', () => {
    const cluster = new Cluster(4, { maxPending: 64 });
    cluster.passes = () => false;
    const tickets = Array.from({ length: 70 }, (_, i) => cluster.propose('n1', `v${i}`));
    cluster.settle();
    const refused = tickets.filter((ticket) => cluster.host('n1').outcomes.get(ticket)?.kind === 'rejected');
    expect(refused.length).toBe(6);
    expect(cluster.host('n1').outcomes.get(refused[0]!)).toMatchObject({ reason: 'overloaded', retryable: true });
  });

  it('seals the epoch in order, on every replica, and says so to those who come later', () => {
    const cluster = new Cluster();
    cluster.decide('n1', 'x');
    const ticket = cluster.stop('n2');
    cluster.settle();
    expect(cluster.host('n2').outcomes.get(ticket)?.kind).toBe('committed');
    for (const id of cluster.ids) expect(cluster.host(id).sealed).toMatchObject({ position: { index: 1 } });
    expect(cluster.decide('n3', 'late')).toMatchObject({ kind: 'rejected', reason: 'sealed' });
    expect(cluster.detail('n3', 'stable')).toBe(2); // the end of an epoch is a checkpoint of its own
  });

  it('with channel authentication only view changes, checkpoints and requests are signed', () => {
    const cluster = new Cluster(4, { authentication: 'channel' });
    cluster.decide('n2', 'x');
    for (const id of cluster.ids) expect(cluster.values(id)).toEqual(['x']);
    expect(cluster.host('n3').verified).toBe(1); // the request
    expect(cluster.said('n2', 'PREPARE')[0]!.signature.length).toBe(0);
    const bundle = cluster.request('n4', 1, 'forged');
    cluster.inject('n4', 'n3', { t: 'REQUEST', bundles: [bundle] });
    cluster.settle();
    cluster.passes = ({ from }) => from !== 'n1';
    cluster.inject('n4', 'n3', cluster.prePrepare(0, 3, [bundle])); // from the primary, it says
    cluster.settle();
    expect(cluster.said('n3', 'PREPARE').filter(({ number }) => number === 3)).toEqual([]);
  });

  it('a pre-prepare is taken from the primary only, for a number between the watermarks, in the current view and epoch', () => {
    const cluster = new Cluster();
    const bundle = cluster.request('n1', 1, 'x');
    cluster.passes = () => false;
    cluster.inject('n1', 'n3', { t: 'REQUEST', bundles: [bundle] });
    const ignored = (from: string, message: Parameters<Cluster['inject']>[2]): void => {
      cluster.inject(from, 'n3', message);
      cluster.settle();
      expect(cluster.said('n3', 'PREPARE')).toEqual([]);
    };
    ignored('n2', cluster.prePrepare(0, 1, [bundle])); // relayed, though signed by the primary
    ignored('n1', forged(cluster.prePrepare(0, 1, [bundle])));
    ignored('n1', cluster.prePrepare(0, 13, [bundle]));
    ignored('n1', cluster.prePrepare(4, 1, [bundle]));
    expect(cluster.detail('n3', 'droppedWatermark')).toBe(1);
    expect(cluster.detail('n3', 'droppedView')).toBe(1);
    expect(cluster.detail('n3', 'droppedSignature')).toBe(1);
    cluster.inject('n1', 'n3', cluster.prePrepare(0, 1, [bundle]));
    cluster.settle();
    expect(cluster.said('n3', 'PREPARE').length).toBe(3);
  });

  it('messages of another epoch are worth nothing', () => {
    const cluster = new Cluster();
    const shape = { ...cluster.setup.shape, epoch: 2 };
    const bytes = encodeMessage(cluster.prePrepare(0, 1, []), shape);
    cluster.input('n3', { t: 'message', from: 'n1', bytes });
    cluster.settle();
    expect(cluster.detail('n3', 'droppedEpoch')).toBe(1);
    expect(cluster.said('n3', 'PREPARE')).toEqual([]);
  });

  it('prepared takes more than two thirds of different voters: repetitions do not count', () => {
    const cluster = new Cluster(7);
    const bundle = cluster.request('n1', 1, 'x');
    const { digest } = makeBatch([bundle]);
    cluster.passes = () => false;
    cluster.inject('n1', 'n7', { t: 'REQUEST', bundles: [bundle] });
    cluster.inject('n1', 'n7', cluster.prePrepare(0, 1, [bundle]));
    for (let i = 0; i < 5; i++) cluster.inject('n2', 'n7', cluster.vote('PREPARE', 'n2', 0, 1, digest));
    cluster.inject('n1', 'n7', cluster.vote('PREPARE', 'n1', 0, 1, digest)); // the primary has had its say
    cluster.inject('n3', 'n7', cluster.vote('PREPARE', 'n4', 0, 1, digest)); // n4's word in n3's mouth
    cluster.settle();
    expect(cluster.said('n7', 'COMMIT')).toEqual([]);
    for (const id of ['n4', 'n5']) cluster.inject(id, 'n7', cluster.vote('PREPARE', id, 0, 1, digest));
    cluster.settle();
    expect(cluster.said('n7', 'COMMIT').length).toBe(6);
  });
});
