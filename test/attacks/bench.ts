import { fixedClock } from '@hypersync/base';
import { parseTier } from '@hypersync/manifest';
import { createFakeVendor, fakeRegistry, type FakeVendor } from '@hypersync/testkit';
import { memoryMetadataStore, openTrustedCatalog, verifyArtifact } from '@hypersync/trust';

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
  /** The code of the refusal, or `accepted` where the right answer is to go on. */
  readonly expected: string;
}

/** A vendor, a host with a clock, and one attempt to install. */
export interface Bench {
  readonly vendor: FakeVendor;
  readonly clock: ReturnType<typeof fixedClock>;
  tier: string;
  license: string | null;
  /** Called at every request that the installer makes. */
  onRequest: (path: string) => void;
  installOnce(): Promise<void>;
  overwriteTrustFile(name: string, bytes: Uint8Array): void;
}

export async function makeBench(): Promise<Bench & { attempt(): Promise<void> }> {
  const vendor = await createFakeVendor();
  const clock = fixedClock(vendor.now);
  const anchor = vendor.anchorAt(1);
  const store = memoryMetadataStore();
  const bench: Bench & { attempt(): Promise<void> } = {
    vendor,
    clock,
    tier: 'PRO',
    license: null,
    onRequest: () => {},
    installOnce: async () => bench.attempt(),
    overwriteTrustFile: (name, bytes) => void store.write(name, bytes),
    attempt: async () => {
      const tier = parseTier(bench.tier);
      const registry = fakeRegistry(vendor);
      const source = {
        fetch: async (path: string, max: number) => {
          bench.onRequest(path);
          return registry.metadata(path, max);
        },
      };
      const catalog = await openTrustedCatalog({ anchor, source, store, clock });
      const floor = bench.license === null ? 0 : 3;
      const { manifest } = await catalog.tierManifest(tier, { floor });
      for (const entry of [manifest.runtime, ...manifest.plugins]) {
        const [tarball, bundle] = [
          await registry.tarball({ name: entry.name, version: entry.version, ...entry.tarball }),
          await registry.bundle({ name: entry.name, version: entry.version, size: entry.bundle.size }),
        ];
        verifyArtifact(
          { entry, tarball, bundle },
          { policy: catalog.policy, evidence: manifest.evidence, revocations: catalog.revocations },
        );
      }
    },
  };
  return bench;
}
