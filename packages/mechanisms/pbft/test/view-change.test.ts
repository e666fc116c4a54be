import { describe, expect, it } from 'vitest';
import { makeBatch } from '../src/batch.ts';
import type { Claim } from '../src/statements.ts';
import type { NewView } from '../src/view-change.ts';
import { Cluster, TIMEOUT, type Flight } from './cluster.ts';

const isPhase = ({ message }: Flight, ...names: string[]): boolean => names.includes(message.t);

describe('a primary that fails', () => {
  it('is replaced by the next one, and what its clients wait for is decided', () => {
    const cluster = new Cluster();
    cluster.crash('n1');
    const ticket = cluster.propose('n3', 'x');
    cluster.settle();
    cluster.advance(TIMEOUT - 10_000);
    expect(cluster.detail('n3', 'active')).toBe(true);
    cluster.advance(20_000);
    for (const id of ['n2', 'n3', 'n4']) {
      expect(cluster.detail(id, 'view')).toBe(1);
      expect(cluster.values(id)).toEqual(['x']);
    }
    expect(cluster.host('n3').outcomes.get(ticket)?.kind).toBe('committed');
    expect(cluster.host('n2').mechanism.status()).toMatchObject({ role: 'primary', leader: 'n2', term: 1 });
  });

  it('costs twice as long each time that the next one fails too, until one decides something', () => {
    const cluster = new Cluster(7, { heartbeatMs: 100 });
    for (const id of ['n1', 'n2']) cluster.crash(id);
    const lost = new Set(['n3', 'n4']);
    cluster.passes = ({ from, message }) => !(lost.has(from) && message.t === 'NEW-VIEW');
    cluster.propose('n7', 'x');
    const entered = [0, 1, 2, 3, 4].map((view) => {
      cluster.until(() => Number(cluster.detail('n7', 'view')) >= view);
      return cluster.now;
    });
    const waits = [1, 2, 3].map((view) => entered[view + 1]! - entered[view]!);
    for (const [i, factor] of [2, 4, 8].entries()) {
      expect(waits[i]! / TIMEOUT).toBeGreaterThanOrEqual(factor);
      expect(waits[i]! / TIMEOUT).toBeLessThan(factor * 1.25);
    }
    cluster.until(() => cluster.values('n7').length === 1);
    expect(cluster.detail('n7', 'failedViews')).toBe(0);
  });

  it('leaves what was prepared to the new view: committed at one replica, it is committed at all', () => {
    const cluster = new Cluster();
    // only n4 sees the commits of the others
    cluster.passes = ({ to, message }) => message.t !== 'COMMIT' || to === 'n4';
    cluster.propose('n1', 'x');
    cluster.settle();
    expect(cluster.ids.map((id) => cluster.values(id).length)).toEqual([0, 0, 0, 1]);
    for (const id of ['n1', 'n4']) cluster.crash(id);
    cluster.restart('n1');
    cluster.passes = ({ message }) => !('view' in message && message.view === 0 && message.t === 'COMMIT');
    cluster.propose('n2', 'y');
    cluster.until(() => cluster.values('n2').length === 2);
    expect(cluster.values('n2')).toEqual(['x', 'y']);
    expect(cluster.values('n3')).toEqual(['x', 'y']);
    expect(cluster.said('n2', 'NEW-VIEW').length).toBeGreaterThan(0);
  });

  it('fills with null requests the numbers of which nothing can have been committed', () => {
    const cluster = new Cluster(4, { maxPipeline: 8 });
    // number 1 gets nowhere, number 2 is prepared everywhere
    cluster.passes = ({ message }) =>
      !(isPhase({ message } as Flight, 'PRE-PREPARE', 'PREPARE') && 'number' in message && message.number === 1) &&
      message.t !== 'COMMIT';
    cluster.propose('n1', 'one');
    cluster.settle();
    cluster.propose('n1', 'two');
    cluster.settle();
    cluster.passes = ({ from }) => from !== 'n1';
    cluster.until(() => cluster.values('n3').length === 2);
    expect(cluster.values('n3')).toEqual(['two', 'one']); // number 1 is null, 'one' comes again at number 3
    expect(cluster.detail('n3', 'executed')).toBe(3);
  });

  it('one replica alone that suspects it changes nothing, and goes on executing what the others decide', () => {
    const cluster = new Cluster();
    cluster.passes = ({ to, message }) => !(to === 'n4' && isPhase({ message } as Flight, 'PRE-PREPARE'));
    cluster.propose('n4', 'x');
    cluster.settle();
    cluster.passes = ({ to }) => to !== 'n4';
    cluster.propose('n4', 'y');
    cluster.advance(3 * TIMEOUT);
    expect(cluster.detail('n4', 'active')).toBe(false);
    cluster.passes = () => true;
    cluster.propose('n2', 'z');
    cluster.advance(TIMEOUT / 2);
    expect(cluster.detail('n1', 'view')).toBe(0);
    expect(cluster.detail('n4', 'view')).toBe(1);
    expect(cluster.values('n4').sort()).toEqual(['x', 'y', 'z']);
  });

  it('more than a third that want a later view take the others along before their time', () => {
    const cluster = new Cluster();
    cluster.propose('n1', 'x');
    cluster.settle();
    for (const id of ['n3', 'n4']) {
      const change = cluster.viewChange(id, 5);
      for (const to of ['n1', 'n2']) cluster.inject(id, to, { t: 'VIEW-CHANGE', change });
    }
    cluster.settle();
    expect(cluster.detail('n1', 'view')).toBe(5);
    expect(cluster.detail('n1', 'active')).toBe(true); // n2, primary of view 5, has opened it
  });

  it('a slow primary is replaced, though it is never silent for long', () => {
    const cluster = new Cluster(4, { viewChangeTimeoutMs: 400, slowPrimaryFactor: 2, retransmitMs: 200 });
    const late: Flight[] = [];
    let slow = false;
    cluster.passes = (flight) => {
      if (!slow || flight.from !== 'n1' || flight.message.t !== 'PRE-PREPARE') return true;
      late.push(flight);
      return false;
    };
    const run = (rounds: number): void => {
      for (let i = 0; i < rounds && cluster.detail('n2', 'view') === 0; i++) {
        cluster.propose('n2', `v${i}`);
        cluster.advance(slow ? 300_000 : 10_000);
        for (const { to, message } of late.splice(0)) cluster.inject('n1', to, message);
        cluster.settle();
      }
    };
    run(60);
    expect(cluster.detail('n2', 'view')).toBe(0);
    slow = true;
    run(40);
    expect(cluster.detail('n2', 'view')).toBe(1);
    expect(cluster.detail('n3', 'view')).toBe(1);
  });
});

function claim(number: number, view: number, text: string, cluster: Cluster): Claim {
  const { digest, key } = makeBatch([cluster.request('n4', number, text)]);
  return { number, view, digest, key };
}

describe('a NEW-VIEW', () => {
  const enter = (cluster: Cluster, newView: NewView): boolean => {
    cluster.inject('n2', 'n3', { t: 'NEW-VIEW', newView });
    cluster.settle();
    return cluster.detail('n3', 'view') === 1 && cluster.detail('n3', 'active') === true;
  };

  it('is accepted when more than two thirds want the view and its primary signed it', () => {
    const cluster = new Cluster();
    expect(enter(cluster, cluster.newView('n2', 1, ['n1', 'n2', 'n4']))).toBe(true);
  });

  it.each([
    ['too few view changes', (c: Cluster) => c.newView('n2', 1, ['n1', 'n4'])],
    ['another signer', (c: Cluster) => c.newView('n4', 1, ['n1', 'n2', 'n4'])],
    [
      'a view change that its sender did not sign',
      (c: Cluster) => {
        const forged = { ...c.viewChange('n1', 1), signature: new Uint8Array(32) };
        return c.newView('n2', 1, [forged, 'n2', 'n4']);
      },
    ],
    [
      'a checkpoint that nobody certified',
      (c: Cluster) => {
        const statement = { t: 'CHECKPOINT' as const, number: 4, digest: new Uint8Array(32) };
        const stable = c.certificate(statement, ['n4', 'n4', 'n4']);
        const proof = {
          ...stable,
          signatures: ['n1', 'n2', 'n4'].map((signer) => ({ signer, signature: stable.signatures[0]!.signature })),
        };
        return c.newView('n2', 1, [c.viewChange('n4', 1, { stable: proof }), 'n1', 'n2']);
      },
    ],
  ])('is refused with %s', (_what, make) => {
    const cluster = new Cluster();
    expect(enter(cluster, make(cluster))).toBe(false);
  });

  it('binds its primary: numbers that the view changes decide upon cannot be given to other requests', () => {
    const cluster = new Cluster();
    const known = claim(1, 0, 'prepared', cluster);
    const claims = { prepared: [known], prePrepared: [known] };
    const changes = ['n1', 'n2', 'n4'].map((id) => cluster.viewChange(id, 1, claims));
    expect(enter(cluster, cluster.newView('n2', 1, changes))).toBe(true);
    const other = cluster.request('n2', 1, 'other');
    cluster.inject('n2', 'n3', { t: 'REQUEST', bundles: [other] });
    cluster.inject('n2', 'n3', cluster.prePrepare(1, 1, [other]));
    cluster.settle();
    expect(cluster.said('n3', 'PREPARE')).toEqual([]);
    const body = makeBatch([cluster.request('n4', 1, 'prepared')]);
    cluster.advance(30_000);
    cluster.inject('n2', 'n3', { t: 'DATA', batches: [body] });
    cluster.settle();
    const said = cluster.said('n3', 'PREPARE').find(({ number }) => number === 1);
    expect(Buffer.compare(said!.digest, known.digest)).toBe(0);
  });
});
