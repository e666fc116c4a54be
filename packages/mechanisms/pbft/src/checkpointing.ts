import type { NodeId } from '@hypersync/interface';
import {
  ByteWriter,
  decodeStable,
  encodeStable,
  hashKey,
  type CompactionMessage,
  type Signed,
  type Snapshot,
} from '@hypersync/consensus-kit';
import { askOpen, makeGuard } from './accusing.ts';
import { sendGated } from './casting.ts';
import { dispute } from './disputes.ts';
import { executeReady, tellSealed } from './executing.ts';
import { encodeMessage, type Message } from './messages.ts';
import type { Slot } from './slots.ts';
import type { State } from './state.ts';
import { encodeStatement, makeCertificate, type StableCheckpoint } from './statements.ts';

type CheckpointMessage = Extract<Message, { t: 'CHECKPOINT' }>;

/** Every K numbers, and where the epoch ends: says what the log up to here is. */
export function takeCheckpoint(s: State, number: number, chain: Uint8Array): void {
  if (number > s.slots.low && s.speaks) s.outbox.push({ t: 'CHECKPOINT', number, digest: chain });
  else if (number === s.stable.statement.number) judgeChain(s);
}

export function isCheckpointWanted(s: State, from: NodeId, { number, digest }: CheckpointMessage): boolean {
  if (number <= s.slots.low) return false;
  if (!s.slots.isInWindow(number)) {
    s.drop('watermark', from);
    return false;
  }
  const earlier = s.checkpoints.get(number)?.get(from);
  return earlier === undefined || hashKey(earlier.digest) !== hashKey(digest);
}

/** A checkpoint message whose signature is good. */
export function onCheckpoint(s: State, from: NodeId, message: CheckpointMessage): void {
  const known = s.log.chainAt(message.number);
  if (known !== undefined && hashKey(known) !== hashKey(message.digest)) dispute(s, from);
  const earlier = s.checkpoints.get(message.number)?.get(from);
  if (earlier === undefined) recordCheckpoint(s, from, message);
  else
    s.guard.contradiction(
      s.now,
      from,
      signedCheckpoint(from, message, earlier),
      signedCheckpoint(from, message, message),
    );
}

function signedCheckpoint(
  signer: NodeId,
  { number }: { readonly number: number },
  { digest, signature }: { readonly digest: Uint8Array; readonly signature: Uint8Array },
): Signed {
  return { signer, payload: encodeStatement({ t: 'CHECKPOINT', number, digest }), signature };
}

export function recordCheckpoint(s: State, from: NodeId, message: Omit<CheckpointMessage, 't'>, token = 0): void {
  const { number, digest, signature } = message;
  if (!s.slots.isInWindow(number)) return;
  let votes = s.checkpoints.get(number);
  if (votes === undefined) s.checkpoints.set(number, (votes = new Map()));
  votes.set(from, { digest, signature, token });
  const key = hashKey(digest);
  const same = [...votes].filter(([, vote]) => hashKey(vote.digest) === key);
  const signatures = new Map(same.map(([id, vote]) => [id, vote.signature]));
  if (!s.setup.table.hasByzantineQuorum(signatures.keys())) return;
  becomeStable(s, makeCertificate({ t: 'CHECKPOINT', number, digest }, signatures));
}

/** Says again which checkpoints this replica has reached that are not stable. */
export function repeatCheckpoints(s: State, to: NodeId): void {
  for (const [number, votes] of s.checkpoints) {
    const own = votes.get(s.setup.self);
    if (own === undefined) continue;
    const { digest, signature, token } = own;
    sendGated(s, to, { t: 'CHECKPOINT', number, digest, signature }, token);
  }
}

/** Proof that members with more than two thirds of the weight have executed up to there: the low watermark rises. */
export function becomeStable(s: State, proof: StableCheckpoint): void {
  const { number } = proof.statement;
  if (number <= s.slots.low) return;
  s.stable = proof;
  s.log.addProof(proof);
  s.writes.push(...s.setup.journal.stable(proof));
  for (const slot of s.slots.advance(number)) forgetSlot(s, slot);
  for (const known of s.checkpoints.keys()) if (known <= number) s.checkpoints.delete(known);
  s.assigned = Math.max(s.assigned, number);
  judgeChain(s);
}

/** What was executed stays in the log; what may still have to be, as the checkpoint says, is kept at hand. */
function forgetSlot(s: State, slot: Slot): void {
  s.awaiting.delete(slot.number);
  for (const key of slot.bodies) {
    const batch = s.batches.get(key);
    if (slot.number > s.executed && batch !== undefined) s.fetched.set(key, batch);
    s.batches.release(key);
    if (s.log.at(slot.number)?.batch.key !== key) s.writes.push(s.setup.journal.dropBatch(slot.number, key));
  }
}

/** Our own log must be the one that was certified. If it is not, more than a third are faulty, or we are. */
function judgeChain(s: State): void {
  const { number, digest } = s.stable.statement;
  const own = s.log.chainAt(number);
  if (own !== undefined && hashKey(own) !== hashKey(digest)) s.broken = true;
}

// ---- snapshots: the application's state, by which the log itself becomes dispensable

/** The application's state after `index` is `state`: proposes to forget the log up to there. */
export function compact(s: State, index: number, state: Uint8Array): void {
  if (index <= s.compaction.stableIndex || index > s.ledger.index || !s.speaks) return;
  const statement = s.compaction.propose(snapshotAt(s, index, state));
  if (statement !== null) s.authenticator.sign(s.fx, statement);
}

/**
 * The log at the last number that adds a decision at or below `index`, by replaying it from its base. Not further: who
 * has executed less must lack a decision too, or it would have no use for the snapshot.
 */
function snapshotAt(s: State, index: number, state: Uint8Array): Snapshot {
  const ledger = s.base.ledger.clone();
  const guard = makeGuard(s.setup);
  guard.restoreDecided(s.base.decided);
  let { number, chain } = s.base;
  for (const entry of s.log.entries) {
    if (entry.number <= s.base.number) continue;
    if (entry.endIndex > index || ledger.index === index) break;
    for (const bundle of entry.batch.bundles) {
      for (const { operation, result } of ledger.apply(bundle))
        if (result === 'accused') guard.decide(s.now, ledger.index, bundle.origin, operation.value);
    }
    ({ number, chain } = entry);
  }
  return { index, place: number, chain: encodeAccount({ chain, decided: guard.encodeDecided() }), ledger, state };
}

/** What a snapshot says beside ledger and state: the hash chain of the log, and what was decided of misbehaviour. */
interface Account {
  readonly chain: Uint8Array;
  readonly decided: Uint8Array;
}

function encodeAccount({ chain, decided }: Account): Uint8Array {
  return new ByteWriter(64).raw(chain).raw(decided).finish();
}

function accountIn({ chain }: Snapshot): Account {
  return { chain: chain.slice(0, 32), decided: chain.slice(32) };
}

/** Our signature under one of our own snapshots arrived. True when the statement was one. */
export function snapshotSigned(s: State, statement: Signed): boolean {
  const message = s.compaction.signed(statement);
  if (message === null) return false;
  s.fx.send('all', encodeMessage({ t: 'SNAPSHOT', message }, s.setup.shape));
  onSnapshot(s, s.setup.self, message);
  return true;
}

/** A message whose signatures are good. */
export function onSnapshot(s: State, from: NodeId, message: CompactionMessage): void {
  if (message.t === 'claim') {
    const snapshot = s.compaction.claim(from, message);
    if (snapshot !== null) rebase(s, snapshot);
  } else if (message.t === 'fetch') sendPiece(s, from, s.compaction.answer(message));
  else {
    const next = s.compaction.chunk(from, message, s.now);
    if (next !== null) s.fx.send(from, encodeMessage({ t: 'SNAPSHOT', message: next }, s.setup.shape));
    installDownload(s);
  }
}

/** Snapshots are made from here on; what lies below is kept for as long as `checkpointRetention` says. */
function rebase(s: State, snapshot: Snapshot): void {
  const { place: number, ledger } = snapshot;
  s.base = { number, ledger: ledger.clone(), ...accountIn(snapshot) };
  const { stable } = s.compaction;
  if (stable === null) return;
  s.writes.push(s.setup.journal.snapshot(encodeStable(stable)));
  const { checkpointRetention, checkpointInterval } = s.setup.config;
  const keep = Math.min(number, s.slots.low) - checkpointRetention * checkpointInterval;
  forgetLog(s, keep);
}

function forgetLog(s: State, number: number): void {
  const gone = s.log.trim(number);
  for (const { batch } of gone) s.batches.release(batch.key);
  if (gone.length > 0) s.writes.push(...s.setup.journal.trim(number, s.stable.statement.number));
}

/** Tells a peer that has executed too little for our log that there is a snapshot. */
export function offerSnapshot(s: State, peer: NodeId, executed: number): void {
  sendPiece(s, peer, s.compaction.offer(executed));
}

function sendPiece(s: State, peer: NodeId, message: CompactionMessage | null): void {
  if (message === null) return;
  const bytes = encodeMessage({ t: 'SNAPSHOT', message }, s.setup.shape);
  if (s.served.spend(peer, bytes.length, s.now)) s.fx.send(peer, bytes, { lane: 'bulk' });
}

/** Replaces our state by a complete download. Waits for the next step when this one has delivered decisions already. */
export function installDownload(s: State): void {
  if (!s.compaction.isComplete || s.delivered) return;
  const download = s.compaction.takeDownload();
  if (download === null) return;
  const { snapshot, stable } = download;
  if (snapshot.index <= s.ledger.index || snapshot.place <= s.executed) return;
  if (!s.guard.restoreDecided(accountIn(snapshot).decided)) return;
  s.compaction.settle(stable);
  adopt(s, snapshot);
  s.writes.push(...s.setup.journal.replaced(snapshot.place, s.slots.low));
  rebase(s, snapshot);
  s.inFlight.clear();
  s.fetched.clear();
  s.pool.prune(s.ledger);
  s.desk.installed(s.fx, s.ledger);
  askOpen(s);
  tellSealed(s);
  judgeChain(s);
  executeReady(s);
}

/** The snapshot takes the place of what we had; the application gets its state where it is behind. */
function adopt(s: State, snapshot: Snapshot): void {
  for (const { batch } of s.log.reset(snapshot.place, accountIn(snapshot).chain)) s.batches.release(batch.key);
  s.ledger = snapshot.ledger.clone();
  if (snapshot.index <= s.floor) return;
  s.floor = snapshot.index;
  s.fx.install({ index: snapshot.index, state: snapshot.state });
}

/** From our own disk, hence trusted; throws RangeError when damaged. */
export function restoreSnapshot(s: State, encoded: Uint8Array): void {
  const restored = decodeStable(encoded, s.setup.ledger);
  const account = restored === null ? null : accountIn(restored.snapshot);
  if (restored === null || account === null || !s.guard.restoreDecided(account.decided))
    throw new RangeError('pbft: the stored snapshot is damaged');
  s.compaction.settle(restored.stable);
  const { place: number, ledger } = restored.snapshot;
  s.base = { number, ledger: ledger.clone(), ...account };
  adopt(s, restored.snapshot);
  askOpen(s);
}
