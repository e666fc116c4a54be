import { fromUtf8, toUtf8 } from '@hypersync/base';
import { issueLicense, type LicenseTerms } from '@hypersync/entitlement';
import {
  effectiveConfig,
  loadCatalog,
  tierCovers,
  type Catalog,
  type PluginEntry,
  type Revocation,
  type RuntimeEntry,
  type SignerPolicy,
  type TierId,
  type TierManifest,
} from '@hypersync/manifest';
import type { MetadataSource, TrustAnchor } from '@hypersync/trust';
import {
  makeArtifact,
  pluginFiles,
  runtimeFiles,
  type ArtifactRequest,
  type FakeArtifact,
} from './vendor-artifacts.ts';
import { fakeSigningKey, type FakeSigningKey } from './vendor-keys.ts';
import { FakeRepository, isoSeconds, type RepositoryEdit } from './vendor-repository.ts';
import { idleRuntimeSource, soloPluginSource } from './vendor-sources.ts';

export interface FakeVendorOptions {
  /** Time of the first publication, milliseconds. Default: 2030-01-01. */
  readonly now?: number;
  /** Default: core, basic, pro. */
  readonly tiers?: readonly TierId[];
  /** Mechanism ids with a plugin. Default: gossip and crdt (CORE), raft (Basic), paxos (PRO). */
  readonly mechanisms?: readonly string[];
  readonly version?: string;
  /** Text of `plugin.mjs`; default a one-node mechanism. */
  readonly plugin?: (id: string, version: string) => string;
  /** All files of the runtime package by path; default one that only passes its self-test. */
  readonly runtime?: ReadonlyMap<string, Uint8Array>;
  readonly registry?: string;
}

export interface PublishEdit extends RepositoryEdit {
  /** Changes a tier's manifest before it is signed. */
  readonly manifest?: (manifest: TierManifest, tier: TierId) => TierManifest;
  /** Changes or removes targets of the role `targets` before they are signed. */
  readonly top?: (targets: Map<string, Uint8Array>) => void;
}

/** Read once per process: forty files, and every test makes a vendor. */
let sharedCatalog: Catalog | undefined;

const BUILDER = 'https://vendor.example/builders/release';
const SOURCE = 'https://vendor.example/hypersync';

/**
 * A whole vendor in memory: keys, TUF repository, signed plugins and runtime, licenses. Nothing of it is a stand-in for
 * a check: documents are signed with real keys, and every change of a test goes through `publish`, `addPlugin` or `files`.
 */
export class FakeVendor {
  readonly repository: FakeRepository;
  readonly signingKey: FakeSigningKey = fakeSigningKey('plugins-1');
  readonly licenseKey: FakeSigningKey = fakeSigningKey('licenses-1', 'ed25519');
  readonly tiers: readonly TierId[];
  /** What the next publication offers, by mechanism id; `runtime` beside them. Replace entries to upgrade or to attack. */
  readonly offered = new Map<string, FakeArtifact>();
  /** Every version ever made, by `name@version`. */
  readonly artifacts = new Map<string, FakeArtifact>();
  readonly policy: {
    schemaVersion: 1;
    kind: 'signer-policy';
    keys: SignerPolicy['keys'][number][];
    rules: SignerPolicy['rules'][number][];
  };
  readonly revocations: Revocation[] = [];
  readonly revokedSerials: string[] = [];
  /** Paths that were fetched through `source`. */
  readonly requests: string[] = [];
  release = 0;
  readonly #options: FakeVendorOptions;
  readonly #catalog: Catalog = (sharedCatalog ??= loadCatalog());

  constructor(options: FakeVendorOptions) {
    this.#options = options;
    this.tiers = options.tiers ?? ['core', 'basic', 'pro'];
    this.repository = new FakeRepository(options.now ?? Date.parse('2030-01-01T00:00:00Z'));
    const { id, algorithm, spki } = this.signingKey;
    this.policy = {
      schemaVersion: 1,
      kind: 'signer-policy',
      keys: [{ id, algorithm, spki, revoked: false }],
      rules: [],
    };
  }

  get now(): number {
    return this.repository.now;
  }

  /** The newest root, as an installer built now would carry it. */
  get anchor(): TrustAnchor {
    return this.anchorAt(this.repository.versions['root'] ?? 1);
  }

  anchorAt(rootVersion: number, floor = 0): TrustAnchor {
    const root = this.repository.files.get(`metadata/${rootVersion}.root.json`);
    if (root === undefined) throw new Error(`the fake vendor has no root ${rootVersion}`);
    return {
      vendor: 'Example Vendor',
      root: fromUtf8(root),
      registry: this.#options.registry ?? 'http://127.0.0.1:4873',
      floor,
    };
  }

  /** Serves `repository.files`; a file beyond the limit is cut off one byte later, as an honest client would see it. */
  get source(): MetadataSource {
    return {
      fetch: async (path, maxBytes) => {
        this.requests.push(path);
        return this.repository.files.get(path)?.subarray(0, maxBytes + 1) ?? null;
      },
    };
  }

  /** Builds, signs and offers a plugin; published with the next `publish`. */
  async addPlugin(id: string, version: string, edit: Partial<ArtifactRequest> = {}): Promise<FakeArtifact> {
    const text = (this.#options.plugin ?? soloPluginSource)(id, version);
    return this.#offer(
      id,
      { name: `@hypersync/mechanism-${id}`, version, files: pluginFiles(id, version, text) },
      edit,
    );
  }

  async addRuntime(version: string, edit: Partial<ArtifactRequest> = {}): Promise<FakeArtifact> {
    const files = this.#options.runtime ?? runtimeFiles(version, idleRuntimeSource(version));
    return this.#offer('runtime', { name: '@hypersync/runtime', version, files }, edit);
  }

  async #offer(
    id: string,
    what: Pick<ArtifactRequest, 'name' | 'version' | 'files'>,
    edit: Partial<ArtifactRequest>,
  ): Promise<FakeArtifact> {
    const artifact = await makeArtifact({ ...what, key: this.signingKey, builder: BUILDER, source: SOURCE, ...edit });
    this.offered.set(id, artifact);
    this.artifacts.set(`${artifact.entry.name}@${artifact.entry.version}`, artifact);
    if (!this.policy.rules.some((rule) => rule.package === what.name)) {
      const keys = [this.signingKey.id];
      this.policy.rules.push({ package: what.name, mode: 'public-key', keys, builder: BUILDER, source: SOURCE });
    }
    return artifact;
  }

  /** Signs a new release of everything offered. */
  publish(edit: PublishEdit = {}): void {
    this.release++;
    const top = new Map<string, Uint8Array>([
      ['policy.json', json(this.policy)],
      ['license-keys.json', json(this.licenseKeys())],
      ['revocations.json', json({ schemaVersion: 1, kind: 'revocations', yanked: this.revocations })],
      ['trusted_root.json', json({ mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1' })],
    ]);
    edit.top?.(top);
    const tiers = new Map<string, ReadonlyMap<string, Uint8Array>>();
    for (const tier of this.tiers) {
      const manifest = this.manifest(tier);
      tiers.set(tier, new Map([[`${tier}/manifest.json`, json(edit.manifest?.(manifest, tier) ?? manifest)]]));
    }
    this.repository.publish({ top, tiers }, edit);
  }

  licenseKeys(): unknown {
    const x = Buffer.from(this.licenseKey.spki, 'base64').subarray(-32).toString('base64url');
    const keys = [{ kid: this.licenseKey.id, kty: 'OKP', crv: 'Ed25519', x }];
    return {
      schemaVersion: 1,
      kind: 'license-keys',
      vendor: 'Example Vendor',
      keys,
      revokedSerials: this.revokedSerials,
    };
  }

  /** The manifest of the release that is being made. */
  manifest(tier: TierId): TierManifest {
    const source = this.#catalog.tiers.find((candidate) => candidate.id === tier);
    if (source === undefined) throw new Error(`no tier ${tier}`);
    const runtime = this.offered.get('runtime');
    if (runtime === undefined) throw new Error('the fake vendor offers no runtime');
    const entry: RuntimeEntry = { ...runtime.entry, entry: 'runtime.mjs', interfaceRange: '^1.0.0', node: '>=24.15' };
    return {
      schemaVersion: 1,
      kind: 'tier-manifest',
      tier,
      title: source.title,
      release: this.release,
      issued: isoSeconds(this.now),
      maxNodes: source.maxNodes,
      support: source.support,
      evidence: source.evidence,
      runtime: entry,
      plugins: this.#pluginsOf(tier),
    };
  }

  #pluginsOf(tier: TierId): readonly PluginEntry[] {
    const entries: PluginEntry[] = [];
    for (const mechanism of this.#catalog.mechanisms) {
      const artifact = this.offered.get(mechanism.id);
      if (artifact === undefined || !tierCovers(tier, mechanism.firstTier)) continue;
      const { id, title, guarantee, weight, firstTier, profile } = mechanism;
      entries.push({
        ...artifact.entry,
        mechanism: { id, title, guarantee, weight, firstTier },
        interfaceVersion: '1.0.0',
        profile,
        config: effectiveConfig(this.#catalog, tier, id),
      });
    }
    return entries.sort((a, b) => (a.mechanism.id < b.mechanism.id ? -1 : 1));
  }

  /** A license, valid for a year from the vendor's time unless told otherwise. */
  async license(tier: TierId, terms: Partial<LicenseTerms> = {}): Promise<string> {
    const signer = { kid: this.licenseKey.id, sign: async (message: Uint8Array) => this.licenseKey.sign(message) };
    const whole: LicenseTerms = {
      vendor: 'Example Vendor',
      customer: 'Example Customer',
      serial: 'L-0001',
      tier,
      nodes: 0,
      issuedAt: this.now,
      notBefore: this.now,
      expires: this.now + 365 * 86_400_000,
      graceDays: 14,
      sequence: 1,
      floor: 0,
      ...terms,
    };
    return issueLicense(whole, signer);
  }
}

/** A vendor with one release published. */
export async function createFakeVendor(options: FakeVendorOptions = {}): Promise<FakeVendor> {
  const vendor = new FakeVendor(options);
  const version = options.version ?? '1.0.0';
  await vendor.addRuntime(version);
  for (const id of options.mechanisms ?? ['gossip', 'crdt', 'raft', 'paxos']) await vendor.addPlugin(id, version);
  vendor.publish();
  return vendor;
}

function json(value: unknown): Uint8Array {
  return toUtf8(JSON.stringify(value));
}
