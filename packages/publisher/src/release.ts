import { join } from 'node:path';
import { canonicalJson, fromUtf8, HyperSyncError, LIMITS, sha512Hex, toUtf8, type JsonObject } from '@hypersync/base';
import type { Catalog, SignerPolicy } from '@hypersync/manifest';
import type { MetaFile, Targets } from '@tufjs/models';
import type { CatalogState } from './catalog-state.ts';
import { readBounded } from './durable-files.ts';
import type { KeyRecord, KeyRole, Keyring } from './keyring.ts';
import type { Signer } from './signer.ts';
import { tierContents, tierManifest } from './tier-manifests.ts';
import {
  delegationsTo,
  metaOf,
  needsRenewal,
  signDocument,
  snapshotDocument,
  targetsDocument,
  timestampDocument,
  type TufHeads,
} from './tuf-author.ts';
import type { TreeFile } from './tree-transaction.ts';
import type { VendorFacts } from './workspace.ts';

export interface ReleaseRequest {
  readonly tree: string;
  readonly vendor: VendorFacts;
  readonly catalog: Catalog;
  readonly keyring: Keyring;
  readonly heads: TufHeads;
  /** `release` still as before; the result says whether it grew. */
  readonly state: CatalogState;
  readonly now: number;
  /** Roles that are signed again although nothing else changed, with the keys that sign beside the active ones (overlap). */
  readonly resign: ReadonlyMap<KeyRole, readonly Signer[]>;
}

export interface Release {
  readonly state: CatalogState;
  /** TUF targets and metadata that are new; the timestamp is last. Empty when nothing changed. */
  readonly files: readonly TreeFile[];
}

/** Derives signed metadata from the state: only what changed, runs out, or has to be signed again gets a new version. */
export async function makeRelease(request: ReleaseRequest): Promise<Release> {
  const manifests = nextManifests(request);
  const state = { ...request.state, release: manifests.release };
  const files: TreeFile[] = [];
  const meta: Record<string, MetaFile> = { ...request.heads.snapshot?.meta };
  for (const [slug, bytes] of manifests.byTier) await addTier(request, slug, bytes, files, meta);
  await addTargets(request, state, [...manifests.byTier.keys()], files, meta);
  await addOnline(request, files, meta);
  return { state, files };
}

/** The release counter that `makeRelease` would arrive at; needs no key. */
export function nextRelease(request: ReleaseRequest): number {
  return nextManifests(request).release;
}

interface Manifests {
  readonly release: number;
  /** Slug to bytes; what did not change keeps its bytes. */
  readonly byTier: ReadonlyMap<string, Uint8Array>;
}

/** One counter for all tiers: when any tier changes, all get manifests of the new release. */
function nextManifests(request: ReleaseRequest): Manifests {
  const { heads, state, catalog, now, tree } = request;
  const contents = tierContents(state, catalog).filter(
    ({ tier, missing }) => missing.length === 0 || heads.tiers.has(tier.id),
  );
  const old = new Map<string, Uint8Array>();
  let changed = false;
  for (const content of contents) {
    const next = tierManifest(content, catalog, state.release, now);
    const bytes = publishedManifest(tree, content.tier.id, heads.tiers.get(content.tier.id));
    if (next === null)
      throw new HyperSyncError('HS-1710', `The published tier ${content.tier.id} has lost its runtime.`);
    if (bytes !== null) old.set(content.tier.id, bytes);
    if (bytes === null || essence(JSON.parse(fromUtf8(bytes))) !== essence(next)) changed = true;
  }
  if (!changed) return { release: state.release, byTier: old };
  const release = state.release + 1;
  const made = contents.map(
    (content) => [content.tier.id, toUtf8(JSON.stringify(tierManifest(content, catalog, release, now)))] as const,
  );
  return { release, byTier: new Map(made) };
}

/** A manifest without what changes in every release, whatever the order of its keys. */
function essence(manifest: object): string {
  return canonicalJson({ ...manifest, release: 0, issued: '' });
}

function publishedManifest(tree: string, slug: string, role: Targets | undefined): Uint8Array | null {
  const listed = role?.targets[`${slug}/manifest.json`];
  if (listed === undefined) return null;
  const path = join(tree, 'tuf', 'targets', slug, `${listed.hashes['sha512']}.manifest.json`);
  const bytes = readBounded(path, LIMITS.manifestBytes);
  if (bytes === null) throw new HyperSyncError('HS-1710', `${path} is missing.`);
  return bytes;
}

async function addTier(
  request: ReleaseRequest,
  slug: string,
  bytes: Uint8Array,
  files: TreeFile[],
  meta: Record<string, MetaFile>,
): Promise<void> {
  const { heads, keyring, now, resign } = request;
  const role = `tier-${slug}` as KeyRole;
  const old = heads.tiers.get(slug);
  const listed = old?.targets[`${slug}/manifest.json`]?.hashes['sha512'];
  if (old !== undefined && listed === sha512Hex(bytes) && !needsRenewal(old, 'tier', now) && !resign.has(role)) return;
  const version = (old?.version ?? 0) + 1;
  const document = targetsDocument(version, new Map([[`${slug}/manifest.json`, bytes]]), 'tier', now);
  const signed = await signDocument(document, [...keyring.signersOf(role), ...(resign.get(role) ?? [])]);
  files.push({ path: `tuf/targets/${slug}/${sha512Hex(bytes)}.manifest.json`, bytes });
  files.push({ path: `tuf/metadata/${version}.${role}.json`, bytes: signed });
  meta[`${role}.json`] = metaOf(version, signed);
}

async function addTargets(
  request: ReleaseRequest,
  state: CatalogState,
  slugs: readonly string[],
  files: TreeFile[],
  meta: Record<string, MetaFile>,
): Promise<void> {
  const { heads, keyring, now, resign } = request;
  const top = topTargets(request, state);
  const delegations = delegationsTo(slugs, keyring.records);
  const old = heads.targets;
  const same =
    old !== null &&
    [...top].every(([path, bytes]) => old.targets[path]?.hashes['sha512'] === sha512Hex(bytes)) &&
    JSON.stringify(old.delegations?.toJSON()) === JSON.stringify(delegations.toJSON());
  if (same && !needsRenewal(old, 'targets', now) && !resign.has('targets')) return;
  const version = (old?.version ?? 0) + 1;
  const document = targetsDocument(version, top, 'targets', now, delegations);
  const signed = await signDocument(document, [...keyring.signersOf('targets'), ...(resign.get('targets') ?? [])]);
  for (const [path, bytes] of top) files.push({ path: `tuf/targets/${sha512Hex(bytes)}.${path}`, bytes });
  files.push({ path: `tuf/metadata/${version}.targets.json`, bytes: signed });
  meta['targets.json'] = metaOf(version, signed);
}

async function addOnline(request: ReleaseRequest, files: TreeFile[], meta: Record<string, MetaFile>): Promise<void> {
  const { heads, keyring, now, resign } = request;
  const oldSnapshot = heads.snapshot;
  let snapshotMeta = heads.timestamp?.snapshotMeta;
  const renewSnapshot = oldSnapshot === null || needsRenewal(oldSnapshot, 'snapshot', now) || resign.has('snapshot');
  if (files.length > 0 || renewSnapshot) {
    const version = (oldSnapshot?.version ?? 0) + 1;
    const signers = [...keyring.signersOf('snapshot'), ...(resign.get('snapshot') ?? [])];
    const bytes = await signDocument(snapshotDocument(version, meta, now), signers);
    files.push({ path: `tuf/metadata/${version}.snapshot.json`, bytes });
    snapshotMeta = metaOf(version, bytes);
  }
  const old = heads.timestamp;
  const renew = old === null || needsRenewal(old, 'timestamp', now) || resign.has('timestamp');
  if ((files.length === 0 && !renew) || snapshotMeta === undefined) return;
  const signers = [...keyring.signersOf('timestamp'), ...(resign.get('timestamp') ?? [])];
  const bytes = await signDocument(timestampDocument((old?.version ?? 0) + 1, snapshotMeta, now), signers);
  files.push({ path: 'tuf/metadata/timestamp.json', bytes });
}

function topTargets(request: ReleaseRequest, state: CatalogState): ReadonlyMap<string, Uint8Array> {
  const { vendor, keyring } = request;
  const revocations = { schemaVersion: 1, kind: 'revocations', yanked: state.yanked };
  const trustedRoot = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [],
    certificateAuthorities: [],
    ctlogs: [],
    timestampAuthorities: [],
  };
  return new Map([
    ['license-keys.json', json(licenseKeys(vendor, keyring.records, state.revokedSerials))],
    ['policy.json', json(signerPolicy(vendor, keyring.records, state))],
    ['revocations.json', json(revocations)],
    ['trusted_root.json', json(trustedRoot)],
  ]);
}

/** One rule per package ever published; keys that are accepted verify what they signed before their rotation. */
export function signerPolicy(vendor: VendorFacts, records: readonly KeyRecord[], state: CatalogState): SignerPolicy {
  const signing = records.filter((record) => record.role === 'plugins');
  const usable = signing.filter((record) => record.state !== 'revoked').map((record) => record.id);
  return {
    schemaVersion: 1,
    kind: 'signer-policy',
    keys: signing.map(({ id, spki, state }) => ({
      id,
      algorithm: 'ecdsa-p256-sha256',
      spki,
      revoked: state === 'revoked',
    })),
    rules: Object.keys(state.packages)
      .sort()
      .map((name) => ({
        package: name,
        mode: 'public-key',
        keys: usable,
        builder: vendor.builder,
        source: vendor.source,
      })),
  };
}

export function licenseKeys(
  vendor: VendorFacts,
  records: readonly KeyRecord[],
  revokedSerials: readonly string[],
): JsonObject {
  const keys = records
    .filter((record) => record.role === 'licenses' && record.state !== 'revoked')
    .map(({ id, spki }) => ({
      kid: id,
      kty: 'OKP',
      crv: 'Ed25519',
      x: Buffer.from(spki, 'base64').subarray(-32).toString('base64url'),
    }));
  return { schemaVersion: 1, kind: 'license-keys', vendor: vendor.vendor, keys, revokedSerials };
}

function json(value: unknown): Uint8Array {
  return toUtf8(JSON.stringify(value));
}
