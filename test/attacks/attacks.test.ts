import { describe, expect, it } from 'vitest';
import { makeBench, type AttackRow } from './bench.ts';
import { ARTIFACT_ROWS } from './artifact-rows.ts';
import { TUF_ROWS } from './tuf-rows.ts';

const ROWS: readonly AttackRow[] = [...TUF_ROWS, ...ARTIFACT_ROWS];

describe.each(ROWS.map((row) => [row.id, row.name, row] as const))('%s %s', (_id, _name, row) => {
  it.each(row.cases.map((attack) => [attack.label, attack] as const))('%s', async (_label, attack) => {
    const bench = await makeBench();
    if (attack.before === 'installed') await bench.installOnce();
    await attack.arrange(bench);
    const outcome = await bench.attempt().then(
      () => 'accepted',
      (error: { code?: string; message: string }) => error.code ?? error.message,
    );
    expect(outcome).toBe(attack.expected);
  });
});
