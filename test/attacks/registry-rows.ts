import { sha512Integrity, toUtf8, type JsonValue } from '@hypersync/base';
import type { TierManifest } from '@hypersync/manifest';
import { publishPackage, secretOf } from '@hypersync/registry-client';
import { publish } from '@hypersync/publisher';
import { pluginFiles, soloPluginSource } from '@hypersync/testkit';
import { readTree, vendorThat } from '../../packages/publisher/test/vendor-box.ts';
import { serve } from '../../packages/registry-client/test/servers.ts';
import { openBench } from '../../registry/test/bench.ts';
import { asRun, demand, type AttackCase, type AttackRow, type Bench } from './bench.ts';

const RAFT = '@hypersync/mechanism-raft';

/** A release in which raft's package.json says more than it may. */
function boastful(label: string, extra: Record<string, unknown>, expected = 'HS-1613'): AttackCase {
  return {
    label,
    arrange: async ({ vendor }) => {
      const files = pluginFiles('raft', '1.1.0', soloPluginSource('raft', '1.1.0'));
      files.set('package.json', toUtf8(JSON.stringify({ name: RAFT, version: '1.1.0', ...extra })));
      await vendor.addPlugin('raft', '1.1.0', { files });
      vendor.publish();
    },
    expected,
  };
}

/** A manifest of the honest vendor in which raft's entry is changed, signed like any other. */
function listed(label: string, edit: (entry: TierManifest['plugins'][number]) => object, expected: string): AttackCase {
  return {
    label,
    arrange: ({ vendor }) =>
      vendor.publish({
        manifest: (manifest) => ({
          ...manifest,
          plugins: manifest.plugins.map((entry) => (entry.name === RAFT ? { ...entry, ...edit(entry) } : entry)),
        }),
      }),
    expected,
  };
}

/** D2: what a package, its manifest and its version may not say. */
export const REGISTRY_ROWS: readonly AttackRow[] = [
  {
    id: 'N15',
    name: 'an identity that only looks like the demanded one',
    cases: [
      'https://evil.example/?x=https://vendor.example/builders/release',
      'https://vendor.example/builders/release/../evil',
      'https://vendor.example/builders/release-evil',
      'https://vendorXexample/builders/release',
      'HTTPS://vendor.example/builders/release',
    ].map((builder) => ({
      label: builder,
      arrange: async ({ vendor }: Bench) => {
        await vendor.addPlugin('raft', '1.1.0', {
          statement: ({ predicate }) => (predicate.runDetails.builder.id = builder),
        });
        vendor.publish();
      },
      expected: 'HS-1217',
    })),
  },
  {
    id: 'N16',
    name: 'manifest confusion',
    cases: [
      boastful('package.json says another name and version', { name: 'evil', version: '9.9.9' }),
      boastful('another version', { version: '9.9.9' }),
    ],
  },
  {
    id: 'N17',
    name: 'no integrity',
    cases: [
      listed('a manifest without a digest', ({ tarball }) => ({ tarball: { size: tarball.size } }), 'HS-1210'),
      {
        label: 'a lock file without one',
        before: 'installed',
        arrange: ({ host, root }) => {
          const path = `${root}/generations/1/lock.json`;
          const lock = JSON.parse(Buffer.from(host.disk.readFile(path, 1e6)).toString('utf8')) as {
            plugins: Record<string, Record<string, JsonValue>>;
          };
          delete lock.plugins['raft']?.['sha512'];
          host.disk.remove(path);
          host.disk.writeFile(path, toUtf8(JSON.stringify(lock)), 0o444);
        },
        command: ({ host }) => host.json('verify'),
        expected: 'HS-1504',
      },
    ],
  },
  {
    id: 'N19',
    name: 'other bytes under an installed version, validly signed',
    cases: [
      {
        label: 'an upgrade',
        before: 'installed',
        arrange: async ({ vendor }) => {
          const files = pluginFiles('raft', '1.0.0', `${soloPluginSource('raft', '1.0.0')}\n// changed\n`);
          await vendor.addPlugin('raft', '1.0.0', { files });
          vendor.publish();
        },
        expected: 'HS-1614',
        saying: /mechanism-raft 1\.0\.0/,
      },
    ],
  },
  {
    id: 'N20',
    name: 'an installed file changed on disk',
    cases: (['verify', 'validate', 'rollback'] as const).map((word) => ({
      label: word,
      before: 'installed' as const,
      arrange: ({ host, root, vendor }: Bench) => {
        const digest = vendor.artifacts.get(`${RAFT}@1.0.0`)?.entry.tarball.sha512 ?? '';
        const tree = host.disk.readDirectory(`${root}/store`).find((name) => name.includes(digest));
        const path = `${root}/store/${tree}/plugin.mjs`;
        host.disk.remove(path);
        host.disk.writeFile(path, toUtf8('export default 1;'), 0o444);
      },
      command: ({ host }: Bench) => host.json(word, ...(word === 'rollback' ? ['--to', '1'] : [])),
      expected: 'HS-1503',
    })),
  },
  {
    id: 'N26',
    name: 'names that climb',
    cases: ['@x/../../.git/hooks', '@hypersync/..', '../../x', '@hypersync/%2e%2e', '@HYPERSYNC/raft'].map((name) =>
      listed(name, () => ({ name }), 'HS-1210'),
    ),
  },
  {
    id: 'N27',
    name: 'programs that climb',
    cases: [boastful('bin', { bin: { x: '../../../etc/x' } }), boastful('bin as text', { bin: './plugin.mjs' })],
  },
  {
    id: 'N28',
    name: 'the program of another plugin',
    cases: [boastful('bin of paxos', { bin: { 'mechanism-paxos': './plugin.mjs' } })],
  },
  {
    id: 'N29',
    name: 'lifecycle scripts',
    cases: [
      ...['preinstall', 'install', 'postinstall', 'prepare'].map((script) =>
        boastful(script, { scripts: { [script]: 'node evil.js' } }),
      ),
      boastful('node-gyp by itself', { gypfile: true }),
    ],
  },
  {
    id: 'N30',
    name: 'dependencies from anywhere',
    cases: [
      boastful('git', { dependencies: { x: 'git+ssh://evil.example/x' } }),
      boastful('http', { optionalDependencies: { x: 'http://evil.example/x.tgz' } }),
      boastful('bundled', { bundleDependencies: ['x'] }),
    ],
  },
  {
    id: 'N32',
    name: 'a version published twice',
    cases: [
      {
        label: 'by the vendor’s own publisher: refused, the tree stays',
        command: async (bench) => {
          const vendor = await vendorThat('published');
          bench.closing(() => vendor.remove());
          vendor.addMechanism('gossip', 'globalThis.changed = 1;\n');
          await vendor.build(undefined, ['gossip']);
          const before = readTree(vendor.workspace.paths.tree);
          const run = await asRun(() => publish(vendor.workspace, vendor.passphrase));
          const after = readTree(vendor.workspace.paths.tree);
          demand(JSON.stringify([...before]) === JSON.stringify([...after]), 'the registry tree changed');
          return run;
        },
        expected: 'HS-1703',
      },
      {
        label: 'to a stock registry',
        command: async (bench) => {
          const held = { versions: { '1.0.0': { dist: { integrity: sha512Integrity('ab'.repeat(64)) } } } };
          const server = await serve((_, response) => void response.end(JSON.stringify(held)));
          bench.closing(() => server[Symbol.asyncDispose]());
          const request = { token: secretOf('t'), tag: 'latest', environment: {}, wait: async () => undefined };
          const manifest = { name: RAFT, version: '1.0.0' };
          return asRun(() =>
            publishPackage({ ...request, address: server.address, manifest, tarball: toUtf8('other') }),
          );
        },
        expected: 'HS-1409',
      },
      {
        label: 'by PUT to our own registry, whoever asks',
        command: (bench) =>
          asRun(async () => {
            const server = await openBench({ vendor: bench.vendor });
            bench.closing(() => server[Symbol.asyncDispose]());
            const token = await bench.vendor.license('pro');
            const answer = await server.get('/@hypersync%2fmechanism-raft', { method: 'PUT', token });
            demand(answer.status === 405, `PUT is ${answer.status}`);
          }),
        expected: 'accepted',
      },
    ],
  },
];
