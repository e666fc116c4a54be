import { faultyDisk, MemoryDisk, memoryLockFiles, powerCut, type DiskFault, type PowerCut } from '@hypersync/testkit';
import { checkOutcome } from './check.ts';
import { runCommand } from './run-command.ts';
import type { Scenario } from './scenarios.ts';

/** What happens at the operation; `power`: the machine dies with the process, and what was not synced is lost so. */
export type Fault = Omit<DiskFault, 'at'> & { readonly power?: PowerCut };

export const KILLS: readonly Fault[] = [{ kind: 'kill' }, { kind: 'torn' }];
export const POWER_CUTS: readonly Fault[] = [
  { kind: 'kill', power: 'all' },
  { kind: 'kill', power: 'contents' },
  { kind: 'kill', power: 'some' },
];
export const ERRORS: readonly Fault[] = [
  { kind: 'ENOSPC' },
  { kind: 'ENOSPC', lasting: 'for-good' },
  { kind: 'EIO' },
  { kind: 'EIO', lasting: 'for-good' },
];

/** For the long form: they take the same ways through the code as the errors above. */
export const MORE_ERRORS: readonly Fault[] = [{ kind: 'EROFS', lasting: 'for-good' }, { kind: 'EMFILE' }];

export interface Tally {
  /** Operations at which the command was hit. */
  points: number;
  old: number;
  new: number;
}

const ROOT = '/var/lib/hypersync';

/** Runs the command once to learn its operations, then once for each of them with the fault there. On a disk in memory. */
export async function hitEveryOperation(scenario: Scenario, fault: Fault): Promise<Tally> {
  const start = new MemoryDisk();
  for (const { release, argv } of scenario.before) await succeed(release, argv, start);
  const dry = faultyDisk(start.clone(), { ...fault, at: Infinity });
  await undisturbed(scenario, dry);
  const tally: Tally = { points: 0, old: 0, new: 0 };
  for (const [at, operation] of dry.log.entries()) {
    if (fault.kind === 'torn' && !operation.startsWith('writeFile')) continue;
    const disk = start.clone();
    const faulty = faultyDisk(disk, { ...fault, at });
    const ended = await runCommand(
      scenario.release,
      ROOT,
      scenario.argv,
      { fs: faulty, locks: memoryLockFiles() },
      scenario.selfTest,
    );
    const where = `${fault.kind}${fault.lasting === 'for-good' ? ' for good' : ''}${fault.power === undefined ? '' : ', power cut'} at ${operation}`;
    if (!faulty.fired) throw new Error(`${scenario.name}, ${where}: the operation was never reached`);
    // A simulated death shows as an unexpected error; a disk error must be one that a person can act on.
    if (fault.kind !== 'kill' && fault.kind !== 'torn') requireWords(ended, `${scenario.name}, ${where}`);
    const after = fault.power === undefined ? disk : disk.afterPowerCut(powerCut(fault.power, at));
    tally[await checkOutcome(scenario, ROOT, { fs: after, locks: memoryLockFiles() }, where)]++;
    tally.points++;
  }
  return tally;
}

/** Exit 0 where the operation was not needed after all; else a code of the table, never "unexpected". */
function requireWords({ code, stderr }: { code: number; stderr: string }, where: string): void {
  if (code === 0 || (/error HS-\d{4}/.test(stderr) && !stderr.includes('HS-1001'))) return;
  throw new Error(`${where}: exit ${code}, ${stderr}`);
}

async function undisturbed(scenario: Scenario, fs: ReturnType<typeof faultyDisk>): Promise<void> {
  const { release, argv, selfTest, name } = scenario;
  const { code, stderr } = await runCommand(release, ROOT, argv, { fs, locks: memoryLockFiles() }, selfTest);
  if (code !== (selfTest === 'passes' ? 0 : 83)) throw new Error(`${name} undisturbed ended with ${code}: ${stderr}`);
}

async function succeed(release: Scenario['release'], argv: readonly string[], fs: MemoryDisk) {
  const { code, stderr } = await runCommand(release, ROOT, argv, { fs, locks: memoryLockFiles() });
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${stderr}`);
}
