import { createPublicKey, verify } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openKeyRing } from '../src/keys/key-ring.ts';
import { readPassphrase } from '../src/keys/passphrase.ts';

const PASSPHRASE = 'correct horse battery';
const NOW = '2026-11-21T00:00:00.000Z';
let box = '';
beforeEach(() => void (box = mkdtempSync(join(tmpdir(), 'hypersync-keys-'))));
afterEach(() => rmSync(box, { recursive: true, force: true }));

describe('the key ring', () => {
  it.each(['root', 'plugin', 'license'] as const)(
    'signs with a key of the role %s, verifiable by its public half',
    async (role) => {
      const record = openKeyRing(join(box, 'keys'), PASSPHRASE).create(role, NOW);
      const signer = openKeyRing(join(box, 'keys'), PASSPHRASE).signer(record.id);
      const message = Buffer.from('message');
      const signature = await signer.sign(message);
      const key = createPublicKey({ key: Buffer.from(record.spki, 'base64'), format: 'der', type: 'spki' });
      expect(verify(record.algorithm === 'ed25519' ? null : 'sha256', message, key, signature)).toBe(true);
    },
  );

  it('keeps private keys encrypted and for its owner alone', () => {
    const ring = openKeyRing(join(box, 'keys'), PASSPHRASE);
    const path = join(box, 'keys', `${ring.create('plugin', NOW).id}.pem`);
    expect(readFileSync(path, 'utf8')).toContain('ENCRYPTED PRIVATE KEY');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(box, 'keys', 'keys.json'), 'utf8')).not.toContain('PRIVATE');
  });

  it('refuses another passphrase, a short one, and a key file that others may read', () => {
    const ring = openKeyRing(join(box, 'keys'), PASSPHRASE);
    const { id } = ring.create('targets', NOW);
    expect(() => openKeyRing(join(box, 'keys'), 'another passphrase').signer(id)).toThrow(
      expect.objectContaining({ code: 'HS-1721' }),
    );
    expect(() => openKeyRing(join(box, 'keys'), 'short')).toThrow(expect.objectContaining({ code: 'HS-1723' }));
    chmodSync(join(box, 'keys', `${id}.pem`), 0o644);
    expect(() => ring.signer(id)).toThrow(expect.objectContaining({ code: 'HS-1724' }));
  });

  it('says which medium is missing when an offline key is not there', () => {
    const ring = openKeyRing(join(box, 'keys'), PASSPHRASE);
    const { id } = ring.create('root', NOW);
    rmSync(join(box, 'keys', `${id}.pem`));
    expect(() => ring.signer(id)).toThrow(
      expect.objectContaining({ code: 'HS-1722', hint: expect.stringContaining('mount') }),
    );
  });

  it('numbers keys on and stops using retired ones', () => {
    const ring = openKeyRing(join(box, 'keys'), PASSPHRASE);
    expect([ring.create('root', NOW), ring.create('root', NOW)].map((record) => record.id)).toEqual([
      'root-1',
      'root-2',
    ]);
    ring.retire('root-1', NOW);
    expect(ring.create('root', NOW).id).toBe('root-3');
    const reopened = openKeyRing(join(box, 'keys'), PASSPHRASE);
    expect(reopened.active('root').map((record) => record.id)).toEqual(['root-2', 'root-3']);
    expect(reopened.list()).toHaveLength(3);
  });
});

describe('the passphrase', () => {
  it('is the first line of its file', () => {
    writeFileSync(join(box, 'p'), `${PASSPHRASE}\nsecond line\n`, { mode: 0o600 });
    expect(readPassphrase(join(box, 'p'))).toBe(PASSPHRASE);
  });
  it('is refused from a file that others may read, and where there is none', () => {
    writeFileSync(join(box, 'p'), PASSPHRASE, { mode: 0o644 });
    expect(() => readPassphrase(join(box, 'p'))).toThrow(expect.objectContaining({ code: 'HS-1724' }));
    expect(() => readPassphrase(join(box, 'none'))).toThrow(expect.objectContaining({ code: 'HS-1723' }));
    expect(() => readPassphrase(null)).toThrow(expect.objectContaining({ code: 'HS-1723' }));
  });
});
