import type { Prng } from '@hypersync/consensus-kit';
import { type ComplianceOptions, type OperationDraft } from '@hypersync/testkit/consensus';
import plugin, { encodeMutation, type Mutation } from '../src/index.ts';
import { countedOnce, whatAllKnowDeletedHoldsNoPlace, whatNobodyRemovesStays } from './invariants.ts';

/** Some values are so large that a whole state does not fit one part. */
function registerMutation(random: Prng, type: 'lww-register' | 'mv-register', { id, value }: OperationDraft): Mutation {
  if (random.chance(1, 6)) return { type, action: 'clear' };
  return { type, action: 'set', value: random.chance(1, 4) ? new Uint8Array(2_500).fill(id) : value };
}

function setMutation(random: Prng, { id }: OperationDraft): Mutation {
  const type = 'or-set';
  if (random.chance(1, 4)) return { type, action: 'add', element: `keep${id}` };
  return { type, action: random.chance(1, 3) ? 'remove' : 'add', element: `e${random.nextInt(4)}` };
}

/** Places are near the beginning, so that members meet there; one beyond the end is refused. */
function textMutation(random: Prng, { id }: OperationDraft): Mutation {
  const type = 'text';
  if (random.chance(1, 20)) return { type, action: 'clear' };
  if (random.chance(2, 5)) return { type, action: 'delete', index: random.nextInt(4), length: 1 + random.nextInt(3) };
  return { type, action: 'insert', index: random.nextInt(5), text: `<${id}>` };
}

function listMutation(random: Prng, { value }: OperationDraft): Mutation {
  const type = 'list';
  if (random.chance(1, 20)) return { type, action: 'clear' };
  if (random.chance(2, 5)) return { type, action: 'delete', index: random.nextInt(4), length: 1 };
  return { type, action: 'insert', index: random.nextInt(5), values: [value] };
}

/** A map of maps: whole branches come and go. */
function mapMutation(random: Prng, draft: OperationDraft, depth = 0): Mutation {
  const type = 'or-map';
  const field = `f${random.nextInt(3)}`;
  if (depth === 0 && random.chance(1, 6)) return { type, action: 'put', field: `keep${draft.id}`, value: draft.value };
  if (random.chance(1, 5)) return { type, action: 'remove', field };
  if (depth > 0 && random.chance(1, 12)) return { type, action: 'clear' };
  if (field === 'f0') return { type, action: 'put', field, value: draft.value };
  const leaf = field === 'f1' ? textMutation(random, draft) : mapMutation(random, draft, depth + 1);
  return { type, action: 'update', field, mutation: depth > 2 ? textMutation(random, draft) : leaf };
}

/** One type per name, so that clients meet on all of them. */
function randomMutation(random: Prng, draft: OperationDraft): Mutation {
  switch (Number(draft.key.slice(1)) % 8) {
    case 0:
      return textMutation(random, draft);
    case 1:
      return { type: 'pn-counter', action: 'add', amount: random.nextInt(11) - 5 };
    case 2:
      return registerMutation(random, 'lww-register', draft);
    case 3:
      return registerMutation(random, 'mv-register', draft);
    case 4:
      return setMutation(random, draft);
    case 5:
      return mapMutation(random, draft);
    case 6:
      return { type: 'g-counter', action: 'add', amount: 1 + random.nextInt(5) };
    default:
      return listMutation(random, draft);
  }
}

const detail = (
  name: string,
  node: { readonly status: { readonly detail: Readonly<Record<string, unknown>> } | null },
) => Number(node.status?.detail[name]);

/** How this mechanism is simulated: by the compliance suite, the long runs, the planted bugs and the explorer alike. */
export const simulation: ComplianceOptions<'convergent'> = {
  plugin,
  // Logs so short that whole states travel, parts so small that they travel in several, little room for what is early.
  config: { maxLogDots: 24, maxPartBytes: 4_096, maxEarlyDeltas: 3 },
  badConfigs: [{ maxPartBytes: 1 }, { maxStateBytes: 134_217_728, maxTransferBytes: 134_217_728 }],
  workload: {
    keys: 8,
    operation: (random, draft) => ({
      kind: 'mutate',
      key: draft.key,
      value: encodeMutation(randomMutation(random, draft)),
    }),
  },
  invariants: [countedOnce('k6', 5), whatNobodyRemovesStays('k4', 'k5'), whatAllKnowDeletedHoldsNoPlace()],
  sometimes: [
    { name: 'deleted elements waiting', seen: (node) => detail('tombstones', node) > 0 },
    { name: 'deleted elements collected', seen: (node) => detail('collected', node) > 0 },
    { name: 'early delta', seen: (node) => detail('early', node) > 0 },
    { name: 'early delta dropped', seen: (node) => detail('dropped', node) > 0 },
    { name: 'whole state given', seen: (node) => detail('wholes', node) > 0 },
    { name: 'answer in parts', seen: (node) => detail('parts', node) > 0 },
  ],
};
