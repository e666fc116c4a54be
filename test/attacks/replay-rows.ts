import { toUtf8 } from '@hypersync/base';
import { fakeTufKey, type SignedJson } from '@hypersync/testkit';
import type { AttackRow, Bench } from './bench.ts';
import { DAY, later, remember, serveAgain, take } from './repository.ts';

/** D1: what was validly signed once, served again, held back, or lost: rollback, freeze, fast-forward, a damaged cache. */
export const REPLAY_ROWS: readonly AttackRow[] = [
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
