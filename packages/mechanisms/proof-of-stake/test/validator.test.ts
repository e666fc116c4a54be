import { describe, expect, it } from 'vitest';
import { bundleStatement, hashKey, makeBundle } from '@hypersync/consensus-kit';
import type { NodeId } from '@hypersync/interface';
import {
  attestationStatement,
  makeCheckpoint,
  proposalStatement,
  readStatement,
  type Attestation,
  type AttestationData,
  type Checkpoint,
} from '../src/attestation.ts';
import { makeBlock, type SignedBlock } from '../src/block.ts';
import { readFinalityProof } from '../src/finality-proof.ts';
import type { Message } from '../src/messages.ts';
import { decodeEvidence } from '../src/offences.ts';
import { Validator } from '../src/validator.ts';
import { Watch } from '../src/watch.ts';
import { Cluster, EPOCH, type Flight } from './cluster.ts';

/** Long enough for finality from any slot. */
const FINAL = 5 * EPOCH;

function attestations(sent: readonly Flight[], from?: NodeId): Attestation[] {
  return sent.flatMap(({ from: sender, message }) =>
    message.t === 'attestations' && (from === undefined || sender === from) ? message.attestations : [],
  );
}

function blocksSent(sent: readonly Flight[], from?: NodeId): SignedBlock[] {
  const all = sent.flatMap(({ from: sender, message }) =>
    message.t === 'block' && (from === undefined || sender === from) ? [message.signed] : [],
  );
  return [...new Map(all.map((signed) => [signed.block.key, signed])).values()];
}

function attest(cluster: Cluster, validator: NodeId, data: AttestationData): Message {
  const signature = cluster.sign(validator, attestationStatement(data));
  return { t: 'attestations', attestations: [{ data, validator, signature }] };
}

/** A source that no earlier vote of an honest run goes beyond. */
function newestSource(cluster: Cluster): Checkpoint {
  return makeCheckpoint(Number(cluster.detail('n1', 'justifiedEpoch')), cluster.genesis);
}

function run(cluster: Cluster, id: NodeId, ...texts: string[]): void {
  for (const text of texts) cluster.propose(id, text);
  cluster.settle();
  cluster.advance(FINAL);
}

describe('a healthy cluster', () => {
  it.each([1, 2, 4, 7])('of %i finalizes in one order within three epochs and a bit, and answers the tickets', (n) => {
    const cluster = new Cluster(n);
    const tickets = ['a', 'b', 'c'].map(
      (text, i) => [cluster.ids[i % n]!, cluster.propose(cluster.ids[i % n]!, text)] as const,
    );
    cluster.settle();
    cluster.advance(4 * EPOCH);
    const order = cluster.values('n1');
    expect(order.toSorted()).toEqual(['a', 'b', 'c']);
    for (const id of cluster.ids) expect(cluster.values(id)).toEqual(order);
    for (const [id, ticket] of tickets) expect(cluster.host(id).outcomes.get(ticket)?.kind).toBe('committed');
    expect(cluster.ids.flatMap((id) => cluster.host(id).evidence)).toEqual([]);
  });

  it('gives each decision a certificate that a third party can check, also after a restart', () => {
    const cluster = new Cluster(4);
    run(cluster, 'n1', 'x');
    cluster.crash('n2');
    cluster.host('n2').delivered.length = 0;
    cluster.restart('n2', 0);
    cluster.settle();
    const { table } = cluster.shape;
    for (const id of ['n1', 'n2']) {
      const [decision] = cluster.host(id).delivered;
      const read = readFinalityProof(decision!.certificate, table)!;
      for (const { signer, payload, signature } of read.statements)
        expect(signature).toEqual(cluster.sign(signer, payload));
      expect(table.hasByzantineQuorum(read.statements.map(({ signer }) => signer))).toBe(true);
      const damaged = decision!.certificate.slice();
      damaged[3]! ^= 1;
      expect(readFinalityProof(damaged, table)).toBeNull();
    }
  });

  it('finalizes without a third of the stake, and stands still without exactly a third', () => {
    const cluster = new Cluster({ a: 4, b: 3, c: 3 });
    cluster.crash('b');
    run(cluster, 'a', 'x');
    cluster.advance(6 * EPOCH);
    expect(cluster.values('a')).toEqual(['x']);
    const even = new Cluster(3);
    even.crash('n3');
    run(even, 'n1', 'x');
    even.advance(20 * EPOCH);
    expect(even.values('n1')).toEqual([]);
  });
});

describe('rest', () => {
  it('no blocks and no votes while everything is final; heartbeats only', () => {
    const cluster = new Cluster(4);
    run(cluster, 'n1', 'x');
    cluster.sent.length = 0;
    cluster.advance(30 * EPOCH);
    expect(cluster.detail('n2', 'resting')).toBe(true);
    expect(new Set(cluster.sent.map(({ message }) => message.t))).toEqual(new Set(['status']));
    run(cluster, 'n3', 'y');
    expect(cluster.values('n1')).toEqual(['x', 'y']);
  });
});

describe('slashing protection', () => {
  it('nothing signed leaves before the guard is durable', () => {
    const cluster = new Cluster(1 + 3);
    run(cluster, 'n1', 'x');
    cluster.sent.length = 0;
    cluster.flushes = (id) => id !== 'n2';
    cluster.propose('n1', 'y');
    cluster.settle();
    cluster.advance(4 * EPOCH);
    expect(attestations(cluster.sent, 'n2')).toEqual([]);
    expect(blocksSent(cluster.sent, 'n2')).toEqual([]);
    expect(attestations(cluster.sent, 'n1').length).toBeGreaterThan(0);
  });

  it('a validator that restarts in its slot does not attest again, though it now sees another head', () => {
    const cluster = new Cluster(4);
    cluster.propose('n1', 'x');
    cluster.settle();
    cluster.advance(1.5 * EPOCH);
    let restarts = 0;
    for (let i = 0; i < 12; i++) {
      const before = new Map(cluster.ids.map((id) => [id, attestations(cluster.sent, id).length]));
      cluster.advanceTo(cluster.slot + 1, 1);
      for (const id of cluster.ids.filter((one) => attestations(cluster.sent, one).length > before.get(one)!)) {
        const { image } = cluster.host(id);
        const newest = [...image.keys()]
          .filter((key) => key.startsWith('block/'))
          .sort()
          .at(-1)!;
        cluster.crash(id);
        image.delete(newest);
        image.delete(`final/${newest.split('/')[1]}`);
        cluster.restart(id);
        cluster.settle();
        restarts++;
      }
      if (cluster.values('n1').length > 0) {
        cluster.propose('n1', `more ${i}`);
        cluster.settle();
      }
    }
    expect(restarts).toBeGreaterThan(6);
    const watch = new Watch();
    for (const one of attestations(cluster.sent)) expect(watch.attestation(one)).toBeNull();
  });

  it('refuses a damaged guard instead of guessing what it signed', () => {
    const cluster = new Cluster(4);
    run(cluster, 'n1', 'x');
    cluster.host('n1').image.set('slash-protection', new Uint8Array([0xff]));
    expect(() => cluster.restart('n1')).toThrow(/slash-protection.*damaged/);
  });
});

describe('persistence', () => {
  it('all nodes lose power at once and go on where they were, without delivering twice', () => {
    const cluster = new Cluster(4);
    run(cluster, 'n1', 'a', 'b');
    cluster.propose('n2', 'c');
    cluster.settle();
    cluster.advance(1.5 * EPOCH);
    for (const id of cluster.ids) cluster.crash(id);
    for (const id of cluster.ids) cluster.restart(id);
    cluster.settle();
    run(cluster, 'n3', 'd');
    cluster.advance(FINAL);
    const order = cluster.values('n1');
    expect(order).toEqual(['a', 'b', 'c', 'd']);
    for (const id of cluster.ids) {
      expect(cluster.values(id)).toEqual(order);
      expect(cluster.host(id).delivered.map(({ position }) => position.index)).toEqual([1, 2, 3, 4]);
    }
  });

  it('a wiped node gets the chain from its peers', () => {
    const cluster = new Cluster(4);
    for (const text of ['a', 'b', 'c']) run(cluster, 'n1', text);
    cluster.crash('n4');
    cluster.host('n4').image.clear();
    cluster.host('n4').delivered.length = 0;
    cluster.restart('n4', 0);
    cluster.settle();
    cluster.advance(4 * EPOCH);
    expect(cluster.values('n4')).toEqual(['a', 'b', 'c']);
  });
});

describe('partitions', () => {
  it('neither half of a cluster finalizes alone; after the cut the orphaned operations are decided, each once', () => {
    const cluster = new Cluster(4);
    const left = new Set(['n1', 'n2']);
    cluster.passes = ({ from, to }) => left.has(from) === left.has(to);
    cluster.propose('n1', 'left');
    cluster.propose('n3', 'right');
    cluster.settle();
    cluster.advance(12 * EPOCH);
    for (const id of cluster.ids) expect(cluster.values(id)).toEqual([]);
    const heads = new Set(cluster.ids.map((id) => cluster.detail(id, 'headRoot')));
    expect(heads.size).toBe(2);
    cluster.passes = () => true;
    cluster.advance(12 * EPOCH);
    const order = cluster.values('n1');
    expect(order.toSorted()).toEqual(['left', 'right']);
    for (const id of cluster.ids) expect(cluster.values(id)).toEqual(order);
    expect(cluster.ids.flatMap((id) => cluster.host(id).evidence)).toEqual([]);
  });

  it('a node cut off follows again after the cut, with no new operation', () => {
    const cluster = new Cluster(4);
    cluster.passes = ({ from, to }) => from !== 'n4' && to !== 'n4';
    for (let i = 0; i < 4; i++) run(cluster, 'n1', `op ${i}`);
    cluster.advance(2 * EPOCH);
    expect(cluster.values('n1').length).toBe(4);
    cluster.passes = () => true;
    cluster.advance(10 * EPOCH);
    expect(cluster.values('n4')).toEqual(cluster.values('n1'));
    expect(cluster.detail('n4', 'finalizedRoot')).toBe(cluster.detail('n1', 'finalizedRoot'));
  });

  it('with the leak switched on, the half that remains finalizes at last; without, never', () => {
    for (const leakAfterEpochs of [0, 3]) {
      const cluster = new Cluster(4, { leakAfterEpochs });
      cluster.crash('n3');
      cluster.crash('n4');
      run(cluster, 'n1', 'x');
      cluster.advance(40 * EPOCH);
      expect(cluster.values('n2')).toEqual(leakAfterEpochs === 0 ? [] : ['x']);
      expect(cluster.detail('n1', 'leaking')).toBe(leakAfterEpochs !== 0);
    }
  });
});

describe('compaction', () => {
  it('the log goes once more than two thirds have the same snapshot; a wiped node installs it and follows', () => {
    const cluster = new Cluster(4);
    for (const text of ['a', 'b', 'c']) run(cluster, 'n1', text);
    const before = Number(cluster.detail('n1', 'logBlocks'));
    const compact = (ids: NodeId[]): void => {
      for (const id of ids)
        cluster.input(id, { t: 'compact', index: 2, state: new Uint8Array(Buffer.from('state 2')) });
      cluster.settle();
    };
    compact(['n1', 'n2']);
    expect(cluster.detail('n1', 'logBlocks')).toBe(before);
    compact(['n3']);
    expect(cluster.detail('n1', 'checkpointIndex')).toBe(2);
    expect(Number(cluster.detail('n1', 'logBlocks'))).toBeLessThan(before);
    cluster.crash('n4');
    cluster.host('n4').image.clear();
    cluster.host('n4').delivered.length = 0;
    cluster.restart('n4', 0);
    cluster.settle();
    cluster.advance(6 * EPOCH);
    expect(cluster.host('n4').installed).toBe(2);
    expect(cluster.values('n4')).toEqual(['c']);
    run(cluster, 'n4', 'd');
    expect(cluster.values('n1')).toEqual(['a', 'b', 'c', 'd']);
    cluster.crash('n1');
    cluster.host('n1').delivered.length = 0;
    cluster.restart('n1', 1);
    cluster.settle();
    expect(cluster.host('n1').installed).toBe(2);
    expect(cluster.values('n1')).toEqual(['c', 'd']);
  });

  it('nodes that forgot different parts of the log go on alike when stake is slashed later', () => {
    const cluster = new Cluster(4);
    for (const text of ['a', 'b']) run(cluster, 'n1', text);
    for (const id of ['n1', 'n2', 'n3']) cluster.input(id, { t: 'compact', index: 2, state: new Uint8Array([1]) });
    cluster.settle();
    const [a, b] = [1, 2].map((fill) => new Uint8Array(32).fill(fill));
    const head = makeCheckpoint(0, cluster.genesis);
    const epoch = Math.floor(cluster.slot / 4);
    for (const root of [a!, b!]) {
      const data = { slot: epoch * 4, head: root, source: head, target: makeCheckpoint(epoch, root) };
      cluster.inject('n4', 'n1', attest(cluster, 'n4', data));
    }
    cluster.settle();
    expect(new Set(cluster.host('n1').evidence.map(({ culprit }) => culprit))).toEqual(new Set(['n4']));
    cluster.crash('n4');
    for (const text of ['c', 'd', 'e']) run(cluster, 'n2', text);
    cluster.advance(4 * EPOCH);
    expect(cluster.values('n3')).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(cluster.detail('n1', 'headRoot')).toBe(cluster.detail('n3', 'headRoot'));
    expect(cluster.blocks('n3').flatMap(({ evidence }) => evidence.map(({ culprit }) => culprit))).toEqual(['n4']);
  });
});

describe('the stop sign', () => {
  it('seals every node at one finalized index and answers what is open', () => {
    const cluster = new Cluster(4);
    run(cluster, 'n1', 'x');
    const stop = cluster.stop('n2');
    cluster.settle();
    cluster.advance(FINAL);
    const late = cluster.propose('n1', 'too late');
    cluster.settle();
    expect(cluster.host('n2').outcomes.get(stop)).toMatchObject({ kind: 'committed', position: { index: 1 } });
    expect(cluster.host('n1').outcomes.get(late)).toMatchObject({ kind: 'rejected', reason: 'sealed' });
    for (const id of cluster.ids)
      expect(cluster.host(id).sealed).toMatchObject({ sign: { nextEpoch: 2 }, position: { index: 1 } });
  });
});

describe('clients', () => {
  it('one operation proposed at two nodes is delivered once, and both tickets are answered with its place', () => {
    const cluster = new Cluster(4);
    const tickets = [
      ['n1', cluster.propose('n1', 'x', 7, 1)],
      ['n2', cluster.propose('n2', 'x', 7, 1)],
    ] as const;
    cluster.settle();
    cluster.advance(FINAL);
    expect(cluster.values('n3')).toEqual(['x']);
    for (const [id, ticket] of tickets) {
      expect(cluster.host(id).outcomes.get(ticket)).toMatchObject({ kind: 'committed', position: { index: 1 } });
    }
  });

  it('nothing happens before the time is known, and everything after', () => {
    const cluster = new Cluster(4, { slotMs: 600_000 });
    expect(cluster.host('n1').mechanism.status().ready).toBe(true);
    const blind = Validator.create(
      { self: 'n1', members: [{ id: 'n1', weight: 1 }], epoch: 1, seed: 1, now: 0, config: {}, applied: 0 },
      new Map(),
    );
    const op = { kind: 'append' as const, value: new Uint8Array([1]) };
    const effects = blind.step(0, [{ t: 'propose', ticket: 1, op, session: 0, sequence: 0 }]);
    expect(effects.resolve).toEqual([]);
    expect(blind.status()).toMatchObject({ ready: false, detail: { slot: 0 } });
  });
});

describe('Byzantine peers', () => {
  const liar = 'n4';

  it('an attester that votes twice is caught with proof, loses its say about the head at once and its stake at finality', () => {
    const cluster = new Cluster(4);
    run(cluster, 'n1', 'x');
    const epoch = Math.floor(cluster.slot / 4);
    const source = newestSource(cluster);
    const [one, two] = [1, 2].map((fill) => {
      const root = new Uint8Array(32).fill(fill);
      return { slot: epoch * 4, head: root, source, target: makeCheckpoint(epoch, root) };
    });
    cluster.crash(liar);
    cluster.inject(liar, 'n1', attest(cluster, liar, one!));
    cluster.inject(liar, 'n1', attest(cluster, liar, two!));
    cluster.settle();
    const [found, ...more] = cluster.host('n1').evidence;
    expect(more).toEqual([]);
    expect(found).toMatchObject({ culprit: liar, kind: 'double-vote', provable: true });
    const evidence = decodeEvidence(found!.proof)!;
    for (const { payload, signature } of evidence.statements) expect(signature).toEqual(cluster.sign(liar, payload));
    run(cluster, 'n2', 'y');
    run(cluster, 'n2', 'z');
    expect(cluster.values('n3')).toEqual(['x', 'y', 'z']);
    expect(cluster.blocks('n3').flatMap((block) => block.evidence.map(({ culprit }) => culprit))).toEqual([liar]);
  });

  it('votes with a bad signature, of others, or for a far epoch are dropped', () => {
    const cluster = new Cluster(4);
    run(cluster, 'n1', 'x');
    const epoch = Math.floor(cluster.slot / 4);
    const root = new Uint8Array(32).fill(1);
    const source = newestSource(cluster);
    const data = (e: number): AttestationData => ({ slot: e * 4, head: root, source, target: makeCheckpoint(e, root) });
    const forged: Message = {
      t: 'attestations',
      attestations: [{ data: data(epoch), validator: liar, signature: new Uint8Array(32) }],
    };
    const before = cluster.host('n1').mechanism.fingerprint();
    const useless = [
      forged,
      attest(cluster, 'n2', data(epoch)),
      attest(cluster, liar, data(epoch + 5)),
      attest(cluster, liar, data(epoch - 9)),
    ];
    for (const message of useless) cluster.inject(liar, 'n1', message);
    cluster.settle();
    expect(cluster.host('n1').evidence).toEqual([]);
    cluster.inject(liar, 'n1', attest(cluster, liar, data(epoch)));
    cluster.settle();
    expect(cluster.host('n1').mechanism.fingerprint()).not.toEqual(before);
    expect(cluster.host('n1').evidence).toEqual([]);
    for (const fill of [2, 3]) {
      const old = { ...data(epoch - 9), head: new Uint8Array(32).fill(fill) };
      cluster.inject(liar, 'n1', attest(cluster, liar, old));
    }
    cluster.settle();
    expect(cluster.host('n1').evidence).toEqual([]);
  });

  it('blocks out of turn, from the future, unsigned, or with a forged bundle find no place', () => {
    const cluster = new Cluster(4);
    run(cluster, 'n1', 'x');
    const tip = cluster.blocks('n1').at(-1)!;
    const head = { root: tip.root };
    const operations = [{ kind: 'append' as const, session: 0, sequence: 0, value: new Uint8Array([7]) }];
    const bare = makeBundle('n2', 9, 1, operations);
    const forgedBundle = makeBundle('n2', 9, 1, operations, cluster.sign(liar, bundleStatement(bare.id)));
    const offer = (slot: number, proposer: NodeId, bundles: (typeof bare)[], signer = proposer): void => {
      const block = makeBlock(
        { slot, proposer, parentRoot: head.root, bundles, attestations: [], evidence: [], requests: [] },
        cluster.shape.table,
      );
      const signature = cluster.sign(signer, proposalStatement(slot, block.root));
      cluster.inject(liar, 'n1', { t: 'block', signed: { block, signature } });
    };
    const blocksBefore = cluster.detail('n1', 'unfinalizedBlocks');
    for (const proposer of cluster.ids) {
      offer(cluster.slot + 9, proposer, []);
      offer(cluster.slot, proposer, [], 'somebody');
      offer(cluster.slot, proposer, [forgedBundle]);
    }
    cluster.settle();
    expect(cluster.detail('n1', 'unfinalizedBlocks')).toBe(blocksBefore);
    expect(cluster.detail('n1', 'undecidedBundles')).toBe(0);
    for (const proposer of cluster.ids) offer(cluster.slot, proposer, []);
    cluster.settle();
    expect(Number(cluster.detail('n1', 'unfinalizedBlocks'))).toBeLessThanOrEqual(Number(blocksBefore) + 1);
  });

  /** Runs until it is the liar's turn to propose, with its own blocks kept back. */
  function liarsTurn(atEpochStart = false): { cluster: Cluster; offer: (n: number) => SignedBlock } {
    const cluster = new Cluster(4);
    run(cluster, 'n1', 'x');
    cluster.propose('n1', 'y');
    cluster.settle();
    cluster.passes = ({ from, message }) => !(from === liar && message.t === 'block');
    for (let i = 0; i < 200; i++) {
      if (i % 8 === 0) cluster.propose('n1', `filler ${i}`);
      cluster.settle();
      cluster.advanceTo(cluster.slot + 1);
      const isTurn = cluster.host('n1').mechanism.status().leader === liar;
      if (isTurn && (!atEpochStart || cluster.slot % 4 === 0)) break;
    }
    expect(cluster.host('n1').mechanism.status().leader).toBe(liar);
    const { slot } = cluster;
    const parentRoot = new Uint8Array(Buffer.from(cluster.detail('n1', 'headRoot') as string, 'hex'));
    const offer = (n: number): SignedBlock => {
      const operations = [{ kind: 'append' as const, session: 0, sequence: 0, value: new Uint8Array([n]) }];
      const bare = makeBundle(liar, 9, n, operations);
      const bundle = makeBundle(liar, 9, n, operations, cluster.sign(liar, bundleStatement(bare.id)));
      const body = {
        slot,
        proposer: liar,
        parentRoot,
        bundles: [bundle],
        attestations: [],
        evidence: [],
        requests: [],
      };
      const block = makeBlock(body, cluster.shape.table);
      const signed = { block, signature: cluster.sign(liar, proposalStatement(slot, block.root)) };
      cluster.inject(liar, 'n1', { t: 'block', signed });
      return signed;
    };
    return { cluster, offer };
  }

  it('a proposer can leave two blocks for a slot with us, not more, and is caught', () => {
    const { cluster, offer } = liarsTurn();
    const before = Number(cluster.detail('n1', 'unfinalizedBlocks'));
    for (let n = 1; n <= 8; n++) offer(n);
    cluster.settle();
    expect(Number(cluster.detail('n1', 'unfinalizedBlocks'))).toBe(before + 2);
    expect(cluster.host('n1').evidence.map(({ culprit, kind }) => [culprit, kind])).toEqual([
      [liar, 'double-proposal'],
    ]);
  });

  it('votes weigh from the slot after their own: late ones of the same slot cannot swing those who vote now', () => {
    const { cluster, offer } = liarsTurn(true);
    const { slot } = cluster;
    const blocks = [offer(1), offer(2)].map((signed) => signed.block);
    cluster.settle();
    const head = cluster.detail('n1', 'headRoot');
    const other = blocks.find(({ key }) => key !== head)!;
    const epoch = Math.floor(slot / 4);
    const source = makeCheckpoint(Number(cluster.detail('n1', 'justifiedEpoch')), other.root);
    const data = { slot, head: other.root, source, target: makeCheckpoint(epoch, other.root) };
    for (const id of ['n2', 'n3', liar]) cluster.inject(id, 'n1', attest(cluster, id, data));
    cluster.settle();
    expect(cluster.detail('n1', 'headRoot')).toBe(head);
    cluster.passes = () => false;
    cluster.sent.length = 0;
    cluster.advanceTo(slot + 1, 1);
    const [own] = [
      ...blocksSent(cluster.sent, 'n1').map(({ block }) => block.parentKey),
      cluster.detail('n1', 'headRoot'),
    ];
    expect(own).toBe(other.key);
  });

  it('two halves with two-faced members finalize against each other only with proof against a third or more', () => {
    const liars = ['n3', 'n4'];
    const split = (honest: NodeId): Cluster => {
      const cluster = new Cluster(4);
      const others = cluster.ids.filter((id) => id !== honest && !liars.includes(id));
      for (const id of others) cluster.crash(id);
      run(cluster, honest, `only ${honest}`);
      cluster.advance(8 * EPOCH);
      return cluster;
    };
    const [left, right] = [split('n1'), split('n2')];
    expect(left.values('n1')).toEqual(['only n1']);
    expect(right.values('n2')).toEqual(['only n2']);
    expect(hashKey(left.blocks('n1').at(-1)!.root)).not.toBe(hashKey(right.blocks('n2').at(-1)!.root));
    const watch = new Watch();
    const culprits = new Set<NodeId>();
    for (const one of [...attestations(left.sent), ...attestations(right.sent)]) {
      if (watch.attestation(one) !== null) culprits.add(one.validator);
    }
    const { table } = left.shape;
    expect([...culprits].sort()).toEqual(liars);
    expect(3 * table.tally(culprits)).toBeGreaterThanOrEqual(table.total);
  });

  it('blocks for slots long past come only as part of a chain we ask for', () => {
    const cluster = new Cluster(4);
    run(cluster, 'n1', 'x');
    cluster.advance(30 * EPOCH);
    const parentRoot = new Uint8Array(Buffer.from(cluster.detail('n1', 'headRoot') as string, 'hex'));
    const from = Number(cluster.detail('n1', 'headSlot')) + 1;
    for (let slot = from; slot < cluster.slot - 8; slot++) {
      for (const proposer of cluster.ids) {
        const body = { slot, proposer, parentRoot, bundles: [], attestations: [], evidence: [], requests: [] };
        const block = makeBlock(body, cluster.shape.table);
        const signature = cluster.sign(proposer, proposalStatement(slot, block.root));
        cluster.inject(liar, 'n1', { t: 'block', signed: { block, signature } });
      }
    }
    const before = cluster.detail('n1', 'unfinalizedBlocks');
    cluster.settle();
    expect(cluster.detail('n1', 'unfinalizedBlocks')).toBe(before);
  });

  it('a peer that talks of chains that nobody has does not keep us from asking for those that exist', () => {
    const cluster = new Cluster(4);
    cluster.passes = ({ from, to }) => from !== 'n1' && to !== 'n1';
    run(cluster, 'n2', 'x');
    for (let i = 0; i < 50; i++) {
      const head = new Uint8Array(32).fill(i);
      cluster.inject(liar, 'n1', { t: 'status', finalizedSlot: 2 ** 40, finalizedRoot: head, headSlot: 2 ** 40, head });
    }
    const head = new Uint8Array(Buffer.from(cluster.detail('n2', 'headRoot') as string, 'hex'));
    const headSlot = Number(cluster.detail('n2', 'headSlot'));
    cluster.inject('n2', 'n1', { t: 'status', finalizedSlot: -1, finalizedRoot: cluster.genesis, headSlot, head });
    cluster.sent.length = 0;
    cluster.settle();
    const asked = cluster.sent.flatMap(({ to, message }) =>
      message.t === 'fetch' ? [[to, hashKey(message.root)]] : [],
    );
    expect(asked).toContainEqual(['n2', hashKey(head)]);
    expect(asked.length).toBeLessThanOrEqual(5);
  });

  it('floods only drown the flooder', () => {
    const cluster = new Cluster(4);
    run(cluster, 'n1', 'x');
    cluster.crash(liar);
    const epoch = Math.floor(cluster.slot / 4);
    for (let i = 0; i < 2000; i++) {
      const root = new Uint8Array(32).fill(i).fill(i >> 8, 16);
      const data = {
        slot: epoch * 4,
        head: root,
        source: newestSource(cluster),
        target: makeCheckpoint(epoch, root),
      };
      cluster.inject(liar, 'n1', attest(cluster, liar, data));
      cluster.inject(liar, 'n1', { t: 'status', finalizedSlot: 0, finalizedRoot: root, headSlot: 2 ** 40, head: root });
    }
    cluster.settle();
    cluster.advance(EPOCH);
    expect(cluster.host('n1').evidence.length).toBe(1);
    run(cluster, 'n2', 'y');
    cluster.advance(4 * EPOCH);
    expect(cluster.values('n1')).toEqual(['x', 'y']);
  });
});

describe('statements', () => {
  it('read back as they were signed', () => {
    const data = {
      slot: 9,
      head: new Uint8Array(32),
      source: makeCheckpoint(1, new Uint8Array(32)),
      target: makeCheckpoint(2, new Uint8Array(32)),
    };
    expect(readStatement(attestationStatement(data))).toEqual({ t: 'attestation', data });
    expect(readStatement(proposalStatement(9, data.head))).toEqual({ t: 'proposal', slot: 9, root: data.head });
    expect(readStatement(new Uint8Array([0x41]))).toBeNull();
    expect(readStatement(attestationStatement({ ...data, source: makeCheckpoint(2, data.head) }))).toBeNull();
  });
});

describe('accountability', () => {
  it('two nodes that hold different blocks final show each other their votes, and both find who voted for both', () => {
    const liars = ['n3', 'n4'];
    const split = (honest: NodeId, rounds: number): Cluster => {
      const cluster = new Cluster(4);
      for (const id of cluster.ids) if (id !== honest && !liars.includes(id)) cluster.crash(id);
      for (let i = 0; i < rounds; i++) run(cluster, honest, `only ${honest}`);
      cluster.advance(8 * EPOCH);
      return cluster;
    };
    const worlds = { n1: split('n1', 2), n2: split('n2', 1) };
    const guiltyIn = (id: 'n1' | 'n2'): NodeId[] => [
      ...new Set(worlds[id].host(id).evidence.map(({ culprit }) => culprit)),
    ];
    /** What an honest node sends to the other reaches it, whatever the two-faced ones do. */
    const carry = (from: 'n1' | 'n2', to: 'n1' | 'n2'): void => {
      for (const one of worlds[from].sent.splice(0)) {
        const isNews = one.message.t === 'status' || one.message.t === 'testimony';
        if (one.from === from && one.to === to && isNews) worlds[to].inject(from, to, one.message);
      }
      worlds[to].settle();
    };
    for (const cluster of Object.values(worlds)) cluster.sent.length = 0;
    for (let i = 0; i < 4; i++) {
      for (const cluster of Object.values(worlds)) cluster.advance(8 * EPOCH);
      carry('n1', 'n2');
      carry('n2', 'n1');
    }
    expect(guiltyIn('n1').sort()).toEqual(liars);
    expect(guiltyIn('n2').sort()).toEqual(liars);
    const kinds = worlds.n1.host('n1').evidence.map(({ kind, provable }) => [kind, provable]);
    expect(kinds.every(([kind, provable]) => provable === true && String(kind).endsWith('vote'))).toBe(true);
  });

  it('votes for times to come do not make the watch forget what was signed before', () => {
    const cluster = new Cluster(4);
    run(cluster, 'n1', 'x');
    const epoch = Math.floor(cluster.slot / 4);
    const vote = (target: number, fill: number): Attestation => {
      const root = new Uint8Array(32).fill(fill);
      const source = makeCheckpoint(epoch - 1, cluster.genesis);
      const data = { slot: target * 4, head: root, source, target: makeCheckpoint(target, root) };
      return { data, validator: 'n4', signature: cluster.sign('n4', attestationStatement(data)) };
    };
    const show = (attestations: Attestation[]): void =>
      cluster.inject('n4', 'n1', { t: 'testimony', wantsAnswer: false, attestations });
    show([vote(epoch, 1)]);
    cluster.settle();
    show(Array.from({ length: 200 }, (_, i) => vote(epoch + 1 + i, 1)));
    cluster.settle();
    expect(cluster.host('n1').evidence).toEqual([]);
    show([vote(epoch, 2)]);
    cluster.settle();
    expect(cluster.host('n1').evidence.map(({ culprit, kind }) => [culprit, kind])).toEqual([['n4', 'double-vote']]);
  });

  it('a convicted member loses its vote in the log, at an epoch boundary, on every node alike', () => {
    const cluster = new Cluster(5);
    run(cluster, 'n1', 'x');
    const epoch = Math.floor(cluster.slot / 4);
    const source = newestSource(cluster);
    for (const fill of [1, 2]) {
      const root = new Uint8Array(32).fill(fill);
      const data = { slot: epoch * 4, head: root, source, target: makeCheckpoint(epoch, root) };
      cluster.inject('n5', 'n1', attest(cluster, 'n5', data));
    }
    cluster.settle();
    // proven to n1, and yet no vote is lost before the log has decided it
    expect(cluster.host('n1').evidence.map(({ culprit }) => culprit)).toEqual(['n5']);
    expect(cluster.detail('n1', 'weights')).toContain('n5:3200000');
    for (const text of ['a', 'b', 'c', 'd', 'e']) run(cluster, 'n2', text);
    for (const id of cluster.ids) {
      expect(cluster.detail(id, 'convicted')).toBe('n5');
      expect(cluster.detail(id, 'weights')).toContain('n5:0');
      expect(cluster.host(id).evidence.every(({ culprit }) => culprit === 'n5')).toBe(true);
    }
  });
});
