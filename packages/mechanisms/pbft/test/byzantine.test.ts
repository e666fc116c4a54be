import { describe, expect, it } from 'vitest';
import { hashKey, WeightTable } from '@hypersync/consensus-kit';
import { decodeEvidence } from '@hypersync/governance';
import { makeBatch } from '../src/batch.ts';
import type { Account } from '../src/disputes.ts';
import { conflictRule } from '../src/evidence.ts';
import { readCommitProof } from '../src/executing.ts';
import type { Message } from '../src/messages.ts';
import { encodeStatement } from '../src/statements.ts';
import { Cluster, TIMEOUT } from './cluster.ts';

const KINDS = (cluster: Cluster, id: string): (readonly [string, string, boolean])[] =>
  cluster.host(id).evidence.map(({ culprit, kind, provable }) => [culprit, kind, provable]);

describe('Byzantine members', () => {
  it('a primary that tells everybody something else is caught with proof, and at most one of its stories wins', () => {
    const cluster = new Cluster();
    cluster.crash('n1');
    const [one, two] = ['one', 'two'].map((text, i) => cluster.request('n1', 1 + i, text));
    for (const id of ['n2', 'n3', 'n4']) cluster.inject('n1', id, { t: 'REQUEST', bundles: [one!, two!] });
    cluster.inject('n1', 'n2', cluster.prePrepare(0, 1, [one!]));
    for (const id of ['n3', 'n4']) cluster.inject('n1', id, cluster.prePrepare(0, 1, [two!]));
    cluster.settle();
    // n2 sees n3 prepare the other story: each shows the other what the primary signed
    expect(KINDS(cluster, 'n2')).toEqual([['n1', 'double-pre-prepare', true]]);
    expect(KINDS(cluster, 'n3')).toEqual([['n1', 'double-pre-prepare', true]]);
    const { proof } = cluster.host('n2').evidence[0]!;
    for (const { payload, signature } of decodeEvidence(proof, conflictRule, 64)!.statements)
      expect(Buffer.compare(cluster.sign('n1', payload), signature)).toBe(0);
    cluster.until(() => cluster.values('n4').length === 2);
    for (const id of ['n2', 'n3']) expect(cluster.values(id)).toEqual(cluster.values('n4'));
  });

  it.each(['PREPARE', 'COMMIT'] as const)('two different %s messages of one voter are proof', (t) => {
    const cluster = new Cluster();
    const digests = [1, 2].map((fill) => new Uint8Array(32).fill(fill));
    for (const digest of digests) cluster.inject('n4', 'n2', cluster.vote(t, 'n4', 0, 1, digest));
    cluster.settle();
    expect(KINDS(cluster, 'n2')).toEqual([['n4', `double-${t.toLowerCase()}`, true]]);
  });

  it('a second vote that its voter did not sign is no proof, and falls back on who sent it', () => {
    const cluster = new Cluster();
    const digests = [1, 2].map((fill) => new Uint8Array(32).fill(fill));
    const [one, two] = digests.map((digest) => cluster.vote('COMMIT', 'n4', 0, 1, digest));
    cluster.inject('n4', 'n2', one!);
    cluster.inject('n4', 'n2', { ...two!, signature: new Uint8Array(32) } as Message);
    cluster.settle();
    expect(KINDS(cluster, 'n2')).toEqual([]);
    expect(cluster.detail('n2', 'droppedSignature')).toBe(1);
  });

  it('two checkpoints of one number are proof, two honest ones of two numbers are not', () => {
    const cluster = new Cluster();
    const say = (number: number, fill: number): void => {
      const digest = new Uint8Array(32).fill(fill);
      const signature = cluster.signStatement('n4', { t: 'CHECKPOINT', number, digest });
      cluster.inject('n4', 'n2', { t: 'CHECKPOINT', number, digest, signature });
      cluster.settle();
    };
    say(4, 1);
    say(8, 2);
    expect(KINDS(cluster, 'n2')).toEqual([]);
    say(4, 3);
    expect(KINDS(cluster, 'n2')).toEqual([['n4', 'double-checkpoint', true]]);
  });

  it('an equivocator is quarantined by its victims, and gets less patience as primary', () => {
    const cluster = new Cluster();
    const digests = [1, 2].map((fill) => new Uint8Array(32).fill(fill));
    for (const id of ['n2', 'n3', 'n4']) {
      for (const digest of digests) cluster.inject('n1', id, cluster.vote('COMMIT', 'n1', 0, 9, digest));
    }
    cluster.settle();
    expect(cluster.detail('n2', 'quarantined')).toBe(1);
    expect(cluster.decide('n2', 'x')).toBeUndefined(); // as good as silent: its word is read at the guard's pace
    cluster.advance(TIMEOUT / 4 + 10_000);
    expect(cluster.detail('n2', 'view')).toBe(1);
    expect(cluster.values('n2')).toEqual(['x']);
  });

  it.each([
    // the other side has another commit in the same view, or a view that began as if nothing had been committed
    [
      'double-commit',
      (cluster: Cluster): Partial<Account> => {
        const other = { t: 'COMMIT' as const, view: 0, number: 1, digest: new Uint8Array(32).fill(5) };
        return { commits: [cluster.certificate(other, ['n2', 'n3', 'n4'])] };
      },
    ],
    [
      'forgotten-commit',
      (cluster: Cluster): Partial<Account> => ({ newViews: [cluster.newView('n2', 1, ['n2', 'n3', 'n4'])] }),
    ],
  ])('more than a third that led honest replicas apart are convicted by what both sides have: %s', (offence, what) => {
    const cluster = new Cluster();
    cluster.decide('n1', 'x');
    const own = readCommitProof(cluster.host('n1').delivered[0]!.certificate, new WeightTable(cluster.members))!;
    const guilty = own.statements.map(({ signer }) => signer).filter((id) => id !== 'n1');
    cluster.inject('n4', 'n1', { t: 'ACCOUNT', proofs: [], commits: [], newViews: [], ...what(cluster) });
    cluster.settle();
    const found = KINDS(cluster, 'n1').map(([culprit, kind, provable]) => `${culprit} ${kind} ${provable}`);
    expect(found.sort()).toEqual(guilty.map((id) => `${id} ${offence} true`));
    expect(guilty.length).toBe(2);
    expect(cluster.said('n1', 'ACCOUNT').length).toBe(1); // n4 shall be able to find them too
  });

  it('who owns up to a commit, or has a checkpoint that covers it, is not accused', () => {
    const commit = (view: number, number: number, fill: number) =>
      encodeStatement({ t: 'COMMIT', view, number, digest: new Uint8Array(32).fill(fill) });
    const change = (view: number, stable: number, claims: readonly (readonly [number, number, number])[]) =>
      encodeStatement({
        t: 'VIEW-CHANGE',
        view,
        number: stable,
        digest: new Uint8Array(32),
        prepared: claims.map(([number, of, fill]) => {
          const digest = new Uint8Array(32).fill(fill);
          return { number, view: of, digest, key: hashKey(digest) };
        }),
      });
    expect(conflictRule(commit(1, 5, 7), change(2, 0, [[5, 1, 7]]))).toBeNull();
    expect(conflictRule(commit(0, 5, 7), change(2, 0, [[5, 1, 8]]))).toBeNull(); // something later was prepared
    expect(conflictRule(commit(1, 5, 7), change(2, 5, []))).toBeNull(); // stable
    expect(conflictRule(commit(2, 5, 7), change(2, 0, []))).toBeNull(); // said in the view that was entered
    expect(conflictRule(commit(1, 5, 7), change(2, 0, []))).toBe('forgotten-commit');
    expect(conflictRule(commit(1, 5, 7), change(2, 0, [[5, 0, 7]]))).toBe('forgotten-commit');
    expect(conflictRule(commit(1, 5, 7), change(2, 0, [[5, 1, 8]]))).toBe('forgotten-commit');
  });

  it('cannot invent operations in the name of others', () => {
    const cluster = new Cluster();
    cluster.crash('n1');
    const genuine = cluster.request('n4', 1, 'x');
    const forged = { ...genuine, signature: new Uint8Array(32) };
    for (const id of ['n2', 'n3', 'n4']) {
      cluster.inject('n1', id, { t: 'REQUEST', bundles: [forged] });
      cluster.inject('n1', id, cluster.prePrepare(0, 1, [forged]));
      cluster.inject('n1', id, { t: 'DATA', batches: [makeBatch([forged])] });
    }
    cluster.settle();
    cluster.advance(TIMEOUT / 2);
    for (const id of ['n2', 'n3', 'n4']) expect(cluster.said(id, 'PREPARE')).toEqual([]);
  });

  it('a request decided once is not delivered again, however often a primary proposes it', () => {
    const cluster = new Cluster();
    const request = cluster.request('n4', 1, 'x');
    for (const id of ['n2', 'n3', 'n4']) {
      cluster.inject('n1', id, { t: 'REQUEST', bundles: [request] });
      cluster.inject('n1', id, cluster.prePrepare(0, 1, [request]));
      cluster.inject('n1', id, cluster.prePrepare(0, 2, [request]));
    }
    for (const id of ['n2', 'n3', 'n4']) {
      for (const number of [1, 2]) {
        const { digest } = makeBatch([request]);
        for (const voter of ['n1', 'n2', 'n3'])
          cluster.inject(voter, id, cluster.vote('COMMIT', voter, 0, number, digest));
      }
    }
    cluster.settle();
    expect(cluster.detail('n4', 'executed')).toBe(2);
    expect(cluster.values('n4')).toEqual(['x']);
  });

  it('a faulty origin that floods delays itself, not the others, and does not get the primary replaced', () => {
    const cluster = new Cluster(4, { maxBatch: 4, maxPipeline: 1 });
    cluster.crash('n4');
    for (let i = 1; i <= 40; i++) {
      for (const id of ['n1', 'n2', 'n3'])
        cluster.inject('n4', id, { t: 'REQUEST', bundles: [cluster.request('n4', i, `f${i}`)] });
    }
    const ticket = cluster.propose('n2', 'y');
    cluster.settle();
    expect(cluster.host('n2').outcomes.get(ticket)?.kind).toBe('committed');
    cluster.advance(3 * TIMEOUT);
    expect(cluster.detail('n2', 'view')).toBe(0);
    expect(cluster.values('n2').length).toBe(41);
  });

  it('a request that only backups have reaches the primary through them', () => {
    const cluster = new Cluster();
    cluster.inject('n4', 'n2', { t: 'REQUEST', bundles: [cluster.request('n4', 1, 'x')] });
    cluster.settle();
    expect(cluster.values('n2')).toEqual([]);
    cluster.advance(80_000);
    expect(cluster.values('n2')).toEqual(['x']);
    expect(cluster.detail('n2', 'view')).toBe(0);
  });

  it('floods of votes and of numbers far away leave nothing behind', () => {
    const cluster = new Cluster();
    const before = cluster.host('n2').mechanism.fingerprint().length;
    for (let i = 0; i < 2000; i++)
      cluster.inject('n4', 'n2', cluster.vote('COMMIT', 'n4', i, 1000 + i, new Uint8Array(32).fill(i)));
    cluster.settle();
    expect(cluster.detail('n2', 'droppedWatermark')).toBe(2000);
    expect(cluster.host('n2').verified).toBeLessThan(5);
    expect(cluster.host('n2').mechanism.fingerprint().length).toBe(before);
    expect(cluster.decide('n2', 'x')?.kind).toBe('committed');
  });
});
