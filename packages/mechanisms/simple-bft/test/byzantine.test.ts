import { describe, expect, it } from 'vitest';
import { ORIGIN_WINDOW } from '@hypersync/consensus-kit';
import type { NodeId } from '@hypersync/interface';
import { makeBlock, type Block } from '../src/block.ts';
import type { Message } from '../src/messages.ts';
import { NO_HASH, proposalStatement, type Vote } from '../src/vote.ts';
import { Cluster, DELTA } from './cluster.ts';
import { certificate, foreignBundle, leaderOf, LONG, proposal, sign, voteMessage, votes } from './forging.ts';

describe('Byzantine peers', () => {
  const byzantine = 'n4';

  it('an equivocating leader is caught with proof, and only one of its blocks can win', () => {
    const cluster = new Cluster(4);
    let height = 1;
    while (leaderOf(cluster, height) !== byzantine) {
      cluster.propose('n1', `step ${height}`);
      cluster.settle();
      cluster.advance(LONG);
      height = Number(cluster.detail('n1', 'iteration'));
    }
    cluster.crash(byzantine);
    const tip = cluster.blocks('n1').at(-1)!;
    const [one, two] = ['one', 'two'].map((text, i) =>
      makeBlock(height, { height: tip.height, hash: tip.hash }, [foreignBundle(cluster, byzantine, 1 + i, text)]),
    );
    cluster.inject(byzantine, 'n1', proposal(cluster, one!));
    cluster.inject(byzantine, 'n2', proposal(cluster, two!));
    cluster.inject(byzantine, 'n3', proposal(cluster, two!));
    cluster.inject(byzantine, 'n3', proposal(cluster, one!));
    cluster.settle();
    cluster.advance(3 * LONG);
    const found = cluster.host('n3').evidence;
    expect(found.map(({ culprit, kind, provable }) => [culprit, kind, provable])).toEqual([
      [byzantine, 'double-proposal', true],
    ]);
    const orders = ['n1', 'n2', 'n3'].map((id) => cluster.values(id).join());
    expect(new Set(orders).size).toBe(1);
  });

  it.each([
    ['whose dummies are not proven', false, 'valid'],
    ['with a bundle that its origin did not sign', true, 'forged'],
    ['that its leader did not sign', true, 'leaderless'],
  ])('nobody votes for a block %s', (_what, withProof, kind) => {
    const cluster = new Cluster(4);
    const height = [5, 6, 7, 8].find((h) => leaderOf(cluster, h) === byzantine)!;
    const dummies = Array.from({ length: height - 1 }, (_, i) =>
      certificate(cluster, { kind: 'dummy', height: i + 1, hash: NO_HASH }, ['n1', 'n2', 'n3']),
    );
    const bundle = foreignBundle(cluster, kind === 'forged' ? 'n1' : byzantine, 1, 'x', kind === 'forged');
    const block = makeBlock(height, { height: 0, hash: cluster.genesis.hash }, [bundle]);
    if (!withProof) cluster.inject(byzantine, 'n1', { t: 'certificates', certificates: dummies.slice(-1) });
    const offered = proposal(cluster, block, withProof ? dummies : []) as Extract<Message, { t: 'proposal' }>;
    const signature = sign(cluster, 'n2', proposalStatement(block.height, block.hash));
    cluster.inject(byzantine, 'n1', kind === 'leaderless' ? { ...offered, signature } : offered);
    cluster.settle();
    expect(votes(cluster.sent, 'n1').filter((vote) => vote.kind === 'notarize')).toEqual([]);
  });

  it('the same block is voted for once its dummies are proven', () => {
    const cluster = new Cluster(4);
    const height = [5, 6, 7, 8].find((h) => leaderOf(cluster, h) === byzantine)!;
    const dummies = Array.from({ length: height - 1 }, (_, i) =>
      certificate(cluster, { kind: 'dummy', height: i + 1, hash: NO_HASH }, ['n1', 'n2', 'n3']),
    );
    const block = makeBlock(height, { height: 0, hash: cluster.genesis.hash }, [
      foreignBundle(cluster, byzantine, 1, 'x'),
    ]);
    cluster.inject(byzantine, 'n1', proposal(cluster, block, dummies));
    cluster.settle();
    expect(votes(cluster.sent, 'n1').filter((vote) => vote.kind === 'notarize').length).toBeGreaterThan(0);
  });

  it('a certificate with one bad signature moves nobody', () => {
    const cluster = new Cluster(4);
    const good = certificate(cluster, { kind: 'dummy', height: 1, hash: NO_HASH }, ['n1', 'n2', 'n3']);
    const signatures = good.signatures.map((one, i) => (i === 1 ? { ...one, signature: new Uint8Array(32) } : one));
    cluster.inject(byzantine, 'n1', { t: 'certificates', certificates: [{ ...good, signatures }] });
    cluster.settle();
    expect(cluster.detail('n1', 'iteration')).toBe(1);
    cluster.inject(byzantine, 'n1', { t: 'certificates', certificates: [good] });
    cluster.settle();
    expect(cluster.detail('n1', 'iteration')).toBe(2);
  });

  it('a bundle decided once is not delivered again when a faulty leader repeats it', () => {
    const cluster = new Cluster(4);
    cluster.propose('n1', 'x');
    cluster.settle();
    cluster.advance(LONG);
    const [bundle] = cluster.blocks('n1').flatMap((block) => block.bundles);
    let height = Number(cluster.detail('n1', 'iteration'));
    while (leaderOf(cluster, height) !== byzantine) {
      cluster.propose('n2', `filler ${height}`);
      cluster.settle();
      cluster.advance(LONG);
      height = Number(cluster.detail('n1', 'iteration'));
    }
    const tip = cluster.blocks('n1').at(-1)!;
    const again = makeBlock(height, { height: tip.height, hash: tip.hash }, [bundle!]);
    for (const id of ['n1', 'n2', 'n3']) cluster.inject(byzantine, id, proposal(cluster, again));
    cluster.settle();
    cluster.advance(LONG);
    expect(cluster.detail('n1', 'finalizedHeight')).toBe(height);
    expect(cluster.values('n1').filter((text) => text === 'x').length).toBe(1);
  });

  it('more than a third lying can split the cluster, but not without proof against more than a third', () => {
    const cluster = new Cluster(4);
    const liars = ['n3', 'n4'];
    for (const id of liars) cluster.crash(id);
    const height = 1;
    const evidence = new Map<string, Set<string>>();
    const blocks = ['left', 'right'].map((text) =>
      makeBlock(height, { height: 0, hash: cluster.genesis.hash }, [foreignBundle(cluster, 'n4', text.length, text)]),
    );
    const side = (id: NodeId, block: Block): void => {
      const quorum = [...liars, id];
      for (const kind of ['notarize', 'finalize'] as const) {
        const one = certificate(cluster, { kind, height, hash: block.hash }, quorum);
        cluster.inject('n4', id, { t: 'blocks', blocks: [block], certificates: [one] });
      }
    };
    cluster.passes = () => false;
    side('n1', blocks[0]!);
    side('n2', blocks[1]!);
    cluster.settle();
    cluster.advance(4 * DELTA);
    expect(cluster.values('n1')).toEqual(['left']);
    expect(cluster.values('n2')).toEqual(['right']);
    cluster.passes = () => true;
    side('n1', blocks[1]!);
    side('n2', blocks[0]!);
    for (const { culprit } of cluster.host('n1').evidence) evidence.set(culprit, new Set());
    const quorum = certificate(cluster, { kind: 'finalize', height, hash: blocks[1]!.hash }, ['n2', ...liars]);
    for (const { signer, signature } of quorum.signatures) {
      const vote: Vote = { kind: 'finalize', height, hash: blocks[1]!.hash };
      cluster.inject(signer, 'n1', { t: 'vote', vote, signature });
    }
    cluster.settle();
    const culprits = new Set(cluster.host('n1').evidence.map(({ culprit }) => culprit));
    expect([...culprits].sort()).toEqual(liars);
    const child = makeBlock(2, { height: 1, hash: blocks[1]!.hash }, [
      foreignBundle(cluster, 'n4', 9, 'further right'),
    ]);
    const further = certificate(cluster, { kind: 'finalize', height: 2, hash: child.hash }, ['n2', ...liars]);
    cluster.inject('n2', 'n1', { t: 'blocks', blocks: [blocks[1]!, child], certificates: [further] });
    cluster.settle();
    expect(cluster.values('n1')).toEqual(['left']);
    expect(cluster.host('n1').mechanism.status()).toMatchObject({ ready: false, detail: { broken: true } });
  });

  it('votes far ahead of us are not kept: of two that contradict each other only those within reach are evidence', () => {
    const cluster = new Cluster(4);
    const double = (height: number): void => {
      for (const fill of [1, 2]) {
        const vote: Vote = { kind: 'notarize', height, hash: new Uint8Array(32).fill(fill) };
        cluster.inject(byzantine, 'n1', voteMessage(cluster, byzantine, vote));
      }
      cluster.settle();
    };
    double(2000);
    expect(cluster.host('n1').evidence).toEqual([]);
    double(20);
    expect(cluster.host('n1').evidence.map(({ kind }) => kind)).toEqual(['double-notarize']);
  });

  it('floods only drown the flooder: memory per peer stays bounded and others are served', () => {
    const cluster = new Cluster(4);
    cluster.crash(byzantine);
    for (let i = 1; i <= 3000; i++) {
      const vote: Vote = { kind: 'notarize', height: i, hash: new Uint8Array(32).fill(i) };
      cluster.inject(byzantine, 'n1', { t: 'vote', vote, signature: new Uint8Array(32) });
    }
    for (let i = 1; i <= ORIGIN_WINDOW + 100; i++) {
      cluster.inject(byzantine, 'n1', { t: 'bundles', bundles: [foreignBundle(cluster, byzantine, i, `flood ${i}`)] });
    }
    cluster.settle();
    expect(Number(cluster.detail('n1', 'undecidedBundles'))).toBe(ORIGIN_WINDOW);
    expect(Number(cluster.detail('n1', 'dropped'))).toBeGreaterThan(0);
    const ticket = cluster.propose('n2', 'y');
    cluster.settle();
    cluster.advance(10 * LONG);
    expect(cluster.host('n2').outcomes.get(ticket)?.kind).toBe('committed');
  });
});
