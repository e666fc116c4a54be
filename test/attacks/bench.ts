import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { fixedClock } from '@hypersync/base';
import { createFakeVendor, fakeRegistry, type FakeVendor } from '@hypersync/testkit';
import { Host, ROOT, type Run } from '../../installer/test/fixture.ts';

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
  readonly arrange: (bench: Bench) => unknown;
  /** The command under attack; default `--tier PRO` with a PRO license. */
  readonly command?: (bench: Bench) => Promise<Run>;
  /** The code of the refusal, or `accepted` where the right answer is to go on. */
  readonly expected: string;
}

/** A vendor, and a host (disk in memory) on which the real installer runs. */
export class Bench {
  readonly vendor: FakeVendor;
  readonly host: Host;
  tier = 'PRO';
  license: string | null = null;
  /** Called at every request for trust metadata. */
  onRequest: (path: string) => void = () => {};
  readonly #folder = mkdtempSync(join(tmpdir(), 'hypersync-attack-'));

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

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async installOnce(): Promise<void> {
    const run = await this.install();
    if (run.code !== 0) throw new Error(`the honest release was refused:\n${run.stderr}${run.stdout}`);
  }

  async install(): Promise<Run> {
    const path = join(this.#folder, 'license.jwt');
    writeFileSync(path, this.license ?? (await this.vendor.license('pro')), { mode: 0o600 });
    return this.host.json('--tier', this.tier, '--license', path);
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

  /** What must not change when a command refuses: trees, generations, current. */
  installation(): readonly string[] {
    const { disk } = this.host;
    const below = (path: string): string[] => {
      const stat = disk.stat(path);
      if (stat === null) return [];
      if (stat.kind === 'symlink') return [`${path} -> ${disk.readLink(path)}`];
      if (stat.kind === 'file') return [`${path} ${Buffer.from(disk.readFile(path, 1e9)).toString('base64url')}`];
      return [path, ...disk.readDirectory(path).flatMap((name) => below(`${path}/${name}`))];
    };
    // Empty folders of the layout are no content.
    return ['store', 'generations', 'current']
      .flatMap((name) => below(`${ROOT}/${name}`))
      .filter((line) => !/\/(store|generations)$/.test(line));
  }
}

/** `accepted`, or the code of the refusal. */
export function outcomeOf(run: Run): string {
  if (run.code === 0) return 'accepted';
  const { error } = (run.json ?? {}) as { error?: { code?: string } };
  return error?.code ?? `exit ${run.code} without a code: ${run.stderr}`;
}
