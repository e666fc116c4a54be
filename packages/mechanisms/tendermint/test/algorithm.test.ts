import { describe, expect, it } from 'vitest';
import { readDecisionProof } from '../src/decision-proof.ts';
import { encodeMessage } from '../src/messages.ts';
import { Cluster, decidedBy, names } from './cluster.ts';

/** Proposers of height 1 among four equals, by accumulated priority: n1, n2, n3, n4. */
const FOUR = 4;

describe('the normal case', () => {
  it('decides in one round, everywhere the same, and proves it to third parties', () => {
    const cluster = new Cluster(FOUR);
    const ticket = cluster.propose('n2', 'a');
    cluster.settle();
    for (const id of cluster.ids) expect(cluster.values(id)).toEqual(['a']);
    expect(cluster.host('n2').outcomes.get(ticket)).toMatchObject({ kind: 'committed', position: { index: 1 } });
    const { certificate } = cluster.host('n3').delivered[0]!;
    const read = readDecisionProof(certificate, cluster.setup.table);
    expect(read?.proof.commit.votes.length).toBeGreaterThanOrEqual(3);
    expect(read?.proof.header.height).toBe(1);
    expect(readDecisionProof(certificate.slice(1), cluster.setup.table)).toBeNull();
  });

  it('needs one proposal, one prevote and one precommit of each', () => {
    const cluster = new Cluster(FOUR);
    cluster.propose('n1', 'a');
    cluster.settle();
    expect(cluster.said('n3')).toEqual(['prevote 0 other', 'precommit 0 other']);
    const proposals = cluster.sent.filter(({ message }) => message.t === 'proposal');
    expect(proposals.map(({ from, to }) => `${from} ${to}`)).toEqual(['n1 n2', 'n1 n3', 'n1 n4']);
  });

  it('rests while there is nothing to decide', () => {
    const cluster = new Cluster(FOUR);
    cluster.propose('n1', 'a');
    cluster.settle();
    cluster.sent = [];
    cluster.advance(900);
    expect(cluster.sent).toEqual([]);
    expect(cluster.detail('n1', 'decidedHeight')).toBe(1);
  });

  it('puts many operations into one block', () => {
    const cluster = new Cluster(FOUR);
    for (let k = 0; k < 50; k++) cluster.propose('n1', `v${k}`);
    cluster.settle();
    expect(cluster.values('n4')).toHaveLength(50);
    expect(cluster.detail('n4', 'decidedHeight')).toBeLessThanOrEqual(2);
  });

  it('a cluster of one decides alone', () => {
    const cluster = new Cluster(1);
    cluster.propose('n1', 'a');
    cluster.settle();
    expect(cluster.values('n1')).toEqual(['a']);
  });

  it('a pause after each block is kept', () => {
    const cluster = new Cluster(FOUR, { config: { timeoutCommitMs: 300 } });
    cluster.propose('n1', 'a');
    cluster.settle();
    cluster.propose('n1', 'b');
    cluster.advance(250);
    expect(cluster.values('n1')).toEqual(['a']);
    cluster.advance(100);
    expect(cluster.values('n1')).toEqual(['a', 'b']);
  });
});

describe('rounds', () => {
  it('a dead proposer costs one timeoutPropose, and nothing more', () => {
    const cluster = new Cluster(FOUR);
    cluster.crash('n1');
    cluster.propose('n3', 'a');
    cluster.advance(95);
    expect(cluster.values('n3')).toEqual([]);
    cluster.advance(15); // prevotes and precommits for nil end the round at once: no value can win it any more
    expect(cluster.values('n3')).toEqual(['a']);
    expect(cluster.said('n3').slice(0, 2)).toEqual(['prevote 0 nil', 'precommit 0 nil']);
  });

  it('timeouts grow with the round, and are capped', () => {
    const cluster = new Cluster(FOUR, { config: { timeoutMaxMs: 150 }, puppets: ['n1', 'n2', 'n3'] });
    const lengths: number[] = [];
    cluster.propose('n4', 'a');
    cluster.settle();
    for (let round = 0; round < 6; round++) {
      expect(cluster.detail('n4', 'round')).toBe(round);
      const before = cluster.now;
      if (round !== 3) while (cluster.detail('n4', 'step') === 'propose') cluster.advance(5); // n4 proposes in round 3
      lengths.push((cluster.now - before) / 1000);
      cluster.inject('n1', cluster.votes(['n1', 'n2', 'n3'], 'prevote', round, null));
      cluster.inject('n1', cluster.votes(['n1', 'n2', 'n3'], 'precommit', round, null));
      cluster.settle();
    }
    expect(lengths).toEqual([100, 120, 140, 0, 150, 150]);
  });

  it('more than a third in a later round is enough to follow, a third is not', () => {
    const cluster = new Cluster({ n1: 1, n2: 1, n3: 1, n4: 1, n5: 1, n6: 1 }, { puppets: ['n4', 'n5', 'n6'] });
    cluster.inject('n5', cluster.votes(['n5', 'n6'], 'prevote', 7, null)); // two of six: exactly a third
    cluster.settle();
    expect(cluster.detail('n1', 'round')).toBe(0);
    cluster.inject('n4', cluster.votes(['n4'], 'prevote', 9, null)); // three have reached round 7
    cluster.settle();
    expect(cluster.detail('n1', 'round')).toBe(7);
  });

  it('a third of lies about a round far away costs no more than a bounded jump', () => {
    const cluster = new Cluster(FOUR, { puppets: ['n3', 'n4'] });
    cluster.inject('n4', cluster.votes(['n3', 'n4'], 'prevote', 2 ** 31, null));
    cluster.advance(110);
    expect(Number(cluster.detail('n1', 'round'))).toBeGreaterThan(1000);
    expect(Number(cluster.detail('n1', 'round'))).toBeLessThan(2 ** 31);
  });

  it('does not wait for votes that can change nothing: a split prevote ends the round at once', () => {
    const cluster = new Cluster(FOUR, { puppets: ['n1', 'n4'] });
    const [a, b] = [cluster.block('n1', 'a'), cluster.block('n1', 'b')];
    cluster.inject('n1', cluster.proposal('n1', 0, a), ['n2']);
    cluster.inject('n1', cluster.proposal('n1', 0, b), ['n3']);
    cluster.settle();
    expect(cluster.detail('n2', 'step')).toBe('prevote');
    cluster.inject('n1', cluster.votes(['n1'], 'prevote', 0, a), ['n2', 'n3']);
    cluster.inject('n4', cluster.votes(['n4'], 'prevote', 0, b), ['n2', 'n3']);
    cluster.settle(); // two for a, two for b: neither reaches three, and then two precommits for nil: nor does any value
    expect(cluster.said('n2', names({ a, b })).slice(0, 2)).toEqual(['prevote 0 a', 'precommit 0 nil']);
    expect(cluster.detail('n2', 'round')).toBe(1);
  });

  it('waits while somebody precommitted a value whose proof of lock it has not seen', () => {
    const cluster = new Cluster(FOUR, { puppets: ['n1', 'n2', 'n3'] });
    const a = cluster.block('n1', 'a');
    cluster.inject('n2', cluster.votes(['n2', 'n3'], 'prevote', 0, null));
    cluster.inject('n1', cluster.votes(['n1'], 'precommit', 0, a));
    cluster.inject('n2', cluster.votes(['n2', 'n3'], 'precommit', 0, null));
    cluster.settle();
    expect(cluster.detail('n4', 'round')).toBe(0); // undecidable, but who locked must be heard (Lemma 7)
    cluster.advance(160);
    expect(cluster.detail('n4', 'round')).toBe(1);
  });
});

describe('weights', () => {
  it('exactly two thirds decide nothing', () => {
    const cluster = new Cluster({ n1: 2, n2: 2, n3: 1, n4: 1 }, { puppets: ['n3', 'n4'] });
    cluster.propose('n1', 'a');
    cluster.settle();
    expect(cluster.said('n2')).toEqual(['prevote 0 other']); // four of six have prevoted it
    const { outline: block } = cluster.sent.flatMap(({ message }) => (message.t === 'proposal' ? [message] : []))[0]!;
    cluster.inject('n3', cluster.votes(['n3'], 'prevote', 0, block));
    cluster.settle();
    expect(cluster.values('n2')).toEqual([]);
    cluster.inject('n3', cluster.votes(['n3'], 'precommit', 0, block));
    cluster.settle();
    expect(cluster.values('n2')).toEqual(['a']);
  });

  it('precommits for nil do not count for a value, nor votes of another round', () => {
    const cluster = new Cluster(FOUR, { puppets: ['n1', 'n2', 'n3'] });
    const a = cluster.block('n1', 'a');
    cluster.inject('n1', cluster.proposal('n1', 0, a));
    cluster.inject('n1', cluster.votes(['n1', 'n2'], 'precommit', 0, a));
    cluster.inject('n3', cluster.votes(['n3'], 'precommit', 0, null));
    cluster.settle();
    cluster.inject('n3', cluster.votes(['n3'], 'precommit', 1, a));
    cluster.settle();
    expect(cluster.values('n4')).toEqual([]);
  });
});

describe('a decision may come late', () => {
  it('precommits of an earlier round still decide it (line 49 is for any round)', () => {
    const cluster = new Cluster(FOUR, { puppets: ['n1', 'n2', 'n3'] });
    const a = cluster.block('n1', 'a');
    cluster.inject('n1', cluster.proposal('n1', 0, a));
    cluster.inject('n1', cluster.votes(['n1', 'n2', 'n3'], 'prevote', 3, null));
    cluster.settle();
    expect(cluster.detail('n4', 'round')).toBe(3);
    cluster.inject('n1', cluster.votes(['n1', 'n2', 'n3'], 'precommit', 0, a));
    cluster.settle();
    expect(cluster.values('n4')).toEqual(['a']);
  });

  it('a block that only the certificate names is fetched from its signers', () => {
    const cluster = new Cluster(FOUR, { puppets: ['n3', 'n4'] });
    cluster.passes = ({ to, message }) => !(to === 'n2' && (message.t === 'proposal' || message.t === 'bundles'));
    cluster.propose('n1', 'a');
    cluster.settle();
    const { outline: block } = cluster.sent.flatMap(({ message }) => (message.t === 'proposal' ? [message] : []))[0]!;
    for (const type of ['prevote', 'precommit'] as const)
      cluster.inject('n3', cluster.votes(['n3', 'n4'], type, 0, block));
    cluster.settle();
    cluster.advance(200);
    expect(cluster.sent.some(({ from, message }) => from === 'n2' && message.t === 'fetch')).toBe(true);
    expect(cluster.values('n2')).toEqual(['a']);
  });

  it('a proposal names its bundles; what did not come from its origin in time is asked from the proposer', () => {
    const cluster = new Cluster(4, { puppets: ['n4'] });
    cluster.passes = ({ to, message }) => !(to === 'n3' && message.t === 'bundles');
    cluster.propose('n1', 'a'.repeat(5000));
    cluster.settle();
    const proposed = cluster.sent.filter(({ message }) => message.t === 'proposal');
    for (const { message } of proposed) expect(encodeMessage(message, cluster.setup.table).length).toBeLessThan(500);
    expect(cluster.sent.filter(({ message }) => message.t === 'fetch')).toEqual([]);
    cluster.advance(15); // an eighth of timeoutPropose
    const asked = cluster.sent.filter(({ message }) => message.t === 'fetch').map(({ from, to }) => `${from} ${to}`);
    expect(asked).toEqual(['n3 n1']);
    expect(cluster.said('n3').slice(0, 2)).toEqual(['prevote 0 other', 'precommit 0 other']);
    expect(cluster.values('n3')).toHaveLength(1);
  });

  it('a node that slept through many heights is shown all of them', () => {
    const cluster = new Cluster(FOUR);
    cluster.crash('n4');
    for (let k = 0; k < 20; k++) {
      cluster.propose('n1', `v${k}`);
      cluster.advance(130);
    }
    expect(cluster.values('n1')).toHaveLength(20);
    cluster.restart('n4');
    cluster.advance(1100);
    expect(cluster.values('n4')).toEqual(cluster.values('n1'));
    expect(decidedBy(cluster, 'n4')).toHaveLength(decidedBy(cluster, 'n1').length);
  });
});
