import { describe, expect, it } from 'vitest';
import { SignState } from '../src/sign-state.ts';
import { Cluster, names } from './cluster.ts';

const PLAYED = ['n1', 'n2', 'n3'] as const;

function alone() {
  const cluster = new Cluster(4, { puppets: PLAYED });
  const [a, b] = [cluster.block('n1', 'a'), cluster.block('n1', 'b')];
  const said = () => cluster.said('n4', names({ a, b }));
  return { cluster, a, b, said };
}

describe('last sign state', () => {
  it('admits what comes later, by height, round and step, and nothing else', () => {
    const state = new SignState();
    state.mark(3, 1, 'prevote');
    const admitted = [
      [2, 9, 'precommit', false],
      [3, 0, 'precommit', false],
      [3, 1, 'propose', false],
      [3, 1, 'prevote', false],
      [3, 1, 'precommit', true],
      [3, 2, 'propose', true],
      [4, 0, 'propose', true],
    ] as const;
    for (const [height, round, step, expected] of admitted) expect(state.admits(height, round, step)).toBe(expected);
    expect(() => state.mark(3, 1, 'prevote')).toThrow(RangeError);
  });

  it('a vote leaves only when its entry is on disk, and does not count before either', () => {
    const { cluster, a, said } = alone();
    cluster.flushes = () => false;
    cluster.inject('n1', cluster.proposal('n1', 0, a));
    cluster.inject('n1', cluster.votes(['n1', 'n2'], 'prevote', 0, a));
    cluster.settle();
    expect(said()).toEqual([]);
    expect(cluster.host('n4').mechanism.ownVotes()).toEqual([]);
    expect(cluster.detail('n4', 'lockedRound')).toBe(-1);
    cluster.flush('n4');
    cluster.settle();
    expect(said()).toEqual(['prevote 0 a']);
    expect(cluster.detail('n4', 'lockedRound')).toBe(0);
  });

  it('says the same again after a restart, and nothing else', () => {
    const { cluster, a, b, said } = alone();
    cluster.inject('n1', cluster.proposal('n1', 0, a));
    cluster.settle();
    cluster.crash('n4');
    cluster.sent = [];
    cluster.restart('n4');
    cluster.inject('n1', cluster.proposal('n1', 0, b));
    cluster.settle();
    cluster.advance(300);
    expect(said()).toEqual(['prevote 0 a']);
    expect(cluster.accused('n4')).toEqual([]);
  });

  it('what was not flushed was never said', () => {
    const { cluster, a, b, said } = alone();
    cluster.flushes = () => false;
    cluster.inject('n1', cluster.proposal('n1', 0, a));
    cluster.settle();
    cluster.crash('n4');
    cluster.flushes = () => true;
    cluster.restart('n4');
    cluster.inject('n1', cluster.proposal('n1', 0, b));
    cluster.settle();
    expect(said()).toEqual(['prevote 0 b']);
  });

  it('a lock survives: after a restart another value is refused, the locked one proposed with its proof', () => {
    const { cluster, a, b, said } = alone();
    cluster.inject('n1', cluster.proposal('n1', 0, a));
    cluster.inject('n1', cluster.votes(['n1', 'n2'], 'prevote', 0, a));
    cluster.settle();
    cluster.crash('n4');
    cluster.restart('n4');
    cluster.settle();
    expect([cluster.detail('n4', 'lockedRound'), cluster.detail('n4', 'validRound')]).toEqual([0, 0]);
    cluster.inject('n2', cluster.votes(['n1', 'n2'], 'prevote', 1, null));
    cluster.inject('n2', cluster.proposal('n2', 1, b));
    cluster.settle();
    expect(said().filter((text) => text.startsWith('prevote 1'))).toEqual(['prevote 1 nil']);
    cluster.inject('n2', cluster.votes(PLAYED, 'prevote', 3, null));
    cluster.settle();
    const proposal = cluster.sent.findLast(({ message }) => message.t === 'proposal')?.message;
    expect(proposal).toMatchObject({ round: 3, polRound: 0, outline: { key: a.key } });
  });

  it('a restarted proposer repeats its proposal and makes no second one', () => {
    const cluster = new Cluster(4, { puppets: ['n2', 'n3', 'n4'] });
    cluster.propose('n1', 'a');
    cluster.settle();
    cluster.crash('n1');
    cluster.restart('n1');
    cluster.propose('n1', 'b');
    cluster.settle();
    cluster.advance(60);
    const proposed = cluster.sent.flatMap(({ message }) => (message.t === 'proposal' ? [message.outline.key] : []));
    expect(proposed.length).toBeGreaterThan(3);
    expect(new Set(proposed).size).toBe(1);
  });

  it('a damaged image is refused: a node must not guess what it signed', () => {
    const { cluster, a } = alone();
    cluster.inject('n1', cluster.proposal('n1', 0, a));
    cluster.inject('n1', cluster.votes(['n1', 'n2'], 'prevote', 0, a));
    cluster.settle();
    const whole = new Map(cluster.host('n4').image);
    for (const [key, value] of whole) {
      if (key === 'incarnation') continue;
      cluster.host('n4').image = new Map(whole).set(key, value.slice(1));
      expect(() => {
        cluster.restart('n4');
        cluster.settle();
      }, key).toThrow(/damaged/);
    }
    const lock = [...whole.keys()].find((key) => key.startsWith('pol/'))!;
    whole.delete(lock);
    cluster.host('n4').image = whole;
    expect(() => {
      cluster.restart('n4');
      cluster.settle();
    }).toThrow(/lock of round 0/);
  });
});

describe('a whole cluster that loses power', () => {
  it('decides after the restart what was precommitted before it', () => {
    const cluster = new Cluster(4);
    cluster.passes = ({ message }) =>
      !(message.t === 'votes' && message.votes.some(({ vote }) => vote.type === 'precommit'));
    cluster.propose('n1', 'a');
    cluster.settle();
    for (const id of cluster.ids) expect(cluster.detail(id, 'lockedRound')).toBe(0);
    for (const id of cluster.ids) cluster.crash(id);
    cluster.passes = () => true;
    for (const id of cluster.ids) cluster.restart(id);
    cluster.settle();
    for (const id of cluster.ids) expect(cluster.values(id)).toEqual(['a']);
    expect(cluster.ids.map((id) => cluster.accused(id))).toEqual([[], [], [], []]);
  });
});
