import { generateKeyPairSync, createHmac, sign, type KeyObject } from 'node:crypto';
import { compactVerify, CompactSign, importJWK } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  issueLicense,
  parseLicenseKeys,
  refuseSuperseded,
  verifyLicense,
  type LicenseKeySet,
  type LicenseTerms,
} from '../src/index.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 21);

function keyPair(kid: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const jwk = publicKey.export({ format: 'jwk' }) as { x: string };
  return {
    privateKey,
    jwk: { kid, kty: 'OKP', crv: 'Ed25519', x: jwk.x } as const,
    signer: { kid, sign: async (message: Uint8Array) => sign(null, message, privateKey) },
  };
}

const vendor = keyPair('license-1');
const KEYS: LicenseKeySet = {
  schemaVersion: 1,
  kind: 'license-keys',
  vendor: 'Acme Consensus',
  keys: [vendor.jwk],
  revokedSerials: ['HS-0666'],
};
const TERMS: LicenseTerms = {
  vendor: 'Acme Consensus',
  customer: 'Robots & Sons',
  serial: 'HS-0001',
  tier: 'pro',
  nodes: 12,
  issuedAt: NOW,
  notBefore: NOW,
  expires: NOW + 365 * DAY,
  graceDays: 14,
  sequence: 1,
  floor: 0,
};

function forge(header: object, claims: object, seal: (text: string) => Uint8Array): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${Buffer.from(seal(text)).toString('base64url')}`;
}

async function claims(): Promise<Record<string, unknown>> {
  const token = await issueLicense(TERMS, vendor.signer);
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}

const ed25519 = (key: KeyObject) => (text: string) => sign(null, Buffer.from(text), key);

describe('a license', () => {
  it('comes back as it was issued', async () => {
    const { vendor: _, ...license } = TERMS;
    expect(await verifyLicense(await issueLicense(TERMS, vendor.signer), KEYS)).toEqual(license);
  });

  it('is refused when one character of its claims changes', async () => {
    const [header, body, signature] = (await issueLicense(TERMS, vendor.signer)).split('.') as [string, string, string];
    const altered = Buffer.from(body, 'base64url').toString().replace('"pro"', '"qm-imperium"');
    const token = `${header}.${Buffer.from(altered).toString('base64url')}.${signature}`;
    await expect(verifyLicense(token, KEYS)).rejects.toMatchObject({ code: 'HS-1306' });
  });

  it('is refused when a key of somebody else signed it, under our kid (L01)', async () => {
    const stranger = keyPair('license-1');
    await expect(verifyLicense(await issueLicense(TERMS, stranger.signer), KEYS)).rejects.toMatchObject({
      code: 'HS-1306',
    });
  });

  it('is refused when revoked, by serial', async () => {
    const token = await issueLicense({ ...TERMS, serial: 'HS-0666' }, vendor.signer);
    await expect(verifyLicense(token, KEYS)).rejects.toMatchObject({ code: 'HS-1307' });
  });

  it('is refused when issued for another vendor or audience', async () => {
    await expect(
      verifyLicense(await issueLicense({ ...TERMS, vendor: 'Other' }, vendor.signer), KEYS),
    ).rejects.toMatchObject({ code: 'HS-1306' });
    const header = { alg: 'EdDSA', typ: 'hypersync-license+jwt', kid: 'license-1' };
    const token = forge(header, { ...(await claims()), aud: 'elsewhere' }, ed25519(vendor.privateKey));
    await expect(verifyLicense(token, KEYS)).rejects.toMatchObject({
      code: 'HS-1306',
      message: expect.stringContaining('aud'),
    });
  });
});

describe('a license after a later one of the customer was used (L05)', () => {
  const judge = async (kept: Partial<LicenseTerms>, signer = vendor.signer): Promise<void> => {
    const license = await verifyLicense(await issueLicense({ ...TERMS, sequence: 4 }, vendor.signer), KEYS);
    refuseSuperseded(license, await issueLicense({ ...TERMS, ...kept }, signer), KEYS);
  };

  it.each([
    ['a later one', { sequence: 5, serial: 'HS-0002' }],
    ['a later one that was revoked', { sequence: 5, serial: 'HS-0666' }],
  ])('is refused: %s', async (_, kept) => {
    await expect(judge(kept)).rejects.toMatchObject({ code: 'HS-1310', exitCode: 77, details: { later: 5 } });
  });

  it.each([
    ['an earlier one', { sequence: 3 }],
    ['one of the same number', { sequence: 4, serial: 'HS-0002' }],
    ['one of another customer', { sequence: 5, customer: 'Robots & Daughters' }],
  ])('is taken where it was %s', async (_, kept) => {
    await judge(kept);
  });

  it('is taken where the later one is not signed by a key that counts, or is no license at all', async () => {
    await judge({ sequence: 5 }, keyPair('license-1').signer);
    const license = await verifyLicense(await issueLicense(TERMS, vendor.signer), KEYS);
    for (const kept of ['', 'a.b.c', 'x'.repeat(100_000)]) refuseSuperseded(license, kept, KEYS);
  });
});

describe('against another implementation (jose)', () => {
  const header = { alg: 'EdDSA', typ: 'hypersync-license+jwt', kid: 'license-1' };

  it('what we issue, it verifies', async () => {
    const token = await issueLicense(TERMS, vendor.signer);
    const { payload, protectedHeader } = await compactVerify(token, await importJWK(vendor.jwk, 'EdDSA'));
    expect(protectedHeader).toEqual(header);
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual(await claims());
  });

  it('what it signs, we verify', async () => {
    const { vendor: _, ...license } = TERMS;
    const body = new TextEncoder().encode(JSON.stringify(await claims()));
    const token = await new CompactSign(body).setProtectedHeader(header).sign(vendor.privateKey);
    expect(await verifyLicense(token, KEYS)).toEqual(license);
  });
});

describe('forged tokens (L02)', () => {
  const cases: [string, object, (text: string) => Uint8Array][] = [
    ['alg none', { alg: 'none', typ: 'hypersync-license+jwt', kid: 'license-1' }, () => Buffer.from('x')],
    [
      'HS256 with the public key as the secret',
      { alg: 'HS256', typ: 'hypersync-license+jwt', kid: 'license-1' },
      (text) => createHmac('sha256', Buffer.from(vendor.jwk.x, 'base64url')).update(text).digest(),
    ],
    [
      'an unknown critical header',
      { alg: 'EdDSA', typ: 'hypersync-license+jwt', kid: 'license-1', crit: ['exp2'], exp2: 1 },
      ed25519(vendor.privateKey),
    ],
    ['an unknown kid', { alg: 'EdDSA', typ: 'hypersync-license+jwt', kid: 'license-9' }, ed25519(vendor.privateKey)],
    ['another type of token of ours', { alg: 'EdDSA', typ: 'JWT', kid: 'license-1' }, ed25519(vendor.privateKey)],
    [
      'a key brought along in the header',
      { alg: 'EdDSA', typ: 'hypersync-license+jwt', jwk: keyPair('x').jwk },
      ed25519(keyPair('x').privateKey),
    ],
  ];
  it.each(cases)('%s', async (_name, header, seal) => {
    await expect(verifyLicense(forge(header, await claims(), seal), KEYS)).rejects.toMatchObject({ code: 'HS-1306' });
  });

  it('an unsigned token, and one with a signature of another length', async () => {
    const token = await issueLicense(TERMS, vendor.signer);
    const unsigned = token.slice(0, token.lastIndexOf('.') + 1);
    for (const signature of [
      '',
      'AA',
      Buffer.alloc(64).toString('base64url'),
      Buffer.alloc(65).toString('base64url'),
    ]) {
      await expect(verifyLicense(`${unsigned}${signature}`, KEYS)).rejects.toMatchObject({ code: 'HS-1306' });
    }
  });

  it('another spelling of the same bytes', async () => {
    const token = await issueLicense(TERMS, vendor.signer);
    // 64 bytes leave four spare bits in the last character of their base64url.
    const next = (character: string): string => String.fromCharCode(character.charCodeAt(0) + 1);
    const respelled = `${token.slice(0, -1)}${next(token.at(-1) ?? '')}`;
    expect(Buffer.from(respelled.split('.')[2] ?? '', 'base64url')).toEqual(
      Buffer.from(token.split('.')[2] ?? '', 'base64url'),
    );
    await expect(verifyLicense(respelled, KEYS)).rejects.toMatchObject({ code: 'HS-1306' });
  });

  it('a published key that is no point of the curve', async () => {
    const keys = { ...KEYS, keys: [{ ...vendor.jwk, x: 'AA' }] };
    await expect(verifyLicense(await issueLicense(TERMS, vendor.signer), keys)).rejects.toMatchObject({
      code: 'HS-1306',
    });
  });

  it.each([
    ['a list', '[]'],
    ['null', 'null'],
    ['no JSON', '{'],
    ['a key twice', '{"alg":"none","alg":"EdDSA"}'],
  ])('a header that is %s', async (_name, header) => {
    const text = `${Buffer.from(header).toString('base64url')}.${Buffer.from('{}').toString('base64url')}`;
    const token = `${text}.${sign(null, Buffer.from(text), vendor.privateKey).toString('base64url')}`;
    await expect(verifyLicense(token, KEYS)).rejects.toMatchObject({ code: 'HS-1306' });
  });

  it.each(['', 'not a token', 'a.b', 'a.b.c.d', `${'a'.repeat(9000)}.b.c`])('garbage %#', async (token) => {
    await expect(verifyLicense(token, KEYS)).rejects.toMatchObject({ code: 'HS-1306' });
  });
});

describe('issuing', () => {
  it.each([
    [{ customer: ' ' }, 'customer'],
    [{ expires: NOW }, 'expire'],
    [{ nodes: -1 }, 'nodes'],
    [{ graceDays: 1000 }, 'graceDays'],
  ])('refuses %j', async (change, word) => {
    await expect(issueLicense({ ...TERMS, ...change }, vendor.signer)).rejects.toMatchObject({
      code: 'HS-1308',
      message: expect.stringContaining(word),
    });
  });
});

describe('the key list', () => {
  it('is read back', () => {
    expect(parseLicenseKeys(Buffer.from(JSON.stringify(KEYS)), 'license-keys.json')).toEqual(KEYS);
  });
  it.each([
    {},
    { ...KEYS, schemaVersion: 2 },
    { ...KEYS, keys: [{ kid: 'a', kty: 'RSA' }] },
    { ...KEYS, revokedSerials: 'x' },
    null,
  ])('is refused in another form %#', (value) => {
    expect(() => parseLicenseKeys(Buffer.from(JSON.stringify(value)), 'license-keys.json')).toThrow(
      expect.objectContaining({ code: 'HS-1309' }),
    );
  });
});
