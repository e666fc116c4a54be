import type { FileSystem } from '@hypersync/store';
import {
  faultyDisk,
  generationContent,
  MemoryDisk,
  powerCut,
  type DiskFault,
  type FakeVendor,
} from '@hypersync/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { leftovers, smallVendor, storeAt, verify } from './fixture.ts';

type Content = Awaited<ReturnType<typeof generationContent>>;
type Fault = Omit<DiskFault, 'at'>;

const ROOT = '/var/lib/hypersync';
const KILLS: readonly Fault[] = [{ kind: 'kill' }, { kind: 'torn' }];
let vendor: FakeVendor;
let before: Content;
let after: Content;

beforeAll(async () => {
  vendor = await smallVendor();
  before = await generationContent(vendor, 'core');
  await vendor.addPlugin('gossip', '1.1.0');
  vendor.publish();
  after = await generationContent(vendor, 'core');
});

const commit = (fs: FileSystem, content: Content) =>
  storeAt(ROOT, fs).write('upgrade', (session) => session.commit(content));
const nothing = (fs: FileSystem) => storeAt(ROOT, fs).write('next', async () => {});
const gossip = async (fs: FileSystem) =>
  (await verify(ROOT, vendor, undefined, fs)).plugins.get('gossip')?.entry.version ?? '';

async function installed(...contents: Content[]): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  for (const content of contents) await commit(disk, content);
  return disk;
}

/** Runs the action once to learn its operations, then once per operation with the fault there. */
async function atEveryOperation(
  start: MemoryDisk,
  action: (fs: FileSystem) => Promise<unknown>,
  faults: readonly Fault[],
  check: (disk: MemoryDisk, where: string) => Promise<void>,
): Promise<number> {
  let runs = 0;
  for (const fault of faults) {
    const dry = faultyDisk(start.clone(), { ...fault, at: Infinity });
    await action(dry);
    for (const [at, where] of dry.log.entries()) {
      if (fault.kind === 'torn' && !where.startsWith('writeFile')) continue;
      const disk = start.clone();
      const faulty = faultyDisk(disk, { ...fault, at });
      await action(faulty).catch((thrown: unknown) => expect(thrown, where).toMatchObject({ code: /^HS-1\d\d\d$/ }));
      expect(faulty.fired, where).toBe(true);
      await check(disk, `${fault.kind} at ${where}`);
      runs++;
    }
  }
  return runs;
}

/** Old or new, nothing between; the next command heals; the same command again arrives. */
async function expectOldOrNew(disk: MemoryDisk, where: string, seen: Set<string>): Promise<void> {
  const found = await gossip(disk);
  seen.add(found);
  await nothing(disk);
  expect(leftovers(ROOT, disk), where).toEqual([]);
  expect(await gossip(disk), where).toBe(found);
  await commit(disk, after);
  expect(await gossip(disk), where).toBe('1.1.0');
}

/** The whole matrix, with disk errors and through the installer, is in test/crash; here are the store's own steps. */
describe('every operation can be the last one', () => {
  it('an upgrade ends in the old or the new generation', async () => {
    const seen = new Set<string>();
    const runs = await atEveryOperation(
      await installed(before),
      (fs) => commit(fs, after),
      KILLS,
      (disk, where) => expectOldOrNew(disk, where, seen),
    );
    expect([...seen].sort()).toEqual(['1.0.0', '1.1.0']);
    expect(runs).toBeGreaterThan(50);
  });

  it('a switch ends before or after', async () => {
    const seen = new Set<string>();
    await atEveryOperation(
      await installed(before, after),
      (fs) => storeAt(ROOT, fs).write('rollback', (session) => session.switchTo(1)),
      KILLS,
      async (disk, where) => expectOldOrNew(disk, where, seen),
    );
    expect([...seen].sort()).toEqual(['1.0.0', '1.1.0']);
  });

  it('gc never costs a generation that stays', async () => {
    const start = await installed(before, after);
    await atEveryOperation(
      start,
      (fs) => storeAt(ROOT, fs).write('gc', (session) => session.collectGarbage(0)),
      KILLS,
      async (disk, where) => {
        expect(await gossip(disk), where).toBe('1.1.0');
        for (const { id } of storeAt(ROOT, disk).state().generations) await verify(ROOT, vendor, id, disk);
        await storeAt(ROOT, disk).write('gc', (session) => session.collectGarbage(0));
        expect(await gossip(disk), where).toBe('1.1.0');
        expect(leftovers(ROOT, disk), where).toEqual([]);
        expect(disk.readDirectory(`${ROOT}/store`), where).toHaveLength(3);
      },
    );
  });

  it('healing can be killed as well', async () => {
    const start = await installed(before);
    const dry = faultyDisk(start.clone(), null);
    await commit(dry, after);
    for (const [at, where] of dry.log.entries()) {
      if (!where.startsWith('rename')) continue;
      const disk = start.clone();
      await expect(commit(faultyDisk(disk, { kind: 'kill', at }), after)).rejects.toThrow('killed');
      await atEveryOperation(disk, nothing, KILLS, async (healed) => {
        const found = await gossip(healed);
        await nothing(healed);
        expect(leftovers(ROOT, healed)).toEqual([]);
        expect(await gossip(healed)).toBe(found);
      });
    }
  });

  it('a command that fails frees what it wrote, and says that nothing was changed', async () => {
    const start = await installed(before);
    const trees = start.readDirectory(`${ROOT}/store`);
    const dry = faultyDisk(start.clone(), { kind: 'ENOSPC', at: Infinity });
    await commit(dry, after);
    const at = dry.log.findIndex((line) => line.startsWith('writeFile') && line.endsWith('plugin.mjs'));
    const disk = start.clone();
    const full = faultyDisk(disk, { kind: 'ENOSPC', at, lasting: 'for-good' });
    await expect(commit(full, after)).rejects.toMatchObject({
      code: 'HS-1005',
      message: expect.stringContaining('Nothing was changed'),
    });
    expect(disk.readDirectory(`${ROOT}/store`)).toEqual(trees);
    expect(leftovers(ROOT, disk)).toEqual([]);
  });
});

describe.each(['all', 'contents', 'some'] as const)('the power can fail at every operation, losing %s', (kind) => {
  let seed = 0;
  const reboot = (disk: MemoryDisk): MemoryDisk => disk.afterPowerCut(powerCut(kind, ++seed));

  it('of an upgrade and of a switch', async () => {
    const seen = new Set<string>();
    const check = async (disk: MemoryDisk, where: string) =>
      expectOldOrNew(reboot(disk), `${where}, seed ${seed + 1}`, seen);
    await atEveryOperation(await installed(before), (fs) => commit(fs, after), KILLS, check);
    const back = (fs: FileSystem) => storeAt(ROOT, fs).write('rollback', (session) => session.switchTo(1));
    await atEveryOperation(await installed(before, after), back, KILLS, check);
    expect([...seen].sort()).toEqual(['1.0.0', '1.1.0']);
  });

  it('of gc', async () => {
    const collect = (fs: FileSystem) => storeAt(ROOT, fs).write('gc', (session) => session.collectGarbage(0));
    await atEveryOperation(await installed(before, after), collect, KILLS, async (disk, where) => {
      const rebooted = reboot(disk);
      const { generations, pending } = storeAt(ROOT, rebooted).state();
      for (const { id } of generations) await verify(ROOT, vendor, id, rebooted);
      if (generations.length < 2) expect(pending ?? '', where).not.toContain('before it changed anything');
      await collect(rebooted);
      expect(await gossip(rebooted), where).toBe('1.1.0');
      expect(leftovers(ROOT, rebooted), where).toEqual([]);
    });
  });

  it('of healing', async () => {
    const start = await installed(before);
    const dry = faultyDisk(start.clone(), null);
    await commit(dry, after);
    const last = dry.log.findIndex((line) => line.startsWith('rename') && line.endsWith('/current'));
    const disk = start.clone();
    await expect(commit(faultyDisk(disk, { kind: 'kill', at: last }), after)).rejects.toThrow('killed');
    // One more operation, so that the power also fails after the last one.
    const healAndMore = async (fs: FileSystem) => {
      await nothing(fs);
      await nothing(fs);
    };
    await atEveryOperation(disk, healAndMore, KILLS, async (healed, where) => {
      const rebooted = reboot(healed);
      await nothing(rebooted);
      expect(leftovers(ROOT, rebooted), where).toEqual([]);
      expect(await gossip(rebooted), where).toBe('1.0.0');
      expect(rebooted.readDirectory(`${ROOT}/generations`), where).toEqual(['1']);
      expect(rebooted.readDirectory(`${ROOT}/store`), where).toHaveLength(3);
    });
  });
});
