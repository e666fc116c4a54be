import { HyperSyncError } from '@hypersync/base';
import { createFakeVendor, type FakeVendor } from '@hypersync/testkit';
import { beforeEach, expect, it } from 'vitest';
import { Host, ROOT } from './fixture.ts';

let vendor: FakeVendor;
let host: Host;
beforeEach(async () => {
  vendor = await createFakeVendor({ mechanisms: ['gossip', 'crdt'], tiers: ['core', 'pro'] });
  host = new Host(vendor);
});

const finding = (json: { findings: { id: string; status: string; code: string | null }[] }, id: string) =>
  json.findings.find((one) => one.id === id);

it('looks at everything and changes nothing', async () => {
  const run = await host.json('doctor');
  expect(run).toMatchObject({ code: 0, json: { ok: true, tier: 'core' } });
  expect(run.json.findings.map(({ id }: { id: string }) => id)).toEqual(
    expect.arrayContaining(['root', 'registry', 'license', 'node', 'clock', 'disk', 'memory', 'cores']),
  );
  expect(host.disk.stat(ROOT)).toBeNull();
});

it('ends with the code of what is wrong, and goes on to the rest', async () => {
  await host.run('--tier', 'core');
  const name = host.disk.readDirectory(`${ROOT}/store`)[0];
  host.disk.remove(`${ROOT}/store/${name}/LICENSE`);
  host.registry = () => {
    throw new HyperSyncError('HS-1401', 'connection refused');
  };
  const run = await host.json('doctor');
  expect(run.code).toBe(69);
  expect(finding(run.json, 'registry')).toMatchObject({ status: 'fail', code: 'HS-1401' });
  expect(finding(run.json, 'installation')).toMatchObject({ status: 'fail', code: 'HS-1503' });
  host.registry = new Host(vendor).registry;
  expect((await host.json('doctor')).code).toBe(80);
});

it('says that a license is missing for the tier that was asked about', async () => {
  const run = await host.json('doctor', '--tier', 'pro');
  expect(finding(run.json, 'license')).toMatchObject({ status: 'fail', code: 'HS-1301' });
  expect(run.code).toBe(77);
});

it('tells what an interrupted command left, as do all readers, and none of them heals', async () => {
  await host.run('--tier', 'core');
  const intent = {
    action: 'upgrade',
    generation: 2,
    kind: 'intent',
    schemaVersion: 1,
    started: '2030-01-01T00:00:00.000Z',
    step: 'commit',
    trees: [],
  };
  host.file(`${ROOT}/journal/pending.json`, JSON.stringify(intent));
  const run = await host.json('doctor');
  expect(run.code).toBe(0);
  expect(finding(run.json, 'pending')).toMatchObject({ status: 'warn' });
  for (const command of ['verify', 'generations', 'validate']) {
    expect((await host.run(command)).stderr, command).toContain('upgrade of 2030-01-01T00:00:00.000Z was interrupted');
  }
  expect(host.disk.stat(`${ROOT}/journal/pending.json`)).not.toBeNull();
  expect((await host.run('gc')).stderr).toContain('healed: upgrade of 2030');
  expect(host.disk.stat(`${ROOT}/journal/pending.json`)).toBeNull();
});

it('names a `current` that was tampered with, and rollback --to replaces it', async () => {
  await host.run('--tier', 'core');
  host.disk.remove(`${ROOT}/current`);
  host.disk.makeLink('/etc', `${ROOT}/current`);
  expect(finding((await host.json('doctor')).json, 'current')).toMatchObject({ status: 'fail', code: 'HS-1504' });
  expect((await host.run('verify')).code).toBe(80);
  expect((await host.run('rollback', '--to', '1')).code).toBe(0);
  expect((await host.json('doctor')).code).toBe(0);
});
