import { toUtf8 } from '@hypersync/base';
import { fakeTufKey, type SignedJson } from '@hypersync/testkit';
import type { AttackRow, Bench } from './bench.ts';

const DAY = 86_400_000;
const current = (bench: Bench, role: string): string =>
  role === 'timestamp' ? 'metadata/timestamp.json' : `metadata/${bench.vendor.repository.versions[role]}.${role}.json`;
const take = (bench: Bench, path: string): Uint8Array => bench.vendor.repository.files.get(path) ?? new Uint8Array();
/** All files as they are now, to be served again later. */
const remember = (bench: Bench): Map<string, Uint8Array> => new Map(bench.vendor.repository.files);
function serveAgain(bench: Bench, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [path, bytes] of files) bench.vendor.repository.files.set(path, bytes);
}
/** A day later, so that nothing is refused for having the same time. */
function later(bench: Bench, days = 0.1): void {
  bench.vendor.repository.now += days * DAY;
  bench.clock.set(bench.vendor.repository.now);
}

/** D1: TUF metadata and manifests. `before`: the host has installed once from the honest vendor. */
export const TUF_ROWS: readonly AttackRow[] = [
  {
    id: 'T01',
    name: 'a role without signatures',
    cases: ['timestamp', 'snapshot', 'targets', 'tier-pro'].map((role) => ({
      label: role,
      before: 'installed' as const,
      arrange: ({ vendor }: Bench) =>
        vendor.publish({ document: { [role]: (document) => (document['signatures'] = []) } }),
      expected: 'HS-1205',
    })),
  },
  {
    id: 'T02',
    name: 'one role served as another',
    cases: [
      {
        label: 'snapshot as timestamp',
        arrange: (bench) =>
          bench.vendor.repository.files.set('metadata/timestamp.json', take(bench, current(bench, 'snapshot'))),
        expected: 'HS-1210',
      },
    ],
  },
  {
    id: 'T03',
    name: 'another version under the name of the listed one',
    cases: [
      {
        label: '2.targets.json holds version 1',
        arrange: (bench) => {
          const old = take(bench, current(bench, 'targets'));
          bench.vendor.publish({ served: { targets: () => old } });
        },
        expected: 'HS-1208',
      },
    ],
  },
  {
    id: 'T04',
    name: 'root skips a version',
    cases: [
      {
        label: 'N to N+2',
        before: 'installed',
        arrange: ({ vendor }) => {
          vendor.repository.rotateRoot({ served: { root: () => null } });
          vendor.repository.rotateRoot();
          const skipped = vendor.repository.files.get('metadata/3.root.json');
          if (skipped !== undefined) vendor.repository.files.set('metadata/2.root.json', skipped);
        },
        expected: 'HS-1203',
      },
    ],
  },
  {
    id: 'T05',
    name: 'root signed by its new keys only',
    cases: [
      {
        label: 'a stranger’s root',
        arrange: ({ vendor }) => {
          const strangers = [fakeTufKey(), fakeTufKey(), fakeTufKey()];
          vendor.repository.keys['root'] = strangers;
          vendor.repository.rotateRoot({ signers: { root: strangers } });
        },
        expected: 'HS-1202',
      },
    ],
  },
  {
    id: 'T06',
    name: 'root signed by its old keys only',
    cases: [
      {
        label: 'lacks its own threshold',
        arrange: ({ vendor }) => {
          const old = vendor.repository.keys['root'] ?? [];
          vendor.repository.keys['root'] = [fakeTufKey(), fakeTufKey(), fakeTufKey()];
          vendor.repository.rotateRoot({ signers: { root: old } });
        },
        expected: 'HS-1202',
      },
    ],
  },
  {
    id: 'T07',
    name: 'one key listed many times to reach a threshold',
    cases: [
      {
        label: 'nine times, threshold six',
        arrange: ({ vendor }) => {
          const [own] = vendor.repository.keys['timestamp'] ?? [];
          if (own === undefined) throw new Error('the vendor has no timestamp key');
          const ids = Array.from({ length: 9 }, () => own.key.keyID);
          vendor.repository.rotateRoot({
            signed: { root: (signed) => (signed['roles'].timestamp = { keyids: ids, threshold: 6 }) },
          });
          vendor.publish({ signers: { timestamp: Array.from({ length: 6 }, () => own) } });
        },
        expected: 'HS-1210',
      },
    ],
  },
  {
    id: 'T08',
    name: 'one signature given twice',
    cases: [
      {
        label: 'targets, threshold two',
        arrange: ({ vendor }) => {
          const [own] = vendor.repository.keys['targets'] ?? [];
          if (own === undefined) throw new Error('the vendor has no targets key');
          vendor.publish({ signers: { targets: [own, own] } });
        },
        expected: 'HS-1210',
      },
    ],
  },
  {
    id: 'T09',
    name: 'a threshold that is no positive whole number',
    cases: [0, -1, 1.5, '2'].map((threshold) => ({
      label: JSON.stringify(threshold),
      arrange: ({ vendor }: Bench) =>
        void vendor.repository.rotateRoot({
          signed: { root: (signed) => (signed['roles'].timestamp.threshold = threshold) },
        }),
      expected: 'HS-1210',
    })),
  },
  {
    id: 'T10',
    name: 'a threshold above the number of keys',
    cases: [
      {
        label: 'two of one',
        arrange: ({ vendor }) =>
          void vendor.repository.rotateRoot({ signed: { root: (signed) => (signed['roles'].snapshot.threshold = 2) } }),
        expected: 'HS-1210',
      },
    ],
  },
  {
    id: 'T11',
    name: 'one bad signature among enough good ones',
    cases: [
      {
        label: 'garbage beside the good ones',
        arrange: ({ vendor }) =>
          vendor.publish({
            document: {
              targets: (document) => document['signatures'].push({ keyid: 'ab'.repeat(32), sig: 'cd'.repeat(64) }),
            },
          }),
        expected: 'accepted',
      },
    ],
  },
  {
    id: 'T12',
    name: 'an older timestamp, validly signed',
    cases: [
      {
        label: 'version n-1',
        arrange: async (bench) => {
          const old = take(bench, 'metadata/timestamp.json');
          later(bench);
          bench.vendor.publish();
          await bench.installOnce();
          bench.vendor.repository.files.set('metadata/timestamp.json', old);
        },
        expected: 'HS-1206',
      },
    ],
  },
  {
    id: 'T13',
    name: 'an older snapshot in a newer timestamp',
    cases: [
      {
        label: 'snapshot version goes back',
        arrange: async (bench) => {
          const { vendor } = bench;
          vendor.publish();
          await bench.installOnce();
          later(bench);
          vendor.publish({ signed: { timestamp: (signed) => (signed['meta']['snapshot.json'].version = 1) } });
        },
        expected: 'HS-1206',
      },
    ],
  },
  {
    id: 'T14',
    name: 'a snapshot that lists a tier role at a lower version',
    cases: [
      {
        label: 'tier-pro goes back',
        arrange: async (bench) => {
          bench.vendor.publish();
          await bench.installOnce();
          bench.vendor.publish({ signed: { snapshot: (signed) => (signed['meta']['tier-pro.json'].version = 1) } });
        },
        expected: 'HS-1206',
      },
    ],
  },
  {
    id: 'T15',
    name: 'a role disappears from the snapshot',
    cases: [
      {
        label: 'tier-pro',
        before: 'installed',
        arrange: ({ vendor }) =>
          vendor.publish({ signed: { snapshot: (signed) => delete signed['meta']['tier-pro.json'] } }),
        expected: 'HS-1206',
      },
    ],
  },
  {
    id: 'T16',
    name: 'recovery after a fast-forward',
    cases: [
      {
        label: 'online keys are rotated after version 2^31',
        arrange: async (bench) => {
          const { repository } = bench.vendor;
          repository.versions['timestamp'] = 2 ** 31;
          repository.versions['snapshot'] = 2 ** 31;
          bench.vendor.publish();
          await bench.installOnce();
          repository.versions['timestamp'] = 5;
          repository.versions['snapshot'] = 5;
          repository.keys['timestamp'] = [fakeTufKey()];
          repository.keys['snapshot'] = [fakeTufKey()];
          repository.rotateRoot();
          bench.vendor.publish();
        },
        expected: 'accepted',
      },
    ],
  },
  {
    id: 'T17',
    name: 'freeze: an expired role',
    cases: ['root', 'timestamp', 'snapshot', 'targets', 'tier-pro'].map((role) => ({
      label: role,
      arrange: (bench: Bench) => {
        const expire = (signed: SignedJson): void => void (signed['expires'] = '2029-12-31T00:00:00Z');
        if (role === 'root') bench.vendor.repository.rotateRoot({ signed: { root: expire } });
        bench.vendor.publish(role === 'root' ? {} : { signed: { [role]: expire } });
      },
      expected: 'HS-1207',
    })),
  },
  {
    id: 'T18',
    name: 'an expired local timestamp is still a floor',
    cases: [
      {
        label: 'older is refused',
        arrange: async (bench) => {
          const old = take(bench, 'metadata/timestamp.json');
          bench.vendor.publish();
          await bench.installOnce();
          later(bench, 3);
          bench.vendor.repository.files.set('metadata/timestamp.json', old);
        },
        expected: 'HS-1206',
      },
      {
        label: 'newer is accepted',
        before: 'installed',
        arrange: (bench) => {
          later(bench, 3);
          bench.vendor.publish();
        },
        expected: 'accepted',
      },
    ],
  },
  {
    id: 'T19',
    name: 'expiry passes while the update runs',
    cases: [
      {
        label: 'the start time decides',
        arrange: (bench) => {
          const start = bench.clock.now();
          bench.onRequest = () => bench.clock.set(start + 1.5 * DAY);
        },
        expected: 'accepted',
      },
    ],
  },
  {
    id: 'T20',
    name: 'a lower role claims a target of another',
    cases: [
      {
        label: 'tier-core lists pro/manifest.json',
        arrange: (bench) => {
          const stolen = { length: 3, hashes: { sha512: '0'.repeat(128) } };
          bench.vendor.publish({
            signed: { 'tier-core': (signed) => (signed['targets']['pro/manifest.json'] = stolen) },
          });
        },
        expected: 'accepted',
      },
      {
        label: 'tier-pro lists policy.json',
        arrange: (bench) => {
          const stolen = { length: 3, hashes: { sha512: '0'.repeat(128) } };
          bench.vendor.publish({ signed: { 'tier-pro': (signed) => (signed['targets']['policy.json'] = stolen) } });
        },
        expected: 'HS-1210',
      },
    ],
  },
  {
    id: 'T21',
    name: 'endless delegations',
    cases: [
      {
        label: 'a tier role delegates on, to itself',
        arrange: ({ vendor }) =>
          vendor.publish({
            signed: {
              'tier-pro': (signed) => {
                signed['delegations'] = {
                  keys: {},
                  roles: [
                    { name: 'tier-pro', keyids: ['ab'.repeat(32)], threshold: 1, terminating: false, paths: ['*'] },
                  ],
                };
              },
            },
          }),
        expected: 'HS-1210',
      },
      {
        label: 'ten thousand roles',
        arrange: ({ vendor }) =>
          vendor.publish({
            signed: {
              targets: (signed) => {
                const [model] = signed['delegations'].roles as SignedJson[];
                signed['delegations'].roles = Array.from({ length: 10_000 }, (_, index) => ({
                  ...model,
                  name: `role-${index}`,
                }));
              },
            },
          }),
        expected: 'HS-1210',
      },
    ],
  },
  {
    id: 'T22',
    name: 'strange role names',
    cases: ['?', '#', '/x', '../x', 'root', 'con', 'a\u0000b', '__proto__'].map((name) => ({
      label: JSON.stringify(name),
      arrange: ({ vendor }: Bench) =>
        vendor.publish({
          signed: {
            targets: (signed) => (signed['delegations'].roles[0] = { ...signed['delegations'].roles[0], name }),
          },
        }),
      expected: 'HS-1210',
    })),
  },
  {
    id: 'T23',
    name: 'a tier name as a path',
    cases: ['../../etc', 'pro/../core', '/etc', 'PRO\u0000', '__proto__'].map((tier) => ({
      label: JSON.stringify(tier),
      arrange: (bench: Bench) => void (bench.tier = tier),
      expected: 'HS-1101',
    })),
  },
  {
    id: 'T24',
    name: 'endless data',
    cases: ['metadata/timestamp.json', 'metadata/2.root.json'].map((path) => ({
      label: path,
      arrange: (bench: Bench) =>
        void bench.vendor.repository.files.set(path, new Uint8Array(6 * 1024 * 1024).fill(0x20)),
      expected: 'HS-1220',
    })),
  },
  {
    id: 'T26',
    name: 'JSON of the wrong shape',
    cases: (
      [
        ['null', 'null', 'HS-1210'],
        ['numbers as strings', '{"signatures":[],"signed":{"_type":"timestamp","version":"1"}}', 'HS-1210'],
        ['deep nesting', '['.repeat(9000), 'HS-1210'],
        ['__proto__', '{"signatures":[],"signed":{"__proto__":{"version":9}}}', 'HS-1210'],
        ['a key twice', '{"signatures":[],"signatures":[],"signed":{}}', 'HS-1210'],
        ['no JSON', '<html>', 'HS-1210'],
      ] as const
    ).map(([label, text, expected]) => ({
      label,
      arrange: (bench: Bench) => void bench.vendor.repository.files.set('metadata/timestamp.json', toUtf8(text)),
      expected,
    })),
  },
  {
    id: 'T27',
    name: 'mix and match',
    cases: [
      {
        label: 'yesterday’s targets under today’s snapshot',
        arrange: (bench) => {
          const yesterday = remember(bench);
          bench.vendor.publish();
          bench.vendor.repository.files.set(
            current(bench, 'targets'),
            yesterday.get('metadata/1.targets.json') ?? new Uint8Array(),
          );
        },
        expected: 'HS-1208',
      },
    ],
  },
  {
    id: 'T28',
    name: 'a target replaced by other bytes of the same length',
    cases: [
      {
        label: 'the tier manifest',
        arrange: (bench) => {
          for (const path of bench.vendor.repository.files.keys()) {
            if (!path.startsWith('targets/pro/')) continue;
            bench.vendor.repository.files.set(
              path,
              take(bench, path).map((byte) => (byte === 0x31 ? 0x32 : byte)),
            );
          }
        },
        expected: 'HS-1208',
      },
    ],
  },
  {
    id: 'T29',
    name: 'a partial bundle',
    cases: [
      {
        label: 'one plugin of the tier is kept back',
        before: 'installed',
        arrange: async (bench) => {
          for (const id of ['gossip', 'crdt', 'raft', 'paxos']) await bench.vendor.addPlugin(id, '1.1.0');
          bench.vendor.publish();
          bench.vendor.artifacts.delete('@hypersync/mechanism-raft@1.1.0');
        },
        expected: 'HS-1001',
      },
    ],
  },
  {
    id: 'T32',
    name: 'a cut-off root.json in the cache',
    cases: ['', '{"signed"'].map((text) => ({
      label: text === '' ? 'empty' : 'truncated',
      arrange: async (bench: Bench) => {
        bench.vendor.repository.rotateRoot();
        bench.vendor.publish();
        await bench.installOnce();
        bench.overwriteTrustFile('root.json', toUtf8(text));
        bench.vendor.publish();
      },
      expected: 'accepted',
    })),
  },
  {
    id: 'T33',
    name: 'the whole cache replaced by an older valid one',
    cases: [
      {
        label: 'a restored snapshot of the machine, refused by the license’s floor',
        arrange: async (bench) => {
          const old = remember(bench);
          bench.vendor.publish();
          bench.vendor.publish();
          bench.license = await bench.vendor.license('pro', { floor: 3 });
          serveAgain(bench, old);
        },
        expected: 'HS-1219',
      },
    ],
  },
];
