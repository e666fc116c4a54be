import { join } from 'node:path';
import { canonicalJson, fromUtf8, HyperSyncError, LIMITS, sha256Hex, sha512Hex, toHex, toUtf8 } from '@hypersync/base';
import {
  Key,
  MetaFile,
  Metadata,
  MetadataKind,
  Root,
  Signature,
  Snapshot,
  TargetFile,
  Targets,
  Timestamp,
} from '@tufjs/models';
import { Delegations } from '@tufjs/models/dist/delegations.js';
import { DelegatedRole, Role } from '@tufjs/models/dist/role.js';
import { readBounded } from './durable-files.ts';
import { shapeOf, type KeyRecord, type KeyRole } from './keyring.ts';
import type { Signer } from './signer.ts';
import { namesIn } from './tree-transaction.ts';

type Signable = Root | Targets | Snapshot | Timestamp;

/** Days that a role's metadata is valid; it is signed again once half of it is over. */
export const LIFETIMES: Readonly<Record<string, number>> = {
  root: 365,
  targets: 180,
  tier: 180,
  snapshot: 60,
  timestamp: 30,
};
const DAY = 86_400_000;
const SPEC = '1.0.31';

/** The newest metadata in a tree; nulls before the first publication. */
export interface TufHeads {
  readonly root: { readonly document: Metadata<Root>; readonly bytes: Uint8Array } | null;
  readonly timestamp: Timestamp | null;
  readonly snapshot: Snapshot | null;
  readonly targets: Targets | null;
  readonly tiers: ReadonlyMap<string, Targets>;
}

/**
 * Reads a tree's own metadata. It is not trusted, only continued: before anything is written, a client judges the result.
 * Throws HS-1710 for a file that is missing or malformed.
 */
export function readHeads(tree: string): TufHeads {
  const directory = join(tree, 'tuf', 'metadata');
  const versions = namesIn(directory).map((name) => Number(/^(\d+)\.root\.json$/.exec(name)?.[1] ?? 0));
  const newest = Math.max(0, ...versions);
  const read = <T>(name: string, parse: (json: Json, bytes: Uint8Array) => T): T | null => {
    const bytes = readBounded(join(directory, name), LIMITS.tufTargetsBytes);
    if (bytes === null) return null;
    try {
      return parse(JSON.parse(fromUtf8(bytes)) as Json, bytes);
    } catch (cause) {
      throw new HyperSyncError('HS-1710', `${join(directory, name)} is malformed: ${(cause as Error).message}`, {
        cause,
      });
    }
  };
  const must = <T>(name: string, parse: (json: Json) => T): T => {
    const document = read(name, parse);
    if (document === null) throw new HyperSyncError('HS-1710', `${join(directory, name)} is missing.`);
    return document;
  };
  const root = read(`${newest}.root.json`, (json, bytes) => ({
    document: Metadata.fromJSON(MetadataKind.Root, json),
    bytes,
  }));
  const timestamp = read('timestamp.json', (json) => Metadata.fromJSON(MetadataKind.Timestamp, json).signed);
  if (timestamp === null) return { root, timestamp, snapshot: null, targets: null, tiers: new Map() };
  const snapshotName = `${timestamp.snapshotMeta.version}.snapshot.json`;
  const snapshot = must(snapshotName, (json) => Metadata.fromJSON(MetadataKind.Snapshot, json).signed);
  const tiers = new Map<string, Targets>();
  let targets: Targets | null = null;
  for (const [file, { version }] of Object.entries(snapshot.meta)) {
    const document = must(`${version}.${file}`, (json) => Metadata.fromJSON(MetadataKind.Targets, json).signed);
    if (file === 'targets.json') targets = document;
    else tiers.set(file.replace(/^tier-(.*)\.json$/, '$1'), document);
  }
  return { root, timestamp, snapshot, targets, tiers };
}

type Json = Parameters<typeof Metadata.fromJSON>[1];

/** The Ed25519 key of a role as TUF names it. */
export function tufKey(spki: Uint8Array): Key {
  const body = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: toHex(spki.slice(-32)) } };
  const keyID = sha256Hex(toUtf8(canonicalJson(body)));
  return new Key({ keyID, keyType: body.keytype, scheme: body.scheme, keyVal: body.keyval });
}

function keysOf(records: readonly KeyRecord[], role: KeyRole): readonly Key[] {
  return records
    .filter((record) => record.role === role && record.state === 'active')
    .map((record) => tufKey(Buffer.from(record.spki, 'base64')));
}

export function rootDocument(version: number, records: readonly KeyRecord[], now: number): Root {
  const root = new Root({ specVersion: SPEC, version, expires: expiry('root', now), consistentSnapshot: true });
  for (const name of ['root', 'targets', 'snapshot', 'timestamp'] as const) {
    const keys = keysOf(records, name);
    for (const key of keys) root.keys[key.keyID] = key;
    root.roles[name] = new Role({ keyIDs: keys.map((key) => key.keyID), threshold: shapeOf(name).threshold });
  }
  return root;
}

/** Delegations to `slugs`: one key each, terminating, each for its own folder (formats.md 2). */
export function delegationsTo(slugs: readonly string[], records: readonly KeyRecord[]): Delegations {
  const roles: Record<string, DelegatedRole> = {};
  const keys: Record<string, Key> = {};
  for (const slug of slugs) {
    const name = `tier-${slug}`;
    const own = keysOf(records, name as KeyRole);
    for (const key of own) keys[key.keyID] = key;
    roles[name] = new DelegatedRole({
      name,
      keyIDs: own.map((key) => key.keyID),
      threshold: 1,
      terminating: true,
      paths: [`${slug}/*`],
    });
  }
  return new Delegations({ keys, roles });
}

export function targetsDocument(
  version: number,
  files: ReadonlyMap<string, Uint8Array>,
  lifetime: 'targets' | 'tier',
  now: number,
  delegations?: Delegations,
): Targets {
  const targets: Record<string, TargetFile> = {};
  for (const [path, bytes] of files) {
    targets[path] = new TargetFile({ path, length: bytes.length, hashes: { sha512: sha512Hex(bytes) } });
  }
  const common = { specVersion: SPEC, version, expires: expiry(lifetime, now), targets };
  return new Targets(delegations === undefined ? common : { ...common, delegations });
}

export function snapshotDocument(version: number, meta: Record<string, MetaFile>, now: number): Snapshot {
  return new Snapshot({ specVersion: SPEC, version, expires: expiry('snapshot', now), meta });
}

/** `issued` is the signed time by which clients notice a clock that was set back. */
export function timestampDocument(version: number, snapshotMeta: MetaFile, now: number): Timestamp {
  const expires = expiry('timestamp', now);
  return new Timestamp({
    specVersion: SPEC,
    version,
    expires,
    snapshotMeta,
    unrecognizedFields: { issued: isoSeconds(now) },
  });
}

export function metaOf(version: number, bytes: Uint8Array): MetaFile {
  return new MetaFile({ version, length: bytes.length, hashes: { sha512: sha512Hex(bytes) } });
}

export async function signDocument(document: Signable, signers: readonly Signer[]): Promise<Uint8Array> {
  const metadata = new Metadata(document);
  let canonical = new Uint8Array();
  // The library signs synchronously and a Signer need not; so it only hands out the bytes that are to be signed.
  metadata.sign((bytes) => {
    canonical = new Uint8Array(bytes);
    return new Signature({ keyID: '', sig: '' });
  });
  metadata.signatures = {};
  for (const signer of signers) {
    const { keyID } = tufKey(signer.publicKey);
    metadata.signatures[keyID] = new Signature({ keyID, sig: toHex(await signer.sign(canonical)) });
  }
  return toUtf8(JSON.stringify(metadata.toJSON()));
}

/** True once half of the lifetime is over. */
export function needsRenewal(signed: { readonly expires: string }, lifetime: string, now: number): boolean {
  return Date.parse(signed.expires) - now < ((LIFETIMES[lifetime] ?? 1) * DAY) / 2;
}

function expiry(lifetime: string, now: number): string {
  return isoSeconds(now + (LIFETIMES[lifetime] ?? 1) * DAY);
}

export function isoSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}
