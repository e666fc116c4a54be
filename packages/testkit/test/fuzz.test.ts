import { describe, expect, it } from 'vitest';
import type { ConsensusMechanism, MechanismPlugin } from '@hypersync/interface';
import { fuzz } from '../src/consensus.ts';
import { toySynod } from './fixtures/toy-synod.ts';

type Step = ConsensusMechanism<'total-order'>['step'];

function withStep(change: (step: Step) => Step): MechanismPlugin<'total-order'> {
  const toy = toySynod();
  const wrap = (inner: ConsensusMechanism<'total-order'>): ConsensusMechanism<'total-order'> => ({
    descriptor: inner.descriptor,
    step: change((now, inputs) => inner.step(now, inputs)),
    nextDeadline: () => inner.nextDeadline(),
    status: () => inner.status(),
    fingerprint: () => inner.fingerprint(),
    clone: () => wrap(inner.clone()),
  });
  return { ...toy, create: (init, image) => wrap(toy.create(init, image)) };
}

describe('a long feed of bad messages', () => {
  it('leaves the toy as it should', () => {
    expect(fuzz({ plugin: toySynod() }, 1000, 1)).toMatchObject({ inputs: 1000, problem: null });
  });

  it('finds what throws', () => {
    expect(fuzz({ plugin: toySynod('throws-on-garbage') }, 3000, 1).problem).toMatch(
      /^0x[0-9a-f]* from \w+ made it throw: /,
    );
  });

  it('finds what keeps messages without a bound', () => {
    const kept: Uint8Array[] = [];
    const limits = { growth: 8 << 20 };
    const hoard = withStep((step) => (now, inputs) => {
      for (const input of inputs) if (input.t === 'message') kept.push(new Uint8Array(20_000).fill(input.bytes.length));
      return step(now, inputs);
    });
    expect(fuzz({ plugin: hoard }, 1000, 1, limits).problem).toMatch(/^1000 bad messages made it keep \d+ bytes more$/);
  });

  it('finds what takes long', () => {
    let calls = 0;
    const slow = withStep((step) => (now, inputs) => {
      if (inputs.some((input) => input.t === 'message' && input.from === 'stranger') && ++calls === 3) {
        const end = process.hrtime.bigint() + 400_000_000n;
        while (process.hrtime.bigint() < end);
      }
      return step(now, inputs);
    });
    expect(fuzz({ plugin: slow }, 3000, 1, { step: 350_000 }).problem).toMatch(/bytes\) took \d+ ms$/);
  });
});
