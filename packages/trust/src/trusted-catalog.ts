import { HyperSyncError, LIMITS, sha512Hex, type Clock } from '@hypersync/base';
import {
  parseRevocationList,
  parseSignerPolicy,
  parseTierManifest,
  tierName,
  TIERS,
  type RevocationList,
  type SignerPolicy,
  type TierId,
  type TierManifest,
} from '@hypersync/manifest';
import type { Metadata, Root, Targets } from '@tufjs/models';
import type { TrustAnchor } from './anchor.ts';
import { loadTargets, runWorkflow, type Accepted, type TrustedState } from './client-workflow.ts';
import { readMemory, writeMemory, type Memory } from './memory.ts';
import type { MetadataSource, MetadataStore } from './metadata-store.ts';
import { refusing } from './refusal.ts';
import { replayRoots, rootsBefore } from './root-chain.ts';
import { keptSupply, liveSupply, type Supply } from './supply.ts';
import { checkSignatures, listingOf, malformed, parseRole, type RoleKind } from './tuf-documents.ts';

declare const verifiedManifest: unique symbol;

/** A tier manifest whose bytes a chain from the anchor signed. */
export interface VerifiedTierManifest {
  readonly [verifiedManifest]: true;
  readonly manifest: TierManifest;
  readonly bytes: Uint8Array;
  readonly sha512: string;
  /** The delegated role and its version, and the root version that was in force. */
  readonly role: string;
  readonly roleVersion: number;
  readonly rootVersion: number;
}

/** One refreshed, consistent, signed state of the vendor's catalog. */
export interface TrustedCatalog {
  readonly rootVersion: number;
  readonly policy: SignerPolicy;
  readonly revocations: RevocationList;
  /** Raw, verified bytes of `license-keys.json`; the entitlement room reads them. */
  readonly licenseKeys: Uint8Array;
  /** Newest time that accepted metadata states, milliseconds; 0 where none does. A clock before it is suspect. */
  readonly latestSignedTime: number;
  /** Tiers that the vendor publishes, smallest first. */
  readonly tiers: readonly TierId[];
  /**
   * Throws HS-12xx; HS-1209 where the vendor publishes no such tier, HS-1219 below a floor. `floor` is the customer's
   * own lowest acceptable release counter (from the license); the anchor's and the remembered one hold anyway.
   */
  tierManifest(tier: TierId, options?: { readonly floor?: number }): Promise<VerifiedTierManifest>;
  /** Every metadata file and target seen so far, by flat name: what a generation keeps so that it can be verified again. */
  files(): ReadonlyMap<string, Uint8Array>;
}

/** Replays the root from the anchor, refreshes, checks floors, remembers. Fixed start time (TUF 5.1). */
export async function openTrustedCatalog(options: {
  anchor: TrustAnchor;
  source: MetadataSource;
  store: MetadataStore;
  clock: Clock;
}): Promise<TrustedCatalog> {
  const { anchor, store } = options;
  const now = options.clock.now();
  const supply = liveSupply(options.source, store);
  const chain = await replayRoots(anchor, supply.nextRoot);
  const before = await recallFor(chain.root, store);
  if (chain.root.signed.version < before.rootVersion) {
    throw new HyperSyncError(
      'HS-1204',
      `Only root ${chain.root.signed.version} can be reached, but this host has accepted root ${before.rootVersion}.`,
    );
  }
  // A clock that was set back must not make expired metadata fresh (T17, L04).
  const reference = Math.max(now, before.signedTime);
  const state = await runWorkflow(chain, supply, await acceptedBefore(chain.root, store), reference);
  const signedTime = Math.max(before.signedTime, signedTimeOf(state));
  let memory: Memory = {
    ...before,
    rootVersion: chain.root.signed.version,
    onlineKeys: onlineKeysOf(chain.root),
    signedTime,
  };
  await writeMemory(store, memory);
  return catalogOf({
    anchor,
    state,
    supply,
    reference,
    signedTime,
    memory: () => memory,
    remember: async (tier, release, keys) => {
      memory = { ...memory, releases: { ...memory.releases, [tier]: { release, keys } } };
      await writeMemory(store, memory);
    },
  });
}

/** The same from files kept in a generation: every signature and revocation is checked again, freshness is not. */
export async function openStoredCatalog(options: {
  anchor: TrustAnchor;
  files: ReadonlyMap<string, Uint8Array>;
}): Promise<TrustedCatalog> {
  const supply = keptSupply(options.files);
  const chain = await replayRoots(options.anchor, supply.nextRoot);
  const state = await runWorkflow(chain, supply, { timestamp: null, snapshot: null }, null);
  const signedTime = signedTimeOf(state);
  return catalogOf({
    anchor: options.anchor,
    state,
    supply,
    reference: null,
    signedTime,
    memory: () => null,
    remember: async () => {},
  });
}

interface CatalogParts {
  readonly anchor: TrustAnchor;
  readonly state: TrustedState;
  readonly supply: Supply;
  readonly reference: number | null;
  readonly signedTime: number;
  readonly memory: () => Memory | null;
  readonly remember: (tier: TierId, release: number, keys: readonly string[]) => Promise<void>;
}

async function catalogOf(parts: CatalogParts): Promise<TrustedCatalog> {
  const { state, supply, signedTime } = parts;
  const { targets, files } = state;
  for (const [name, bytes] of await rootsBefore(state.chain, (version) => supply.earlierRoot(version))) {
    await supply.keep(name, bytes);
    files.set(name, bytes);
  }
  const [policy, licenseKeys, revocations] = await Promise.all([
    loadTarget(targets, 'policy.json', 'policy.json', LIMITS.policyBytes, supply, files),
    loadTarget(targets, 'license-keys.json', 'license-keys.json', LIMITS.policyBytes, supply, files),
    loadTarget(targets, 'revocations.json', 'revocations.json', LIMITS.manifestBytes, supply, files),
  ]);
  const roles = targets.signed.delegations?.roles ?? {};
  return {
    rootVersion: state.chain.root.signed.version,
    policy: refusing('HS-1210', 'policy.json', () => parseSignerPolicy(policy, 'policy.json')),
    revocations: refusing('HS-1210', 'revocations.json', () => parseRevocationList(revocations, 'revocations.json')),
    licenseKeys,
    latestSignedTime: signedTime,
    tiers: TIERS.filter((tier) => Object.hasOwn(roles, `tier-${tier}`)),
    tierManifest: (tier, options) => loadTierManifest(parts, tier, options?.floor ?? 0),
    files: () => new Map(files),
  };
}

async function loadTierManifest(parts: CatalogParts, tier: TierId, floor: number): Promise<VerifiedTierManifest> {
  const { state, supply, reference } = parts;
  const role = `tier-${tier}`;
  const roles = state.targets.signed.delegations?.roles ?? {};
  const delegation = Object.hasOwn(roles, role) ? roles[role] : undefined;
  if (delegation === undefined) {
    const published = TIERS.filter((known) => Object.hasOwn(roles, `tier-${known}`)).map(tierName);
    throw new HyperSyncError('HS-1209', `The vendor does not publish the tier ${tierName(tier)}.`, {
      hint: `Published tiers: ${published.join(', ') || 'none'}.`,
      details: { tier, published },
    });
  }
  const document = await loadTargets(state.targets, state.snapshot, role, supply, reference, state.files);
  const path = `${tier}/manifest.json`;
  const strangers = Object.keys(document.signed.targets).filter((listed) => listed !== path);
  if (strangers.length > 0) throw malformed(`${role}.json`, `lists ${strangers[0]}; only ${path} is its own`);
  if (document.signed.delegations !== undefined) throw malformed(`${role}.json`, 'delegates further');
  const bytes = await loadTarget(document, path, `${tier}.manifest.json`, LIMITS.manifestBytes, supply, state.files);
  const manifest = refusing('HS-1210', path, () => parseTierManifest(bytes, path));
  if (manifest.tier !== tier) throw malformed(path, `is the manifest of ${manifest.tier}`);
  const remembered = parts.memory()?.releases[tier];
  const known = remembered !== undefined && sameKeys(remembered.keys, delegation.keyIDs) ? remembered.release : 0;
  checkFloor(manifest, Math.max(parts.anchor.floor, floor, known));
  if (manifest.release > known) await parts.remember(tier, manifest.release, delegation.keyIDs);
  return brandManifest({
    manifest,
    bytes,
    sha512: sha512Hex(bytes),
    role,
    roleVersion: document.signed.version,
    rootVersion: state.chain.root.signed.version,
  });
}

/** Attack T33: an older valid set, where nothing on this host remembers the newer one. */
function checkFloor(manifest: TierManifest, floor: number): void {
  if (manifest.release >= floor) return;
  throw new HyperSyncError(
    'HS-1219',
    `The manifest of ${tierName(manifest.tier)} is release ${manifest.release}; at least ${floor} is needed.`,
    {
      details: { tier: manifest.tier, release: manifest.release, floor },
    },
  );
}

/** TUF 5.7, with the name of a consistent snapshot. */
async function loadTarget(
  role: Metadata<Targets>,
  path: string,
  flat: string,
  maxBytes: number,
  supply: Supply,
  files: Map<string, Uint8Array>,
): Promise<Uint8Array> {
  const target = Object.hasOwn(role.signed.targets, path) ? role.signed.targets[path] : undefined;
  if (target === undefined) throw new HyperSyncError('HS-1208', `No signed role lists the target ${path}.`);
  const listing = listingOf(target, path);
  const cut = path.lastIndexOf('/') + 1;
  const consistent = `targets/${path.slice(0, cut)}${listing.sha512}.${path.slice(cut)}`;
  const bytes = await supply.listed({ flat, path: consistent, listing, maxBytes });
  await supply.keep(flat, bytes);
  files.set(flat, bytes);
  return bytes;
}

/** TUF 5.3.11: once an online key was rotated, what the old keys signed binds no more (recovery from fast-forward, T16). */
async function recallFor(root: Metadata<Root>, store: MetadataStore): Promise<Memory> {
  const memory = await readMemory(store);
  if (memory.onlineKeys.length === 0 || sameKeys(memory.onlineKeys, onlineKeysOf(root))) return memory;
  await store.remove('timestamp.json');
  await store.remove('snapshot.json');
  return { ...memory, signedTime: 0 };
}

/** Stored timestamp and snapshot, where the current root still vouches for them; expiry does not matter (T18). */
async function acceptedBefore(root: Metadata<Root>, store: MetadataStore): Promise<Accepted> {
  const [timestamp, snapshot] = [await storedRole(root, 'timestamp', store), await storedRole(root, 'snapshot', store)];
  return { timestamp, snapshot: snapshot?.document ?? null };
}

async function storedRole<K extends Exclude<RoleKind, 'root'>>(root: Metadata<Root>, kind: K, store: MetadataStore) {
  const bytes = await store.read(`${kind}.json`);
  if (bytes === null) return null;
  try {
    const document = parseRole(kind, bytes, `the stored ${kind}.json`);
    checkSignatures(root, kind, document, `the stored ${kind}.json`);
    return { document, bytes };
  } catch {
    return null;
  }
}

function onlineKeysOf(root: Metadata<Root>): readonly string[] {
  const { timestamp, snapshot } = root.signed.roles;
  return [...new Set([...(timestamp?.keyIDs ?? []), ...(snapshot?.keyIDs ?? [])])].sort();
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  return [...a].sort().join() === [...b].sort().join();
}

/** The timestamp's own `issued`; a compromised key can push it no further than the expiry it signs. */
function signedTimeOf(state: TrustedState): number {
  const { unrecognizedFields, expires } = state.timestamp.signed;
  const issued = unrecognizedFields['issued'];
  const time = typeof issued === 'string' ? Date.parse(issued) : Number.NaN;
  return Number.isSafeInteger(time) && time > 0 ? Math.min(time, Date.parse(expires)) : 0;
}

function brandManifest(value: Omit<VerifiedTierManifest, typeof verifiedManifest>): VerifiedTierManifest {
  return Object.freeze(value) as VerifiedTierManifest;
}
