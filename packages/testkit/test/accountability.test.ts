import { describe, expect, it } from 'vitest';
import type { Effects, MechanismPlugin } from '@hypersync/interface';
import { accountsOf, colluders, runSimulation, VIOLATION_KINDS } from '../src/consensus.ts';
import { honestHalves } from '../src/attackers/audience.ts';
import { toySynod } from './fixtures/toy-synod.ts';

/** The toy as a Byzantine mechanism would be described, whose nodes accuse as the test wants. */
function accusing(culprits: readonly string[]): MechanismPlugin<'total-order'> {
  const toy = toySynod();
  const bound = { numerator: 1, denominator: 3 };
  const faults = { model: 'byzantine', safety: bound, liveness: bound, minNodes: 4 } as const;
  const proofs = culprits.map((culprit) => ({
    culprit,
    kind: 'equivocation',
    provable: true,
    proof: new Uint8Array(1),
  }));
  return {
    ...toy,
    descriptor: { ...toy.descriptor, faults },
    create(init, image) {
      const inner = toy.create(init, image);
      return {
        descriptor: inner.descriptor,
        step: (now, inputs): Effects<'total-order'> => ({ ...inner.step(now, inputs), evidence: proofs }),
        nextDeadline: () => inner.nextDeadline(),
        status: () => inner.status(),
        fingerprint: () => inner.fingerprint(),
        clone: () => inner.clone(),
      };
    },
  };
}

/** Seed 1 makes two of four nodes colluders. */
const attacked = (() => {
  const base = { plugin: toySynod(), nodes: 4, seed: 1, faults: 'none', ignore: VIOLATION_KINDS } as const;
  const said = ['n1', 'n2', 'n3', 'n4'].map((id) => {
    const report = runSimulation({ ...base, plugin: accusing([id]), attackers: colluders(2), duration: 200_000 });
    return { id, honest: (report.overlooked['accountability'] ?? 0) > 0 };
  });
  return {
    guilty: said.filter(({ honest }) => !honest).map(({ id }) => id),
    honest: said.filter(({ honest }) => honest).map(({ id }) => id),
  };
})();

describe('accounts of more than the tolerated faulty nodes', () => {
  it('make honest nodes decide differently by working together', () => {
    expect(attacked.guilty).toHaveLength(2);
    const { forks, problem } = accountsOf({ plugin: accusing(attacked.guilty) }, [1]);
    expect({ forks, problem }).toEqual({ forks: 1, problem: null });
  });

  it('are wrong when nobody is convicted, or too few, or somebody honest', () => {
    expect(accountsOf({ plugin: accusing([]) }, [1]).problem).toMatch(/of 4 nodes nobody is proved guilty/);
    const one = accusing(attacked.guilty.slice(0, 1));
    expect(accountsOf({ plugin: one }, [1]).problem).toMatch(/of 4 nodes n\d is proved guilty/);
    expect(accountsOf({ plugin: one, namesAfterFork: 'some' }, [1]).problem).toBeNull();
    expect(accountsOf({ plugin: accusing([]), namesAfterFork: 'some' }, [1]).problem).toMatch(/nobody/);
    expect(accountsOf({ plugin: accusing([]), namesAfterFork: 'none' }, [1]).problem).toBeNull();
    const framed = accusing([...attacked.guilty, attacked.honest[0]!]);
    expect(accountsOf({ plugin: framed, namesAfterFork: 'none' }, [1]).problem).toMatch(/against the honest/);
  });

  it('split the honest nodes as the cut does', () => {
    expect([...honestHalves(['c', 'a', 'b'])]).toEqual([
      ['a', 0],
      ['b', 0],
      ['c', 1],
    ]);
  });
});

it('what is overlooked is counted', () => {
  const options = { plugin: toySynod('delivers-twice'), nodes: 3, seed: 2, duration: 500_000 } as const;
  expect(runSimulation({ ...options, ignore: ['order'] }).overlooked['order']).toBeGreaterThan(1);
  expect(runSimulation({ ...options, plugin: toySynod() }).overlooked).toEqual({});
});
