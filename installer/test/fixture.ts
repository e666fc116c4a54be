import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixedClock } from '@hypersync/base';
import { runInstaller, spawnSelfTest, type InstallerEnvironment, type SelfTestOutcome } from '@hypersync/installer';
import type { Registry, RegistryOptions } from '@hypersync/registry-client';
import { nodeFileSystem } from '@hypersync/store';
import { fakeRegistry, MemoryDisk, memoryLockFiles, type FakeVendor } from '@hypersync/testkit';

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The JSON on stdout. */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any;
}

export const passed: SelfTestOutcome = { exitCode: 0, timedOut: false, stdout: '{"ok":true}', stderr: '' };
export const failed: SelfTestOutcome = {
  exitCode: 70,
  timedOut: false,
  stdout: '{"ok":false,"error":{"message":"raft decided nothing"}}',
  stderr: '',
};

/** One host in memory: a disk, a clock, and the vendor's registry at its door. */
export class Host {
  disk = new MemoryDisk();
  readonly clock;
  readonly vendor: FakeVendor;
  selfTest: (request: { runtime: string; root: string }) => SelfTestOutcome | Promise<SelfTestOutcome> = () => passed;
  /** What the next runs use instead of the defaults. */
  overrides: Partial<InstallerEnvironment> = {};
  registry: (options: RegistryOptions) => Registry;
  readonly opened: RegistryOptions[] = [];

  constructor(vendor: FakeVendor) {
    this.vendor = vendor;
    this.clock = fixedClock(vendor.now);
    this.registry = () => fakeRegistry(vendor);
    this.disk.makeDirectory('/tmp', 0o777);
  }

  file(path: string, text: string): string {
    if (this.disk.stat(path) !== null) this.disk.remove(path);
    this.disk.writeFile(path, new TextEncoder().encode(text), 0o644);
    return path;
  }

  async run(...argv: string[]): Promise<Run> {
    const out: string[] = [];
    const err: string[] = [];
    const code = await runInstaller({
      argv,
      env: {},
      cwd: '/tmp',
      stdout: { write: (text) => out.push(text) },
      stderr: { write: (text) => err.push(text) },
      fs: this.disk,
      clock: this.clock,
      anchor: this.vendor.anchor,
      machine: { node: 'v24.21.0', cores: 64, memoryBytes: 2 ** 40, home: '/home/u', isAdministrator: true },
      interrupted: new AbortController().signal,
      openRegistry: async (options) => {
        this.opened.push(options);
        return this.registry(options);
      },
      spawnSelfTest: async (request) => this.selfTest(request),
      confirm: null,
      locks: memoryLockFiles(),
      ...this.overrides,
    });
    const stdout = out.join('');
    let json: unknown = null;
    try {
      json = JSON.parse(stdout);
    } catch {
      // Text.
    }
    return { code, stdout, stderr: err.join(''), json };
  }

  /** The same, as JSON. */
  json(...argv: string[]): Promise<Run> {
    return this.run(...argv, '--output', 'json');
  }

  get current(): string | null {
    return this.disk.stat('/var/lib/hypersync/current') === null
      ? null
      : this.disk.readLink('/var/lib/hypersync/current');
  }
}

export const ROOT = '/var/lib/hypersync';

/** A root on the real disk, for real processes. */
export function realRoot(): { root: string; environment: Partial<InstallerEnvironment> } {
  const root = join(mkdtempSync(join(tmpdir(), 'hyper install ')), 'root');
  return { root, environment: { fs: nodeFileSystem, spawnSelfTest } };
}
