import { runInstaller, type InstallerEnvironment } from '@hypersync/installer';
import { nodeFileSystem, type FileSystem, type LockFiles } from '@hypersync/store';
import { registryOf, type Release } from './vendor.ts';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One whole command of the installer on this disk. The self-test is a process of its own; here it is only its outcome. */
export async function runCommand(
  release: Release,
  root: string,
  argv: readonly string[],
  disk: { readonly fs: FileSystem; readonly locks?: LockFiles } = { fs: nodeFileSystem },
  selfTest: 'passes' | 'fails' = 'passes',
): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  const environment: InstallerEnvironment = {
    argv: [...argv, '--root', root],
    env: {},
    cwd: '/',
    stdout: { write: (text) => void (stdout += text) },
    stderr: { write: (text) => void (stderr += text) },
    clock: { now: () => release.now },
    anchor: release.anchor,
    machine: { node: process.version, cores: 64, memoryBytes: 2 ** 40, home: '/nonexistent', isAdministrator: true },
    interrupted: new AbortController().signal,
    openRegistry: async () => registryOf(release),
    spawnSelfTest: async () => {
      const ok = selfTest === 'passes';
      return { exitCode: ok ? 0 : 70, timedOut: false, stdout: JSON.stringify({ ok }), stderr: '' };
    },
    confirm: null,
    ...disk,
  };
  return { code: await runInstaller(environment), stdout, stderr };
}
