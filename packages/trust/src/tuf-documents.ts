import { HyperSyncError, LIMITS, parseJson, sha512Hex, type JsonValue } from '@hypersync/base';
import { Metadata, MetadataKind, type Root, type Snapshot, type Targets, type Timestamp } from '@tufjs/models';
import { refusing } from './refusal.ts';

/**
 * TUF metadata as values. @tufjs/models parses, canonicalises and counts signatures; what it leaves open is checked
 * here first: keys twice, numbers that are not counters, thresholds nobody can meet, listings without a digest.
 * Every function throws HS-1210 (shape), HS-1205 (signatures), HS-1207 (expiry) or HS-1208 (listing).
 */
export type RoleKind = 'root' | 'timestamp' | 'snapshot' | 'targets';

interface DocumentOf {
  root: Root;
  timestamp: Timestamp;
  snapshot: Snapshot;
  targets: Targets;
}

/** What a listing says about a file. Both are always there: a listing without them is refused at parse. */
export interface Listing {
  readonly length: number;
  readonly sha512: string;
}

const MAX_BYTES = {
  root: LIMITS.tufRootBytes,
  timestamp: LIMITS.tufTimestampBytes,
  snapshot: LIMITS.tufSnapshotBytes,
  targets: LIMITS.tufTargetsBytes,
} as const;

export function maxBytesOf(kind: RoleKind): number {
  return MAX_BYTES[kind];
}

/** `what` names the file in errors. */
export function parseRole<K extends RoleKind>(kind: K, bytes: Uint8Array, what: string): Metadata<DocumentOf[K]> {
  return refusing('HS-1210', what, () => {
    const value = parseJson(bytes, { maxBytes: MAX_BYTES[kind], maxDepth: LIMITS.manifestDepth, source: what });
    checkShape(kind, value, what);
    const metadata = metadataFrom(kind, value);
    checkCommon(metadata, what);
    if (kind === 'root') checkRoot(metadata.signed as unknown as Root, what);
    if (kind === 'timestamp')
      listingOf((metadata.signed as unknown as Timestamp).snapshotMeta, `${what}: snapshot.json`);
    if (kind === 'snapshot') checkSnapshot(metadata.signed as unknown as Snapshot, what);
    if (kind === 'targets') checkTargets(metadata.signed as unknown as Targets, what);
    return metadata;
  });
}

function metadataFrom<K extends RoleKind>(kind: K, value: JsonValue): Metadata<DocumentOf[K]> {
  const json = value as Parameters<typeof Metadata.fromJSON>[1];
  const parsers = {
    root: () => Metadata.fromJSON(MetadataKind.Root, json),
    timestamp: () => Metadata.fromJSON(MetadataKind.Timestamp, json),
    snapshot: () => Metadata.fromJSON(MetadataKind.Snapshot, json),
    targets: () => Metadata.fromJSON(MetadataKind.Targets, json),
  };
  return parsers[kind]() as unknown as Metadata<DocumentOf[K]>;
}

/** More entries than any honest document has; @tufjs/models takes quadratic time in each of these maps (T21). */
const MAX_ENTRIES = 256;

/** On the raw document: members that @tufjs/models would fill with a default, and maps that would keep it busy. */
function checkShape(kind: RoleKind, value: JsonValue, what: string): void {
  const signed = isRecord(value) ? value['signed'] : undefined;
  if (!isRecord(value) || !isRecord(signed)) throw malformed(what, 'is not a signed document');
  const needed = { root: ['keys', 'roles'], timestamp: ['meta'], snapshot: ['meta'], targets: ['targets'] }[kind];
  for (const member of needed) if (!isRecord(signed[member])) throw malformed(what, `has no object "${member}"`);
  const delegations = signed['delegations'];
  const delegated = isRecord(delegations) ? delegations['roles'] : undefined;
  if (sizeOf(delegated) > LIMITS.tufDelegations) throw malformed(what, `delegates to ${sizeOf(delegated)} roles`);
  const delegatedKeys = isRecord(delegations) ? delegations['keys'] : undefined;
  const maps = [
    value['signatures'],
    delegatedKeys,
    ...['keys', 'roles', 'meta', 'targets'].map((name) => signed[name]),
  ];
  if (maps.some((map) => sizeOf(map) > MAX_ENTRIES))
    throw malformed(what, `has a list of more than ${MAX_ENTRIES} entries`);
}

function sizeOf(value: JsonValue | undefined): number {
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}

function checkCommon(metadata: Metadata<Root | Timestamp | Snapshot | Targets>, what: string): void {
  checkCounter(metadata.signed.version, `${what}: version`);
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(metadata.signed.expires)) {
    throw malformed(what, 'expires is not a time of the form 2030-01-31T00:00:00Z');
  }
}

/** TUF 4.3, and attacks T07, T09, T10. */
function checkRoot(root: Root, what: string): void {
  if (!root.consistentSnapshot) throw malformed(what, 'consistent_snapshot has to be true');
  for (const role of ['root', 'timestamp', 'snapshot', 'targets']) {
    const keys = Object.hasOwn(root.roles, role) ? root.roles[role] : undefined;
    if (keys === undefined) throw malformed(what, `has no role ${role}`);
    checkThreshold(keys, root.keys, `${what}: role ${role}`);
  }
  if (Object.keys(root.roles).length !== 4)
    throw malformed(what, 'names a role beside root, timestamp, snapshot, targets');
}

interface RoleKeys {
  readonly keyIDs: readonly string[];
  readonly threshold: number;
}
type Keys = Readonly<Record<string, { readonly keyVal: { readonly public?: string } }>>;

/** A threshold counts different keys, so one public key under two names would count twice. */
function checkThreshold(role: RoleKeys, keys: Keys, what: string): void {
  if (!Number.isSafeInteger(role.threshold) || role.threshold < 1) {
    throw malformed(what, `threshold ${role.threshold} is not a whole number above zero`);
  }
  const publics = new Set<string>();
  for (const id of role.keyIDs) {
    const key = Object.hasOwn(keys, id) ? keys[id] : undefined;
    if (typeof key?.keyVal.public !== 'string')
      throw malformed(what, `names the key ${id.slice(0, 16)} that is not there`);
    publics.add(key.keyVal.public.replaceAll(/\s/g, '').toLowerCase());
  }
  if (publics.size !== role.keyIDs.length) throw malformed(what, 'lists one key twice');
  if (role.threshold > publics.size) throw malformed(what, `threshold ${role.threshold} with ${publics.size} keys`);
}

function checkSnapshot(snapshot: Snapshot, what: string): void {
  for (const name of Object.keys(snapshot.meta)) {
    if (name !== 'targets.json' && !/^tier-[a-z0-9-]{1,32}\.json$/.test(name)) {
      throw malformed(what, `lists ${JSON.stringify(name.slice(0, 40))}, which is no role of this format`);
    }
    const meta = snapshot.meta[name];
    if (meta !== undefined) listingOf(meta, `${what}: ${name}`);
  }
}

/** Attacks T20 to T23: only tier roles, each terminating, each for its own folder, none twice, not too many. */
function checkTargets(targets: Targets, what: string): void {
  for (const path of Object.keys(targets.targets)) {
    if (!/^([a-z0-9-]{1,32}\/)?[a-z0-9_-]{1,64}\.json$/.test(path)) {
      throw malformed(what, `lists the target ${JSON.stringify(path.slice(0, 60))}`);
    }
  }
  if (targets.delegations === undefined) return;
  const { roles, succinctRoles, keys } = targets.delegations;
  if (succinctRoles !== undefined || roles === undefined) throw malformed(what, 'delegates by hash bins');
  for (const role of Object.values(roles)) {
    const slug = /^tier-([a-z0-9-]{1,32})$/.exec(role.name)?.[1];
    if (slug === undefined) throw malformed(what, `delegates to ${JSON.stringify(role.name.slice(0, 40))}`);
    if (!role.terminating) throw malformed(what, `the delegation to ${role.name} is not terminating`);
    if (role.paths?.length !== 1 || role.paths[0] !== `${slug}/*`) {
      throw malformed(what, `the delegation to ${role.name} is not for exactly ${slug}/*`);
    }
    checkThreshold(role, keys, `${what}: role ${role.name}`);
  }
}

/** Length and SHA-512 of a listed file; TUF allows leaving them out, this format does not (attack T27). */
export function listingOf(
  meta: { version?: number; length?: number; hashes?: Record<string, string> },
  what: string,
): Listing {
  if (meta.version !== undefined) checkCounter(meta.version, `${what}: version`);
  const hashes = meta.hashes ?? {};
  const sha512 = Object.hasOwn(hashes, 'sha512') ? hashes['sha512'] : undefined;
  if (sha512 === undefined || !/^[0-9a-f]{128}$/.test(sha512) || Object.keys(hashes).length !== 1) {
    throw malformed(what, 'is not listed with exactly a SHA-512 digest');
  }
  if (meta.length === undefined || !Number.isSafeInteger(meta.length) || meta.length < 1) {
    throw malformed(what, 'is listed without a length');
  }
  return { length: meta.length, sha512 };
}

export function isListed(bytes: Uint8Array, listing: Listing): boolean {
  return bytes.length === listing.length && sha512Hex(bytes) === listing.sha512;
}

/** TUF 5.3.4, 5.4.2, 5.5.3, 5.6.3: a threshold of the delegator's keys for `role`. */
export function checkSignatures(
  delegator: Metadata<Root> | Metadata<Targets>,
  role: string,
  document: Metadata<Root | Timestamp | Snapshot | Targets>,
  what: string,
): void {
  refusing('HS-1205', what, () => delegator.verifyDelegate(role, document));
}

/** TUF 5.3.10, 5.4.4, 5.5.6, 5.6.5. `reference` null: freshness is not asked (a kept generation). */
export function checkFresh(signed: { expires: string }, reference: number | null, what: string): void {
  if (reference === null || reference < Date.parse(signed.expires)) return;
  throw new HyperSyncError('HS-1207', `${what} expired at ${signed.expires} (freeze).`, {
    details: { file: what, expires: signed.expires, reference: new Date(reference).toISOString() },
  });
}

function checkCounter(value: number, what: string): void {
  if (!Number.isSafeInteger(value) || value < 1) throw malformed(what, `${value} is not a whole number above zero`);
}

export function malformed(what: string, problem: string): HyperSyncError {
  return new HyperSyncError('HS-1210', `${what} ${problem}.`);
}

function isRecord(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
