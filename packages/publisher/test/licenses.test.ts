import { readFileSync, statSync } from 'node:fs';
import { seededRandom } from '@hypersync/base';
import { parseLicenseKeys, verifyLicense } from '@hypersync/entitlement';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { issueWorkspaceLicense, licenseToken, listLicenses, revokeLicense, showLicense } from '../src/index.ts';
import { NOW, removeTemplates, vendorThat, type VendorBox } from './vendor-box.ts';

let vendor: VendorBox;
beforeEach(async () => {
  vendor = await vendorThat('published');
});
afterEach(() => vendor.remove());
afterAll(removeTemplates);

const issue = (changes: Partial<Parameters<typeof issueWorkspaceLicense>[2]> = {}) =>
  issueWorkspaceLicense(
    vendor.workspace,
    vendor.passphrase,
    { customer: 'Globex', tier: 'pro', days: 30, ...changes },
    seededRandom(7),
  );
const verified = async (token: string) =>
  verifyLicense(token, parseLicenseKeys((await vendor.client()).licenseKeys, 'license-keys.json'));

describe('a license', () => {
  it('verifies with the published keys, and says what was granted', async () => {
    const { token, terms } = await issue({ nodes: 5, graceDays: 3 });
    expect(await verified(token.reveal())).toMatchObject({
      customer: 'Globex',
      tier: 'pro',
      nodes: 5,
      graceDays: 3,
      serial: terms.serial,
      issuedAt: NOW,
      expires: NOW + 30 * 86_400_000,
      sequence: 1,
      floor: 1,
    });
  });

  it('is kept in a private file, shown without its token, and counted per customer', async () => {
    const first = await issue();
    expect(statSync(first.file).mode & 0o777).toBe(0o600);
    expect(readFileSync(first.file, 'utf8').trim()).toBe(first.token.reveal());
    expect(licenseToken(vendor.workspace, first.terms.serial)).toBe(first.token.reveal());
    expect(JSON.stringify(first)).not.toContain(first.token.reveal());
    expect(JSON.stringify(showLicense(vendor.workspace, first.terms.serial))).not.toContain(first.token.reveal());
    expect((await issue({ serial: 'second' })).terms.sequence).toBe(2);
    expect((await issue({ serial: 'other', customer: 'Initech' })).terms.sequence).toBe(1);
    expect(listLicenses(vendor.workspace)).toHaveLength(3);
  });

  it('is never issued twice with one serial, nor with terms that nobody would accept', async () => {
    await issue({ serial: 'one' });
    await expect(issue({ serial: 'one' })).rejects.toMatchObject({ code: 'HS-1703' });
    await expect(issue({ days: 0 })).rejects.toMatchObject({ code: 'HS-1308' });
    await expect(issue({ serial: '../../etc' })).rejects.toMatchObject({ code: 'HS-1715' });
  });

  it('counts no more once it is revoked', async () => {
    const { token, terms } = await issue();
    await revokeLicense(vendor.workspace, vendor.passphrase, terms.serial);
    await expect(verified(token.reveal())).rejects.toMatchObject({ code: 'HS-1307' });
    expect(showLicense(vendor.workspace, terms.serial).revoked).toBe(true);
    await expect(revokeLicense(vendor.workspace, vendor.passphrase, 'unknown')).rejects.toMatchObject({
      code: 'HS-1715',
    });
  });
});
