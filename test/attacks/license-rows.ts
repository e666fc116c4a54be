import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createFakeVendor, fakeRegistry, fakeSigningKey, pluginFiles, soloPluginSource } from '@hypersync/testkit';
import type { Run } from '../../installer/test/fixture.ts';
import type { AttackCase, AttackRow, Bench } from './bench.ts';

const DAY = 86_400_000;
const TYPE = 'hypersync-license+jwt';

type Claims = Record<string, unknown>;
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string): Claims => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Claims;

async function partsOf(
  bench: Bench,
  ...license: Parameters<Bench['vendor']['license']>
): Promise<[string, string, string]> {
  return (await bench.vendor.license(...license)).split('.') as [string, string, string];
}

/** A PRO license whose header is the attacker's, sealed as he says. */
function forged(
  label: string,
  header: (bench: Bench) => object,
  seal?: (bench: Bench, text: string) => Uint8Array,
): AttackCase {
  return {
    label,
    arrange: async (bench) => {
      const [, body] = await partsOf(bench, 'pro');
      const text = `${encode(header(bench))}.${body}`;
      const bytes = (seal ?? ((_, signed) => bench.vendor.licenseKey.sign(Buffer.from(signed))))(bench, text);
      bench.license = `${text}.${Buffer.from(bytes).toString('base64url')}`;
    },
    expected: 'HS-1306',
  };
}

const head = (bench: Bench): { alg: string; typ: string; kid: string } => ({
  alg: 'EdDSA',
  typ: TYPE,
  kid: bench.vendor.licenseKey.id,
});

/** Metadata that stays fresh for as long as a license may run, so that only the license's dates decide. */
function longLived({ vendor }: Bench): void {
  for (const role of ['timestamp', 'snapshot', 'targets']) vendor.repository.lifetimes[role] = 400;
  vendor.publish();
}

/** PRO installed under a license that ends in ten days with fourteen of grace; then the clock moves on. */
async function installedThen(bench: Bench, days: number): Promise<void> {
  longLived(bench);
  bench.license = await bench.vendor.license('pro', { expires: bench.vendor.now + 10 * DAY });
  await bench.installOnce();
  await bench.vendor.addPlugin('raft', '1.1.0');
  bench.vendor.publish();
  bench.clock.set(bench.vendor.now + days * DAY);
}

async function installedUnder(bench: Bench, terms: Parameters<Bench['vendor']['license']>[1]): Promise<void> {
  bench.license = await bench.vendor.license('pro', terms);
  await bench.installOnce();
}

/** The user's own configuration file. */
function configure(bench: Bench, yaml: string): void {
  writeFileSync(`${bench.folder}/install.yaml`, yaml);
  bench.extra.push('--config', `${bench.folder}/install.yaml`);
}

const planned = '/tmp/plan.json';

/** D4, L: licenses. */
export const LICENSE_ROWS: readonly AttackRow[] = [
  {
    id: 'L01',
    name: 'an own trust anchor',
    cases: [
      {
        label: 'a whole registry of a stranger, with his own root',
        arrange: async ({ host }) => {
          const stranger = await createFakeVendor();
          host.registry = () => fakeRegistry(stranger);
        },
        expected: 'HS-1205',
      },
      {
        label: 'an anchor in the configuration file',
        arrange: (bench) => {
          const root = bench.vendor.anchor.root.slice(0, 40);
          configure(bench, `anchor: ${JSON.stringify(root)}\n`);
        },
        expected: 'HS-1007',
      },
      {
        label: 'a license key in the configuration file',
        arrange: (bench) => {
          configure(bench, 'license_keys: mine\n');
        },
        expected: 'HS-1007',
      },
      {
        label: 'a license that the stranger signed under our key’s name',
        arrange: async (bench) => {
          const [header, body] = await partsOf(bench, 'pro');
          const thief = fakeSigningKey(bench.vendor.licenseKey.id, 'ed25519');
          const text = `${header}.${body}`;
          bench.license = `${text}.${Buffer.from(thief.sign(Buffer.from(text))).toString('base64url')}`;
        },
        expected: 'HS-1306',
      },
    ],
  },
  {
    id: 'L02',
    name: 'forged tokens',
    cases: [
      forged(
        'alg none',
        (bench) => ({ ...head(bench), alg: 'none' }),
        () => new Uint8Array(),
      ),
      forged('alg none with some signature', (bench) => ({ ...head(bench), alg: 'none' })),
      forged(
        'HS256 with the public key as the secret',
        (bench) => ({ ...head(bench), alg: 'HS256' }),
        ({ vendor }, text) =>
          createHmac('sha256', Buffer.from(vendor.licenseKey.spki, 'base64').subarray(-32)).update(text).digest(),
      ),
      forged('an unknown critical field', (bench) => ({ ...head(bench), crit: ['until'], until: 1 })),
      forged('an unknown kid', (bench) => ({ ...head(bench), kid: 'licenses-9' })),
      forged('no kid', (bench) => ({ alg: 'EdDSA', typ: TYPE, nothing: head(bench).kid.length })),
      forged('another type of token', (bench) => ({ ...head(bench), typ: 'JWT' })),
    ],
  },
  {
    id: 'L03',
    name: 'a field moved from another license',
    cases: [
      {
        label: 'the claims of a PRO license under the signature of a Basic one',
        arrange: async (bench) => {
          const [, body] = await partsOf(bench, 'pro');
          const [header, , signature] = await partsOf(bench, 'basic');
          bench.license = `${header}.${body}.${signature}`;
        },
        expected: 'HS-1306',
      },
      ...(['tier', 'sub', 'exp', 'nodes', 'floor'] as const).map((claim) => ({
        label: `the field ${claim}`,
        arrange: async (bench: Bench) => {
          const other = { customer: 'Other Customer', expires: bench.vendor.now + 9 * DAY, nodes: 7, floor: 1 };
          const [, donor] = await partsOf(bench, 'pro', other);
          const [header, body, signature] = await partsOf(bench, 'basic');
          bench.license = `${header}.${encode({ ...decode(body), [claim]: decode(donor)[claim] })}.${signature}`;
        },
        expected: 'HS-1306',
      })),
    ],
  },
  {
    id: 'L04',
    name: 'the clock set back',
    cases: [
      {
        label: 'nothing new is installed under a license',
        arrange: async (bench) => {
          const { vendor } = bench;
          const before = { issuedAt: vendor.now - DAY, notBefore: vendor.now - DAY };
          bench.license = await vendor.license('pro', before);
          bench.clock.set(vendor.now - 3_600_000);
        },
        expected: 'HS-1304',
      },
      {
        label: 'nor without one',
        arrange: (bench) => {
          bench.tier = 'core';
          bench.clock.set(bench.vendor.now - 3_600_000);
        },
        expected: 'HS-1603',
      },
      {
        label: 'what runs is still valid',
        before: 'installed',
        arrange: (bench) => bench.clock.set(bench.vendor.now - 3_600_000),
        command: ({ host }) => host.json('validate'),
        expected: 'accepted',
      },
    ],
  },
  {
    id: 'L05',
    name: 'an old answer replayed after the license was suspended',
    cases: [
      {
        label: 'the suspension itself',
        before: 'installed',
        arrange: ({ vendor }) => {
          vendor.revokedSerials.push('L-0001');
          vendor.publish();
        },
        expected: 'HS-1307',
      },
      {
        label: 'the recorded repository from before it',
        before: 'installed',
        arrange: async (bench) => {
          const { vendor } = bench;
          const recorded = new Map(vendor.repository.files);
          vendor.revokedSerials.push('L-0001');
          vendor.publish();
          const told = await bench.install();
          if (told.json?.error?.code !== 'HS-1307') throw new Error('the suspension was not seen');
          for (const [path, bytes] of recorded) vendor.repository.files.set(path, bytes);
        },
        expected: 'HS-1206',
      },
      {
        label: 'the license from before, where a later one was used already',
        arrange: async (bench) => {
          await installedUnder(bench, { serial: 'L-0002', sequence: 2 });
          bench.license = await bench.vendor.license('pro', { serial: 'L-0001', sequence: 1 });
        },
        expected: 'HS-1310',
      },
      {
        label: 'nor is anything planned under it',
        arrange: (bench) => installedUnder(bench, { serial: 'L-0002', sequence: 2 }),
        command: async ({ host, folder, vendor }) => {
          writeFileSync(`${folder}/old.jwt`, await vendor.license('pro', { sequence: 1 }));
          return host.json('plan', '--tier', 'pro', '--license', `${folder}/old.jwt`);
        },
        expected: 'HS-1310',
      },
      {
        label: 'the same, where the later one was revoked meanwhile',
        arrange: async (bench) => {
          await installedUnder(bench, { serial: 'L-0002', sequence: 2 });
          bench.vendor.revokedSerials.push('L-0002');
          bench.vendor.publish();
          bench.license = await bench.vendor.license('pro', { serial: 'L-0001', sequence: 1 });
        },
        expected: 'HS-1310',
      },
      {
        label: 'the same, where the later one is taken while this command is under way',
        arrange: async (bench) => {
          await installedUnder(bench, { serial: 'L-0001', sequence: 1 });
          await bench.vendor.addPlugin('raft', '1.1.0');
          bench.vendor.publish();
          const later = await bench.vendor.license('pro', { serial: 'L-0003', sequence: 3 });
          bench.license = await bench.vendor.license('pro', { serial: 'L-0002', sequence: 2 });
          bench.onRequest = (path) => {
            if (path.startsWith('targets/pro/')) bench.host.file(`${bench.root}/license/license.jwt`, later);
          };
        },
        expected: 'HS-1310',
      },
      {
        label: 'the count of another customer says nothing',
        arrange: async (bench) => {
          await installedUnder(bench, { customer: 'Former Owner', sequence: 9 });
          bench.license = await bench.vendor.license('pro', { sequence: 1 });
        },
        expected: 'accepted',
      },
    ],
  },
  {
    id: 'L06',
    name: 'three clocks',
    cases: [
      { label: 'in grace: an upgrade', arrange: (bench) => installedThen(bench, 12), expected: 'accepted' },
      {
        label: 'in grace: a new host',
        arrange: async (bench) => {
          longLived(bench);
          bench.license = await bench.vendor.license('pro', { expires: bench.vendor.now + 10 * DAY });
          bench.clock.set(bench.vendor.now + 12 * DAY);
        },
        expected: 'HS-1305',
      },
      { label: 'after grace: an upgrade', arrange: (bench) => installedThen(bench, 60), expected: 'HS-1303' },
      ...['verify', 'validate', 'generations', 'gc'].map((word) => ({
        label: `after grace: ${word}`,
        arrange: (bench: Bench) => installedThen(bench, 60),
        command: ({ host }: Bench) => host.json(word),
        expected: 'accepted',
      })),
    ],
  },
  {
    id: 'L09',
    name: 'more than the license covers',
    cases: [
      {
        label: 'by --tier',
        arrange: async (bench) => void (bench.license = await bench.vendor.license('basic')),
        expected: 'HS-1301',
        check: ({ vendor }) => {
          const asked = vendor.requests.filter((path) => path.includes('pro') || path.includes('paxos'));
          if (asked.length > 0) throw new Error(`asked for ${asked.join(', ')}`);
        },
      },
      {
        label: 'by a dependency of a plugin that it covers',
        arrange: async (bench) => {
          const files = pluginFiles('raft', '1.1.0', soloPluginSource('raft', '1.1.0'));
          const dependencies = { '@hypersync/mechanism-paxos': '1.0.0' };
          files.set(
            'package.json',
            Buffer.from(JSON.stringify({ name: '@hypersync/mechanism-raft', version: '1.1.0', dependencies })),
          );
          await bench.vendor.addPlugin('raft', '1.1.0', { files });
          bench.vendor.publish();
          bench.tier = 'basic';
          bench.license = await bench.vendor.license('basic');
        },
        expected: 'HS-1613',
      },
      {
        label: 'as the target of a plan that somebody else saved',
        arrange: async (bench) => {
          writeFileSync(`${bench.folder}/pro.jwt`, await bench.vendor.license('pro'));
          writeFileSync(`${bench.folder}/basic.jwt`, await bench.vendor.license('basic'));
          const plan = ['plan', '--tier', 'pro', '--license', `${bench.folder}/pro.jwt`, '--out', planned];
          const run = await bench.host.json(...plan);
          if (run.code !== 0) throw new Error(run.stderr);
        },
        command: ({ host, folder }): Promise<Run> => host.json('apply', planned, '--license', `${folder}/basic.jwt`),
        expected: 'HS-1301',
      },
    ],
  },
  {
    id: 'L10',
    name: 'renewed as a smaller tier',
    cases: [
      {
        label: 'without saying so: nothing is dropped, and the question names what would be',
        before: 'installed',
        arrange: async (bench) => {
          bench.tier = 'basic';
          bench.license = await bench.vendor.license('basic', { serial: 'L-0002' });
        },
        expected: 'HS-1612',
        saying: /paxos/,
      },
      {
        label: 'with --yes: the next generation drops them, the one before stays',
        before: 'installed',
        arrange: async (bench) => {
          bench.tier = 'basic';
          bench.license = await bench.vendor.license('basic', { serial: 'L-0002' });
          bench.extra.push('--yes');
        },
        expected: 'accepted',
        check: async ({ host }) => {
          const now = await host.json('verify');
          const ids = now.json.plugins.map((plugin: { id: string }) => plugin.id);
          if (ids.includes('paxos')) throw new Error('paxos is still there');
          const before = await host.json('verify', '--generation', '1');
          if (before.code !== 0) throw new Error(before.stderr);
        },
      },
    ],
  },
];
