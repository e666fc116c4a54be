import type { NodeId } from '@hypersync/interface';
import {
  decodeStable,
  encodeStable,
  hashKey,
  type CompactionMessage,
  type Signed,
  type Snapshot,
} from '@hypersync/consensus-kit';
import { tipOf, type Tip } from './block.ts';
import { finalizeChain, tellSealed } from './finalizing.ts';
import { encodeMessage } from './messages.ts';
import type { State } from './state.ts';

/** The application's state after `index` is `state`: proposes to forget the log up to there. */
export function compact(s: State, index: number, state: Uint8Array): void {
  if (index <= s.compaction.stableIndex || index > s.ledger.index) return;
  const statement = s.compaction.propose(snapshotAt(s, index, state));
  if (statement !== null) s.authenticator.sign(s.fx, statement);
}

/** The chain at the last block boundary at or below `index`, by replaying the log from its start. */
function snapshotAt(s: State, index: number, state: Uint8Array): Snapshot {
  const ledger = s.base.ledger.clone();
  let { tip } = s.base;
  for (const { block, endIndex } of s.chain.log) {
    if (endIndex > index) break;
    for (const bundle of block.bundles) ledger.apply(bundle);
    tip = tipOf(block);
  }
  return { index, place: tip.height, chain: tip.hash, ledger, state };
}

function tipAt({ place, chain }: Snapshot): Tip {
  return { height: place, hash: chain, key: hashKey(chain) };
}

/** Our signature under one of our own snapshots arrived. True when the statement was one. */
export function snapshotSigned(s: State, statement: Signed): boolean {
  const message = s.compaction.signed(statement);
  if (message === null) return false;
  s.fx.send('all', encodeMessage({ t: 'compaction', message }, s.setup.table));
  onCompaction(s, s.setup.self, message);
  return true;
}

/** A message whose signatures are good. */
export function onCompaction(s: State, from: NodeId, message: CompactionMessage): void {
  if (message.t === 'claim') {
    const snapshot = s.compaction.claim(from, message);
    if (snapshot !== null) rebase(s, snapshot);
  } else if (message.t === 'fetch') sendPiece(s, from, s.compaction.answer(message));
  else {
    const next = s.compaction.chunk(from, message, s.now);
    if (next !== null) s.fx.send(from, encodeMessage({ t: 'compaction', message: next }, s.setup.table));
    installDownload(s);
  }
}

/** The log starts at the snapshot from now on, in memory and on disk. */
function rebase(s: State, snapshot: Snapshot): void {
  s.base = { ledger: snapshot.ledger.clone(), tip: tipAt(snapshot) };
  s.chain.trim(snapshot.place);
  const { stable } = s.compaction;
  if (stable !== null) s.fx.persist(s.setup.journal.checkpoint(stable.place, encodeStable(stable)), false);
}

/** True when the peer is so far behind that our log no longer helps it, and we have a snapshot for it. */
export function serveSnapshot(s: State, peer: NodeId, finalized: number): boolean {
  const piece = s.compaction.serve(finalized);
  sendPiece(s, peer, piece);
  return piece !== null;
}

export function offerSnapshot(s: State, peer: NodeId, finalized: number): void {
  sendPiece(s, peer, s.compaction.offer(finalized));
}

function sendPiece(s: State, peer: NodeId, message: CompactionMessage | null): void {
  if (message === null) return;
  const bytes = encodeMessage({ t: 'compaction', message }, s.setup.table);
  if (s.served.spend(peer, bytes.length, s.now)) s.fx.send(peer, bytes, { lane: 'bulk' });
}

/** Replaces our state by a complete download. Waits for the next step when this one has delivered decisions already. */
export function installDownload(s: State): void {
  if (!s.compaction.isComplete || s.delivered) return;
  const download = s.compaction.takeDownload();
  if (download === null || download.snapshot.chain.length !== 32) return;
  const { snapshot, stable } = download;
  if (snapshot.index <= s.ledger.index || snapshot.place <= s.chain.tip.height) return;
  s.compaction.settle(stable);
  adopt(s, snapshot);
  rebase(s, snapshot);
  s.iteration = Math.max(s.iteration, snapshot.place + 1);
  s.ballots.forgetUpTo(snapshot.place);
  s.book.forgetUpTo(snapshot.place);
  s.pool.prune(s.ledger);
  s.desk.installed(s.fx, s.ledger);
  tellSealed(s);
  finalizeChain(s);
}

/** The snapshot takes the place of what we had; the application gets its state where it is behind. */
function adopt(s: State, snapshot: Snapshot): void {
  s.chain.reset(tipAt(snapshot));
  s.ledger = snapshot.ledger.clone();
  if (snapshot.index <= s.floor) return;
  s.floor = snapshot.index;
  s.fx.install({ index: snapshot.index, state: snapshot.state });
}

/** From our own disk, hence trusted; throws RangeError when damaged. */
export function restoreStable(s: State, encoded: Uint8Array): void {
  const restored = decodeStable(encoded, s.setup.ledger);
  if (restored === null) throw new RangeError('simple-bft: the stored checkpoint is damaged');
  s.compaction.settle(restored.stable);
  s.base = { ledger: restored.snapshot.ledger.clone(), tip: tipAt(restored.snapshot) };
  adopt(s, restored.snapshot);
}
