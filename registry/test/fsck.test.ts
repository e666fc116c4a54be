import { checkOutput } from '@hypersync/manifest/output-schemas';
import { fixedClock } from '@hypersync/base';
import { createFakeVendor, type FakeVendor } from '@hypersync/testkit';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fsck } from '../src/index.ts';
import { makeTree } from './bench.ts';

const RAFT = '@hypersync/mechanism-raft';
const FILES = `packages/${RAFT}/-/mechanism-raft-1.0.0`;

let tree: string;
let vendor: FakeVendor;
beforeEach(async () => void ({ tree, vendor } = await makeTree()));
afterEach(() => rmSync(tree, { recursive: true, force: true }));

const read = (path: string): string => readFileSync(join(tree, path), 'utf8');
const write = (path: string, text: string): void => writeFileSync(join(tree, path), text);
const edit = (path: string, from: string | RegExp, to: string): void => {
  const text = read(path);
  expect(text.replace(from, to)).not.toBe(text);
  write(path, text.replace(from, to));
};
async function faults(now = vendor.now): Promise<string[]> {
  const report = await fsck(tree, fixedClock(now));
  checkOutput(report);
  expect(report.ok).toBe(report.faults.length === 0);
  return report.faults.map(({ kind, path, message }) => `${kind}: ${path}: ${message}`);
}

test('a sound tree has no fault, and the report says what was looked at', async () => {
  const report = await fsck(tree, fixedClock(vendor.now));
  expect(report).toMatchObject({ ok: true, faults: [], checked: { packages: 5, versions: 5, tiers: 3 } });
  expect(report.checked.files).toBeGreaterThan(30);
});

/** What is done to the tree, and what fsck says of it, in full. */
const DAMAGE: readonly (readonly [string, () => void, readonly string[]])[] = [
  [
    'a changed tarball',
    () => write(`${FILES}.tgz`, 'x'),
    [
      `changed: ${FILES}.tgz: its SHA-512 is not that of the packument`,
      `contradiction: packages/${RAFT}/packument.json: shasum of 1.0.0 is not that of the tarball`,
    ],
  ],
  [
    'a missing tarball',
    () => rmSync(join(tree, `${FILES}.tgz`)),
    [`missing: ${FILES}.tgz: is missing, or cannot be read`],
  ],
  [
    'a missing bundle',
    () => rmSync(join(tree, `${FILES}.sigstore.json`)),
    [`missing: ${FILES}.sigstore.json: is missing, or cannot be read`],
  ],
  [
    'a changed bundle',
    () => edit(`${FILES}.sigstore.json`, /$/, ' '),
    [
      `changed: ${FILES}.sigstore.json: is not the bundle that the manifest of basic names`,
      `changed: ${FILES}.sigstore.json: is not the bundle that the manifest of pro names`,
    ],
  ],
  [
    'a registry signature that is gone',
    () => edit(`packages/${RAFT}/packument.json`, /"signatures":\[.*?\]/, '"signatures":[]'),
    [`unsigned: packages/${RAFT}/packument.json: 1.0.0: has no registry signature`],
  ],
  [
    'a registry signature over something else',
    () => edit(`packages/${RAFT}/packument.json`, /"sig":"(.{8})../, '"sig":"$1AA'),
    [`unsigned: packages/${RAFT}/packument.json: 1.0.0: its registry signature does not verify`],
  ],
  [
    'a signature by a key that is not served',
    () => edit(`packages/${RAFT}/packument.json`, /"keyid":"SHA256:.*?"/, '"keyid":"SHA256:other"'),
    [
      `unsigned: packages/${RAFT}/packument.json: 1.0.0: is signed by SHA256:other, which keys/npm-keys.json does not list`,
    ],
  ],
  [
    'attestations that npm would check against the public roots',
    () => edit(`packages/${RAFT}/packument.json`, '"integrity"', '"attestations":{},"integrity"'),
    [`contradiction: packages/${RAFT}/packument.json: dist.attestations of 1.0.0 would make npm audit fail`],
  ],
  [
    'a tarball at another host',
    () =>
      edit(`packages/${RAFT}/packument.json`, /"tarball":"http:\/\/127.0.0.1:4873/, '"tarball":"http://evil.example'),
    [
      `contradiction: packages/${RAFT}/packument.json: tarball of 1.0.0 is not at http://127.0.0.1:4873/${RAFT}/-/mechanism-raft-1.0.0.tgz`,
    ],
  ],
  [
    'a file that nothing leads to',
    () => write(`packages/${RAFT}/-/left-behind.tgz`, 'x'),
    [`orphan: packages/${RAFT}/-/left-behind.tgz: nothing leads to this file`],
  ],
  [
    'a link out of the tree',
    () => symlinkSync('/etc/passwd', join(tree, 'packages/link')),
    ['strange: packages/link: is neither a file nor a folder; the server does not follow it'],
  ],
  [
    'a publication that was interrupted',
    () => {
      mkdirSync(join(tree, '.publish'));
      write('.publish/journal.json', '{}');
    },
    ['unfinished: .publish/journal.json: a publication is under way or was interrupted; hyper-publish finishes it'],
  ],
  [
    'a view of what is not published',
    () => edit('views/pro.json', `"${RAFT}":["1.0.0"]`, `"${RAFT}":["1.0.0","9.9.9"]`),
    [`contradiction: views/pro.json: shows ${RAFT}@9.9.9, which is not published`],
  ],
  [
    'a release counter that went back',
    () => edit('registry.json', '"release":1', '"release":0'),
    ['core', 'basic', 'pro'].map(
      (tier) => `contradiction: registry.json: release 0 is behind the manifest of ${tier}, 1`,
    ),
  ],
];

test.each(DAMAGE)('%s', async (_, damage, expected) => {
  damage();
  expect(await faults()).toEqual(expected);
});

test('a package that a signed manifest names and nobody published', async () => {
  edit('access.json', `"${RAFT}":"basic",`, '');
  for (const tier of ['basic', 'pro']) {
    const view = JSON.parse(read(`views/${tier}.json`)) as { packages: Record<string, string[]> };
    delete view.packages[RAFT];
    write(`views/${tier}.json`, JSON.stringify(view));
  }
  expect(await faults()).toContain(
    `missing: packages/${RAFT}/packument.json: the manifest of pro names 1.0.0, which is not published`,
  );
});

test('what would keep the server from starting is said as the server says it', async () => {
  rmSync(join(tree, 'access.json'));
  expect(await faults()).toEqual([`refused: .: ${join(tree, 'access.json')} is missing.`]);
});

test('a tier manifest that was changed after signing is refused, the rest is still checked', async () => {
  const path = [...vendor.repository.files.keys()].find((name) => name.startsWith('targets/pro/')) ?? '';
  edit(`tuf/${path}`, '"release":1', '"release":2');
  write(`packages/${RAFT}/-/left-behind.tgz`, 'x');
  const found = await faults();
  expect(found).toHaveLength(2);
  expect(found[0]).toMatch(/^refused: tuf\/targets\/pro: /);
  expect(found[1]).toMatch(/^orphan: /);
});

test('metadata that has expired is stale, and nothing else is hidden by it', async () => {
  write(`packages/${RAFT}/-/left-behind.tgz`, 'x');
  const found = await faults(vendor.now + 1000 * 86_400_000);
  expect(found.map((line) => line.split(':')[0])).toEqual(['stale', 'orphan']);
});

test('a withdrawn version that the packument leaves out is no orphan', async () => {
  const other = await createFakeVendor();
  await other.addPlugin('raft', '1.1.0');
  await other.addPlugin('raft', '1.2.0');
  other.revocations.push({
    package: RAFT,
    version: '1.1.0',
    level: 'block',
    reason: 'r',
    replacement: null,
    at: '2030-01-01T00:00:00Z',
  });
  other.publish();
  rmSync(tree, { recursive: true });
  ({ tree, vendor } = await makeTree(other));
  const packument = JSON.parse(read(`packages/${RAFT}/packument.json`)) as { versions: Record<string, unknown> };
  delete packument.versions['1.1.0'];
  write(`packages/${RAFT}/packument.json`, JSON.stringify(packument));
  expect(await faults()).toEqual([]);
});
