import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorFrom, type fixedClock } from '@hypersync/base';
import { openRegistry, type Patience } from '@hypersync/registry-client';
import { nodeFileSystem, nodeLockFiles, type FileSystem } from '@hypersync/store';
import { createFakeVendor, fakeRegistry, type FakeVendor } from '@hypersync/testkit';
import { Host, ROOT, type Run } from '../../installer/test/fixture.ts';
import { bytesAt } from '../../installer/test/vendor-server.ts';
import { serve, type Handler, type TestServer } from '../../packages/registry-client/test/servers.ts';

/** One row of the attack list (D1 to D4): one or several cases, each with the outcome that the row demands. */
export interface AttackRow {
  readonly id: string;
  readonly name: string;
  readonly cases: readonly AttackCase[];
}

export interface AttackCase {
  readonly label: string;
  /** `installed`: the host has installed the honest release once before the attack. Default: a fresh host. */
  readonly before?: 'fresh' | 'installed';
  /** What the attacker does. */
  readonly arrange?: (bench: Bench) => unknown;
  /** The command under attack; default `--tier PRO` with a PRO license. */
  readonly command?: (bench: Bench) => Promise<Run>;
  /** The code of the refusal, or `accepted` where the right answer is to go on. */
  readonly expected: string;
  /** Words of the refusal, where another protection would give the same code for the same input. */
  readonly saying?: RegExp;
  /** `current`: the command may write, but must leave the generation that was in place. Default: nothing may change. */
  readonly leaves?: 'everything' | 'current';
  /** What must hold beside the outcome; throws where it does not. */
  readonly check?: (bench: Bench, run: Run) => unknown;
}

/** Answers a request itself, or leaves it to the honest vendor with false. */
export type Tamper = (...exchange: Parameters<Handler>) => boolean;

/** A vendor, and a host (disk in memory) on which the real installer runs. */
export class Bench {
  readonly vendor: FakeVendor;
  readonly host: Host;
  tier = 'PRO';
  license: string | null = null;
  /** Words added to the default command. */
  readonly extra: string[] = [];
  root = ROOT;
  /** Called at every request for trust metadata. */
  onRequest: (path: string) => void = () => {};
  readonly folder = mkdtempSync(join(tmpdir(), 'hypersync-attack-'));
  readonly #closing: (() => unknown)[] = [];

  private constructor(vendor: FakeVendor) {
    this.vendor = vendor;
    this.host = new Host(vendor);
    const anchor = vendor.anchorAt(1);
    this.host.overrides = { anchor };
    this.host.registry = () => {
      const honest = fakeRegistry(vendor);
      const metadata = (path: string, maxBytes: number): Promise<Uint8Array | null> => {
        this.onRequest(path);
        return honest.metadata(path, maxBytes);
      };
      return { ...honest, metadata };
    };
  }

  static async create(): Promise<Bench> {
    const vendor = await createFakeVendor();
    return new Bench(vendor);
  }

  get clock(): ReturnType<typeof fixedClock> {
    return this.host.clock;
  }

  /** The disk that the installer works on, without the faults that a case puts between. */
  get fs(): FileSystem {
    return this.root === ROOT ? this.host.disk : nodeFileSystem;
  }

  async close(): Promise<void> {
    for (const close of this.#closing.reverse()) await close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async installOnce(): Promise<void> {
    const run = await this.install();
    if (run.code !== 0) throw new Error(`the honest release was refused:\n${run.stderr}${run.stdout}`);
  }

  async install(): Promise<Run> {
    const path = join(this.folder, 'license.jwt');
    writeFileSync(path, this.license ?? (await this.vendor.license('pro')), { mode: 0o600 });
    return this.host.json('--tier', this.tier, '--license', path, ...this.extra);
  }

  /** Whatever was opened for a case is closed after it. */
  closing(close: () => unknown): void {
    this.#closing.push(close);
  }

  /** From now on the vendor is a web server on this machine, reached by the real registry client. */
  async online(tamper: Tamper = () => false, patience?: Patience): Promise<TestServer> {
    const server = await serve((request, response) => {
      if (tamper(request, response)) return;
      const bytes = bytesAt(this.vendor, decodeURIComponent(request.url ?? '').slice(1));
      response.writeHead(bytes === null ? 404 : 200, { 'content-length': bytes?.length ?? 0 });
      response.end(bytes ?? undefined);
    });
    this.closing(() => server[Symbol.asyncDispose]());
    this.reach(server.address, patience);
    return server;
  }

  /** The real registry client against this address; only the pauses between its attempts are left out. */
  reach(address: string, patience?: Patience): void {
    this.extra.push('--registry', address);
    this.host.overrides = {
      ...this.host.overrides,
      openRegistry: (options, unpack) =>
        openRegistry(
          {
            ...options,
            // The host's disk is in memory; partial downloads of the real client are not.
            partials: options.partials === null ? null : join(this.folder, 'partial'),
            wait: async () => undefined,
            ...(patience === undefined ? {} : { patience }),
          },
          unpack,
        ),
    };
  }

  /** Instead of the disk in memory. */
  useRealDisk(): void {
    this.root = join(this.folder, 'root');
    this.extra.push('--root', this.root);
    this.host.overrides = { ...this.host.overrides, fs: nodeFileSystem, locks: nodeLockFiles };
  }

  overwriteTrustFile(name: string, bytes: Uint8Array): void {
    const { disk } = this.host;
    const files = disk.readDirectory(`${ROOT}/trust`).filter((file) => file.includes(name));
    if (files.length === 0) throw new Error(`no ${name} in the trust folder`);
    for (const file of files) {
      disk.remove(`${ROOT}/trust/${file}`);
      disk.writeFile(`${ROOT}/trust/${file}`, bytes, 0o644);
    }
  }

  /** Where `current` leads; null where nothing is installed. */
  get current(): string | null {
    const path = `${this.root}/current`;
    return this.fs.stat(path) === null ? null : this.fs.readLink(path);
  }

  /** What must not change when a command refuses: trees, generations, current. */
  installation(): readonly string[] {
    const { fs: disk, root } = this;
    const below = (path: string): string[] => {
      const stat = disk.stat(path);
      if (stat === null) return [];
      if (stat.kind === 'symlink') return [`${path} -> ${disk.readLink(path)}`];
      if (stat.kind === 'file') return [`${path} ${Buffer.from(disk.readFile(path, 1e9)).toString('base64url')}`];
      return [path, ...disk.readDirectory(path).flatMap((name) => below(`${path}/${name}`))];
    };
    // Empty folders of the layout are no content.
    return ['store', 'generations', 'current']
      .flatMap((name) => below(`${root}/${name}`))
      .filter((line) => !/\/(store|generations)$/.test(line));
  }
}

/** For what must hold beside the outcome. */
export function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

/** A step outside the installer, judged as if it were a command: its error is its exit. */
export async function asRun(work: () => unknown): Promise<Run> {
  try {
    await work();
    return { code: 0, stdout: '', stderr: '', json: null };
  } catch (thrown) {
    const error = errorFrom(thrown);
    return { code: error.exitCode, stdout: '', stderr: error.message, json: { error } };
  }
}

/** `accepted`, or the code of the refusal. */
export function outcomeOf(run: Run): string {
  if (run.code === 0) return 'accepted';
  const { error } = (run.json ?? {}) as { error?: { code?: string } };
  return error?.code ?? `exit ${run.code} without a code: ${run.stderr}`;
}
