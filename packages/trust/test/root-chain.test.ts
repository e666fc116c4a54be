import { fromUtf8, HyperSyncError, toUtf8 } from '@hypersync/base';
import { createFakeVendor, fakeTufKey, type FakeVendor, type SignedJson } from '@hypersync/testkit';
import { memoryMetadataStore, openStoredCatalog, requireAnchor, type MetadataSource } from '@hypersync/trust';
import { expect, test } from 'vitest';
import { expectRefusal, open } from './support.ts';

/** Replaces one root key and publishes under the new root. */
function rotate(vendor: FakeVendor, edit: Parameters<FakeVendor['repository']['rotateRoot']>[0] = {}): void {
  vendor.repository.keys['root']?.splice(0, 1, fakeTufKey());
  vendor.repository.rotateRoot(edit);
  vendor.publish();
}

test('a program without an anchor refuses', async () => {
  await expectRefusal(() => requireAnchor(null), 'HS-1201');
});

test('roots are followed one by one, and the newest is in force', async () => {
  const vendor = await createFakeVendor({ tiers: ['core'] });
  for (let i = 0; i < 3; i++) rotate(vendor);
  const catalog = await open(vendor);
  expect(catalog.rootVersion).toBe(4);
  expect([...catalog.files().keys()].filter((name) => name.endsWith('.root.json'))).toEqual([
    '1.root.json',
    '2.root.json',
    '3.root.json',
    '4.root.json',
  ]);
  expect((await openStoredCatalog({ anchor: vendor.anchorAt(1), files: catalog.files() })).rootVersion).toBe(4);
});

test('roots from before the anchor are kept for a runtime whose anchor is older, and only true ones', async () => {
  const vendor = await createFakeVendor({ tiers: ['core'] });
  for (let i = 0; i < 3; i++) rotate(vendor);
  const files = (await open(vendor, { anchor: vendor.anchorAt(3) })).files();
  expect((await openStoredCatalog({ anchor: vendor.anchorAt(1), files })).rootVersion).toBe(4);
  const other = await createFakeVendor({ tiers: ['core'] });
  vendor.repository.files.set(
    'metadata/2.root.json',
    other.repository.files.get('metadata/1.root.json') ?? new Uint8Array(),
  );
  const lied = (await open(vendor, { anchor: vendor.anchorAt(3) })).files();
  expect([...lied.keys()].filter((name) => name.endsWith('.root.json'))).toEqual(['3.root.json', '4.root.json']);
});

test('T04: a root that skips a version is refused', async () => {
  const vendor = await createFakeVendor({ tiers: ['core'] });
  rotate(vendor, { signed: { root: (signed) => void (signed['version'] = 3) } });
  await expectRefusal(open(vendor), 'HS-1203', '2.root.json holds version 3');
});

test('T05: a root signed by the new keys only is refused', async () => {
  const vendor = await createFakeVendor({ tiers: ['core'] });
  const keys = [fakeTufKey(), fakeTufKey(), fakeTufKey()];
  vendor.repository.keys['root']?.splice(0, 3, ...keys);
  vendor.repository.rotateRoot({ signers: { root: keys } });
  const store = memoryMetadataStore();
  await expectRefusal(open(vendor, { store }), 'HS-1202', 'against the keys of root 1');
  expect(await store.read('2.root.json')).toBeNull();
});

test('T06: a root signed by the old keys only is refused', async () => {
  const vendor = await createFakeVendor({ tiers: ['core'] });
  const old = [...(vendor.repository.keys['root'] ?? [])];
  vendor.repository.keys['root']?.splice(0, 3, fakeTufKey(), fakeTufKey(), fakeTufKey());
  vendor.repository.rotateRoot({ signers: { root: old } });
  await expectRefusal(open(vendor), 'HS-1202', 'against its own keys');
});

test('T05: one signature is not a threshold of two', async () => {
  const vendor = await createFakeVendor({ tiers: ['core'] });
  vendor.repository.rotateRoot({ signers: { root: (vendor.repository.keys['root'] ?? []).slice(0, 1) } });
  await expectRefusal(open(vendor), 'HS-1202', 'signed by 1/2 keys');
});

test('L01: an anchor that does not sign itself is refused', async () => {
  const vendor = await createFakeVendor({ tiers: ['core'] });
  const anchor = vendor.anchorAt(1);
  const document = JSON.parse(anchor.root) as SignedJson;
  document['signatures'] = document['signatures'].slice(0, 1);
  await expectRefusal(open(vendor, { anchor: { ...anchor, root: JSON.stringify(document) } }), 'HS-1202');
});

test('an attacker who owns the store cannot bring his own root', async () => {
  const [vendor, attacker] = [await createFakeVendor({ tiers: ['core'] }), await createFakeVendor({ tiers: ['core'] })];
  attacker.repository.rotateRoot();
  const store = memoryMetadataStore();
  for (const name of ['1.root.json', '2.root.json']) {
    await store.write(name, attacker.repository.files.get(`metadata/${name}`) ?? new Uint8Array());
  }
  await expect(open(vendor, { store })).resolves.toMatchObject({ rootVersion: 1 });
});

test.each([
  ['empty', ''],
  ['cut off', '{"signatures":['],
])('T32: a stored root that is %s heals from the anchor', async (_name, text) => {
  const vendor = await createFakeVendor({ tiers: ['core'] });
  rotate(vendor);
  const store = memoryMetadataStore();
  await store.write('2.root.json', toUtf8(text));
  const catalog = await open(vendor, { store });
  expect(catalog.rootVersion).toBe(2);
  expect(fromUtf8((await store.read('2.root.json')) ?? new Uint8Array())).toContain('"version":2');
});

test('a root older than the one this host accepted is refused', async () => {
  const vendor = await createFakeVendor({ tiers: ['core'] });
  const old = new Map(vendor.repository.files);
  const store = memoryMetadataStore();
  rotate(vendor);
  await open(vendor, { store });
  vendor.repository.files.clear();
  for (const [path, bytes] of old) vendor.repository.files.set(path, bytes);
  await store.remove('2.root.json');
  await expectRefusal(open(vendor, { store }), 'HS-1204', 'has accepted root 2');
});

test('T24: an endless chain of roots is cut off', async () => {
  const vendor = await createFakeVendor({ tiers: ['core'] });
  for (let i = 0; i < 257; i++) vendor.repository.rotateRoot();
  await expectRefusal(open(vendor), 'HS-1220', 'more than 256 rotations');
});

test('T17: an expired final root is a freeze', async () => {
  const vendor = await createFakeVendor({ tiers: ['core'] });
  Object.assign(vendor.repository.lifetimes, { targets: 1000, snapshot: 1000, timestamp: 1000 });
  vendor.publish();
  await expectRefusal(open(vendor, { now: vendor.now + 366 * 86_400_000 }), 'HS-1207', 'root.json expired');
});

test('an expired root in the middle of the chain is no obstacle', async () => {
  const vendor = await createFakeVendor({ tiers: ['core'] });
  vendor.repository.now += 400 * 86_400_000;
  rotate(vendor);
  await expect(open(vendor)).resolves.toMatchObject({ rootVersion: 2 });
});

const shapes: [string, (root: SignedJson) => void, string][] = [
  ['T09: threshold 0', (root) => void (root['roles'].timestamp.threshold = 0), 'threshold'],
  ['T09: threshold -1', (root) => void (root['roles'].root.threshold = -1), 'threshold'],
  ['T09: threshold 1.5', (root) => void (root['roles'].targets.threshold = 1.5), 'threshold 1.5 is not a whole number'],
  ['T09: threshold "2"', (root) => void (root['roles'].targets.threshold = '2'), 'threshold must be a number'],
  [
    'T10: threshold above the number of keys',
    (root) => void (root['roles'].targets.threshold = 3),
    'threshold 3 with 2 keys',
  ],
  [
    'T07: one key id listed twice',
    (root) => void root['roles'].targets.keyids.push(root['roles'].targets.keyids[0]),
    'duplicate',
  ],
  ['T07: one key under two ids', duplicateKey, 'lists one key twice'],
  ['a key id without its key', (root) => void (root['roles'].targets.keyids[0] = 'ab'.repeat(32)), 'is not there'],
  ['a missing role', (root) => void delete root['roles'].snapshot, 'role'],
  ['an unknown role', (root) => void (root['roles'].mirrors = root['roles'].snapshot), 'beside root'],
  ['no consistent snapshots', (root) => void (root['consistent_snapshot'] = false), 'consistent_snapshot'],
  ['T26: version as text', (root) => void (root['version'] = '2'), 'version'],
  ['T26: a fractional version', (root) => void (root['version'] = 2.5), 'version'],
  ['T26: no keys at all', (root) => void (root['keys'] = null), 'keys'],
  ['an expiry that is no time', (root) => void (root['expires'] = '2031'), 'expires'],
];

function duplicateKey(root: SignedJson): void {
  const [first] = root['roles'].timestamp.keyids as string[];
  const key = root['keys'][first ?? ''];
  root['keys']['f'.repeat(64)] = { ...key, keyval: { public: String(key.keyval.public).toUpperCase() } };
  root['roles'].timestamp = { keyids: [first, 'f'.repeat(64)], threshold: 2 };
}

test.each(shapes)('%s is refused at parse', async (_name, change, words) => {
  const vendor = await createFakeVendor({ tiers: ['core'] });
  vendor.repository.rotateRoot({ signed: { root: change } });
  await expectRefusal(open(vendor), 'HS-1210', words);
});

test('the timestamp is asked for together with the next root: one round trip, not two', async () => {
  const vendor = await createFakeVendor({ tiers: ['core'] });
  const asked: string[] = [];
  let together: readonly string[] = [];
  const fetch: MetadataSource['fetch'] = async (path, maxBytes) => {
    asked.push(path);
    if (path === 'metadata/2.root.json') {
      await new Promise((resolve) => setImmediate(resolve));
      together = [...asked];
    }
    return vendor.source.fetch(path, maxBytes);
  };
  await open(vendor, { source: { fetch } });
  expect(together).toEqual(['metadata/2.root.json', 'metadata/timestamp.json']);
  expect(asked.filter((path) => path === 'metadata/timestamp.json')).toHaveLength(1);
});

test('what was offered under an earlier root is not taken for what is offered under the last', async () => {
  const vendor = await createFakeVendor({ tiers: ['core'] });
  const before = await vendor.source.fetch('metadata/timestamp.json', 1 << 20);
  rotate(vendor);
  let asked = 0;
  const fetch: MetadataSource['fetch'] = async (path, maxBytes) =>
    path === 'metadata/timestamp.json' && asked++ === 0 ? before : vendor.source.fetch(path, maxBytes);
  const catalog = await open(vendor, { source: { fetch } });
  expect(catalog.files().get('timestamp.json')).toEqual(await vendor.source.fetch('metadata/timestamp.json', 1 << 20));
  expect(catalog.files().get('timestamp.json')).not.toEqual(before);
});

test('a timestamp that cannot be had is told as that, also where it was asked for early', async () => {
  const vendor = await createFakeVendor({ tiers: ['core'] });
  const fetch: MetadataSource['fetch'] = async (path, maxBytes) => {
    if (path === 'metadata/timestamp.json') throw new HyperSyncError('HS-1402', 'it stands still');
    return vendor.source.fetch(path, maxBytes);
  };
  await expectRefusal(open(vendor, { source: { fetch } }), 'HS-1402');
});
