import { describe, expect, it } from 'vitest';
import { decodeConvictions, encodeEvidence, makeEvidence } from '@hypersync/governance';
import { conflictRule } from '../src/evidence.ts';
import { encodeStatement, type Statement } from '../src/statements.ts';
import { Cluster } from './cluster.ts';

const digest = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const commit = (fill: number): Statement => ({ t: 'COMMIT', view: 0, number: 9, digest: digest(fill) });

/** The culprit says COMMIT to two things at one place, and one replica gets to see both. */
function equivocate(cluster: Cluster, culprit: string, victim: string): void {
  for (const fill of [1, 2]) cluster.inject(culprit, victim, cluster.vote('COMMIT', culprit, 0, 9, digest(fill)));
  cluster.settle();
}

/** Evidence as its submitter has it: in the culprit's name, signed by whomever. */
function evidence(cluster: Cluster, culprit: string, signer = culprit): Uint8Array {
  const said = [commit(1), commit(2)].map((statement) => {
    const payload = encodeStatement(statement);
    return { payload, signature: cluster.sign(signer, payload) };
  });
  return encodeEvidence(makeEvidence(conflictRule, culprit, said[0]!, said[1]!)!);
}

/** A faulty member has this put into the log; its own clients' requests are void from then on. */
function accuse(cluster: Cluster, submitter: string, bytes: Uint8Array, number = 1): void {
  const bundle = cluster.bundle(submitter, number, 'accuse', bytes);
  for (const id of cluster.ids)
    if (id !== submitter) cluster.inject(submitter, id, { t: 'REQUEST', bundles: [bundle] });
  cluster.settle();
  cluster.advance(20_000);
}

function end(cluster: Cluster, by = 'n2'): void {
  cluster.stop(by);
  cluster.settle();
  cluster.advance(50_000);
}

const convictedBy = (cluster: Cluster, id: string): (readonly [string, string])[] | null => {
  const { sealed } = cluster.host(id);
  if (sealed === null) return null;
  return decodeConvictions(sealed.state)!.map(({ member, offence }) => [member, offence] as const);
};

describe('convictions', () => {
  it('follow from proof in the log, at the end of the epoch, on every replica: also where nobody saw the offence', () => {
    const cluster = new Cluster(5);
    equivocate(cluster, 'n5', 'n3');
    cluster.advance(20_000);
    for (const id of ['n1', 'n2', 'n3', 'n4']) expect(cluster.detail(id, 'proven')).toBe(1);
    expect(cluster.detail('n3', 'convicted')).toBe(0); // accused, and no more
    end(cluster);
    for (const id of ['n1', 'n2', 'n3', 'n4']) expect(convictedBy(cluster, id)).toEqual([['n5', 'double-commit']]);
  });

  it('take no vote away before the epoch ends, and the next epoch does without the convicted', () => {
    const cluster = new Cluster(5, { viewChangeTimeoutMs: 5000, retransmitMs: 200 });
    equivocate(cluster, 'n5', 'n3');
    cluster.crash('n4');
    const ticket = cluster.propose('n1', 'x'); // four are left, and all four are needed
    cluster.until(() => cluster.host('n1').outcomes.has(ticket));
    expect(cluster.host('n1').outcomes.get(ticket)?.kind).toBe('committed');
    cluster.restart('n4');
    end(cluster);
    cluster.until(() => cluster.host('n1').sealed !== null);
    const out = new Set(decodeConvictions(cluster.host('n1').sealed!.state)!.map(({ member }) => member));
    const next = new Cluster(Object.fromEntries(cluster.ids.filter((id) => !out.has(id)).map((id) => [id, 1])));
    next.crash('n4');
    expect(next.decide('n1', 'y')?.kind).toBe('committed'); // three of four suffice without n5
  });

  it("do not follow from false accusations of f members: nothing is lost but the accuser's standing", () => {
    const cluster = new Cluster(7, { maxPending: 100 });
    for (const [i, liar] of ['n6', 'n7'].entries()) {
      accuse(cluster, liar, evidence(cluster, 'n2', liar)); // not n2's signatures
      accuse(cluster, liar, new Uint8Array(40 + i), 2); // no evidence at all
      accuse(cluster, liar, evidence(cluster, 'n9'), 3); // nobody
    }
    expect(cluster.detail('n1', 'executed')).toBeGreaterThan(5);
    end(cluster);
    for (const id of ['n1', 'n2', 'n3', 'n4', 'n5']) {
      expect(convictedBy(cluster, id)).toEqual([]);
      expect(cluster.host(id).sealed!.state.length).toBe(0);
      expect(cluster.host(id).evidence).toEqual([]);
      expect(cluster.detail(id, 'quarantined')).toBe(0);
    }
  });

  it('are checked by each replica itself: it does not end the epoch before it knows', () => {
    const cluster = new Cluster(5);
    const said = Buffer.from(encodeStatement(commit(1)));
    cluster.answers = (id, message) => !(id === 'n4' && Buffer.from(message).includes(said));
    accuse(cluster, 'n3', evidence(cluster, 'n5'));
    end(cluster);
    expect(cluster.detail('n4', 'sealed')).toBe(true);
    expect([convictedBy(cluster, 'n3'), convictedBy(cluster, 'n4')]).toEqual([[['n5', 'double-commit']], null]);
    cluster.answer('n4');
    expect(convictedBy(cluster, 'n4')).toEqual([['n5', 'double-commit']]);
  });

  it('survive restarts and snapshots', () => {
    const cluster = new Cluster(7);
    cluster.crash('n5');
    cluster.passes = ({ from, to }) => from !== 'n4' && to !== 'n4';
    accuse(cluster, 'n7', evidence(cluster, 'n5'));
    for (let i = 0; i < 12; i++) cluster.decide('n1', `${i}`);
    cluster.compact(8);
    for (let i = 0; i < 3; i++) cluster.decide('n1', `more ${i}`);
    cluster.compact(12); // made from the one before, which has the accusation already
    expect(cluster.detail('n1', 'snapshotIndex')).toBe(12);
    cluster.crash('n2');
    cluster.restart('n2');
    cluster.passes = () => true;
    cluster.until(() => cluster.host('n4').installed === 12 && cluster.values('n4').length === 3);
    end(cluster, 'n3');
    cluster.until(() => cluster.ids.every((id) => id === 'n5' || cluster.host(id).sealed !== null));
    for (const id of ['n1', 'n2', 'n3', 'n4', 'n6'])
      expect(convictedBy(cluster, id)).toEqual([['n5', 'double-commit']]);
  });

  it('are told in bytes that anybody can read, and nothing else passes for them', () => {
    const cluster = new Cluster(5);
    accuse(cluster, 'n3', evidence(cluster, 'n5'));
    end(cluster);
    const { state } = cluster.host('n1').sealed!;
    expect(decodeConvictions(state)).toMatchObject([{ member: 'n5', offence: 'double-commit', epoch: 1 }]);
    for (let i = 1; i < state.length; i++) expect(decodeConvictions(state.slice(0, i))).toBeNull();
  });
});
