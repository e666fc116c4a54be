import type { TierId } from '@hypersync/manifest';
import { openRegistry, secretOf } from '@hypersync/registry-client';
import { openBench } from '../../registry/test/bench.ts';
import { asRun, demand, type AttackRow, type Bench } from './bench.ts';

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

/** N23: the registry is the judge, so a client that skips its own checks gains nothing. */
export const TIER_ESCAPE: AttackRow = {
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
};
