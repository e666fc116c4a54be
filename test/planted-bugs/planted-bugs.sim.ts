import { describe, expect, it } from 'vitest';
import { mechanismsWithBugs, plantedBugs } from './catalogue.ts';
import { hunt } from './hunt.ts';
import { readLedger } from './ledger.ts';

/** The whole search is a script (`npm run planted-bugs`); of each mechanism these few, the quickest, are searched here. */
const BUGS_PER_MECHANISM = 2;

describe('planted bugs that are caught quickly are caught now, and the code as it is stays silent', () => {
  it.each(mechanismsWithBugs())('%s', async (mechanism) => {
    const effort = new Map(readLedger(mechanism)?.bugs.map(({ id, seeds }) => [id, seeds]));
    const quickest = plantedBugs(mechanism)
      .filter(({ run }) => run.explorer === undefined)
      .toSorted((a, b) => (effort.get(a.id) ?? 1000) - (effort.get(b.id) ?? 1000))
      .slice(0, BUGS_PER_MECHANISM);
    const verdicts = await hunt(quickest, {
      mechanism,
      limits: { seeds: 200, cpuSeconds: 20 },
      jobs: 2,
      switchingOff: false,
    });
    expect(verdicts.length).toBeGreaterThan(0);
    for (const { bug, finding, clean } of verdicts) {
      expect(finding.caught, `${bug.id} was not caught within ${finding.seeds} seeds`).not.toBeNull();
      expect(clean, `the code as it is fails where ${bug.id} does`).toBeNull();
    }
  });
});
