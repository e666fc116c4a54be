/** One room: where it lies, what it may import, which outside libraries it may use. The table of DESIGN 3 as data. */
export interface Room {
  readonly path: string;
  readonly name: string;
  readonly level: number;
  readonly imports: readonly string[];
  readonly libraries: readonly string[];
  /** Rooms that must run anywhere, also confined: no `node:*`. */
  readonly pure?: true;
}

const MECHANISMS = [
  'gossip',
  'vector-clock',
  'crdt',
  'merkle-tree',
  'simple-bft',
  'quorum',
  'raft',
  'paxos',
  'proof-of-stake',
  'pbft',
  'tendermint',
  'hotstuff',
  'riemannian-barycenter',
  'geometric-consensus',
] as const;

function room(level: number, path: string, imports: string, libraries = ''): Room {
  const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
  return {
    path,
    name: `@hypersync/${path.split('/').at(-1)}`,
    level,
    imports: words(imports),
    libraries: words(libraries),
  };
}

export const ROOMS: readonly Room[] = [
  room(0, 'schemas', ''),
  room(0, 'manifests', ''),
  room(0, 'packages/base', ''),
  { ...room(1, 'packages/interface', 'base'), pure: true },
  // @noble/hashes: an audited library, with which the tests compare our SHA-256 (plugins have no node:crypto).
  { ...room(2, 'packages/consensus-kit', 'interface base', '@noble/hashes'), pure: true },
  { ...room(3, 'packages/governance', 'consensus-kit interface base'), pure: true },
  room(1, 'packages/manifest', 'base schemas manifests', 'ajv yaml semver'),
  room(
    2,
    'packages/trust',
    'base schemas manifest',
    '@sigstore/verify @sigstore/bundle @sigstore/protobuf-specs tuf-js @tufjs/models',
  ),
  room(1, 'packages/entitlement', 'base', 'jose'),
  room(2, 'packages/registry-client', 'base manifest entitlement', 'npm-registry-fetch'),
  room(3, 'packages/store', 'base manifest trust'),
  room(
    4,
    'packages/publisher',
    'base schemas manifest trust entitlement registry-client',
    'commander tar @sigstore/sign @sigstore/bundle @tufjs/models rolldown',
  ),
  room(4, 'registry', 'base schemas manifest trust entitlement', 'fastify commander pino'),
  room(4, 'installer', 'base manifest trust entitlement registry-client store', 'commander tar'),
  room(4, 'packages/host', 'base interface governance manifest trust entitlement store network', 'pino'),
  room(1, 'packages/docs', 'base'),
  ...MECHANISMS.map((id): Room => ({
    ...room(4, `packages/mechanisms/${id}`, 'interface consensus-kit governance base'),
    name: `@hypersync/mechanism-${id}`,
    pure: true,
  })),
  room(
    5,
    'packages/testkit',
    'base interface consensus-kit manifest trust entitlement registry-client store',
    'vitest fast-check tar @tufjs/models @sigstore/sign',
  ),
  room(6, 'packages/benchmark', 'base interface governance manifest trust store testkit'),
];
