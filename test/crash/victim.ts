/**
 * @file One command of the installer as a process that kills itself: `node victim.ts JOB`, a JSON file. At the operation
 * that the job names it sends itself SIGKILL, which nothing can catch; without one it runs to the end and writes how many
 * operations there were.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { nodeFileSystem } from '@hypersync/store';
import { faultyDisk } from '../../packages/testkit/src/fakes/faulty-disk.ts';
import { runCommand } from './run-command.ts';
import { loadRelease } from './vendor.ts';

export interface Job {
  readonly release: string;
  readonly root: string;
  readonly argv: readonly string[];
  /** Null: only count, and write the operations to `log`. */
  readonly fault: { readonly kind: 'kill'; readonly at: number } | null;
  readonly log: string;
}

const job = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Job;
const fs = faultyDisk(nodeFileSystem, job.fault, () => process.kill(process.pid, 'SIGKILL'));
const { code, stderr } = await runCommand(loadRelease(job.release), job.root, job.argv, { fs });
if (job.fault === null) writeFileSync(job.log, fs.log.join('\n'));
process.stderr.write(stderr);
process.exitCode = code;
