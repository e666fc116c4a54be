import { describe, expect, it } from 'vitest';
import { decide, licenseState, type License, type LicenseAction } from '../src/index.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const TIERS = ['core', 'basic', 'pro', 'advanced'];
const LICENSE: License = {
  customer: 'Acme',
  serial: 's',
  tier: 'pro',
  nodes: 0,
  issuedAt: START,
  notBefore: START + DAY,
  expires: START + 100 * DAY,
  graceDays: 10,
  sequence: 1,
  floor: 0,
};

const at = (day: number, action: LicenseAction, tier = 'pro', license: License | null = LICENSE, signed = 0) =>
  decide({ license, tier, action, now: START + day * DAY, latestSignedTime: signed, tiers: TIERS });

describe('the states of a license', () => {
  it.each([
    [-1, 0, 'clock-suspect'],
    [0.5, 0, 'not-yet'],
    [1, 0, 'active'],
    [99.9, 0, 'active'],
    [100, 0, 'grace'],
    [109.9, 0, 'grace'],
    [110, 0, 'expired'],
    [50, START + 60 * DAY, 'clock-suspect'],
  ])('day %s, signed time %s: %s', (day, signed, state) => {
    expect(licenseState(LICENSE, START + day * DAY, signed)).toBe(state);
  });
});

describe('decisions (L04, L06, L09)', () => {
  // Rows: state; columns: what it allows. Running and diagnosing stand in every row.
  it.each([
    ['active', 50, ['fetch', 'install', 'upgrade', 'scale-out', 'run', 'diagnose']],
    ['grace', 105, ['fetch', 'upgrade', 'run', 'diagnose']],
    ['expired', 200, ['run', 'diagnose']],
    ['not yet', 0.5, ['run', 'diagnose']],
    ['clock suspect', -1, ['run', 'diagnose']],
  ])('%s allows exactly its list', (_state, day, allowed) => {
    const actions: LicenseAction[] = ['fetch', 'install', 'upgrade', 'scale-out', 'run', 'diagnose'];
    expect(actions.filter((action) => at(day, action).allowed)).toEqual(allowed);
  });

  it('names the code of each refusal', () => {
    expect(at(105, 'install').code).toBe('HS-1305');
    expect(at(200, 'upgrade').code).toBe('HS-1303');
    expect(at(0.5, 'install').code).toBe('HS-1302');
    expect(at(50, 'install', 'pro', LICENSE, START + 60 * DAY).code).toBe('HS-1304');
    expect(at(50, 'install', 'advanced').code).toBe('HS-1301');
  });

  it('says which tiers a license covers when it refuses another', () => {
    const refusal = at(50, 'install', 'advanced');
    expect(refusal.covers).toEqual(['core', 'basic', 'pro']);
    expect(refusal.reason).toContain('core, basic, pro');
  });

  it('needs no license for the smallest tier, whatever the state of the one at hand', () => {
    expect(at(50, 'install', 'core', null).allowed).toBe(true);
    expect(at(500, 'install', 'core').allowed).toBe(true);
    expect(at(50, 'install', 'basic', null)).toMatchObject({ allowed: false, code: 'HS-1301', covers: ['core'] });
  });

  it('treats a tier that it does not know as not covered, on both sides', () => {
    expect(at(50, 'install', 'imaginary').allowed).toBe(false);
    expect(at(50, 'install', 'basic', { ...LICENSE, tier: 'imaginary' }).allowed).toBe(false);
  });
});
