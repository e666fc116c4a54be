import { HyperSyncError } from '@hypersync/base';
import type { Metadata, Root, Snapshot, Targets, Timestamp } from '@tufjs/models';
import type { RootChain } from './root-chain.ts';
import type { ListedFile, Supply } from './supply.ts';
import { checkFresh, checkSignatures, listingOf, malformed, maxBytesOf, parseRole } from './tuf-documents.ts';

/** One consistent state: every document signed, listed by the one above, of the version listed, and not expired. */
export interface TrustedState {
  readonly chain: RootChain;
  readonly timestamp: Metadata<Timestamp>;
  readonly snapshot: Metadata<Snapshot>;
  readonly targets: Metadata<Targets>;
  /** Verified bytes by flat name. */
  readonly files: Map<string, Uint8Array>;
}

/** What this host accepted before, already checked against the current root; nulls on a new host. */
export interface Accepted {
  readonly timestamp: { readonly document: Metadata<Timestamp>; readonly bytes: Uint8Array } | null;
  readonly snapshot: Metadata<Snapshot> | null;
}

/** `reference`: fixed start time of the update (TUF 5.1), or null where freshness is not asked. */
export async function runWorkflow(
  chain: RootChain,
  supply: Supply,
  accepted: Accepted,
  reference: number | null,
): Promise<TrustedState> {
  checkFresh(chain.root.signed, reference, 'root.json');
  const files = new Map(chain.files);
  const timestamp = await updateTimestamp(chain.root, supply, accepted.timestamp, reference, files);
  const snapshot = await updateSnapshot(chain.root, timestamp, supply, accepted.snapshot, reference, files);
  const targets = await loadTargets(chain.root, snapshot, 'targets', supply, reference, files);
  const strangers = Object.keys(targets.signed.targets).filter((path) => path.includes('/'));
  if (strangers.length > 0) throw malformed('targets.json', `lists ${strangers[0]}, which belongs to a tier role`);
  return { chain, timestamp, snapshot, targets, files };
}

/** TUF 5.4. */
async function updateTimestamp(
  root: Metadata<Root>,
  supply: Supply,
  accepted: Accepted['timestamp'],
  reference: number | null,
  files: Map<string, Uint8Array>,
): Promise<Metadata<Timestamp>> {
  let bytes = await supply.timestamp();
  let timestamp = parseRole('timestamp', bytes, 'timestamp.json');
  checkSignatures(root, 'timestamp', timestamp, 'timestamp.json');
  if (accepted !== null) {
    const old = accepted.document.signed;
    // 5.4.3.1; an equal version keeps the one that was accepted.
    if (timestamp.signed.version < old.version) throw rollback('timestamp.json', timestamp.signed.version, old.version);
    if (timestamp.signed.version === old.version) ({ document: timestamp, bytes } = accepted);
    // 5.4.3.2
    const [now, then] = [timestamp.signed.snapshotMeta.version, old.snapshotMeta.version];
    if (now < then) throw rollback('snapshot.json in timestamp.json', now, then);
  }
  checkFresh(timestamp.signed, reference, 'timestamp.json');
  await supply.keep('timestamp.json', bytes);
  files.set('timestamp.json', bytes);
  return timestamp;
}

/** TUF 5.5. */
async function updateSnapshot(
  root: Metadata<Root>,
  timestamp: Metadata<Timestamp>,
  supply: Supply,
  accepted: Metadata<Snapshot> | null,
  reference: number | null,
  files: Map<string, Uint8Array>,
): Promise<Metadata<Snapshot>> {
  const meta = timestamp.signed.snapshotMeta;
  const bytes = await supply.listed(roleFile('snapshot', meta)); // 5.5.1, 5.5.2
  const snapshot = parseRole('snapshot', bytes, 'snapshot.json');
  checkSignatures(root, 'snapshot', snapshot, 'snapshot.json'); // 5.5.3
  checkVersion(snapshot.signed.version, meta.version, 'snapshot.json'); // 5.5.4
  for (const [name, old] of Object.entries(accepted?.signed.meta ?? {})) {
    // 5.5.5: no role goes back, none disappears (T14, T15).
    const now = Object.hasOwn(snapshot.signed.meta, name) ? snapshot.signed.meta[name] : undefined;
    if (now === undefined)
      throw new HyperSyncError('HS-1206', `The snapshot no longer lists ${name}, which this host knows.`);
    if (now.version < old.version) throw rollback(`${name} in snapshot.json`, now.version, old.version);
  }
  checkFresh(snapshot.signed, reference, 'snapshot.json'); // 5.5.6
  await supply.keep('snapshot.json', bytes);
  files.set('snapshot.json', bytes);
  return snapshot;
}

/** TUF 5.6 for `targets` (delegator: root) and for each tier role (delegator: targets). */
export async function loadTargets(
  delegator: Metadata<Root> | Metadata<Targets>,
  snapshot: Metadata<Snapshot>,
  role: string,
  supply: Supply,
  reference: number | null,
  files: Map<string, Uint8Array>,
): Promise<Metadata<Targets>> {
  const name = `${role}.json`;
  const meta = Object.hasOwn(snapshot.signed.meta, name) ? snapshot.signed.meta[name] : undefined;
  if (meta === undefined) throw new HyperSyncError('HS-1208', `The snapshot does not list ${name}.`);
  const bytes = await supply.listed(roleFile(role, meta)); // 5.6.1, 5.6.2
  const document = parseRole('targets', bytes, name);
  checkSignatures(delegator, role, document, name); // 5.6.3
  checkVersion(document.signed.version, meta.version, name); // 5.6.4
  checkFresh(document.signed, reference, name); // 5.6.5
  await supply.keep(name, bytes);
  files.set(name, bytes);
  return document;
}

function roleFile(role: string, meta: Snapshot['meta'][string]): ListedFile {
  const kind = role === 'snapshot' ? 'snapshot' : 'targets';
  return {
    flat: `${role}.json`,
    path: `metadata/${meta.version}.${role}.json`,
    listing: listingOf(meta, `${role}.json`),
    maxBytes: maxBytesOf(kind),
  };
}

function checkVersion(version: number, listed: number, what: string): void {
  if (version === listed) return;
  throw new HyperSyncError('HS-1208', `${what} holds version ${version}, but version ${listed} is listed.`);
}

function rollback(what: string, offered: number, known: number): HyperSyncError {
  return new HyperSyncError('HS-1206', `${what} has version ${offered}, but this host has already accepted ${known}.`, {
    details: { file: what, offered, known },
  });
}
