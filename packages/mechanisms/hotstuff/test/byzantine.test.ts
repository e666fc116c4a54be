import { describe, expect, it } from 'vitest';
import type { NodeId } from '@hypersync/interface';
import { decodeEvidence, signedStatements } from '@hypersync/governance';
import { genesisQc, type Block } from '../src/block.ts';
import { offenceOf } from '../src/evidence.ts';
import { encodeMessage } from '../src/messages.ts';
import { voteFor } from '../src/safety.ts';
import { Cluster, TIMEOUT } from './cluster.ts';
import {
  blockOn,
  foreignBundle,
  leaderOf,
  LONG,
  proposalOf,
  qcFor,
  sentOf,
  signedVote,
  tcFor,
  timeoutMessage,
  votesOf,
} from './forging.ts';

/** A cluster whose member `liar` is ours to speak for, and leads round `round`. */
function withLiar(
  round: number,
  config: Record<string, unknown> = {},
): { cluster: Cluster; liar: NodeId; honest: NodeId[] } {
  const cluster = new Cluster(4, config);
  const liar = leaderOf(cluster, round);
  cluster.crash(liar);
  return { cluster, liar, honest: cluster.ids.filter((id) => id !== liar) };
}

const offences = (cluster: Cluster, id: NodeId): [NodeId, string, boolean][] =>
  cluster.host(id).evidence.map(({ culprit, kind, provable }) => [culprit, kind, provable]);

describe('an equivocating leader', () => {
  const setting = () => {
    const { cluster, liar, honest } = withLiar(1);
    const blocks = ['one', 'two'].map((text, i) => {
      const bundle = foreignBundle(cluster, liar, 1 + i, text);
      for (const id of honest) cluster.inject(liar, id, { t: 'batch', bundles: [bundle] });
      return blockOn(cluster, 1, null, { bundles: [bundle] });
    });
    cluster.settle();
    return { cluster, liar, honest, blocks: blocks as [Block, Block] };
  };

  it('is caught with proof that a third party can check, and nobody votes twice', () => {
    const { cluster, liar, honest, blocks } = setting();
    for (const id of honest) for (const block of blocks) cluster.inject(liar, id, proposalOf(cluster, block));
    cluster.settle();
    for (const id of honest) {
      expect(votesOf(cluster.sent, id).filter(({ round }) => round === 1).length).toBeLessThanOrEqual(1);
      expect(offences(cluster, id)).toEqual([[liar, 'double-proposal', true]]);
    }
    const proof = decodeEvidence(cluster.host(honest[0]!).evidence[0]!.proof, offenceOf, 64)!;
    for (const { signer, payload, signature } of signedStatements(proof)) {
      expect(signer).toBe(liar);
      expect(signature).toEqual(cluster.sign(liar, payload));
    }
  });

  it('splits nobody, and once the proof is committed it leads no more, on every node alike', () => {
    const { cluster, liar, honest, blocks } = setting();
    cluster.inject(liar, honest[0]!, proposalOf(cluster, blocks[0]));
    cluster.inject(liar, honest[1]!, proposalOf(cluster, blocks[1]));
    for (const block of blocks) cluster.inject(liar, honest[2]!, proposalOf(cluster, block));
    cluster.settle();
    cluster.advance(LONG);
    for (let i = 0; i < 20; i++) {
      cluster.propose(honest[i % 3]!, `v${i}`);
      cluster.settle();
      cluster.advance(2 * TIMEOUT);
    }
    const order = cluster.values(honest[0]!);
    expect(order.length).toBe(22);
    for (const id of honest) {
      expect(cluster.values(id)).toEqual(order);
      expect(cluster.detail(id, 'skippedLeaders')).toBe(liar);
      // also those who only saw one of the two proposals
      expect(offences(cluster, id)).toEqual([[liar, 'double-proposal', true]]);
    }
    expect(cluster.stored(honest[1]!).filter(({ block }) => block.evidence.length > 0).length).toBe(1);
  });
});

describe('evidence', () => {
  it('two votes in one round, also where a QC brings the second', () => {
    const { cluster, liar, honest } = withLiar(3);
    const [left, right] = ['left', 'right'].map((_, i) => blockOn(cluster, 1, null, { height: 1 + i }));
    const [id] = honest;
    cluster.inject(liar, id!, { t: 'vote', ...signedVote(cluster, liar, voteFor(left!, 2)) });
    cluster.inject(liar, id!, { t: 'sync', highQc: qcFor(cluster, right!, [liar, ...honest.slice(1)]), tc: null });
    cluster.settle();
    expect(offences(cluster, id!)).toEqual([[liar, 'double-vote', true]]);
  });

  it('a time-out that forgets the QC of a block voted for, whichever comes first', () => {
    for (const order of ['vote first', 'time-out first']) {
      const { cluster, liar, honest } = withLiar(4);
      const first = blockOn(cluster, 1, null);
      const second = blockOn(cluster, 2, qcFor(cluster, first, honest));
      const vote = { t: 'vote' as const, ...signedVote(cluster, liar, voteFor(second, 2)) };
      const timeout = timeoutMessage(cluster, liar, 2, genesisQc(cluster.shape.genesis));
      const [id] = honest;
      for (const message of order === 'vote first' ? [vote, timeout] : [timeout, vote])
        cluster.inject(liar, id!, message);
      cluster.settle();
      expect(offences(cluster, id!), order).toEqual([[liar, 'forgotten-lock', true]]);
    }
  });

  it('honest statements never contradict each other: a vote, then giving up on its round or a later one', () => {
    const { cluster, liar, honest } = withLiar(4);
    const first = blockOn(cluster, 1, null);
    const second = blockOn(cluster, 2, qcFor(cluster, first, honest));
    cluster.inject(liar, honest[0]!, { t: 'vote', ...signedVote(cluster, liar, voteFor(second, 2)) });
    cluster.inject(liar, honest[0]!, timeoutMessage(cluster, liar, 2, qcFor(cluster, first, honest)));
    cluster.inject(liar, honest[0]!, timeoutMessage(cluster, liar, 1, genesisQc(cluster.shape.genesis)));
    cluster.settle();
    expect(offences(cluster, honest[0]!)).toEqual([]);
  });

  it('more than a third lying can split the cluster, but not without proof against more than a third', () => {
    const cluster = new Cluster(4);
    const liars = ['n3', 'n4'];
    for (const id of liars) cluster.crash(id);
    cluster.passes = () => false;
    const bundles = ['left', 'right'].map((text) => foreignBundle(cluster, 'n4', text.length, text));
    const sides = ['n1', 'n2'].map((id, i) => {
      const first = blockOn(cluster, 1, null, { bundles: [bundles[i]!] });
      const second = blockOn(cluster, 2, qcFor(cluster, first, [...liars, id]));
      const blocks = [
        { block: first, bundles: [bundles[i]!] },
        { block: second, bundles: [] },
      ];
      return {
        id,
        message: { t: 'blocks' as const, blocks, qc: qcFor(cluster, second, [...liars, id]) },
        first,
        second,
      };
    });
    for (const { id, message } of sides) cluster.inject('n4', id, message);
    cluster.settle();
    expect([cluster.values('n1'), cluster.values('n2')]).toEqual([['left'], ['right']]);
    const other = sides[1]!;
    for (const liar of liars) {
      for (const block of [other.first, other.second]) {
        cluster.inject(liar, 'n1', { t: 'vote', ...signedVote(cluster, liar, voteFor(block, 2)) });
      }
    }
    cluster.settle();
    expect([...new Set(cluster.host('n1').evidence.map(({ culprit }) => culprit))].sort()).toEqual(liars);
    const third = blockOn(cluster, 3, qcFor(cluster, other.second, [...liars, 'n2']));
    cluster.inject('n2', 'n1', {
      t: 'blocks',
      blocks: [...other.message.blocks, { block: third, bundles: [] }],
      qc: qcFor(cluster, third, [...liars, 'n2']),
    });
    cluster.settle();
    expect(cluster.values('n1')).toEqual(['left']);
    expect(cluster.host('n1').mechanism.status()).toMatchObject({ ready: false, detail: { broken: true } });
  });
});

describe('nobody votes for a block', () => {
  const vote = (cluster: Cluster, honest: readonly NodeId[]): number[] =>
    honest.flatMap((id) => votesOf(cluster.sent, id).map(({ round }) => round));

  it('that comes after a TC and extends a lower QC than a signer of the TC knew (two-chain)', () => {
    const { cluster, liar, honest } = withLiar(3);
    const first = blockOn(cluster, 1, null);
    const tc = tcFor(cluster, 2, { [honest[0]!]: 1, [honest[1]!]: 0, [liar]: 0 });
    const block = blockOn(cluster, 3, null, { height: 1 });
    for (const id of honest) cluster.inject(liar, id, { t: 'sync', highQc: qcFor(cluster, first, honest), tc: null });
    for (const id of honest) cluster.inject(liar, id, proposalOf(cluster, block, tc));
    cluster.settle();
    expect(Number(cluster.detail(honest[0]!, 'round'))).toBe(3);
    expect(vote(cluster, honest)).toEqual([]);
    const fair = tcFor(cluster, 2, { [honest[0]!]: 0, [honest[1]!]: 0, [liar]: 0 });
    for (const id of honest)
      cluster.inject(liar, id, proposalOf(cluster, blockOn(cluster, 3, null, { height: 1 }), fair));
    cluster.settle();
    expect(vote(cluster, honest)).toEqual([]); // the same block is known already, with its TC
  });

  it('below the lock, even after a TC that knows of nothing (three-chain)', () => {
    const { cluster, liar, honest } = withLiar(4, { chainLength: 3 });
    const chain = [blockOn(cluster, 1, null)];
    for (const round of [2, 3]) chain.push(blockOn(cluster, round, qcFor(cluster, chain.at(-1)!, honest)));
    for (const block of chain) {
      for (const id of honest) cluster.inject(liar, id, proposalOf(cluster, block));
      cluster.settle();
    }
    for (const id of honest) expect(cluster.detail(id, 'preferredRound'), id).toBe(1);
    cluster.sent.length = 0;
    const tc = tcFor(cluster, 3, { [honest[0]!]: 0, [honest[1]!]: 0, [liar]: 0 });
    for (const id of honest) {
      cluster.inject(liar, id, proposalOf(cluster, blockOn(cluster, 4, null, { height: 1, author: liar }), tc));
    }
    cluster.settle();
    expect(vote(cluster, honest)).toEqual([]);
  });

  it.each([
    ['that shows neither QC nor TC of the round before', 'unjustified'],
    ['of somebody who does not lead', 'stranger'],
    ['that its author did not sign', 'forged'],
    ['whose QC has a forged vote', 'bad QC'],
    ['in the wrong height', 'height'],
    ['with a bundle that its origin did not sign', 'bundle'],
  ])('%s', (_what, kind) => {
    const { cluster, liar, honest } = withLiar(2);
    const first = blockOn(cluster, 1, null);
    const bundle = foreignBundle(cluster, kind === 'bundle' ? honest[0]! : liar, 1, 'x', kind === 'bundle');
    const good = qcFor(cluster, first, honest);
    const signatures = good.signatures.map((one, i) => (i === 1 ? { ...one, signature: new Uint8Array(32) } : one));
    const block = blockOn(cluster, kind === 'unjustified' ? 3 : 2, kind === 'bad QC' ? { ...good, signatures } : good, {
      author: kind === 'stranger' ? honest.find((id) => id !== leaderOf(cluster, 2))! : liar,
      height: kind === 'height' ? 3 : 2,
      bundles: kind === 'bundle' ? [bundle] : [],
    });
    const showParent = (): void => {
      const parent = { t: 'blocks' as const, blocks: [{ block: first, bundles: [] }], qc: good };
      for (const id of honest) cluster.inject(liar, id, parent);
      cluster.settle();
    };
    if (kind !== 'bad QC') showParent();
    if (kind === 'bundle') for (const id of honest) cluster.inject(liar, id, { t: 'batch', bundles: [bundle] });
    const offered = proposalOf(cluster, block);
    const forged =
      kind === 'forged' && offered.t === 'proposal' ? { ...offered, signature: new Uint8Array(32) } : offered;
    for (const id of honest) cluster.inject(liar, id, forged);
    cluster.settle();
    expect(vote(cluster, honest)).toEqual([]);
    if (kind !== 'bad QC' && kind !== 'forged') return;
    showParent();
    for (const id of honest) cluster.inject(liar, id, proposalOf(cluster, blockOn(cluster, 2, good)));
    cluster.settle();
    expect(vote(cluster, honest).length).toBeGreaterThan(0); // the same without the flaw
  });

  it('in a round that it has given up', () => {
    const { cluster, liar, honest } = withLiar(1);
    cluster.propose(honest[0]!, 'x');
    cluster.settle();
    cluster.passes = ({ message }) => message.t !== 'timeout';
    cluster.advance(TIMEOUT);
    expect(cluster.detail(honest[0]!, 'round')).toBe(1);
    cluster.sent.length = 0;
    for (const id of honest) cluster.inject(liar, id, proposalOf(cluster, blockOn(cluster, 1, null)));
    cluster.settle();
    expect(vote(cluster, honest)).toEqual([]);
  });
});

describe('certificates', () => {
  it('a TC that claims a QC nobody has shown moves nobody', () => {
    const { cluster, liar, honest } = withLiar(4);
    const tc = tcFor(cluster, 7, { [honest[0]!]: 6, [honest[1]!]: 0, [liar]: 0 });
    cluster.inject(liar, honest[2]!, { t: 'sync', highQc: genesisQc(cluster.shape.genesis), tc });
    cluster.settle();
    expect(cluster.detail(honest[2]!, 'round')).toBe(1);
    const shown = blockOn(cluster, 6, null, { height: 1 });
    cluster.inject(liar, honest[2]!, { t: 'sync', highQc: qcFor(cluster, shown, honest), tc });
    cluster.settle();
    expect(cluster.detail(honest[2]!, 'round')).toBe(8);
  });

  it('with one bad signature, or the weight of only two thirds, they move nobody', () => {
    const { cluster, liar, honest } = withLiar(4);
    const block = blockOn(cluster, 5, null, { height: 1 });
    const good = qcFor(cluster, block, honest);
    const signatures = good.signatures.map((one, i) => (i === 1 ? { ...one, signature: new Uint8Array(32) } : one));
    cluster.inject(liar, honest[0]!, { t: 'sync', highQc: { ...good, signatures }, tc: null });
    cluster.settle();
    expect(cluster.detail(honest[0]!, 'round')).toBe(1);
    expect(cluster.detail(honest[0]!, 'dropped')).toBe(0);
    const short = encodeMessage(
      { t: 'sync', highQc: qcFor(cluster, block, honest.slice(1)), tc: null },
      cluster.shape.table,
    );
    cluster.input(honest[0]!, { t: 'message', from: liar, bytes: short });
    cluster.settle();
    expect(cluster.detail(honest[0]!, 'dropped')).toBe(1);
    cluster.inject(liar, honest[0]!, { t: 'sync', highQc: good, tc: null });
    cluster.settle();
    expect(cluster.detail(honest[0]!, 'round')).toBe(6);
  });

  it.each([
    ['', false],
    [', also where the QC itself is known', true],
  ])('blocks whose QCs carry forged votes are not taken, though their ids are right%s', (_name, isKnown) => {
    const { cluster, liar, honest } = withLiar(4);
    const first = blockOn(cluster, 1, null);
    const good = qcFor(cluster, first, honest);
    if (isKnown) cluster.inject(honest[1]!, honest[0]!, { t: 'sync', highQc: good, tc: null });
    cluster.settle();
    const signatures = good.signatures.map((one, i) => (i === 1 ? { ...one, signature: new Uint8Array(32) } : one));
    const [forged, right] = [{ ...good, signatures }, good].map((qc) => blockOn(cluster, 2, qc));
    expect(forged!.key).toBe(right!.key);
    const answer = (second: Block) => ({
      t: 'blocks' as const,
      blocks: [first, second].map((block) => ({ block, bundles: [] })),
      qc: qcFor(cluster, right!, honest),
    });
    cluster.inject(liar, honest[0]!, answer(forged!));
    cluster.settle();
    expect(cluster.detail(honest[0]!, 'openBlocks')).toBe(0);
    cluster.inject(liar, honest[0]!, answer(right!));
    cluster.settle();
    expect(cluster.detail(honest[0]!, 'committedRound')).toBe(1);
  });

  it('one liar cannot end a round, nor keep the others in it', () => {
    const { cluster, liar, honest } = withLiar(4);
    for (const id of honest)
      cluster.inject(liar, id, timeoutMessage(cluster, liar, 1, genesisQc(cluster.shape.genesis)));
    cluster.settle();
    cluster.advance(LONG);
    for (const id of honest) expect(cluster.detail(id, 'round')).toBe(1);
    expect(sentOf(cluster.sent, 'timeout')).toEqual([]);
  });

  it('more than a third giving up is somebody honest: the others join at once', () => {
    const { cluster, liar, honest } = withLiar(1);
    for (const [i, id] of honest.entries()) {
      if (i < 2) cluster.inject(liar, id, timeoutMessage(cluster, liar, 1, genesisQc(cluster.shape.genesis)));
    }
    cluster.inject(honest[2]!, honest[0]!, timeoutMessage(cluster, honest[2]!, 1, genesisQc(cluster.shape.genesis)));
    cluster.settle();
    expect(sentOf(cluster.sent, 'timeout').some(({ from }) => from === honest[0])).toBe(true);
  });
});

describe('a bad peer', () => {
  it('is quarantined for what only a liar sends; the others are not, and go on', () => {
    const { cluster, liar, honest } = withLiar(4);
    for (let i = 0; i < 40; i++) {
      const bytes = new Uint8Array([2, 1, 0, ...new Uint8Array(32).fill(i), 4, 1, 2, 3, 4]);
      cluster.input(honest[0]!, { t: 'message', from: liar, bytes });
      cluster.input(honest[0]!, { t: 'message', from: liar, bytes: new Uint8Array([99, i]) });
    }
    cluster.settle();
    expect(cluster.detail(honest[0]!, 'quarantined')).toBe(1);
    expect(cluster.host(honest[0]!).evidence.every(({ culprit, provable }) => culprit === liar && !provable)).toBe(
      true,
    );
    const ticket = cluster.propose(honest[0]!, 'x');
    cluster.settle();
    cluster.advance(LONG);
    expect(cluster.host(honest[0]!).outcomes.get(ticket)?.kind).toBe('committed');
  });

  it('floods only drown the flooder: memory per peer stays bounded and others are served', () => {
    const { cluster, liar, honest } = withLiar(4);
    for (let i = 1; i <= 1500; i++) {
      cluster.inject(liar, honest[0]!, { t: 'batch', bundles: [foreignBundle(cluster, liar, i, 'x'.repeat(9000))] });
    }
    cluster.settle();
    expect(Number(cluster.detail(honest[0]!, 'undecidedBundles'))).toBeLessThan(1000);
    const ticket = cluster.propose(honest[1]!, 'y');
    cluster.settle();
    cluster.advance(LONG);
    expect(cluster.host(honest[1]!).outcomes.get(ticket)?.kind).toBe('committed');
  });

  it('a bundle decided once is not delivered again when a faulty leader repeats it', () => {
    const cluster = new Cluster(4);
    cluster.propose(leaderOf(cluster, 1), 'x');
    cluster.settle();
    cluster.advance(LONG);
    const round = Number(cluster.detail('n1', 'round'));
    const stored = cluster.stored('n2');
    const [bundle] = stored.flatMap(({ bundles }) => bundles);
    const tip = stored.at(-1)!.block;
    const liar = leaderOf(cluster, round);
    const honest = cluster.ids.filter((id) => id !== liar);
    cluster.crash(liar);
    const again = blockOn(cluster, round, qcFor(cluster, tip, honest), { height: tip.height + 1, bundles: [bundle!] });
    for (const id of honest) {
      cluster.inject(liar, id, proposalOf(cluster, again));
      cluster.inject(liar, id, { t: 'batch', bundles: [bundle!] });
    }
    cluster.settle();
    expect(
      votesOf(cluster.sent, honest[0]!)
        .concat(votesOf(cluster.sent, honest[1]!))
        .map((one) => one.round),
    ).toContain(round);
    cluster.propose(honest[0]!, 'y');
    cluster.settle();
    cluster.advance(LONG);
    for (const id of honest) expect(cluster.values(id)).toEqual(['x', 'y']);
  });
});
