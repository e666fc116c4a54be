import { renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonicalJsonBytes,
  HyperSyncError,
  LIMITS,
  parseJson,
  sha512Hex,
  toUtf8,
  type JsonValue,
} from '@hypersync/base';
import { TIERS, type TierId } from '@hypersync/manifest';
import type { Secret } from '@hypersync/registry-client';
import { diskError, readBounded, syncDirectory, writeDurably } from './durable-files.ts';
import {
  makePrivateKey,
  sealPrivateKey,
  signerOf,
  unsealPrivateKey,
  type SignatureAlgorithm,
  type Signer,
} from './signer.ts';
import type { Workspace } from './workspace.ts';

/** The TUF roles of formats.md 2, and beside them: `plugins` signs packages, `npm` packuments, `licenses` licenses. */
export type KeyRole = 'root' | 'targets' | 'snapshot' | 'timestamp' | `tier-${TierId}` | 'plugins' | 'npm' | 'licenses';

/**
 * `active`: signs. `accepted`: signs no more, but what it signed still counts (overlap). `revoked`: counts for nothing.
 * For TUF roles there is no overlap to keep: a new root names the keys, so a replaced key is `revoked` at once.
 */
export type KeyState = 'active' | 'accepted' | 'revoked';

/** What `keys list` prints: nothing of it is secret. */
export interface KeyRecord {
  readonly id: string;
  readonly role: KeyRole;
  readonly algorithm: SignatureAlgorithm;
  /** Base64 of the DER SubjectPublicKeyInfo. */
  readonly spki: string;
  readonly created: string;
  readonly state: KeyState;
  /** When it stopped signing, or null. */
  readonly retired: string | null;
}

/** Keys per role (formats.md 2), and how many of them have to sign. */
export const ROLE_SHAPES: Readonly<Record<string, { keys: number; threshold: number }>> = {
  root: { keys: 3, threshold: 2 },
  targets: { keys: 2, threshold: 2 },
};

export const KEY_ROLES: readonly KeyRole[] = [
  'root',
  'targets',
  'snapshot',
  'timestamp',
  ...TIERS.map((tier) => `tier-${tier}` as const),
  'plugins',
  'npm',
  'licenses',
];

export function shapeOf(role: KeyRole): { keys: number; threshold: number } {
  return ROLE_SHAPES[role] ?? { keys: 1, threshold: 1 };
}

const INDEX = 'keys.json';
const NEXT = 'keys.next.json';

export function readKeys(workspace: Pick<Workspace, 'paths'>): readonly KeyRecord[] {
  const path = join(workspace.paths.keys, INDEX);
  const bytes = readBounded(path, LIMITS.policyBytes);
  if (bytes === null) throw new HyperSyncError('HS-1705', `${path} is missing, so no key of this workspace is known.`);
  const value = parseJson(bytes, { maxBytes: LIMITS.policyBytes, maxDepth: 6, source: path }) as { keys?: unknown };
  if (!Array.isArray(value.keys) || !value.keys.every(isKeyRecord)) {
    throw new HyperSyncError('HS-1705', `${path} is not the key list of a workspace.`);
  }
  return value.keys;
}

/** `next`: lays the list ready for `adoptKeys`, without putting it in force. */
export function writeKeys(workspace: Pick<Workspace, 'paths'>, keys: readonly KeyRecord[], next = false): void {
  writeDurably(join(workspace.paths.keys, next ? NEXT : INDEX), keyListBytes(keys));
}

/** Names a list of keys: the state of the tree says which one it was signed with. */
export function keyListDigest(keys: readonly KeyRecord[]): string {
  return sha512Hex(keyListBytes(keys));
}

/**
 * A rotation changes this list and the tree, which cannot happen in one step; the tree decides. Puts the list laid ready
 * in force if it is the one that the tree was signed with.
 */
export function adoptKeys(workspace: Pick<Workspace, 'paths'>, digest: string | null): void {
  const bytes = readBounded(join(workspace.paths.keys, NEXT), LIMITS.policyBytes);
  if (bytes === null || sha512Hex(bytes) !== digest) return;
  renameSync(join(workspace.paths.keys, NEXT), join(workspace.paths.keys, INDEX));
  syncDirectory(workspace.paths.keys);
}

function keyListBytes(keys: readonly KeyRecord[]): Uint8Array {
  return canonicalJsonBytes({ schemaVersion: 1, kind: 'keys', keys } as unknown as JsonValue);
}

function isKeyRecord(value: unknown): value is KeyRecord {
  const key = (typeof value === 'object' && value !== null ? value : {}) as Partial<KeyRecord>;
  return (
    typeof key.id === 'string' &&
    /^[a-z0-9-]{1,64}$/.test(key.id) &&
    typeof key.spki === 'string' &&
    KEY_ROLES.includes(key.role as KeyRole) &&
    (key.algorithm === 'ed25519' || key.algorithm === 'ecdsa-p256-sha256') &&
    (key.state === 'active' || key.state === 'accepted' || key.state === 'revoked')
  );
}

/** TUF and licenses use Ed25519; npm's clients and Sigstore bundles want ECDSA P-256. */
export function algorithmOf(role: KeyRole): SignatureAlgorithm {
  return role === 'plugins' || role === 'npm' ? 'ecdsa-p256-sha256' : 'ed25519';
}

/** Makes a key, writes its sealed file, and returns its record; the caller lists it with `writeKeys`. */
export function makeKey(
  workspace: Pick<Workspace, 'paths'>,
  role: KeyRole,
  taken: readonly KeyRecord[],
  options: { passphrase: Secret; now: number },
): KeyRecord {
  const used = new Set(taken.map((key) => key.id));
  let number = 1;
  while (used.has(`${role}-${number}`)) number++;
  const id = `${role}-${number}`;
  const privateKey = makePrivateKey(algorithmOf(role));
  const spki = Buffer.from(signerOf(id, algorithmOf(role), privateKey).publicKey).toString('base64');
  writeDurably(keyPath(workspace, id), toUtf8(sealPrivateKey(privateKey, options.passphrase)), 0o600);
  const created = new Date(options.now).toISOString();
  return { id, role, algorithm: algorithmOf(role), spki, created, state: 'active', retired: null };
}

/** Opens key files when they are needed, each once. */
export interface Keyring {
  readonly records: readonly KeyRecord[];
  signer(id: string): Signer;
  /** Signers of a role's active keys, newest last. Throws HS-1705 where there is none. */
  signersOf(role: KeyRole): readonly Signer[];
}

export function openKeyring(
  workspace: Pick<Workspace, 'paths'>,
  passphrase: Secret | null,
  records = readKeys(workspace),
): Keyring {
  const opened = new Map<string, Signer>();
  const signer = (id: string): Signer => {
    let known = opened.get(id);
    if (known === undefined) {
      const record = records.find((key) => key.id === id);
      if (record === undefined) throw new HyperSyncError('HS-1705', `The workspace lists no key ${id}.`);
      if (passphrase === null) throw new HyperSyncError('HS-1706', `Signing with ${id} needs its passphrase.`);
      known = openKey(workspace, record, passphrase);
      opened.set(id, known);
    }
    return known;
  };
  const signersOf = (role: KeyRole): readonly Signer[] => {
    const active = records.filter((key) => key.role === role && key.state === 'active');
    if (active.length === 0) throw new HyperSyncError('HS-1705', `The workspace has no active key for ${role}.`);
    return active.map((key) => signer(key.id));
  };
  return { records, signer, signersOf };
}

function openKey(workspace: Pick<Workspace, 'paths'>, record: KeyRecord, passphrase: Secret): Signer {
  const path = keyPath(workspace, record.id);
  checkPrivate(path);
  const pem = readBounded(path, LIMITS.keyFileBytes);
  if (pem === null) throw new HyperSyncError('HS-1705', `${path} is missing.`);
  let signer: Signer;
  try {
    signer = signerOf(record.id, record.algorithm, unsealPrivateKey(pem, passphrase));
  } catch (cause) {
    // OpenSSL's words never hold the passphrase, but they help nobody either.
    throw new HyperSyncError('HS-1705', `${path} cannot be opened with this passphrase.`, { cause });
  }
  if (Buffer.from(signer.publicKey).toString('base64') !== record.spki) {
    throw new HyperSyncError('HS-1705', `${path} holds another key than ${INDEX} lists for ${record.id}.`);
  }
  return signer;
}

function checkPrivate(path: string): void {
  if (process.platform === 'win32') return; // no such bits there
  let mode: number;
  try {
    mode = statSync(path).mode & 0o777;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw new HyperSyncError('HS-1705', `${path} is missing.`);
    throw diskError(path, cause);
  }
  if ((mode & 0o077) !== 0)
    throw new HyperSyncError('HS-1704', `${path} has the mode ${mode.toString(8)}; 600 is needed.`);
}

function keyPath(workspace: Pick<Workspace, 'paths'>, id: string): string {
  return join(workspace.paths.keys, `${id}.pem`);
}

/** Signers are listed oldest first; a role of one signs with its newest. */
export function newestSigner(keyring: Keyring, role: KeyRole): Signer {
  const signer = keyring.signersOf(role).at(-1);
  if (signer === undefined) throw new HyperSyncError('HS-1705', `The workspace has no active key for ${role}.`);
  return signer;
}
