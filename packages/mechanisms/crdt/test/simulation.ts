import type { Prng } from '@hypersync/consensus-kit';
import { type ComplianceOptions, neverDecreases, type OperationDraft, ordered } from '@hypersync/testkit/consensus';
import plugin, { encodeMutation, type Mutation } from '../src/index.ts';

/** One type per key, so that clients meet on all of them. */
function randomMutation(random: Prng, { key, value }: OperationDraft): Mutation {
  const element = `e${random.nextInt(4)}`;
  switch (Number(key.slice(1)) % 5) {
    case 0:
      return { type: 'pn-counter', action: 'add', amount: random.nextInt(11) - 5 };
    case 1:
    case 2: {
      const type = key === 'k1' ? 'lww-register' : 'mv-register';
      return random.chance(1, 6) ? { type, action: 'clear' } : { type, action: 'set', value };
    }
    case 3:
      if (random.chance(1, 10)) return { type: 'or-set', action: 'clear' };
      return { type: 'or-set', action: random.chance(1, 3) ? 'remove' : 'add', element };
    default:
      if (random.chance(1, 3)) return { type: 'or-map', action: 'remove', field: element };
      return { type: 'or-map', action: 'put', field: element, value };
  }
}

/** How this mechanism is simulated: by the compliance suite, the long runs, the planted bugs and the explorer alike. */
export const simulation: ComplianceOptions<'convergent'> = {
  plugin,
  badConfigs: [{ maxPartBytes: 1 }, { maxStateBytes: 134_217_728, maxTransferBytes: 134_217_728 }],
  workload: {
    keys: 5,
    operation: (random, draft) => ({
      kind: 'mutate',
      key: draft.key,
      value: encodeMutation(randomMutation(random, draft)),
    }),
  },
  invariants: [ordered('entries', 'mutations'), neverDecreases('mutations')],
};
