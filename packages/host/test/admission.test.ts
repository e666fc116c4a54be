import { generateKeyPairSync, sign } from 'node:crypto';
import { toUtf8 } from '@hypersync/base';
import { issueLicense } from '@hypersync/entitlement';
import { INTERFACE_VERSION } from '@hypersync/interface';
import { describe, expect, it } from 'vitest';
import { admitPlugin, hostRange } from '../src/admit-plugin.ts';
import { openHost } from '../src/host.ts';
import { startCluster } from '../src/start-cluster.ts';
import { handMadeHost, SEQUENCER, verifiedPlugin, type HandMade } from './hand-made.ts';
import { SEQUENCER_DESCRIPTOR, sequencerSource } from './sequencer.ts';

const newerMinor = (): string => INTERFACE_VERSION.replace(/\.(\d+)\./, (_, minor) => `.${Number(minor) + 1}.`);

const admit = (made: Partial<HandMade>, range = '^1.0.0') =>
  admitPlugin(verifiedPlugin({ ...SEQUENCER, ...made }), range);

describe('what is refused without running anything', () => {
  it('takes a plugin whose papers agree', () => {
    expect(admit({})).toMatchObject({ id: 'sequencer', descriptor: { guarantee: 'total-order' } });
  });

  it.each([
    ['other bytes of the module', { swap: new Map([['plugin.mjs', toUtf8('export default {}')]]) }],
    ['other bytes of the descriptor', { swap: new Map([['descriptor.json', toUtf8('{}')]]) }],
  ])('%s than were signed: HS-2003', (_, made) => {
    expect(() => admit(made)).toThrow(expect.objectContaining({ code: 'HS-2003', exitCode: 80 }));
  });

  it('a module that the manifest does not list: HS-2003', () => {
    const edit: HandMade['edit'] = (entry) => ({ ...entry, files: [] });
    expect(() => admit({ edit })).toThrow(expect.objectContaining({ code: 'HS-2003' }));
  });

  it.each([
    ['a newer minor than this host has', newerMinor(), '^1.0.0'],
    ['another major', '2.0.0', '>=1.0.0'],
    ['one that the runtime does not claim', '1.0.0', '^2.0.0'],
    ['no version at all', 'latest', '^1.0.0'],
  ])('an interface version that is %s: HS-2004', (_, interfaceVersion, range) => {
    const edit: HandMade['edit'] = (entry) => ({ ...entry, interfaceVersion });
    expect(() => admit({ edit }, range)).toThrow(expect.objectContaining({ code: 'HS-2004' }));
  });

  it('accepts its own minor and those before it, any patch', () => {
    expect(hostRange('1.4.2')).toBe('>=1.0.0 <1.5.0');
  });

  it.each(['id', 'version', 'guarantee', 'operations', 'reads', 'timing', 'authentication', 'faults', 'capabilities'])(
    'a descriptor without %s: HS-2005',
    (field) => {
      const { [field as 'id']: _, ...rest } = SEQUENCER_DESCRIPTOR;
      const made = { ...rest, id: 'sequencer', version: '1.0.0', guarantee: 'total-order', [field]: 7 };
      const edit: HandMade['edit'] = (entry) => ({
        ...entry,
        name: '@hypersync/mechanism-sequencer',
        version: '1.0.0',
        mechanism: { ...entry.mechanism, id: 'sequencer', guarantee: 'total-order' },
      });
      expect(() => admit({ descriptor: made, edit })).toThrow(expect.objectContaining({ code: 'HS-2005' }));
    },
  );

  it.each([
    ['id', { mechanism: { id: 'raft' } }],
    ['version', { version: '1.0.1' }],
    ['guarantee', { mechanism: { guarantee: 'register' } }],
  ])('a descriptor with another %s than the manifest: HS-2006', (_, change) => {
    const edit: HandMade['edit'] = (entry) => ({
      ...entry,
      ...('version' in change ? change : {}),
      mechanism: { ...entry.mechanism, ...('mechanism' in change ? (change.mechanism as object) : {}) },
    });
    expect(() => admit({ edit })).toThrow(expect.objectContaining({ code: 'HS-2006', exitCode: 80 }));
  });

  it('a descriptor for another interface version than the manifest states: HS-2006', () => {
    const edit: HandMade['edit'] = (entry) => ({ ...entry, interfaceVersion: '1.0.1' });
    expect(() => admit({ edit })).toThrow(expect.objectContaining({ code: 'HS-2006' }));
  });

  it('a runtime without an anchor: HS-2001', async () => {
    await expect(openHost({ root: '/nowhere', anchor: null })).rejects.toMatchObject({ code: 'HS-2001', exitCode: 80 });
  });
});

describe('what is refused when the module is evaluated', () => {
  it('a module that states another descriptor than was signed: HS-2007', async () => {
    const source = sequencerSource((text) => text.replace('"reads":["sequential"]', '"reads":["linearizable"]'));
    const host = await handMadeHost([{ ...SEQUENCER, source }]);
    await expect(startCluster({ host, mechanism: 'sequencer', nodes: 1 })).rejects.toMatchObject({
      code: 'HS-2007',
      exitCode: 80,
    });
  });

  it('a module that is none: HS-2008', async () => {
    const host = await handMadeHost([{ ...SEQUENCER, source: 'import "node:fs"; export default {};' }]);
    await expect(startCluster({ host, mechanism: 'sequencer', nodes: 3 })).rejects.toMatchObject({
      code: 'HS-2008',
      exitCode: 80,
    });
  });
});

describe('how many nodes', () => {
  const keys = generateKeyPairSync('ed25519');
  const licensed = async (terms: { nodes?: number; tier?: string; expires?: number }) => {
    const signer = { kid: 'k1', sign: async (message: Uint8Array) => sign(null, message, keys.privateKey) };
    const token = await issueLicense(
      {
        vendor: 'vendor',
        customer: 'customer',
        serial: 's-1',
        tier: terms.tier ?? 'pro',
        nodes: terms.nodes ?? 0,
        issuedAt: Date.UTC(2025, 0, 1),
        notBefore: Date.UTC(2025, 0, 1),
        expires: terms.expires ?? Date.UTC(2099, 0, 1),
        graceDays: 30,
        sequence: 1,
        floor: 0,
      },
      signer,
    );
    const { x } = keys.publicKey.export({ format: 'jwk' });
    const set = { schemaVersion: 1, kind: 'license-keys', vendor: 'vendor', revokedSerials: [] };
    const body = { ...set, keys: [{ kid: 'k1', kty: 'OKP', crv: 'Ed25519', x }] };
    return { token, keys: toUtf8(JSON.stringify(body)) };
  };
  const evidence = { bundle: true, provenance: true, license: true } as const;
  const pro = { tier: 'pro', maxNodes: 24, evidence } as const;
  const start = async (nodes: number, host: ReturnType<typeof handMadeHost>) => {
    const cluster = await startCluster({ host: await host, mechanism: 'sequencer', nodes, workers: 'shared' });
    await cluster.stop({ drainMs: 0 });
    return 'started';
  };

  it('the tier bounds it; the error names the limit and the tier that lifts it', async () => {
    await expect(start(9, handMadeHost())).rejects.toMatchObject({
      code: 'HS-2013',
      exitCode: 77,
      message: expect.stringMatching(/9 nodes.*CORE allows 8/),
      hint: expect.stringMatching(/Basic/),
    });
    await expect(start(8, handMadeHost())).resolves.toBe('started');
  });

  it('the license bounds it, too', async () => {
    const license = await licensed({ nodes: 3 });
    await expect(start(4, handMadeHost([SEQUENCER], pro, license))).rejects.toMatchObject({
      code: 'HS-2013',
      details: { limit: 3, by: 'license' },
    });
    await expect(start(3, handMadeHost([SEQUENCER], pro, license))).resolves.toBe('started');
  });

  it('an expired license stops nothing from running', async () => {
    const license = await licensed({ expires: Date.UTC(2025, 0, 2) });
    await expect(start(3, handMadeHost([SEQUENCER], pro, license))).resolves.toBe('started');
  });

  it.each([
    ['no license', { token: null, keys: new Uint8Array() }, 'HS-2016'],
    ['a forged license', { forged: true }, /^HS-13/],
    ['a license for a smaller tier', { tier: 'basic' }, 'HS-2016'],
  ])('with %s nothing is formed, but diagnosis works', async (_, terms, code) => {
    const made = 'token' in terms ? terms : await licensed('tier' in terms ? terms : {});
    const broken = 'forged' in terms ? { ...made, token: `${made.token?.slice(0, -4)}AAAA` } : made;
    const host = await handMadeHost([SEQUENCER], pro, broken);
    const forming = startCluster({ host, mechanism: 'sequencer', nodes: 1 });
    await expect(forming).rejects.toMatchObject({
      code: typeof code === 'string' ? code : expect.stringMatching(code),
    });
    const cluster = await startCluster({ host, mechanism: 'sequencer', nodes: 1, purpose: 'diagnosis' });
    await cluster.stop({ drainMs: 0 });
  });

  it.each([2, 6, 0, 1.5])('the resource profile of the mechanism bounds it: %s of 3 to 5', async (nodes) => {
    const host = await handMadeHost([{ ...SEQUENCER, minNodes: 3, maxNodes: 5 }]);
    await expect(startCluster({ host, mechanism: 'sequencer', nodes })).rejects.toMatchObject({ code: 'HS-2014' });
  });
});
