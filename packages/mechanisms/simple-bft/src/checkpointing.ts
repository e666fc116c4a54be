import type { NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, hashKey, sha256, type Signed } from '@hypersync/consensus-kit';
import { tipOf } from './block.ts';
import {
  addChunk,
  checkpointStatement,
  checkpointStatements,
  claimOf,
  decodeSnapshot,
  encodeSnapshot,
  type CheckpointClaim,
  type Snapshot,
  type StableSnapshot,
} from './checkpoints.ts';
import { finalizeChain, tellSealed } from './finalizing.ts';
import { encodeMessage, MAX_SNAPSHOT, SNAPSHOT_CHUNK, type Message } from './messages.ts';
import type { State } from './state.ts';
import { MAX_SIGNATURE } from './vote.ts';

type Of<T extends Message['t']> = Extract<Message, { t: T }>;

/**
 * The application's state after `index` is `state`. The log is forgotten once more than two thirds of the weight have
 * signed the same snapshot (a stable checkpoint, Castro and Liskov 1999): a laggard can then trust one peer's copy.
 */
export function compact(s: State, index: number, state: Uint8Array): void {
  if (index <= (s.checkpoints.stable?.index ?? 0) || index > s.ledger.index) return;
  const snapshot = snapshotAt(s, index, state);
  const bytes = encodeSnapshot(snapshot);
  if (bytes.length > MAX_SNAPSHOT) return;
  s.checkpoints.addPending(snapshot, bytes);
  s.authenticator.sign(s.fx, checkpointStatement(claimOf(index, bytes)));
}

/** The chain at the last block boundary at or below `index`, by replaying the log from its start. */
function snapshotAt(s: State, index: number, state: Uint8Array): Snapshot {
  const ledger = s.checkpoints.base.clone();
  let tip = s.checkpoints.baseTip;
  for (const { block, endIndex } of s.chain.log) {
    if (endIndex > index) break;
    for (const bundle of block.bundles) ledger.apply(bundle);
    tip = tipOf(block);
  }
  return { index, tip, ledger, state };
}

/** Our signature under one of our own snapshots arrived. */
export function checkpointSigned(s: State, statement: Signed): void {
  for (const { snapshot, bytes } of s.checkpoints.pending.values()) {
    const claim = claimOf(snapshot.index, bytes);
    if (hashKey(checkpointStatement(claim)) !== hashKey(statement.payload)) continue;
    s.fx.send('all', encodeMessage({ t: 'checkpoint', ...claim, signature: statement.signature }, s.setup.table));
    return onCheckpoint(s, s.setup.self, claim, statement.signature);
  }
}

/** A verified claim. */
export function onCheckpoint(s: State, signer: NodeId, claim: CheckpointClaim, signature: Uint8Array): void {
  if (claim.index <= (s.checkpoints.stable?.index ?? 0)) return;
  s.checkpoints.addClaim(signer, claim, signature);
  const own = s.checkpoints.pending.get(claim.index);
  if (own === undefined) return;
  const ours = claimOf(claim.index, own.bytes);
  const signatures = s.checkpoints.signaturesFor(ours);
  if (!s.setup.table.hasByzantineQuorum(signatures.keys())) return;
  stabilise(s, { ...ours, bytes: own.bytes, height: own.snapshot.tip.height, signatures }, own.snapshot);
}

function stabilise(s: State, stable: StableSnapshot, snapshot: Snapshot): void {
  s.checkpoints.makeStable(stable, snapshot.ledger.clone(), snapshot.tip);
  s.chain.trim(stable.height);
  s.fx.persist(s.setup.journal.checkpoint(stable.height, encodeStable(stable)), false);
}

export function encodeStable({ bytes, signatures }: StableSnapshot): Uint8Array {
  const writer = new ByteWriter(bytes.length + 512).bytes(bytes);
  return writer.list([...signatures], (w, [signer, signature]) => void w.string(signer).bytes(signature)).finish();
}

/** From our own disk, hence trusted; throws RangeError when damaged. */
export function restoreStable(s: State, encoded: Uint8Array): void {
  const reader = new ByteReader(encoded);
  const bytes = reader.bytes(MAX_SNAPSHOT);
  const signatures = new Map(reader.list(s.setup.table.size, (r) => [r.string(64), r.bytes(MAX_SIGNATURE)] as const));
  const snapshot = decodeSnapshot(bytes, s.setup.ledger);
  if (!reader.done() || snapshot === null) throw new RangeError('simple-bft: the stored checkpoint is damaged');
  const stable = { ...claimOf(snapshot.index, bytes), bytes, height: snapshot.tip.height, signatures };
  s.checkpoints.makeStable(stable, snapshot.ledger.clone(), snapshot.tip);
  s.chain.reset(snapshot.tip);
  s.ledger = snapshot.ledger.clone();
  if (snapshot.index > s.floor) {
    s.floor = snapshot.index;
    s.fx.install({ index: snapshot.index, state: snapshot.state });
  }
}

/** True when the peer is so far behind that our log no longer helps it, and we have a snapshot for it. */
export function serveSnapshot(s: State, peer: NodeId, finalized: number): boolean {
  const { stable } = s.checkpoints;
  if (stable === null || finalized >= stable.height) return false;
  sendChunk(s, peer, stable, 0);
  return true;
}

export function onFetchSnapshot(s: State, peer: NodeId, { index, offset }: Of<'fetch-snapshot'>): void {
  const { stable } = s.checkpoints;
  if (stable !== null) sendChunk(s, peer, stable, stable.index === index ? offset : 0);
}

function sendChunk(s: State, peer: NodeId, stable: StableSnapshot, offset: number): void {
  const chunk = stable.bytes.slice(offset, offset + SNAPSHOT_CHUNK);
  if (chunk.length === 0 || !s.served.spend(peer, chunk.length, s.now)) return;
  const places = [...stable.signatures].map(([signer, signature]) => ({
    place: s.setup.table.ids.indexOf(signer),
    signature,
  }));
  const signatures = places.filter(({ place }) => place >= 0).sort((a, b) => a.place - b.place);
  const { index, size, digest } = stable;
  const message = { t: 'snapshot', index, size, digest, signatures, offset, bytes: chunk } as const;
  s.fx.send(peer, encodeMessage(message, s.setup.table), { lane: 'bulk' });
}

/** Signers of a snapshot message by name. */
export function signersOf(s: State, message: Of<'snapshot'>): Map<NodeId, Uint8Array> {
  return new Map(message.signatures.map(({ place, signature }) => [s.setup.table.ids[place]!, signature]));
}

export function snapshotStatements(s: State, message: Of<'snapshot'>): Signed[] {
  return checkpointStatements(message, signersOf(s, message));
}

/** Is the snapshot ahead of us and vouched for by enough members (signatures not checked yet)? */
export function isSnapshotWanted(s: State, message: Of<'snapshot'>): boolean {
  if (message.index <= s.ledger.index || message.size === 0) return false;
  return s.setup.table.hasByzantineQuorum(signersOf(s, message).keys());
}

/** A chunk whose signatures are good: starts or continues the download. */
export function onSnapshot(s: State, from: NodeId, message: Of<'snapshot'>): void {
  const { index, size, digest, offset } = message;
  const current = s.checkpoints.download;
  const same = current !== null && current.from === from && hashKey(current.digest) === hashKey(digest);
  if (!same && (offset !== 0 || (current !== null && current.index >= index && s.now < s.checkpoints.downloadUntil)))
    return;
  const download = same
    ? current
    : { index, size, digest, from, signatures: signersOf(s, message), bytes: new Uint8Array(size), received: 0 };
  s.checkpoints.download = addChunk(download, offset, message.bytes) ?? download;
  s.checkpoints.downloadUntil = s.now + 4 * s.setup.delta;
  if (s.checkpoints.download.received === size) return installDownload(s);
  askNext(s);
}

function askNext(s: State): void {
  const { download } = s.checkpoints;
  if (download === null) return;
  const { index, received, from } = download;
  s.fx.send(from, encodeMessage({ t: 'fetch-snapshot', index, offset: received }, s.setup.table));
}

/** Replaces our state by a complete download. Waits for the next step when this one has delivered decisions already. */
export function installDownload(s: State): void {
  const { download } = s.checkpoints;
  if (download === null || download.received < download.size || s.delivered) return;
  s.checkpoints.download = null;
  const { bytes, digest, signatures, index } = download;
  if (hashKey(sha256(bytes)) !== hashKey(digest) || index <= s.ledger.index) return;
  const snapshot = decodeSnapshot(bytes, s.setup.ledger);
  if (snapshot === null || snapshot.tip.height <= s.chain.tip.height) return;
  s.ledger = snapshot.ledger.clone();
  s.chain.reset(snapshot.tip);
  stabilise(s, { ...claimOf(index, bytes), bytes, height: snapshot.tip.height, signatures }, snapshot);
  s.iteration = Math.max(s.iteration, snapshot.tip.height + 1);
  s.ballots.forgetUpTo(snapshot.tip.height);
  s.book.forgetUpTo(snapshot.tip.height);
  s.pool.prune(s.ledger);
  if (index > s.floor) {
    s.floor = index;
    s.fx.install({ index, state: snapshot.state });
  }
  s.desk.installed(s.fx, s.ledger);
  tellSealed(s);
  finalizeChain(s);
}
