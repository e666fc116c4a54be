import { describe, expect, it } from 'vitest';
import type { NodeId } from '@hypersync/interface';
import { decodeEvidence, signedStatements } from '@hypersync/governance';
import type { Block, FullBlock } from '../src/block.ts';
import { offenceOf } from '../src/evidence.ts';
import { Cluster } from './cluster.ts';
import { blockOn, foreignBundle, proposalOf, qcFor, sentOf, tcFor } from './forging.ts';

/** n3 and n4 lie together, two of four: n1 and n2 are honest, and do not hear each other for now. */
const LIARS: readonly NodeId[] = ['n3', 'n4'];

function split(chainLength: 2 | 3): Cluster {
  const cluster = new Cluster(4, { chainLength });
  for (const id of LIARS) cluster.crash(id);
  cluster.passes = () => false;
  return cluster;
}

/** A chain of blocks in these rounds from the genesis block, each certified by the liars and one honest member. */
function chain(cluster: Cluster, honest: NodeId, text: string, rounds: readonly number[]): FullBlock[] {
  const bundle = foreignBundle(cluster, 'n4', text.length, text);
  const blocks: FullBlock[] = [];
  for (const [i, round] of rounds.entries()) {
    const below = blocks.at(-1)?.block;
    const qc = below === undefined ? null : qcFor(cluster, below, [honest, ...LIARS]);
    const bundles = i === 0 ? [bundle] : [];
    blocks.push({ block: blockOn(cluster, round, qc, { height: i + 1, bundles }), bundles });
  }
  return blocks;
}

function show(cluster: Cluster, to: NodeId, blocks: readonly FullBlock[]): void {
  cluster.inject('n4', to, { t: 'blocks', blocks, qc: qcFor(cluster, blocks.at(-1)!.block, [to, ...LIARS]) });
  cluster.settle();
}

/**
 * n1 commits `left` in round 1. Then n2 gives up on the rounds up to 4 together with the liars, who claim to know no QC,
 * votes for a rival in round 5 after that TC, and commits `right`. No two votes are of one round.
 */
function fork(cluster: Cluster, left: readonly number[]): void {
  show(cluster, 'n1', chain(cluster, 'n1', 'left', left));
  const right = chain(cluster, 'n2', 'right', [5, 6, 7]);
  const [rival] = right as [FullBlock];
  const tc = tcFor(cluster, 4, { n2: 0, n3: 0, n4: 0 });
  cluster.inject('n4', 'n2', { t: 'batch', bundles: rival.bundles });
  cluster.inject('n4', 'n2', proposalOf(cluster, rival.block, tc));
  cluster.settle();
  show(cluster, 'n2', right);
  expect([cluster.values('n1'), cluster.values('n2')]).toEqual([['left'], ['right']]);
}

function heal(cluster: Cluster): void {
  cluster.passes = () => true;
  cluster.advance(2_000_000);
}

function accused(cluster: Cluster, id: NodeId): string[] {
  const proofs = cluster.host(id).evidence.filter(({ provable }) => provable);
  for (const { proof } of proofs) {
    for (const { signer, payload, signature } of signedStatements(decodeEvidence(proof, offenceOf, 64)!))
      expect(signature).toEqual(cluster.sign(signer, payload));
  }
  return [...new Set(proofs.map(({ culprit, kind }) => `${culprit} ${kind}`))].sort();
}

const NAMED = LIARS.map((id) => `${id} forgotten-lock`);

describe.each([
  ['two-chain, the later history lower than the earlier', 2, [1, 2, 3, 4]],
  ['two-chain', 2, [1, 2]],
  ['three-chain', 3, [1, 2, 3]],
] as const)('a fork across rounds, %s', (_name, chainLength, left) => {
  it('names more than a third of the weight, to both halves, and nobody honest', () => {
    const cluster = split(chainLength);
    fork(cluster, left);
    expect([accused(cluster, 'n1'), accused(cluster, 'n2')]).toEqual([[], []]);
    heal(cluster);
    for (const id of ['n1', 'n2']) {
      expect(accused(cluster, id), id).toEqual(NAMED);
      expect(cluster.detail(id, 'broken')).toBe(true);
    }
  });

  it('also after both have been restarted: what convicts is on disk', () => {
    const cluster = split(chainLength);
    fork(cluster, left);
    for (const id of ['n1', 'n2']) {
      cluster.crash(id);
      cluster.restart(id);
    }
    heal(cluster);
    for (const id of ['n1', 'n2']) expect(accused(cluster, id), id).toEqual(NAMED);
  });

  it('also where testimonies are lost on the way; and they end', () => {
    const cluster = split(chainLength);
    fork(cluster, left);
    let lost = 0;
    cluster.passes = ({ message }) => message.t !== 'testimony' || ++lost > 3;
    cluster.advance(4_000_000);
    for (const id of ['n1', 'n2']) expect(accused(cluster, id), id).toEqual(NAMED);
    cluster.sent.length = 0;
    cluster.advance(1_000_000);
    expect(sentOf(cluster.sent, 'testimony')).toEqual([]);
  });
});

describe('a testimony', () => {
  it('with one bad signature is dropped, and charged to who sent it', () => {
    const cluster = split(2);
    fork(cluster, [1, 2]);
    const rival = chain(cluster, 'n2', 'right', [5]).at(0)!.block;
    const good = qcFor(cluster, rival, ['n2', ...LIARS]);
    const forged = good.signatures.map((one, i) => (i === 1 ? { ...one, signature: new Uint8Array(32) } : one));
    for (let i = 0; i < 12; i++)
      cluster.inject('n4', 'n1', { t: 'testimony', qcs: [{ ...good, signatures: forged }], tcs: [] });
    cluster.settle();
    expect(accused(cluster, 'n1')).toEqual([]);
    expect(cluster.detail('n1', 'quarantined')).toBe(1);
  });

  it('of one history stops nobody: not what lost, nor a TC of those who really knew no more', () => {
    const cluster = new Cluster(4);
    cluster.propose('n1', 'x');
    cluster.settle();
    const beside = blockOn(cluster, 9, null, { height: 1 });
    const [signers, tc] = [cluster.ids.slice(1), tcFor(cluster, 9, { n2: 2, n3: 2, n4: 2 })];
    const qcs = [qcFor(cluster, beside, signers)];
    cluster.inject('n4', 'n1', { t: 'testimony', qcs, tcs: [tc] });
    cluster.settle();
    expect(cluster.detail('n1', 'broken')).toBe(false);
    expect(accused(cluster, 'n1')).toEqual([]);
    cluster.propose('n1', 'y');
    cluster.settle();
    expect(cluster.values('n1')).toEqual(['x', 'y']);
  });

  it('is compared with what comes later, and its certificates are checked once', () => {
    const cluster = split(2);
    const rival: Block = blockOn(cluster, 5, null, { height: 1 });
    const shown = { t: 'testimony' as const, qcs: [], tcs: [tcFor(cluster, 4, { n2: 0, n3: 0, n4: 0 })] };
    cluster.inject('n4', 'n1', shown);
    cluster.inject('n4', 'n1', { ...shown, qcs: [qcFor(cluster, rival, ['n2', ...LIARS])] });
    cluster.settle();
    expect(accused(cluster, 'n1')).toEqual([]);
    show(cluster, 'n1', chain(cluster, 'n1', 'left', [1, 2]));
    expect(accused(cluster, 'n1')).toEqual(NAMED);
  });
});
