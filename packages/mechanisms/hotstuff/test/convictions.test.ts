import { describe, expect, it } from 'vitest';
import type { NodeId } from '@hypersync/interface';
import { decodeConvictions, decodeEvidence, encodeEvidence, makeEvidence } from '@hypersync/governance';
import { makeBlock } from '../src/block.ts';
import { encodeStatement } from '../src/certificate.ts';
import { offenceOf } from '../src/evidence.ts';
import { voteFor } from '../src/safety.ts';
import { Cluster, TIMEOUT } from './cluster.ts';
import { blockOn, foreignBundle, leaderOf, LONG, proposalOf, qcFor, signedVote, votesOf } from './forging.ts';

/** The culprit votes for two blocks in one round, and one member gets to see both votes. */
function voteTwice(cluster: Cluster, culprit: NodeId, witness: NodeId): void {
  for (const height of [1, 2]) {
    const block = blockOn(cluster, 3, null, { height });
    cluster.inject(culprit, witness, { t: 'vote', ...signedVote(cluster, culprit, voteFor(block, 2)) });
  }
  cluster.settle();
}

/** Evidence against a member, signed by whomever. */
function evidence(cluster: Cluster, culprit: NodeId, signer = culprit): Uint8Array {
  const said = [1, 2].map((fill) => {
    const vote = { round: 9, parentRound: 8, lockRound: 0, id: new Uint8Array(32).fill(fill) };
    const payload = encodeStatement({ kind: 'vote', ...vote });
    return { payload, signature: cluster.sign(signer, payload) };
  });
  return encodeEvidence(makeEvidence(offenceOf, culprit, said[0]!, said[1]!)!);
}

function decideSome(cluster: Cluster, by: NodeId, count: number): void {
  for (let i = 0; i < count; i++) {
    cluster.propose(by, `${by} ${cluster.now} ${i}`);
    cluster.settle();
    cluster.advance(3 * TIMEOUT);
  }
}

function end(cluster: Cluster, by: NodeId): void {
  cluster.stop(by);
  cluster.settle();
  cluster.advance(2 * LONG);
}

function convictedBy(cluster: Cluster, id: NodeId): string[] | null {
  const { sealed } = cluster.host(id);
  return sealed === null ? null : decodeConvictions(sealed.state)!.map(({ member, offence }) => `${member} ${offence}`);
}

describe('convictions', () => {
  it('follow from proof in a block, at the end of the epoch, on every member: also where nobody saw the offence', () => {
    const cluster = new Cluster(5);
    cluster.crash('n5');
    voteTwice(cluster, 'n5', 'n3');
    decideSome(cluster, 'n1', 8);
    expect(cluster.stored('n2').some(({ block }) => block.evidence.length > 0)).toBe(true);
    for (const id of ['n1', 'n2', 'n3', 'n4']) {
      expect(cluster.detail(id, 'proven')).toBe(1);
      expect(cluster.detail(id, 'convicted')).toBe(''); // accused, and no more
    }
    end(cluster, 'n2');
    for (const id of ['n1', 'n2', 'n3', 'n4']) expect(convictedBy(cluster, id)).toEqual(['n5 double-vote']);
  });

  it('take no vote away before the epoch ends; the next one does without the convicted', () => {
    const cluster = new Cluster(5);
    voteTwice(cluster, 'n5', 'n3');
    decideSome(cluster, 'n1', 8);
    cluster.crash('n4');
    const ticket = cluster.propose('n1', 'x'); // four are left, and all four are needed
    cluster.settle();
    cluster.advance(LONG);
    expect(cluster.host('n1').outcomes.get(ticket)?.kind).toBe('committed');
    end(cluster, 'n1');
    const out = new Set(decodeConvictions(cluster.host('n1').sealed!.state)!.map(({ member }) => member));
    const next = new Cluster(Object.fromEntries(cluster.ids.filter((id) => !out.has(id)).map((id) => [id, 1])));
    next.crash('n4');
    decideSome(next, 'n1', 1);
    expect(next.values('n1').length).toBe(1); // three of four suffice
  });

  it('do not follow from false accusations: nobody votes for a block that holds one', () => {
    const cluster = new Cluster(4);
    const liar = leaderOf(cluster, 1);
    cluster.crash(liar);
    const honest = cluster.ids.filter((id) => id !== liar);
    for (const proof of [evidence(cluster, honest[0]!, liar), evidence(cluster, 'n9'), new Uint8Array(40)]) {
      const block = makeBlock({ ...blockOn(cluster, 1, null), evidence: [proof] });
      for (const id of honest) cluster.inject(liar, id, proposalOf(cluster, block));
    }
    cluster.settle();
    for (const id of honest) expect(votesOf(cluster.sent, id)).toEqual([]);
    decideSome(cluster, honest[0]!, 3);
    end(cluster, honest[0]!);
    for (const id of honest) {
      expect(convictedBy(cluster, id)).toEqual([]);
      expect(cluster.host(id).sealed!.state.length).toBe(0);
      expect(cluster.host(id).evidence.filter(({ provable }) => provable)).toEqual([]);
    }
  });

  it('nor where others are said to have voted for it: each member checks what the log holds, and charges its author', () => {
    const cluster = new Cluster(4);
    const bundle = foreignBundle(cluster, 'n4', 1, 'x');
    const first = makeBlock({
      ...blockOn(cluster, 1, null, { bundles: [bundle] }),
      evidence: [evidence(cluster, 'n2', 'n3')],
    });
    const second = blockOn(cluster, 2, qcFor(cluster, first, ['n2', 'n3', 'n4']));
    const blocks = [
      { block: first, bundles: [bundle] },
      { block: second, bundles: [] },
    ];
    for (const id of cluster.ids)
      cluster.inject('n4', id, { t: 'blocks', blocks, qc: qcFor(cluster, second, ['n2', 'n3', 'n4']) });
    cluster.settle();
    for (const id of cluster.ids) expect(cluster.values(id)).toEqual(['x']);
    end(cluster, 'n1');
    for (const id of cluster.ids) expect(convictedBy(cluster, id)).toEqual([]);
  });

  it('are checked by each member itself: it does not end the epoch before it knows', () => {
    const cluster = new Cluster(5);
    cluster.crash('n4');
    cluster.crash('n5');
    voteTwice(cluster, 'n5', 'n3');
    cluster.restart('n5');
    decideSome(cluster, 'n1', 8);
    expect(cluster.stored('n1').some(({ block }) => block.evidence.length > 0)).toBe(true);
    end(cluster, 'n1');
    const [first] = decodeEvidence(cluster.host('n3').evidence[0]!.proof, offenceOf, 64)!.statements;
    const said = Buffer.from(first.payload);
    cluster.answers = (id, message) => !(id === 'n4' && Buffer.from(message).includes(said));
    cluster.restart('n4');
    cluster.advance(2 * LONG);
    expect(cluster.detail('n4', 'sealed')).toBe(true);
    expect([convictedBy(cluster, 'n3'), convictedBy(cluster, 'n4')]).toEqual([['n5 double-vote'], null]);
    cluster.answerAll();
    expect(convictedBy(cluster, 'n4')).toEqual(['n5 double-vote']);
  });

  it('survive restarts and snapshots', () => {
    const cluster = new Cluster(7);
    cluster.crash('n5');
    cluster.crash('n6');
    voteTwice(cluster, 'n5', 'n3');
    decideSome(cluster, 'n1', 12);
    const alive = ['n1', 'n2', 'n3', 'n4', 'n7'];
    for (const id of alive) {
      expect(cluster.detail(id, 'proven')).toBe(1);
      cluster.input(id, { t: 'compact', index: 12, state: new Uint8Array([7]) });
    }
    cluster.settle();
    expect(cluster.detail('n1', 'checkpointIndex')).toBe(12);
    cluster.crash('n2');
    cluster.restart('n2');
    cluster.restart('n6');
    cluster.advance(LONG);
    expect(cluster.host('n6').installed).toBe(12);
    end(cluster, 'n3');
    for (const id of [...alive, 'n6']) expect(convictedBy(cluster, id), id).toEqual(['n5 double-vote']);
  });
});
