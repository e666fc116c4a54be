import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixedClock } from '@hypersync/base';
import { loadGeneration, nodeFileSystem } from '@hypersync/store';
import { createFakeVendor, installFake, soloPluginSource } from '@hypersync/testkit';
import { memoryMetadataStore, openTrustedCatalog, verifyArtifact } from '@hypersync/trust';
import { median, type BenchmarkRow } from './result.ts';

const PRO = [
  'gossip',
  'vector-clock',
  'crdt',
  'merkle-tree',
  'simple-bft',
  'quorum',
  'raft',
  'paxos',
  'proof-of-stake',
];
const ROUNDS = 30;

/** What checking costs: one plugin at installation, and all nine again at every start of the host. */
export async function verificationRows(): Promise<readonly BenchmarkRow[]> {
  // Comments of the size that real plugins have; incompressible enough not to flatter the archive.
  const padding = Array.from({ length: 60_000 }, (_, index) => String.fromCharCode(97 + ((index * 7919) % 26))).join(
    '',
  );
  const vendor = await createFakeVendor({
    mechanisms: PRO,
    plugin: (id, version) => `${soloPluginSource(id, version)}\n// ${padding}\n`,
  });
  const catalog = await openTrustedCatalog({
    anchor: vendor.anchor,
    source: vendor.source,
    store: memoryMetadataStore(),
    clock: fixedClock(vendor.now),
  });
  const { manifest } = await catalog.tierManifest('pro');
  const rules = { policy: catalog.policy, evidence: manifest.evidence, revocations: catalog.revocations };
  const single = time(() => {
    for (const entry of manifest.plugins) {
      const artifact = vendor.artifacts.get(`${entry.name}@${entry.version}`);
      if (artifact === undefined) throw new TypeError(`the vendor lost ${entry.name}`);
      verifyArtifact({ entry, tarball: artifact.tarball, bundle: artifact.bundle }, rules);
    }
  });
  const root = mkdtempSync(join(tmpdir(), 'hypersync-bench-'));
  try {
    await installFake(vendor, 'pro', root);
    const loads: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const start = performance.now();
      await loadGeneration({ root, anchor: vendor.anchor, fs: nodeFileSystem });
      if (round > 0) loads.push(performance.now() - start);
    }
    const load = median(loads);
    return [
      row('one plugin: digests, signature, statement', single / manifest.plugins.length, null),
      row('nine plugins and runtime at load, from the anchor down', load, { words: 'below 50 ms', met: load < 50 }),
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function row(what: string, ours: number, budget: BenchmarkRow['budget']): BenchmarkRow {
  return { group: 'verify', what, unit: 'ms', ours, peer: null, budget };
}

function time(body: () => void): number {
  const samples: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const start = performance.now();
    body();
    if (round > 0) samples.push(performance.now() - start);
  }
  return median(samples);
}
