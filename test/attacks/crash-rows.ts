import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore } from '@hypersync/store';
import { faultyDisk, memoryLockFiles, type DiskFault } from '@hypersync/testkit';
import { failed, passed, type Run } from '../../installer/test/fixture.ts';
import type { SelfTestOutcome } from '@hypersync/installer';
import { hitEveryOperation, type Fault } from '../crash/model.ts';
import { makeScenarios } from '../crash/scenarios.ts';
import { asRun, type AttackCase, type AttackRow, type Bench } from './bench.ts';

/** One command of the crash matrix with one fault, at every operation; the matrix itself is `test/crash`. */
function everywhere(command: 'install' | 'upgrade' | 'rollback', fault: Fault): AttackCase {
  const lasting = fault.lasting === undefined ? '' : ` ${fault.lasting}`;
  return {
    label: `${command}, ${fault.kind}${lasting} at every operation`,
    command: () =>
      asRun(async () => {
        const box = mkdtempSync(join(tmpdir(), 'hypersync-attack-'));
        try {
          const scenarios = await makeScenarios(box, 'basic', ['gossip', 'crdt']);
          const scenario = scenarios.find((one) => one.name === command);
          if (scenario === undefined) throw new Error(`no scenario ${command}`);
          const { points } = await hitEveryOperation(scenario, fault);
          if (points === 0) throw new Error('nothing was hit');
        } finally {
          rmSync(box, { recursive: true, force: true });
        }
      }),
    expected: 'accepted',
  };
}

async function release(bench: Bench, version: string): Promise<void> {
  await bench.vendor.addPlugin('raft', version);
  bench.vendor.publish();
}

/** Two generations, the second in place. */
async function twice(bench: Bench): Promise<void> {
  await bench.installOnce();
  await release(bench, '1.1.0');
  await bench.installOnce();
}

/** A first command stands in its self-test and holds the lock; it ends well once the case is over. */
async function holdTheLock(bench: Bench): Promise<void> {
  bench.host.overrides = { ...bench.host.overrides, locks: memoryLockFiles() };
  await twice(bench);
  await release(bench, '1.2.0');
  let finish: (outcome: SelfTestOutcome) => void = () => {};
  let standing: () => void = () => {};
  const stands = new Promise<void>((resolve) => (standing = resolve));
  bench.host.selfTest = () =>
    new Promise((resolve) => {
      finish = resolve;
      standing();
    });
  const first = bench.install();
  await Promise.race([stands, first]);
  first.catch(() => {});
  holders.set(bench, async () => {
    bench.host.selfTest = () => passed;
    finish(passed);
    return first;
  });
}
const holders = new WeakMap<Bench, () => Promise<Run>>();

/** The first command was not disturbed, and what it made is whole. */
async function firstIsWhole(bench: Bench): Promise<void> {
  const first = await holders.get(bench)?.();
  if (first?.code !== 0) throw new Error(`the first command: ${first?.stderr}`);
  const verified = await bench.host.json('verify');
  if (verified.json?.generation !== 3) throw new Error(`generation 3 is not in place: ${verified.stderr}`);
}

const second = (label: string, command: (bench: Bench) => Promise<Run>): AttackCase => ({
  label,
  arrange: holdTheLock,
  command,
  expected: 'HS-1502',
  check: firstIsWhole,
});

/** The next command on this host meets the fault at the first operation that `where` describes. */
async function faultAt(bench: Bench, kind: DiskFault['kind'], where: string): Promise<void> {
  const start = bench.host.disk;
  bench.host.disk = start.clone();
  const dry = faultyDisk(bench.host.disk, { kind, at: Infinity });
  bench.host.overrides = { ...bench.host.overrides, fs: dry };
  await bench.installOnce();
  const at = dry.log.findIndex((operation) => operation.startsWith(where));
  if (at < 0) throw new Error(`no operation ${where}`);
  bench.host.disk = start;
  bench.host.overrides = { ...bench.host.overrides, fs: faultyDisk(start, { kind, at }) };
}

/** An upgrade dies just before it would switch: generation 3 is written and not in place. */
async function staged(bench: Bench): Promise<void> {
  await release(bench, '1.9.0');
  await faultAt(bench, 'kill', `rename ${bench.root}/current`);
  await bench.install();
  // The process is gone; the next one sees the disk as it is.
  const { fs: _, ...rest } = bench.host.overrides;
  bench.host.overrides = rest;
}

const selfTest = (label: string, outcome: SelfTestOutcome, expected: string): AttackCase => {
  let tests = 0;
  return {
    label,
    before: 'installed',
    arrange: async (bench) => {
      await release(bench, '1.1.0');
      tests = 0;
      bench.host.selfTest = () => (tests++, outcome);
    },
    expected,
    leaves: 'current',
    check: async ({ host }) => {
      if (tests !== 1) throw new Error(`tested ${tests} times: it must not go round in circles`);
      host.selfTest = () => passed;
      const verified = await host.json('validate');
      if (verified.json?.generation !== 1) throw new Error(`generation 1 is not valid: ${verified.stderr}`);
    },
  };
};

/** Somebody else's process with the lock of this root, killed before the case goes on. */
async function deadOwner(bench: Bench): Promise<void> {
  bench.useRealDisk();
  await bench.installOnce();
  await release(bench, '1.1.0');
  const script = `import { nodeFileSystem, openStore } from '@hypersync/store';
    // The timer has to reach the promise: what nothing reaches is collected, and the lock with it.
    const held = new Set();
    const store = openStore({ root: process.argv[1], fs: nodeFileSystem, clock: Date });
    await store.write('install', async () => { console.log('held'); await new Promise((resolve) => setInterval(() => held.has(resolve), 1000)); });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, bench.root], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const refused = await bench.install();
  child.kill('SIGKILL');
  await once(child, 'exit');
  if (refused.json?.error?.code !== 'HS-1502') throw new Error(`the living owner was not respected: ${refused.stderr}`);
}

/** D4, C: concurrency and crashes; C08 is in `network-rows.ts`. */
export const CRASH_ROWS: readonly AttackRow[] = [
  {
    id: 'C01',
    name: 'killed at any moment',
    cases: (['install', 'upgrade', 'rollback'] as const).map((command) => everywhere(command, { kind: 'kill' })),
  },
  {
    id: 'C03',
    name: 'a disk that is full, broken, read-only, or out of handles',
    cases: [
      everywhere('upgrade', { kind: 'ENOSPC', lasting: 'for-good' }),
      everywhere('rollback', { kind: 'EIO', lasting: 'for-good' }),
      everywhere('rollback', { kind: 'EROFS' }),
      everywhere('rollback', { kind: 'EMFILE' }),
      ...(['ENOSPC', 'EIO', 'EROFS', 'EMFILE'] as const).map((kind) => ({
        label: `${kind} while the tree is written: space is freed, nothing is left`,
        before: 'installed' as const,
        arrange: async (bench: Bench) => {
          await release(bench, '1.1.0');
          await faultAt(bench, kind, `writeFile ${bench.root}/store`);
        },
        expected: kind === 'ENOSPC' || kind === 'EROFS' ? 'HS-1005' : 'HS-1508',
      })),
    ],
  },
  {
    id: 'C04',
    name: 'two at once',
    cases: [
      second('two installers', (bench) => bench.install()),
      second('an installer and a rollback', ({ host }) => host.json('rollback')),
      second('an installer and a collection of garbage', ({ host }) => host.json('gc', '--keep', '0')),
      {
        label: 'the owner of the lock was killed',
        arrange: deadOwner,
        expected: 'accepted',
        check: ({ current }) => {
          if (current !== 'generations/2') throw new Error(`${current} is in place`);
        },
      },
    ],
  },
  {
    id: 'C05',
    name: 'rollback while a generation is staged',
    cases: [
      {
        label: 'goes to the generation before the one in place, and says what it cleared away',
        arrange: async (bench) => {
          await twice(bench);
          await staged(bench);
        },
        command: ({ host }) => host.json('rollback'),
        expected: 'accepted',
        check: ({ current }, run) => {
          if (current !== 'generations/1') throw new Error(`${current} is in place`);
          if (!/healed: /.test(run.stderr)) throw new Error(`nothing was said: ${run.stderr}`);
        },
      },
      {
        label: 'with nothing to go back to, the staged one is not taken for it',
        before: 'installed',
        arrange: staged,
        command: ({ host }) => host.json('rollback'),
        expected: 'HS-1611',
      },
    ],
  },
  {
    id: 'C06',
    name: 'a release that does not work here',
    cases: [
      selfTest('its self-test fails', failed, 'HS-1608'),
      selfTest('hangs', { ...passed, exitCode: null, timedOut: true }, 'HS-1609'),
      selfTest('crashes', { ...passed, exitCode: null, stdout: '', stderr: 'Segmentation fault' }, 'HS-1608'),
      {
        label: 'rollback does not choose it again',
        before: 'installed',
        arrange: async (bench) => {
          await release(bench, '1.1.0');
          bench.host.selfTest = () => failed;
          await bench.install();
          bench.host.selfTest = () => passed;
          await release(bench, '1.2.0');
          await bench.installOnce();
        },
        command: ({ host }) => host.json('rollback'),
        expected: 'accepted',
        check: ({ current }) => {
          if (current !== 'generations/1') throw new Error(`${current} is in place`);
        },
      },
    ],
  },
  {
    id: 'C07',
    name: 'garbage is collected while a generation is loaded',
    cases: [
      {
        label: 'what is in use stays, and goes once it is not',
        arrange: async (bench) => {
          const locks = memoryLockFiles();
          bench.host.overrides = { ...bench.host.overrides, locks };
          await twice(bench);
          const { root, fs, clock } = bench;
          holders.set(bench, async () => {
            release();
            return bench.host.json('gc', '--keep', '0');
          });
          const release = openStore({ root, fs, clock, locks }).use(1);
        },
        command: ({ host }) => host.json('gc', '--keep', '0'),
        expected: 'accepted',
        check: async (bench) => {
          const used = await bench.host.json('verify', '--generation', '1');
          if (used.code !== 0) throw new Error(`generation 1 was taken away: ${used.stderr}`);
          await holders.get(bench)?.();
          const gone = await bench.host.json('verify', '--generation', '1');
          if (gone.code === 0) throw new Error('generation 1 is still there');
        },
      },
    ],
  },
];
