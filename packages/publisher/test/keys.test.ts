import { chmodSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fixedClock } from '@hypersync/base';
import { secretOf } from '@hypersync/registry-client';
import { memoryMetadataStore, verifyArtifact } from '@hypersync/trust';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { initWorkspace, KEY_ROLES, openWorkspace, publish, readKeys, rotateKeys, type KeyRole } from '../src/index.ts';
import { openKeyring } from '../src/keyring.ts';
import { anchorFrom } from '../src/self-check.ts';
import { makeVendorBox, NOW, readTree, removeTemplates, vendorThat, type VendorBox } from './vendor-box.ts';

let vendor: VendorBox;
beforeEach(async () => {
  vendor = await vendorThat('published');
});
afterEach(() => vendor.remove());
afterAll(removeTemplates);

const keyFile = (id: string): string => join(vendor.workspace.paths.keys, `${id}.pem`);

describe('key files', () => {
  it('are encrypted, private, and as many as the roles ask for', async () => {
    const fresh = await makeVendorBox();
    const folder = fresh.workspace.paths.keys;
    const files = readdirSync(folder).filter((name) => name.endsWith('.pem'));
    expect(files).toHaveLength(17);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of files) {
      const path = join(folder, name);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(readFileSync(path, 'utf8')).toContain('BEGIN ENCRYPTED PRIVATE KEY');
    }
    fresh.remove();
  });

  it('that others can read are refused before they are opened', () => {
    chmodSync(keyFile('root-1'), 0o640);
    const ring = openKeyring(vendor.workspace, vendor.passphrase);
    expect(() => ring.signer('root-1')).toThrow(
      expect.objectContaining({ code: 'HS-1704', message: expect.stringContaining('root-1.pem') }),
    );
    expect(ring.signer('root-2').id).toBe('root-2');
  });

  it('do not open with another passphrase, and the error does not hold it', () => {
    const ring = openKeyring(vendor.workspace, secretOf('incorrect horse'));
    try {
      ring.signer('root-1');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'HS-1705' });
      expect(JSON.stringify(error) + String(error)).not.toContain('incorrect horse');
    }
  });

  it('are the keys that the workspace lists, or refused', () => {
    renameSync(keyFile('root-2'), keyFile('root-1'));
    const ring = openKeyring(vendor.workspace, vendor.passphrase);
    expect(() => ring.signer('root-1')).toThrow(
      expect.objectContaining({ code: 'HS-1705', message: expect.stringContaining('another key') }),
    );
    expect(() => ring.signer('root-2')).toThrow(
      expect.objectContaining({ code: 'HS-1705', message: expect.stringContaining('missing') }),
    );
  });

  it('are never opened without a passphrase', () => {
    expect(() => openKeyring(vendor.workspace, null).signer('npm-1')).toThrow(
      expect.objectContaining({ code: 'HS-1706' }),
    );
  });
});

describe('init', () => {
  const again = (changes: Partial<Parameters<typeof initWorkspace>[0]> = {}) =>
    initWorkspace({
      directory: join(vendor.box, 'other'),
      vendor: 'Acme',
      registry: 'https://r.example',
      passphrase: vendor.passphrase,
      clock: fixedClock(NOW),
      ...changes,
    });

  it('does not make a second vendor in the same place', async () => {
    const before = readTree(vendor.workspace.directory);
    await expect(again({ directory: vendor.workspace.directory })).rejects.toMatchObject({ code: 'HS-1702' });
    expect(readTree(vendor.workspace.directory)).toEqual(before);
  });

  it.each(['ftp://r.example', 'https://r.example/', 'https://user@r.example', 'r.example', 'https://r.example?x'])(
    'refuses the registry address %s',
    async (registry) => {
      await expect(again({ registry })).rejects.toMatchObject({ code: 'HS-1701' });
    },
  );

  it('refuses a short passphrase, and a folder that is no workspace', async () => {
    await expect(again({ passphrase: secretOf('short') })).rejects.toMatchObject({ code: 'HS-1706' });
    expect(() => openWorkspace({ directory: vendor.box, clock: vendor.clock })).toThrow(
      expect.objectContaining({ code: 'HS-1701' }),
    );
  });
});

describe('rotation', () => {
  const rotate = (role: KeyRole, revoke: readonly string[] = []) =>
    rotateKeys(vendor.workspace, vendor.passphrase, { role, revoke });
  const statesOf = (role: KeyRole): string =>
    readKeys(vendor.workspace)
      .filter((key) => key.role === role)
      .map((key) => `${key.id} ${key.state}`)
      .join(', ');

  it.each(KEY_ROLES.filter((role) => !/advanced|qm|basic|pro/.test(role)))(
    'of %s: old and new customers accept what is published before, by and after it',
    async (role) => {
      const store = memoryMetadataStore();
      await (await vendor.client({ store })).tierManifest('core');
      const { made, changed } = await rotate(role);
      expect(made?.role).toBe(role);
      expect(changed).toHaveLength(1);
      await vendor.build('1.1.0', ['gossip']);
      await publish(vendor.workspace, vendor.passphrase);
      for (const client of [await vendor.client({ store }), await vendor.client()]) {
        const { manifest } = await client.tierManifest('core');
        expect(manifest.release).toBe(2);
        const gossip = manifest.plugins.find((plugin) => plugin.mechanism.id === 'gossip');
        const base = join(vendor.workspace.paths.tree, 'packages/@hypersync/mechanism-gossip/-/mechanism-gossip-1.1.0');
        const claim = {
          entry: gossip!,
          tarball: readFileSync(`${base}.tgz`),
          bundle: readFileSync(`${base}.sigstore.json`),
        };
        const rules = { policy: client.policy, evidence: manifest.evidence, revocations: client.revocations };
        expect(verifyArtifact(claim, rules).evidence.keys).toEqual([role === 'plugins' ? 'plugins-2' : 'plugins-1']);
      }
    },
  );

  it('of the root keeps customers whose installer is newer or older', async () => {
    for (let i = 0; i < 4; i++) await rotate('root');
    expect(statesOf('root')).toBe(
      'root-1 revoked, root-2 revoked, root-3 revoked, root-4 revoked, root-5 active, root-6 active, root-7 active',
    );
    for (const rootVersion of [1, 3, 5]) expect((await vendor.client({ rootVersion })).rootVersion).toBe(5);
    const anchor = anchorFrom(vendor.workspace.paths.tree, vendor.workspace, 5, 0);
    await expect(vendor.client({ anchor })).resolves.toMatchObject({ rootVersion: 5 });
  });

  it('of the package key: revoking the old one signs current packages again, with the same tarballs', async () => {
    const digests = async (): Promise<readonly string[]> => {
      const { manifest } = await (await vendor.client()).tierManifest('core');
      return manifest.plugins.map((plugin) => plugin.tarball.sha512);
    };
    const before = await digests();
    await rotate('plugins');
    expect(statesOf('plugins')).toBe('plugins-1 accepted, plugins-2 active');
    await rotate('plugins', ['plugins-1']);
    expect(statesOf('plugins')).toBe('plugins-1 revoked, plugins-2 active');
    expect(await digests()).toEqual(before);
    const client = await vendor.client();
    expect(client.policy.keys.map((key) => [key.id, key.revoked])).toEqual([
      ['plugins-1', true],
      ['plugins-2', false],
    ]);
    const { manifest } = await client.tierManifest('core');
    for (const entry of [manifest.runtime, ...manifest.plugins]) {
      const base = join(
        vendor.workspace.paths.tree,
        `packages/${entry.name}/-/${entry.name.split('/')[1]}-${entry.version}`,
      );
      const claim = { entry, tarball: readFileSync(`${base}.tgz`), bundle: readFileSync(`${base}.sigstore.json`) };
      const rules = { policy: client.policy, evidence: manifest.evidence, revocations: client.revocations };
      expect(verifyArtifact(claim, rules).evidence.keys).toEqual(['plugins-2']);
    }
  });

  it('of the package key never signs a tarball again that was not built here', async () => {
    await rotate('plugins');
    rmSync(join(vendor.workspace.paths.builds, 'mechanism-gossip-1.0.0.json'));
    const before = readTree(vendor.workspace.paths.tree);
    await expect(rotate('plugins', ['plugins-1'])).rejects.toMatchObject({ code: 'HS-1711' });
    expect(readTree(vendor.workspace.paths.tree)).toEqual(before);
  });

  it('of the npm key leaves the old one listed with its end, for what it signed', async () => {
    await rotate('npm');
    const { keys } = JSON.parse(readFileSync(join(vendor.workspace.paths.tree, 'keys/npm-keys.json'), 'utf8')) as {
      keys: { expires: string | null }[];
    };
    expect(keys.map((key) => key.expires)).toEqual([new Date(NOW).toISOString(), null]);
  });

  it('of the license key keeps the old one until it is revoked', async () => {
    const kids = async (): Promise<readonly string[]> => {
      const { keys } = JSON.parse(Buffer.from((await vendor.client()).licenseKeys).toString()) as {
        keys: { kid: string }[];
      };
      return keys.map((key) => key.kid);
    };
    await rotate('licenses');
    expect(await kids()).toEqual(['licenses-1', 'licenses-2']);
    await rotate('licenses', ['licenses-1']);
    expect(await kids()).toEqual(['licenses-2']);
  });

  it('as a dry run makes no key and changes nothing', async () => {
    const before = readTree(vendor.workspace.directory);
    await rotateKeys(vendor.workspace, vendor.passphrase, { role: 'plugins' }, { dryRun: true });
    expect(readTree(vendor.workspace.directory)).toEqual(before);
  });

  it('names a key that is not there, and a role that is none', async () => {
    await expect(rotate('plugins', ['plugins-7'])).rejects.toMatchObject({ code: 'HS-1717' });
    await expect(rotate('mirrors' as KeyRole)).rejects.toMatchObject({ code: 'HS-1717' });
  });
});
