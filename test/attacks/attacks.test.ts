import { ERRORS, type ErrorCode } from '@hypersync/base';
import { afterAll, describe, expect, it } from 'vitest';
import { ARCHIVE_ROWS } from './archive-rows.ts';
import { ARTIFACT_ROWS } from './artifact-rows.ts';
import { Bench, outcomeOf, type AttackRow } from './bench.ts';
import { CRASH_ROWS } from './crash-rows.ts';
import { LICENSE_ROWS } from './license-rows.ts';
import { NETWORK_ROWS } from './network-rows.ts';
import { NOT_COVERED } from './not-covered.ts';
import { REGISTRY_ROWS } from './registry-rows.ts';
import { REPLAY_ROWS } from './replay-rows.ts';
import { SIGNING_ROWS } from './signing-rows.ts';
import { TUF_ROWS } from './tuf-rows.ts';

const ROWS: readonly AttackRow[] = [
  ...SIGNING_ROWS,
  ...REPLAY_ROWS,
  ...TUF_ROWS,
  ...ARTIFACT_ROWS,
  ...REGISTRY_ROWS,
  ...NETWORK_ROWS,
  ...ARCHIVE_ROWS,
  ...LICENSE_ROWS,
  ...CRASH_ROWS,
];

/** The whole list: its letters, and how many rows each has. */
const LIST = { T: 33, N: 33, X: 19, L: 10, C: 8 };

let carriedOut = 0;

describe.each(ROWS.map((row) => [row.id, row.name, row] as const))('%s %s', (_id, _name, row) => {
  it.each(row.cases.map((attack) => [attack.label, attack] as const))('%s', async (_label, attack) => {
    const bench = await Bench.create();
    try {
      if (attack.before === 'installed') await bench.installOnce();
      await attack.arrange?.(bench);
      const before = { all: bench.installation(), current: bench.current };
      const run = await (attack.command?.(bench) ?? bench.install());
      expect(outcomeOf(run)).toBe(attack.expected);
      if (attack.expected !== 'accepted') {
        // A refusal is a typed error, its exit code, and nothing changed on disk.
        expect(run.code).toBe(ERRORS[attack.expected as ErrorCode].exit);
        expect(run.json.error.message).toMatch(attack.saying ?? /./);
        if (attack.leaves === 'current') expect(bench.current).toBe(before.current);
        else expect(bench.installation()).toEqual(before.all);
      }
      await attack.check?.(bench, run);
      carriedOut++;
    } finally {
      await bench.close();
    }
  });
});

it('every row of the list is here exactly once, or named as not yet covered', () => {
  const wanted = Object.entries(LIST).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_, index) => `${letter}${String(index + 1).padStart(2, '0')}`),
  );
  const have = [...ROWS, ...NOT_COVERED].map(({ id }) => id);
  expect(have.toSorted()).toEqual(wanted.toSorted());
  expect(ROWS.filter(({ cases }) => cases.length === 0)).toEqual([]);
  expect(NOT_COVERED.map(({ id }) => id)).toEqual(['T30', 'T31', 'L07', 'L08', 'C02']);
});

afterAll(() => {
  const ids = NOT_COVERED.map(({ id }) => id).join(', ');
  process.stdout.write(
    `attacks: ${ROWS.length} rows, ${carriedOut} cases, ${NOT_COVERED.length} not covered (${ids})\n`,
  );
});
