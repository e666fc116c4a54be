import { createPublicKey, verify } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyArtifact } from '@hypersync/trust';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatPlan, promote, publish, yank, type PublicationPlan } from '../src/index.ts';
import { CORE, makeVendorBox, readTree, removeTemplates, vendorThat, type VendorBox } from './vendor-box.ts';

let vendor: VendorBox;
beforeEach(async () => {
  vendor = await vendorThat('built');
});
afterEach(() => vendor.remove());
afterAll(removeTemplates);

const tree = (path: string): string => join(vendor.workspace.paths.tree, path);
const json = (path: string) => JSON.parse(readFileSync(tree(path), 'utf8')) as never;
const run = (options: Parameters<typeof publish>[2] = {}) => publish(vendor.workspace, vendor.passphrase, options);
const coreVersions = async (): Promise<Record<string, string>> => {
  const { manifest } = await (await vendor.client()).tierManifest('core');
  return Object.fromEntries(manifest.plugins.map((plugin) => [plugin.mechanism.id, plugin.version]));
};

describe('publish', () => {
  it('makes a tree that a customer accepts, artifact by artifact', async () => {
    const { plan, written } = await run();
    expect(written).toBe(true);
    expect(plan.release).toEqual({ from: 0, to: 1 });
    const catalog = await vendor.client();
    expect(catalog.tiers).toEqual(['core']);
    const { manifest } = await catalog.tierManifest('core');
    expect(manifest.plugins.map((plugin) => plugin.mechanism.id)).toEqual(CORE);
    for (const entry of [manifest.runtime, ...manifest.plugins]) {
      const base = `packages/${entry.name}/-/${entry.name.split('/')[1]}-${entry.version}`;
      const claim = {
        entry,
        tarball: readFileSync(tree(`${base}.tgz`)),
        bundle: readFileSync(tree(`${base}.sigstore.json`)),
      };
      const rules = {
        policy: catalog.policy,
        evidence: { ...manifest.evidence, provenance: true },
        revocations: catalog.revocations,
      };
      expect(verifyArtifact(claim, rules).evidence).toMatchObject({
        keys: ['plugins-1'],
        provenance: { source: vendor.workspace.source },
      });
    }
  });

  it('lists tiers that lack a mechanism as not published, with what they lack', async () => {
    const { plan } = await run();
    const basic = plan.tiers.find((tier) => tier.tier === 'basic');
    expect(basic).toMatchObject({ status: 'unclaimed', missing: ['quorum', 'raft'] });
    expect(formatPlan(plan)).toContain('not published: lacks quorum, raft');
  });

  it('refuses when no tier would be complete, and writes nothing', async () => {
    const other = await makeVendorBox(['gossip']);
    await other.build();
    await expect(publish(other.workspace, other.passphrase)).rejects.toMatchObject({
      code: 'HS-1712',
      message: expect.stringContaining('crdt'),
    });
    expect([...readTree(other.workspace.paths.tree).keys()].filter((path) => !path.startsWith('.publish/'))).toEqual([
      'tuf/metadata/1.root.json',
    ]);
    other.remove();
  });

  it('is safe to repeat: the second time writes nothing', async () => {
    await run();
    const before = readTree(vendor.workspace.paths.tree);
    expect(await run()).toMatchObject({ written: false, plan: { release: { from: 1, to: 1 } } });
    expect(readTree(vendor.workspace.paths.tree)).toEqual(before);
  });

  it('renews what runs out, with no new release', async () => {
    await run();
    vendor.clock.set(vendor.clock.now() + 40 * 86_400_000);
    await expect(vendor.client()).rejects.toMatchObject({ code: 'HS-1207' });
    expect(await run()).toMatchObject({ written: true, plan: { release: { from: 1, to: 1 } } });
    await expect((await vendor.client()).tierManifest('core')).resolves.toMatchObject({ manifest: { release: 1 } });
  });

  it('renews the root by its own keys before it runs out', async () => {
    await run();
    vendor.clock.set(vendor.clock.now() + 200 * 86_400_000);
    await run();
    expect((await vendor.client()).rootVersion).toBe(2);
  });

  it('never changes the bytes of a version', async () => {
    await run();
    vendor.addMechanism('gossip', 'globalThis.changed = 1;\n');
    await vendor.build(undefined, ['gossip']);
    const before = readTree(vendor.workspace.paths.tree);
    await expect(run()).rejects.toMatchObject({
      code: 'HS-1703',
      message: expect.stringContaining('mechanism-gossip@1.0.0'),
    });
    expect(readTree(vendor.workspace.paths.tree)).toEqual(before);
  });

  it('grows by a tier once its mechanisms exist', async () => {
    await run();
    for (const id of ['quorum', 'raft']) vendor.addMechanism(id);
    await vendor.build();
    const { plan } = await run();
    expect(plan.tiers.map((tier) => [tier.tier, tier.status]).slice(0, 3)).toEqual([
      ['core', 'unchanged'],
      ['basic', 'new'],
      ['pro', 'unclaimed'],
    ]);
    expect((await vendor.client()).tiers).toEqual(['core', 'basic']);
  });

  it('shows the plan before it writes, and a dry run needs no passphrase and stops there', async () => {
    const before = readTree(vendor.workspace.paths.tree, (path) => path.startsWith('.publish/'));
    const plans: PublicationPlan[] = [];
    const result = await publish(vendor.workspace, null, { dryRun: true, onPlan: (plan) => void plans.push(plan) });
    expect(result).toMatchObject({ written: false, plan: { release: { from: 0, to: 1 } } });
    expect(plans[0]?.tiers[0]).toMatchObject({ tier: 'core', status: 'new' });
    expect(readTree(vendor.workspace.paths.tree, (path) => path.startsWith('.publish/'))).toEqual(before);
  });

  it('names what was not built', async () => {
    await expect(run({ only: ['raft'] })).rejects.toMatchObject({ code: 'HS-1711' });
  });

  it('refuses a build whose tarball was changed after it was made', async () => {
    const file = join(vendor.workspace.paths.builds, 'mechanism-gossip-1.0.0.tgz');
    writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from('x')]));
    await expect(run()).rejects.toMatchObject({ code: 'HS-1710' });
  });
});

describe('what npm clients and the server read', () => {
  it('is a complete packument with a registry signature by a listed key, and no attestations', async () => {
    await run();
    const packument = json('packages/@hypersync/mechanism-gossip/packument.json') as Record<
      string,
      Record<string, Record<string, Record<string, never>>>
    >;
    const dist = packument['versions']?.['1.0.0']?.['dist'] as unknown as {
      integrity: string;
      tarball: string;
      signatures: { keyid: string; sig: string }[];
    };
    expect(packument['dist-tags']).toEqual({ latest: '1.0.0' });
    expect(packument['time']).toHaveProperty(['1.0.0']);
    expect(dist.tarball).toBe('https://registry.acme.example/@hypersync/mechanism-gossip/-/mechanism-gossip-1.0.0.tgz');
    expect(dist).not.toHaveProperty('attestations');
    const { keys } = json('keys/npm-keys.json') as { keys: { keyid: string; key: string }[] };
    const [signature] = dist.signatures;
    const key = keys.find(({ keyid }) => keyid === signature?.keyid);
    const spki = createPublicKey({ key: Buffer.from(key?.key ?? '', 'base64'), format: 'der', type: 'spki' });
    const text = `@hypersync/mechanism-gossip@1.0.0:${dist.integrity}`;
    expect(verify('sha256', Buffer.from(text), spki, Buffer.from(signature?.sig ?? '', 'base64'))).toBe(true);
  });

  it('is an access table and a view per tier', async () => {
    await run();
    const { packages } = json('access.json') as { packages: Record<string, string> };
    expect(packages['@hypersync/runtime']).toBe('core');
    expect((json('views/core.json') as { packages: object }).packages).toHaveProperty(
      ['@hypersync/mechanism-crdt'],
      ['1.0.0'],
    );
    expect(json('registry.json')).toMatchObject({
      vendor: 'Acme',
      origin: 'https://registry.acme.example',
      release: 1,
    });
  });
});

describe('stages', () => {
  it('a candidate is served, but tiers go on with what they had until it is promoted', async () => {
    await run();
    await vendor.build('1.1.0', ['gossip']);
    await run({ stage: 'candidate' });
    expect((await coreVersions())['gossip']).toBe('1.0.0');
    const packument = json('packages/@hypersync/mechanism-gossip/packument.json') as Record<string, unknown>;
    expect(packument['dist-tags']).toEqual({ latest: '1.0.0', candidate: '1.1.0' });
    const { plan } = await promote(vendor.workspace, vendor.passphrase, { packages: ['gossip@1.1.0'] });
    expect(plan.tiers[0]?.packages.filter((change) => change.from !== change.to)).toEqual([
      { package: '@hypersync/mechanism-gossip', from: '1.0.0', to: '1.1.0', withdrawn: false },
    ]);
    expect((await coreVersions())['gossip']).toBe('1.1.0');
    await expect(promote(vendor.workspace, vendor.passphrase, { packages: [] })).rejects.toMatchObject({
      code: 'HS-1711',
    });
  });
});

describe('yank', () => {
  const withdraw = (level: Parameters<typeof yank>[2]['level'], replacement: string | null = null) =>
    yank(vendor.workspace, vendor.passphrase, {
      package: 'gossip@1.1.0',
      level,
      reason: 'loses messages',
      replacement,
    });
  beforeEach(async () => {
    await run();
    await vendor.build('1.1.0', ['gossip']);
    await run();
  });

  it.each(['hidden', 'warn', 'block', 'quarantine'] as const)(
    '%s: tiers go back to the version before, and clients are told',
    async (level) => {
      expect((await coreVersions())['gossip']).toBe('1.1.0');
      await withdraw(level, '1.0.0');
      expect((await coreVersions())['gossip']).toBe('1.0.0');
      const { revocations } = await vendor.client();
      expect(revocations.yanked).toMatchObject([
        { package: '@hypersync/mechanism-gossip', version: '1.1.0', level, replacement: '1.0.0' },
      ]);
      const { versions } = json('packages/@hypersync/mechanism-gossip/packument.json') as {
        versions: Record<string, { deprecated?: string }>;
      };
      expect(Object.keys(versions)).toEqual(level === 'warn' ? ['1.0.0', '1.1.0'] : ['1.0.0']);
      if (level === 'warn') expect(versions['1.1.0']?.deprecated).toBe('loses messages');
      expect((json('views/core.json') as { packages: object }).packages).toHaveProperty(
        ['@hypersync/mechanism-gossip'],
        ['1.0.0'],
      );
    },
  );

  it('is taken back with the level none', async () => {
    await withdraw('block');
    await withdraw('none');
    expect((await coreVersions())['gossip']).toBe('1.1.0');
    expect((await vendor.client()).revocations.yanked).toEqual([]);
  });

  it('without any other version, the manifest goes on naming it and the revocation decides', async () => {
    await withdraw('quarantine');
    const { plan } = await yank(vendor.workspace, vendor.passphrase, {
      package: 'gossip@1.0.0',
      level: 'hidden',
      reason: 'old',
      replacement: null,
    });
    expect(plan.tiers[0]?.packages.find((change) => change.package.endsWith('gossip'))).toMatchObject({
      to: '1.0.0',
      withdrawn: true,
    });
    expect((await coreVersions())['gossip']).toBe('1.0.0');
  });

  it('knows neither a version nor a replacement that was never published', async () => {
    await expect(withdraw('block', '9.9.9')).rejects.toMatchObject({ code: 'HS-1711' });
    const request = { package: 'raft@1.0.0', level: 'block', reason: 'x', replacement: null } as const;
    await expect(yank(vendor.workspace, vendor.passphrase, request)).rejects.toMatchObject({ code: 'HS-1711' });
  });
});

describe('a damaged tree', () => {
  it.each(['tuf/metadata/timestamp.json', 'tuf/metadata/1.snapshot.json', '.publish/catalog.json'])(
    'is named and not built upon: %s',
    async (path) => {
      await run();
      writeFileSync(tree(path), '{');
      await expect(run()).rejects.toMatchObject({
        message: expect.stringContaining(path),
        code: expect.stringMatching(/HS-1710|HS-1003/),
      });
    },
  );

  it('of another vendor is not continued', async () => {
    await run();
    writeFileSync(
      tree('.publish/catalog.json'),
      readFileSync(tree('.publish/catalog.json'), 'utf8').replace('"Acme"', '"Evil"'),
    );
    await expect(run()).rejects.toMatchObject({ code: 'HS-1710', message: expect.stringContaining('Evil') });
  });
});

describe('the check before writing', () => {
  it('refuses a publication that a customer would refuse, and leaves the tree alone', async () => {
    await run();
    const keys = join(vendor.workspace.paths.keys, 'keys.json');
    const edited = readFileSync(keys, 'utf8').replace(/("id":"plugins-1".*?"state":)"active"/, '$1"revoked"');
    writeFileSync(keys, edited);
    const before = readTree(vendor.workspace.paths.tree);
    await expect(run()).rejects.toMatchObject({ code: 'HS-1718', cause: { code: 'HS-1210' } });
    expect(readTree(vendor.workspace.paths.tree)).toEqual(before);
  });
});
