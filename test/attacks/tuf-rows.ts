import { toUtf8 } from '@hypersync/base';
import type { SignedJson } from '@hypersync/testkit';
import type { AttackRow, Bench } from './bench.ts';
import { current, remember, take } from './repository.ts';

/** D1: what metadata lists and looks like: delegations, names, sizes, shapes, targets. */
export const TUF_ROWS: readonly AttackRow[] = [
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
];
