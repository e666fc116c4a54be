import { fromUtf8, toUtf8, HyperSyncError, LIMITS } from '@hypersync/base';
import { createFakeVendor, fakeTufKey, type FakeVendor, type PublishEdit, type SignedJson } from '@hypersync/testkit';
import { memoryMetadataStore } from '@hypersync/trust';
import { expect, test } from 'vitest';
import { expectRefusal, open, refusalOf, snapshotOf } from './support.ts';

const DAY = 86_400_000;
const small = () => createFakeVendor({ tiers: ['core'], mechanisms: ['gossip'] });
const files = (vendor: FakeVendor) => vendor.repository.files;
const sets = (key: string, value: unknown) => (signed: SignedJson) => void (signed[key] = value);

/** One publication that a fresh client has to refuse. */
const refused: [string, PublishEdit, string, string][] = [
  ['T01: an unsigned timestamp', { signers: { timestamp: [] } }, 'HS-1205', 'timestamp was signed by 0/1'],
  ['T01: an unsigned snapshot', { signers: { snapshot: [] } }, 'HS-1205', 'snapshot was signed by 0/1'],
  ['T01: unsigned targets', { signers: { targets: [] } }, 'HS-1205', 'targets was signed by 0/2'],
  ['T01: an unsigned tier role', { signers: { 'tier-core': [] } }, 'HS-1205', 'tier-core was signed by 0/1'],
  ['targets signed by a stranger', { signers: { targets: [fakeTufKey(), fakeTufKey()] } }, 'HS-1205', '0/2'],
  ['T08: the same signature twice', { document: { targets: doubleSignature } }, 'HS-1210', 'multiple signatures'],
  [
    'T02: a timestamp in place of the snapshot',
    { signed: { snapshot: sets('_type', 'timestamp') } },
    'HS-1210',
    'expected',
  ],
  ['T03: targets of another version', { signed: { targets: sets('version', 9) } }, 'HS-1208', 'holds version 9'],
  ['T03: a snapshot of another version', { signed: { snapshot: sets('version', 9) } }, 'HS-1208', 'holds version 9'],
  [
    'T03: a tier role of another version',
    { signed: { 'tier-core': sets('version', 9) } },
    'HS-1208',
    'holds version 9',
  ],
  [
    'T10: a delegation with a threshold above its keys',
    { signed: { targets: (t) => void (t['delegations'].roles[0].threshold = 2) } },
    'HS-1210',
    'threshold 2 with 1 keys',
  ],
  [
    'T20: a delegation that does not terminate',
    { signed: { targets: (t) => void (t['delegations'].roles[0].terminating = false) } },
    'HS-1210',
    'terminating',
  ],
  [
    'T20: a delegation for more than its tier',
    { signed: { targets: (t) => void (t['delegations'].roles[0].paths = ['*/*']) } },
    'HS-1210',
    'not for exactly',
  ],
  [
    'T20: targets that claim what a tier role owns',
    { top: (top) => void top.set('core/manifest.json', toUtf8('{}')) },
    'HS-1210',
    'belongs to a tier role',
  ],
  [
    'T21: a tier role that delegates further',
    { signed: { 'tier-core': delegatesFurther } },
    'HS-1210',
    'delegates further',
  ],
  [
    'T20: a tier role that lists more than its manifest',
    { signed: { 'tier-core': (t) => void (t['targets']['pro/manifest.json'] = t['targets']['core/manifest.json']) } },
    'HS-1210',
    'only core/manifest.json is its own',
  ],
  ['T21: hash bins', { signed: { targets: hashBins } }, 'HS-1210', 'hash bins'],
  [
    'T21: ten thousand roles',
    { signed: { targets: (t) => manyRoles(t, 10_000) } },
    'HS-1210',
    'delegates to 10001 roles',
  ],
  [
    'T23: a tier named as a path',
    { signed: { targets: (t) => void (t['delegations'].roles[0].name = 'tier-../../etc') } },
    'HS-1210',
    'delegates to',
  ],
  [
    'T27: a listing without a digest',
    { signed: { timestamp: (t) => void delete t['meta']['snapshot.json'].hashes } },
    'HS-1210',
    'SHA-512',
  ],
  ['T27: a listing with a weak digest', { signed: { snapshot: weakDigest } }, 'HS-1210', 'SHA-512'],
  [
    'T27: a listing without a length',
    { signed: { snapshot: (s) => void delete s['meta']['targets.json'].length } },
    'HS-1210',
    'without a length',
  ],
  [
    'T27: targets that the snapshot does not list',
    { signed: { snapshot: (s) => void delete s['meta']['targets.json'] } },
    'HS-1208',
    'does not list targets.json',
  ],
  ['a target that no role lists', { top: (top) => void top.delete('policy.json') }, 'HS-1208', 'policy.json'],
  [
    'a target with a strange name',
    { top: (top) => void top.set('../x.json', toUtf8('{}')) },
    'HS-1210',
    'lists the target',
  ],
  [
    'a signed policy that is no policy',
    { top: (top) => void top.set('policy.json', toUtf8('{"kind":"x"}')) },
    'HS-1210',
    'policy.json',
  ],
  [
    'signed revocations that are none',
    { top: (top) => void top.set('revocations.json', toUtf8('[]')) },
    'HS-1210',
    'revocations.json',
  ],
  ['a manifest of another tier', { manifest: (m) => ({ ...m, tier: 'pro' }) }, 'HS-1210', 'is the manifest of pro'],
  ['a manifest that is none', { manifest: (m) => ({ ...m, release: 0 }) }, 'HS-1210', 'release'],
];

function doubleSignature(document: SignedJson): void {
  document['signatures'] = [document['signatures'][0], document['signatures'][0]];
}
function weakDigest(snapshot: SignedJson): void {
  snapshot['meta']['targets.json'].hashes = { md5: 'd41d8cd98f00b204e9800998ecf8427e' };
}
function delegatesFurther(role: SignedJson): void {
  role['delegations'] = { keys: {}, roles: [] };
}
function hashBins(targets: SignedJson): void {
  const { keyids } = targets['delegations'].roles[0];
  delete targets['delegations'].roles;
  targets['delegations'].succinct_roles = { keyids, threshold: 1, bit_length: 8, name_prefix: 'tier' };
}
function manyRoles(targets: SignedJson, count: number): void {
  const [role] = targets['delegations'].roles;
  for (let i = 0; i < count; i++) targets['delegations'].roles.push({ ...role, name: `tier-${i}`, paths: [`${i}/*`] });
}

test.each(refused)('%s: refused', async (_name, edit, code, words) => {
  const vendor = await small();
  vendor.publish(edit);
  await expectRefusal(
    open(vendor).then((catalog) => catalog.tierManifest('core')),
    code,
    words,
  );
});

test.each(['?', '#', '/x', '../x', 'root', 'con', 'a\0b', '__proto__', 'constructor', 'tier-UP'])(
  'T22: the role name %j is refused before anything is asked for under it',
  async (name) => {
    const vendor = await small();
    vendor.publish({ signed: { targets: (t) => void (t['delegations'].roles[0].name = name) } });
    vendor.requests.length = 0;
    await expectRefusal(open(vendor), 'HS-1210');
    const listed = JSON.stringify({ version: 1, length: 10, hashes: { sha512: 'ab'.repeat(64) } });
    vendor.publish({
      signed: { snapshot: (s) => void (s['meta'] = JSON.parse(`{${JSON.stringify(`${name}.json`)}:${listed}}`)) },
    });
    await expectRefusal(open(vendor), 'HS-1210', name === '__proto__' ? '' : 'no role of this format');
    expect(
      vendor.requests.filter((path) => !/^(metadata\/([0-9]+\.)?(root|timestamp|snapshot|targets)\.json)$/.test(path)),
    ).toEqual([]);
  },
);

test.each([
  [
    'keys',
    'root',
    (r: SignedJson) =>
      Object.assign(
        r['keys'],
        many((i) => ({ keytype: 'x', scheme: 'x', keyval: { public: `${i}` } })),
      ),
  ],
  [
    'roles',
    'root',
    (r: SignedJson) =>
      Object.assign(
        r['roles'],
        many(() => ({ keyids: [], threshold: 1 })),
      ),
  ],
])('T21, T24: %s beyond number in a document that nobody signed are refused at once', async (_name, role, change) => {
  const vendor = await small();
  vendor.repository.rotateRoot({ signed: { [role]: change }, signers: { root: [] } });
  const start = performance.now();
  await expectRefusal(open(vendor), 'HS-1210', 'more than 256 entries');
  expect(performance.now() - start).toBeLessThan(1000);
});

function many(make: (i: number) => unknown): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`k${i}`, make(i)]));
}

test('T11: a bad signature among enough good ones is no obstacle', async () => {
  const vendor = await small();
  const garbage = { keyid: 'ab'.repeat(32), sig: 'zz' };
  vendor.publish({ document: { timestamp: (d) => void d['signatures'].push(garbage, { keyid: 'cd', sig: '' }) } });
  await expect(open(vendor)).resolves.toMatchObject({ rootVersion: 1 });
});

test('T12: an older timestamp is refused and not remembered', async () => {
  const vendor = await small();
  const old = files(vendor).get('metadata/timestamp.json') ?? new Uint8Array();
  vendor.publish();
  const store = memoryMetadataStore();
  await open(vendor, { store });
  const before = await snapshotOf(store, ['timestamp.json', 'snapshot.json', 'targets.json', 'accepted.json']);
  files(vendor).set('metadata/timestamp.json', old);
  await expectRefusal(open(vendor, { store }), 'HS-1206', 'timestamp.json has version 1');
  expect(await snapshotOf(store, ['timestamp.json', 'snapshot.json', 'targets.json', 'accepted.json'])).toBe(before);
});

test('T13: a newer timestamp that lists an older snapshot is refused', async () => {
  const vendor = await small();
  vendor.publish();
  const store = memoryMetadataStore();
  await open(vendor, { store });
  vendor.publish({ signed: { timestamp: (t) => void (t['meta']['snapshot.json'].version = 1) } });
  await expectRefusal(open(vendor, { store }), 'HS-1206', 'snapshot.json in timestamp.json');
});

test.each(['targets.json', 'tier-core.json'])(
  'T14: a newer snapshot that lists an older %s is refused',
  async (name) => {
    const vendor = await small();
    vendor.publish();
    const store = memoryMetadataStore();
    await open(vendor, { store });
    vendor.publish({ signed: { snapshot: (s) => void (s['meta'][name].version = 1) } });
    await expectRefusal(open(vendor, { store }), 'HS-1206', `${name} in snapshot.json`);
  },
);

test('T15: a role that disappears from the snapshot is refused', async () => {
  const vendor = await small();
  const store = memoryMetadataStore();
  await open(vendor, { store });
  vendor.publish({ signed: { snapshot: (s) => void delete s['meta']['tier-core.json'] } });
  await expectRefusal(open(vendor, { store }), 'HS-1206', 'no longer lists tier-core.json');
});

test.each(['timestamp', 'snapshot'])('T16: after a fast-forward of the %s, rotating its key recovers', async (role) => {
  const vendor = await small();
  const store = memoryMetadataStore();
  vendor.repository.versions[role] = 2 ** 31;
  vendor.publish();
  await open(vendor, { store });
  vendor.repository.versions[role] = 2;
  vendor.publish();
  await expectRefusal(open(vendor, { store }), 'HS-1206');
  // An added key alone leaves the old one valid; only the rule of TUF 5.3.11 makes the client forget.
  vendor.repository.keys[role]?.push(fakeTufKey());
  vendor.repository.rotateRoot();
  vendor.publish();
  await expect(open(vendor, { store })).resolves.toMatchObject({ rootVersion: 2 });
});

test.each([
  ['timestamp', 2, 'timestamp.json expired'],
  ['snapshot', 31, 'snapshot.json expired'],
  ['targets', 91, 'targets.json expired'],
])('T17: an expired %s is named a freeze', async (role, days, words) => {
  const vendor = await small();
  Object.assign(vendor.repository.lifetimes, { targets: 1000, snapshot: 1000, timestamp: 1000, [role]: days - 1 });
  vendor.publish();
  await expect(open(vendor, { now: vendor.now + (days - 2) * DAY })).resolves.toBeDefined();
  await expectRefusal(open(vendor, { now: vendor.now + days * DAY }), 'HS-1207', words);
});

test('T17: an expired tier role is named a freeze', async () => {
  const vendor = await small();
  vendor.publish({ signed: { 'tier-core': sets('expires', '2030-01-01T00:00:01Z') } });
  const catalog = await open(vendor, { now: vendor.now + 2000 });
  await expectRefusal(catalog.tierManifest('core'), 'HS-1207', 'tier-core.json expired');
});

test('T17, L04: a clock that was set back does not make expired metadata fresh', async () => {
  const vendor = await small();
  const stale = new Map(files(vendor));
  const store = memoryMetadataStore();
  vendor.repository.now += 5 * DAY;
  vendor.publish();
  expect((await open(vendor, { store })).latestSignedTime).toBe(vendor.now);
  // The files are lost, so only the remembered signed time is left to tell.
  for (const name of ['timestamp.json', 'snapshot.json']) await store.remove(name);
  for (const [path, bytes] of stale) files(vendor).set(path, bytes);
  await expectRefusal(open(vendor, { store, now: vendor.now - 5 * DAY }), 'HS-1207', 'timestamp.json expired');
});

test('T18: an expired stored timestamp still refuses older ones, and accepts newer ones', async () => {
  const vendor = await small();
  const old = files(vendor).get('metadata/timestamp.json') ?? new Uint8Array();
  vendor.publish();
  const store = memoryMetadataStore();
  await open(vendor, { store });
  vendor.repository.now += 3 * DAY;
  files(vendor).set('metadata/timestamp.json', old);
  await expectRefusal(open(vendor, { store }), 'HS-1206');
  vendor.publish();
  await expect(open(vendor, { store })).resolves.toBeDefined();
});

test('T19: the time at the start decides for the whole update', async () => {
  const vendor = await small();
  let asked = 0;
  const clock = { now: () => vendor.now + (asked++ === 0 ? 0 : 400 * DAY) };
  const { openTrustedCatalog } = await import('@hypersync/trust');
  const catalog = await openTrustedCatalog({
    anchor: vendor.anchor,
    source: vendor.source,
    store: memoryMetadataStore(),
    clock,
  });
  await expect(catalog.tierManifest('core')).resolves.toBeDefined();
});

test.each([
  ['timestamp', 'metadata/timestamp.json', LIMITS.tufTimestampBytes],
  ['snapshot', 'metadata/1.snapshot.json', LIMITS.tufSnapshotBytes],
  ['next root', 'metadata/2.root.json', LIMITS.tufRootBytes],
])('T24: an endless %s stops at its limit', async (_name, path, limit) => {
  const vendor = await small();
  files(vendor).set(path, new Uint8Array(limit + 100));
  await expectRefusal(open(vendor), 'HS-1220', path);
});

test('T24: a source that stops at the limit by itself is the same refusal, and a listing above the limit is never asked for', async () => {
  const vendor = await small();
  const limited = {
    fetch: async (path: string) => Promise.reject(new HyperSyncError('HS-1008', `${path} is too long`)),
  };
  await expectRefusal(open(vendor, { source: limited }), 'HS-1220');
  vendor.publish({
    signed: { timestamp: (t) => void (t['meta']['snapshot.json'].length = LIMITS.tufSnapshotBytes + 1) },
  });
  vendor.requests.length = 0;
  await expectRefusal(open(vendor), 'HS-1220', 'is listed with');
  expect(vendor.requests.filter((path) => path.includes('snapshot'))).toEqual([]);
});

test.each([
  ['numbers as text', '{"signed":{"_type":"timestamp","version":"1"},"signatures":[]}'],
  ['null', 'null'],
  ['a list', '[]'],
  ['no JSON', '<html>'],
  ['deep nesting', `${'['.repeat(5000)}${']'.repeat(5000)}`],
  ['__proto__', '{"signed":{"__proto__":{"polluted":1}},"signatures":[]}'],
  ['the key signed twice', '{"signed":{},"signed":{},"signatures":[]}'],
  ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe])],
])('T26: %s is a typed refusal', async (_name, body) => {
  const vendor = await small();
  files(vendor).set('metadata/timestamp.json', typeof body === 'string' ? toUtf8(body) : body);
  await expectRefusal(open(vendor), 'HS-1210', 'timestamp.json');
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('T27: yesterday’s snapshot under today’s name is refused', async () => {
  const vendor = await small();
  const old = files(vendor).get('metadata/1.snapshot.json') ?? new Uint8Array();
  vendor.publish();
  files(vendor).set('metadata/2.snapshot.json', old);
  await expectRefusal(open(vendor), 'HS-1208', 'metadata/2.snapshot.json');
});

test('T27: yesterday’s targets under today’s name are refused', async () => {
  const vendor = await small();
  const old = files(vendor).get('metadata/1.targets.json') ?? new Uint8Array();
  vendor.publish();
  files(vendor).set('metadata/2.targets.json', old);
  await expectRefusal(open(vendor), 'HS-1208', 'metadata/2.targets.json');
});

test('T28: a target of the same length but other bytes is refused and not kept', async () => {
  const vendor = await small();
  const path = [...files(vendor).keys()].find((name) => name.startsWith('targets/core/')) ?? '';
  const bytes = (files(vendor).get(path) ?? new Uint8Array()).slice();
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  files(vendor).set(path, bytes);
  const store = memoryMetadataStore();
  const catalog = await open(vendor, { store });
  await expectRefusal(catalog.tierManifest('core'), 'HS-1208', path);
  expect(await store.read('core.manifest.json')).toBeNull();
});

test('T33: below the floor of the anchor or of the license, a valid old set is refused', async () => {
  const vendor = await small();
  const anchor = vendor.anchorAt(1, 2);
  const old = await open(vendor, { anchor });
  await expectRefusal(old.tierManifest('core'), 'HS-1219', 'release 1; at least 2');
  const licensed = await open(vendor);
  await expectRefusal(licensed.tierManifest('core', { floor: 3 }), 'HS-1219', 'at least 3');
  vendor.publish();
  await expect((await open(vendor, { anchor })).tierManifest('core')).resolves.toMatchObject({
    manifest: { release: 2 },
  });
});

test('T30: a tier key that signs an old release counter in a newer role is refused; after its rotation the client recovers', async () => {
  const vendor = await small();
  const store = memoryMetadataStore();
  vendor.publish({ manifest: (m) => ({ ...m, release: 1_000_000 }) });
  await (await open(vendor, { store })).tierManifest('core');
  vendor.publish();
  await expectRefusal((await open(vendor, { store })).tierManifest('core'), 'HS-1219', 'at least 1000000');
  vendor.repository.keys['tier-core'] = [fakeTufKey()];
  vendor.publish();
  await expect((await open(vendor, { store })).tierManifest('core')).resolves.toMatchObject({
    manifest: { release: 4 },
  });
});

test.each(['timestamp.json', 'snapshot.json', 'targets.json', 'policy.json', 'accepted.json', 'core.manifest.json'])(
  'T32: a damaged stored %s heals',
  async (name) => {
    const vendor = await small();
    const store = memoryMetadataStore();
    await (await open(vendor, { store })).tierManifest('core');
    const good = await store.read(name);
    for (const damage of DAMAGED) {
      await store.write(name, toUtf8(damage));
      await (await open(vendor, { store })).tierManifest('core');
      expect(fromUtf8((await store.read(name)) ?? new Uint8Array())).toBe(fromUtf8(good ?? new Uint8Array()));
    }
  },
);

const DAMAGED = [
  '',
  '{',
  '{"rootVersion":"9","onlineKeys":[],"signedTime":0,"releases":{}}',
  '{"rootVersion":0,"onlineKeys":7,"signedTime":0,"releases":{}}',
  '{"rootVersion":0,"onlineKeys":[],"signedTime":0,"releases":null}',
  '{"rootVersion":0,"onlineKeys":[],"signedTime":0,"releases":{"core":{"release":"9","keys":[]}}}',
];

test('a stored timestamp that no trusted key signed is not believed, so nobody can lock a host out with it', async () => {
  const [vendor, attacker] = [await small(), await small()];
  attacker.repository.versions['timestamp'] = 1_000_000;
  attacker.publish();
  const store = memoryMetadataStore();
  await store.write('timestamp.json', files(attacker).get('metadata/timestamp.json') ?? new Uint8Array());
  await expect(open(vendor, { store })).resolves.toMatchObject({ rootVersion: 1 });
});

test('what is stored and still listed is not fetched again', async () => {
  const vendor = await small();
  const store = memoryMetadataStore();
  await (await open(vendor, { store })).tierManifest('core');
  vendor.requests.length = 0;
  await (await open(vendor, { store })).tierManifest('core');
  expect(vendor.requests).toEqual(['metadata/2.root.json', 'metadata/timestamp.json']);
});

test('a tier that the vendor does not publish is an error that names those it does', async () => {
  const vendor = await small();
  const catalog = await open(vendor);
  expect(catalog.tiers).toEqual(['core']);
  const refusal = await refusalOf(catalog.tierManifest('pro'));
  expect(refusal).toContain('HS-1209');
});

test('a registry without trust metadata is told apart from a hostile one', async () => {
  const vendor = await small();
  files(vendor).delete('metadata/timestamp.json');
  await expectRefusal(open(vendor), 'HS-1218', 'metadata/timestamp.json');
});
