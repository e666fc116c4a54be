import { sha512Hex, sha512Integrity, toUtf8, type JsonValue } from '@hypersync/base';
import type { TierId, TierManifest } from '@hypersync/manifest';
import { openRegistry, publishPackage, secretOf } from '@hypersync/registry-client';
import { publish } from '@hypersync/publisher';
import { fakeTarball, pluginFiles, soloPluginSource } from '@hypersync/testkit';
import { readTree, vendorThat } from '../../packages/publisher/test/vendor-box.ts';
import {
  serve,
  serveProxy,
  serveTls,
  type Handler,
  type TestServer,
} from '../../packages/registry-client/test/servers.ts';
import { openBench } from '../../registry/test/bench.ts';
import { asRun, type AttackCase, type AttackRow, type Bench } from './bench.ts';

const RAFT = '@hypersync/mechanism-raft';
const RAFT_TARBALL = `/${RAFT}/-/mechanism-raft-1.0.0.tgz`;
const RAFT_BUNDLE = '/-/hypersync/bundles/mechanism-raft-1.0.0.sigstore.json';
const TIMESTAMP = '/-/hypersync/tuf/metadata/timestamp.json';
const KEYS = '/-/npm/v1/keys';

type Answer = Handler;
const status =
  (code: number): Answer =>
  (_, response) =>
    void response.writeHead(code).end();

/** The honest vendor on a web server, but for one path. */
const at =
  (path: string, answer: Answer) =>
  (bench: Bench): Promise<TestServer> =>
    bench.online((request, response) => {
      if (request.url !== path) return false;
      answer(request, response);
      return true;
    });

function site(bench: Bench, server: TestServer): TestServer {
  bench.closing(() => server[Symbol.asyncDispose]());
  return server;
}

function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

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

type Packument = { name: string; versions: Record<string, { dist: Record<string, unknown> }> } & Record<
  string,
  unknown
>;

/** The same packages on a stock npm registry; `edit` changes a packument before it is served. */
async function stock(bench: Bench, edit: (packument: Packument) => void = () => {}): Promise<TestServer> {
  const { vendor } = bench;
  const carried = new Map<string, Uint8Array>();
  for (const [path, bytes] of vendor.repository.files) {
    carried.set(`tuf/${path.replace(/\/[0-9a-f]{128}\.([^/]+)$/, '/$1')}`, bytes);
  }
  for (const { entry, bundle } of vendor.artifacts.values()) {
    carried.set(`bundles/${entry.name.split('/')[1]}-${entry.version}.sigstore.json`, bundle);
  }
  const packages = new Map<string, { version: string; tarball: Uint8Array }>();
  for (const { entry, tarball } of vendor.artifacts.values())
    packages.set(entry.name, { version: entry.version, tarball });
  packages.set('@hypersync/metadata', { version: '1.0.1', tarball: fakeTarball(carried) });
  const server = await serve((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1);
    const [name = '', file] = path.split('/-/');
    const found = packages.get(name);
    if (found === undefined) return void response.writeHead(404).end('{}');
    const base = `${name.split('/')[1]}-${found.version}.tgz`;
    if (file === base) return void response.end(found.tarball);
    const dist: Record<string, unknown> = {
      tarball: `http://${request.headers.host}/${name}/-/${base}`,
      integrity: sha512Integrity(sha512Hex(found.tarball)),
    };
    const packument: Packument = {
      name,
      'dist-tags': { latest: found.version },
      versions: { [found.version]: { dist } },
    };
    edit(packument);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(packument));
  });
  site(bench, server);
  bench.reach(server.address);
  return server;
}

/** The product's own server over the vendor's published tree, and a host that asks it for PRO with a smaller license. */
async function escape(
  bench: Bench,
  tier: TierId | null,
  ask: (registry: Awaited<ReturnType<typeof openRegistry>>) => unknown,
) {
  const server = await openBench({ vendor: bench.vendor });
  bench.closing(() => server[Symbol.asyncDispose]());
  const token = tier === null ? null : secretOf(await bench.vendor.license(tier));
  const options = { address: server.address, token, kind: 'hypersync' as const, partials: null, environment: {} };
  const registry = await openRegistry({ ...options, wait: async () => undefined }, async () => new Map());
  bench.closing(() => registry.close());
  return asRun(() => ask(registry));
}

const PAXOS = '@hypersync/mechanism-paxos';
type Asked = (registry: Awaited<ReturnType<typeof openRegistry>>, bench: Bench) => unknown;
const ESCAPES: readonly (readonly [string, Asked])[] = [
  [
    'tarball',
    (registry, { vendor }) => {
      const { version, tarball } = vendor.artifacts.get(`${PAXOS}@1.0.0`)?.entry ?? { version: '', tarball: null };
      return registry.tarball({ name: PAXOS, version, size: tarball?.size ?? 0, sha512: tarball?.sha512 ?? '' });
    },
  ],
  ['bundle', (registry) => registry.bundle({ name: PAXOS, version: '1.0.0', size: 100_000 })],
  [
    'tier manifest',
    (registry, { vendor }) => {
      const path = [...vendor.repository.files.keys()].find((name) => name.startsWith('targets/pro/')) ?? '';
      return registry.metadata(path, 1_000_000);
    },
  ],
];

/** Every address of a package, for a license that does not cover it and for one that does not exist. */
const PATHS = [
  '/@hypersync%2fmechanism-paxos',
  '/@hypersync/mechanism-paxos',
  '/%40hypersync%2Fmechanism-paxos',
  '/@hypersync/mechanism-paxos/1.0.0',
  '/@hypersync/mechanism-paxos/-/mechanism-paxos-1.0.0.tgz',
  '/-/package/@hypersync%2fmechanism-paxos/dist-tags',
  '/-/hypersync/bundles/mechanism-paxos-1.0.0.sigstore.json',
  '/-/npm/v1/attestations/@hypersync%2fmechanism-paxos@1.0.0',
  '/tiers/pro/@hypersync%2fmechanism-paxos',
];

/** What the registry says to a token of a smaller tier, on every path at once. */
async function everyPath(bench: Bench): Promise<void> {
  const server = await openBench({ vendor: bench.vendor });
  bench.closing(() => server[Symbol.asyncDispose]());
  const bodies = new Set<string>();
  const basic = await bench.vendor.license('basic');
  for (const path of PATHS) {
    const known = await server.get(path, { token: basic });
    demand(known.status === 403 || known.status === 404, `${path} is ${known.status} for a Basic license`);
    demand(!known.body.includes('sha512'), `${path} tells a digest`);
    for (const target of [path, path.replace('mechanism-paxos', 'mechanism-nowhere')]) {
      const answer = await server.get(target);
      const { date: _, ...headers } = answer.headers;
      bodies.add(JSON.stringify([answer.status, headers, answer.body.toString('utf8')]));
    }
  }
  demand(bodies.size === 1, 'without a license, what exists and what does not can be told apart');
}

const SLOW = { idleMs: 300, minBytesPerSecond: 1000, graceMs: 300 };

/** One byte now and then, for ever. */
const drip: Answer = (_, response) => {
  response.writeHead(200);
  const timer = setInterval(() => response.write(' '), 50);
  response.on('close', () => clearInterval(timer));
};

const slow = (path: string, answer: Answer) => (bench: Bench) =>
  bench.online((request, response) => {
    if (request.url !== path) return false;
    answer(request, response);
    return true;
  }, SLOW);

/** Half of a file, then the connection ends. */
const half: Answer = (request, response) => {
  response.writeHead(200, { 'content-length': 100_000 });
  response.write('x'.repeat(request.headers.range === undefined ? 100 : 1), () => response.destroy());
};

/** The vendor's bytes of raft in two halves: the second answer is the attacker's. */
function splice(second: (bytes: Buffer, start: number) => { range: string; body: Uint8Array }) {
  return (bench: Bench): Promise<TestServer> => {
    const bytes = Buffer.from(bench.vendor.artifacts.get(`${RAFT}@1.0.0`)?.tarball ?? []);
    const middle = bytes.length >> 1;
    return at(RAFT_TARBALL, (request, response) => {
      const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      if (start === 0) {
        response.writeHead(200, { 'content-length': bytes.length });
        response.write(bytes.subarray(0, middle), () => response.destroy());
        return;
      }
      const { range, body } = second(bytes, start);
      response.writeHead(206, { 'content-range': range, 'content-length': body.length }).end(body);
    })(bench);
  };
}

async function throughProxy(bench: Bench, proxy: TestServer): Promise<void> {
  site(bench, proxy);
  bench.reach('https://registry.test');
  bench.host.overrides = { ...bench.host.overrides, env: { HTTPS_PROXY: proxy.address } };
}

/** D2, the registry's part, with what lies between it and the host (T25, C08). */
export const REGISTRY_ROWS: readonly AttackRow[] = [
  {
    id: 'T25',
    name: 'slow retrieval',
    cases: [
      { label: 'a timestamp that drips', arrange: slow(TIMESTAMP, drip), expected: 'HS-1402' },
      { label: 'a tarball that drips', arrange: slow(RAFT_TARBALL, drip), expected: 'HS-1402' },
      { label: 'an answer that never begins', arrange: slow(RAFT_BUNDLE, () => {}), expected: 'HS-1402' },
    ],
  },
  {
    id: 'N04',
    name: 'the evidence of one plugin cannot be had',
    cases: (
      [
        [404, 'HS-1413'],
        [500, 'HS-1415'],
      ] as const
    ).map(([code, expected]) => ({
      label: String(code),
      arrange: at(RAFT_BUNDLE, status(code)),
      expected,
      saying: /mechanism-raft/,
    })),
  },
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
    id: 'N21',
    name: 'a second registry signature by a key that nobody knows',
    cases: [
      {
        label: 'means nothing here: what counts is the signed manifest',
        arrange: (bench) =>
          stock(bench, ({ versions }) => {
            for (const { dist } of Object.values(versions)) dist['signatures'] = [{ keyid: 'SHA256:x', sig: 'AAAA' }];
          }),
        expected: 'accepted',
      },
    ],
  },
  {
    id: 'N22',
    name: 'dependency confusion',
    cases: [
      {
        label: 'a public registry has a higher version of the same name',
        arrange: async (bench) => {
          const open = site(bench, await serve(status(500)));
          publicSites.set(bench, open);
          await stock(bench);
          const env = { npm_config_registry: open.address, NPM_CONFIG_REGISTRY: open.address };
          bench.host.overrides = { ...bench.host.overrides, env };
        },
        expected: 'accepted',
        check: (bench) => demand(publicSites.get(bench)?.seen.length === 0, 'the public registry was asked'),
      },
      {
        label: 'the registry itself tags a higher version as latest',
        arrange: (bench) =>
          stock(bench, (packument) => {
            if (packument.name !== RAFT) return;
            packument.versions['99.0.0'] = packument.versions['1.0.0'] ?? { dist: {} };
            packument['dist-tags'] = { latest: '99.0.0' };
          }),
        expected: 'accepted',
        check: async ({ host }) => {
          const { plugins } = (await host.json('verify')).json as { plugins: { name: string; version: string }[] };
          demand(plugins.find(({ name }) => name === RAFT)?.version === '1.0.0', 'raft is not the signed version');
        },
      },
    ],
  },
  {
    id: 'N23',
    name: 'a tier entered by its direct addresses',
    cases: [
      ...ESCAPES.map(([what, ask]) => ({
        label: `a Basic license asks for a PRO ${what}`,
        command: (bench: Bench) => escape(bench, 'basic', (registry) => ask(registry, bench)),
        expected: 'HS-1412',
      })),
      ...ESCAPES.map(([what, ask]) => ({
        label: `nobody asks for a PRO ${what}`,
        command: (bench: Bench) => escape(bench, null, (registry) => ask(registry, bench)),
        expected: 'HS-1411',
      })),
      {
        label: 'every address and spelling; without a license all answers are alike',
        command: (bench) => asRun(() => everyPath(bench)),
        expected: 'accepted',
      },
    ],
  },
  {
    id: 'N24',
    name: 'a tarball at another host',
    cases: [
      {
        label: 'is not fetched, and the token never goes there',
        arrange: async (bench) => {
          const evil = site(bench, await serve(status(200)));
          publicSites.set(bench, evil);
          await stock(bench, ({ name, versions }) => {
            for (const { dist } of Object.values(versions))
              if (name === RAFT) dist['tarball'] = `${evil.address}${RAFT_TARBALL}`;
          });
        },
        expected: 'HS-1418',
        check: (bench) => demand(publicSites.get(bench)?.seen.length === 0, 'the other host was asked'),
      },
    ],
  },
  {
    id: 'N25',
    name: 'redirects',
    cases: [
      ...['http://registry.example/x', 'file:///etc/passwd', 'https://u:p@127.0.0.1/x'].map((location) => ({
        label: location,
        arrange: at(RAFT_TARBALL, (_, response) => void response.writeHead(302, { location }).end()),
        expected: 'HS-1406',
      })),
      {
        label: 'to another host: followed without the license',
        arrange: async (bench) => {
          const raft = bench.vendor.artifacts.get(`${RAFT}@1.0.0`)?.tarball;
          const store = site(bench, await serve((_, response) => void response.end(raft)));
          publicSites.set(bench, store);
          await at(
            RAFT_TARBALL,
            (_, response) => void response.writeHead(302, { location: store.address }).end(),
          )(bench);
        },
        expected: 'accepted',
        check: (bench) => {
          const seen = publicSites.get(bench)?.seen ?? [];
          demand(seen.length === 1 && seen[0]?.authorization === undefined, `it saw ${JSON.stringify(seen)}`);
        },
      },
    ],
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
          const server = site(bench, await serve((_, response) => void response.end(JSON.stringify(held))));
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
  {
    id: 'N33',
    name: 'the endpoint of the registry’s keys',
    cases: [
      ...[400, 401, 403, 404, 500].map((code) => ({
        label: `${code}: nothing here rests on it`,
        arrange: async (bench: Bench) => {
          const server = await at(KEYS, status(code))(bench);
          publicSites.set(bench, server);
        },
        expected: 'accepted',
        check: (bench: Bench) =>
          demand(publicSites.get(bench)?.seen.every(({ path }) => path !== KEYS) === true, 'the keys were asked for'),
      })),
      ...(
        [
          [400, 'HS-1417'],
          [401, 'HS-1411'],
          [403, 'HS-1412'],
          [404, 'HS-1218'],
          [407, 'HS-1410'],
          [410, 'HS-1414'],
          [500, 'HS-1415'],
        ] as const
      ).map(([code, expected]) => ({
        label: `${code} where our trust does rest: the timestamp`,
        arrange: async (bench: Bench) => {
          await at(TIMESTAMP, status(code))(bench);
          bench.extra.push('--registry-kind', 'hypersync');
        },
        expected,
      })),
      {
        label: 'our own registry gives them to everybody',
        command: (bench) =>
          asRun(async () => {
            const server = await openBench({ vendor: bench.vendor });
            bench.closing(() => server[Symbol.asyncDispose]());
            for (const token of [null, 'garbage', await bench.vendor.license('core')]) {
              demand((await server.get(KEYS, { token })).status === 200, 'the keys are not open to all');
            }
          }),
        expected: 'accepted',
      },
    ],
  },
  {
    id: 'C08',
    name: 'a proxy in between',
    cases: [
      {
        label: '407',
        arrange: async (bench) => throughProxy(bench, await serveProxy({ refuse: 407 })),
        expected: 'HS-1410',
      },
      {
        label: 'TLS opened with an authority of its own',
        arrange: async (bench) => {
          const server = site(bench, await serveTls(status(200)));
          await throughProxy(bench, await serveProxy(server.port));
        },
        expected: 'HS-1403',
      },
      { label: 'a body that is cut off', arrange: at(RAFT_BUNDLE, half), expected: 'HS-1008' },
      { label: 'a timestamp that is cut off', arrange: at(TIMESTAMP, half), expected: 'HS-1008' },
      {
        label: 'a wrong Content-Length',
        arrange: at(
          RAFT_TARBALL,
          (_, response) => void response.writeHead(200, { 'content-length': 7 }).end('1234567'),
        ),
        expected: 'HS-1408',
      },
      {
        label: '206 for another range',
        arrange: splice((bytes) => ({ range: `bytes 0-99/${bytes.length}`, body: bytes.subarray(0, 100) })),
        expected: 'HS-1407',
      },
      {
        label: 'other bytes in the second half: the digest is over the whole',
        arrange: splice((bytes, start) => ({
          range: `bytes ${start}-${bytes.length - 1}/${bytes.length}`,
          body: Buffer.alloc(bytes.length - start),
        })),
        expected: 'HS-1408',
      },
      {
        label: 'the right second half: resumed',
        arrange: splice((bytes, start) => ({
          range: `bytes ${start}-${bytes.length - 1}/${bytes.length}`,
          body: bytes.subarray(start),
        })),
        expected: 'accepted',
      },
      {
        label: 'what is no HTTP at all',
        arrange: at(TIMESTAMP, (_, response) => void response.socket?.end('SSH-2.0-OpenSSH_9.9\r\n')),
        expected: 'HS-1407',
      },
    ],
  },
];

/** The other site of a case, for what it must not have seen. */
const publicSites = new WeakMap<Bench, TestServer>();
