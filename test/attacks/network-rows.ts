import { sha512Hex, sha512Integrity } from '@hypersync/base';
import { fakeTarball } from '@hypersync/testkit';
import {
  serve,
  serveProxy,
  serveTls,
  type Handler,
  type TestServer,
} from '../../packages/registry-client/test/servers.ts';
import { openBench } from '../../registry/test/bench.ts';
import { asRun, demand, type AttackRow, type Bench } from './bench.ts';
import { TIER_ESCAPE } from './tier-escape.ts';

const RAFT = '@hypersync/mechanism-raft';
const RAFT_TARBALL = `/${RAFT}/-/mechanism-raft-1.0.0.tgz`;
const bundleOf = (id: string): string => `/-/hypersync/bundles/mechanism-${id}-1.0.0.sigstore.json`;
const RAFT_BUNDLE = bundleOf('raft');
const CRDT = '@hypersync/mechanism-crdt';
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

export function site(bench: Bench, server: TestServer): TestServer {
  bench.closing(() => server[Symbol.asyncDispose]());
  return server;
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

/** What lies between the vendor and the host, and what it serves: T25, the registry's part of D2, C08. */
export const NETWORK_ROWS: readonly AttackRow[] = [
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
    cases: [
      ...(
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
      {
        label: 'the others are still checked: what is wrong with them is named as well',
        arrange: (bench) =>
          bench.online((request, response) => {
            const size = bench.vendor.artifacts.get(`${CRDT}@1.0.0`)?.entry.tarball.size ?? 0;
            if (request.url === `/${CRDT}/-/mechanism-crdt-1.0.0.tgz`) response.end(Buffer.alloc(size));
            else if (request.url === RAFT_BUNDLE || request.url === bundleOf('paxos')) response.writeHead(404).end();
            else return false;
            return true;
          }),
        expected: 'HS-1408',
        saying: /3 of 5 artifacts:[^]*mechanism-crdt[^]*mechanism-paxos[^]*mechanism-raft/,
        check: (_, { json }) => {
          const problems = json.error.details.problems as readonly { name: string; code: string }[];
          const told = problems.map(({ name, code }) => `${code} ${name.slice('@hypersync/mechanism-'.length)}`);
          demand(told.join() === 'HS-1408 crdt,HS-1413 paxos,HS-1413 raft', `told were ${told.join()}`);
        },
      },
    ],
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
  TIER_ESCAPE,
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
