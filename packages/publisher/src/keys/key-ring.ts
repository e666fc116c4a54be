import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HyperSyncError, LIMITS, parseJson } from '@hypersync/base';
import { type KeyRole, ruleOf } from './roles.ts';
import { memorySigner, type KeyAlgorithm, type Signer } from './signer.ts';

/** One key, as everybody may know it. */
export interface KeyRecord {
  readonly id: string;
  readonly role: KeyRole;
  readonly algorithm: KeyAlgorithm;
  /** Base64 DER. */
  readonly spki: string;
  readonly created: string;
  /** A retired key signs nothing new; null while it is in use. */
  readonly retired: string | null;
}

/** The vendor's keys: an index in the clear, private keys one file each, encrypted with one passphrase. */
export interface KeyRing {
  list(): readonly KeyRecord[];
  /** Keys of a role that are in use, oldest first. */
  active(role: KeyRole): readonly KeyRecord[];
  /** Throws HS-1721 for a wrong passphrase, HS-1722 for a missing or damaged file. */
  signer(id: string): Signer;
  signers(role: KeyRole): readonly Signer[];
  create(role: KeyRole, now: string): KeyRecord;
  retire(id: string, now: string): void;
}

const SHORTEST_PASSPHRASE = 12;

export function openKeyRing(directory: string, passphrase: string): KeyRing {
  if (passphrase.length < SHORTEST_PASSPHRASE) {
    throw new HyperSyncError(
      'HS-1723',
      `The passphrase has ${passphrase.length} characters; at least ${SHORTEST_PASSPHRASE} are needed.`,
    );
  }
  let records = readIndex(directory);
  const save = (next: readonly KeyRecord[]): void => {
    records = next;
    writeIndex(directory, next);
  };
  const ring: KeyRing = {
    list: () => records,
    active: (role) => records.filter((record) => record.role === role && record.retired === null),
    signer: (id) => memorySigner(id, readPrivateKey(directory, id, passphrase)),
    signers: (role) => ring.active(role).map((record) => ring.signer(record.id)),
    create: (role, now) => {
      const record = createKey(directory, role, records, passphrase, now);
      save([...records, record]);
      return record;
    },
    retire: (id, now) => save(records.map((record) => (record.id === id ? { ...record, retired: now } : record))),
  };
  return ring;
}

/** The private key first, the index after it: an interrupted creation leaves a file that nothing names. */
function createKey(
  directory: string,
  role: KeyRole,
  records: readonly KeyRecord[],
  passphrase: string,
  created: string,
): KeyRecord {
  const { algorithm } = ruleOf(role);
  const number =
    1 +
    Math.max(
      0,
      ...records.filter((record) => record.role === role).map((record) => Number(record.id.split('-').at(-1))),
    );
  const id = `${role}-${number}`;
  const pair =
    algorithm === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = pair.privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, `${id}.pem`);
  writeFileSync(`${path}.partial`, pem, { mode: 0o600, flush: true });
  renameSync(`${path}.partial`, path);
  const spki = pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  return { id, role, algorithm, spki, created, retired: null };
}

function readPrivateKey(directory: string, id: string, passphrase: string): KeyObject {
  const path = join(directory, `${id}.pem`);
  if (!existsSync(path)) {
    throw new HyperSyncError('HS-1722', `The private key ${id} is not in ${directory}.`, {
      hint: 'Offline keys live on another medium: mount it, or copy the file here for this command.',
    });
  }
  const { mode, size } = statSync(path);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new HyperSyncError('HS-1724', `${path} can be read by others (mode ${(mode & 0o777).toString(8)}).`, {
      hint: `Run: chmod 600 '${path}'. If somebody else had access, rotate the key.`,
    });
  }
  if (size > LIMITS.keyFileBytes) throw new HyperSyncError('HS-1722', `${path} is too large for a key file.`);
  try {
    return createPrivateKey({ key: readFileSync(path), format: 'pem', passphrase });
  } catch (cause) {
    // OpenSSL tells a wrong passphrase and a damaged file apart only in part; its words never hold the passphrase.
    throw new HyperSyncError('HS-1721', `The private key ${path} cannot be opened with this passphrase.`, { cause });
  }
}

function indexPath(directory: string): string {
  return join(directory, 'keys.json');
}

function readIndex(directory: string): readonly KeyRecord[] {
  const path = indexPath(directory);
  if (!existsSync(path)) return [];
  const index = parseJson(readFileSync(path), {
    maxBytes: LIMITS.manifestBytes,
    maxDepth: 4,
    source: path,
  }) as unknown as {
    readonly keys?: readonly KeyRecord[];
  } | null;
  if (!Array.isArray(index?.keys)) throw new HyperSyncError('HS-1722', `${path} is no index of keys.`);
  return index.keys as readonly KeyRecord[];
}

function writeIndex(directory: string, keys: readonly KeyRecord[]): void {
  const path = indexPath(directory);
  writeFileSync(`${path}.partial`, `${JSON.stringify({ schemaVersion: 1, keys }, null, 2)}\n`, {
    mode: 0o600,
    flush: true,
  });
  renameSync(`${path}.partial`, path);
}
