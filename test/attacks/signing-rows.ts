import { fakeTufKey } from '@hypersync/testkit';
import type { AttackRow, Bench } from './bench.ts';
import { current, take } from './repository.ts';

/** D1: who signed a role, with which keys, and how a root hands over to the next. `before`: installed once from the honest vendor. */
export const SIGNING_ROWS: readonly AttackRow[] = [
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
];
