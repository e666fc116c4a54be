import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mechanismsWithBugs, parseCatalogue, plantedBugs } from '../planted-bugs/catalogue.ts';
import { ledgerTable, readLedger, TABLE } from '../planted-bugs/ledger.ts';
import { anchorProblem, plant } from '../planted-bugs/plant.ts';

describe.for(mechanismsWithBugs())('the planted bugs of %s', (mechanism) => {
  it('are at least ten, and each anchor stands exactly once in its file', () => {
    const bugs = plantedBugs(mechanism);
    expect(bugs.map(anchorProblem).filter((problem) => problem !== null)).toEqual([]);
    expect(bugs.length).toBeGreaterThanOrEqual(10);
  });

  const ledger = readLedger(mechanism);
  if (ledger === null) return; // a list that grows: the run that ends with a ledger is still to come, and LEDGERS below says so
  it('were all caught when they were last searched for, and each invariant was needed', () => {
    expect(ledger.bugs.map(({ id }) => id).toSorted()).toEqual(
      plantedBugs(mechanism)
        .map(({ id }) => id)
        .toSorted(),
    );
    expect(ledger.bugs.filter(({ caughtBy }) => caughtBy === 'nothing')).toEqual([]);
    expect(ledger.decorative).toEqual([]);
  });
});

/** Mechanisms whose list has been searched for as a whole: it only grows. */
const LEDGERS = [
  'crdt',
  'geometric-consensus',
  'gossip',
  'hotstuff',
  'merkle-tree',
  'paxos',
  'pbft',
  'proof-of-stake',
  'quorum',
  'raft',
  'riemannian-barycenter',
  'simple-bft',
  'tendermint',
  'vector-clock',
];

describe('the list of planted bugs', () => {
  it('has a ledger for every mechanism that ever had one', () => {
    expect(mechanismsWithBugs().filter((mechanism) => readLedger(mechanism) !== null)).toEqual(
      expect.arrayContaining(LEDGERS),
    );
  });

  const parse = (text: string) => parseCatalogue(Buffer.from(text), 'raft').problems;
  const good = 'id: a-bug\n  file: src/log.ts\n  anchor: x\n  replacement: y\n  story: z';

  it('is taken when it is complete', () => {
    expect(parse(`- ${good}`)).toEqual([]);
    expect(
      parse(`- ${good}\n  run: { nodes: 4, attackers: [silent], faults: { crash: 2 }, workload: { think: [1, 2] } }`),
    ).toEqual([]);
  });

  it.each([
    ['no list', 'id: x', 'must be a list'],
    ['an id used twice', `- ${good}\n- ${good}`, 'used twice'],
    ['an unknown key', `- ${good}\n  why: x`, 'unknown key "why"'],
    ['a missing key', '- id: a\n  file: src/log.ts\n  anchor: x\n  replacement: y', '"story" must be a text'],
    ['an empty anchor', `- ${good.replace('anchor: x', 'anchor: ""')}`, '"anchor" must be a text that is not empty'],
    ['a bad id', `- ${good.replace('a-bug', 'A Bug')}`, 'lower-case'],
    ['a file elsewhere', `- ${good.replace('src/log.ts', '../../testkit/src/index.ts')}`, 'bugs go into src/'],
    ['a change that changes nothing', `- ${good.replace('replacement: y', 'replacement: x')}`, 'the anchor itself'],
    ['an unknown wish', `- ${good}\n  run: { speed: 1 }`, '"run" has no key "speed"'],
    ['an unknown attacker', `- ${good}\n  run: { attackers: [bob] }`, 'a list of: one of silent'],
    ['an unknown fault', `- ${good}\n  run: { faults: { rain: 1 } }`, 'not "rain"'],
    [
      'a size of two kinds',
      `- ${good}\n  run: { nodes: 3, members: [{ id: a, weight: 1 }] }`,
      'both nodes and members',
    ],
    ['a look that does not exist', `- ${good}\n  run: { check: hard }`, 'one of clone'],
  ])('names what is wrong: %s', (_, text, message) => {
    expect(parse(text).join('\n')).toContain(message);
  });

  it('plants nothing where the anchor does not stand exactly once', () => {
    const bug = {
      id: 'b',
      file: 'packages/mechanisms/raft/src/log.ts',
      anchor: 'x',
      replacement: 'y',
      story: '',
      run: {},
    };
    expect(plant(bug, 'a x b')).toBe('a y b');
    expect(() => plant(bug, 'x x')).toThrow('stands 2 times');
    expect(() => plant(bug, 'none')).toThrow('stands 0 times');
    expect(anchorProblem({ ...bug, file: 'packages/mechanisms/raft/src/none.ts' })).toContain('there is no');
    expect(anchorProblem({ ...bug, anchor: 'surely not there' })).toContain('0 times');
  });

  it('has a table that is in step with the ledgers', () => {
    expect(readFileSync(TABLE, 'utf8')).toBe(ledgerTable());
  });
});
