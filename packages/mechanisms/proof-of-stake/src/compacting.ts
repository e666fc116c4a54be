import type { NodeId } from '@hypersync/interface';
import {
  decodeStable,
  encodeStable,
  type CompactionMessage,
  type Signed,
  type Snapshot,
} from '@hypersync/consensus-kit';
import { makeCheckpoint } from './attestation.ts';
import { decodeChainState, encodeChainState, type ChainState } from './chain-state.ts';
import { advanceFinality, tellSealed } from './finality.ts';
import { encodeMessage } from './messages.ts';
import type { State } from './state.ts';
import { advance, applyBlock } from './transition.ts';
import { BlockTree } from './tree.ts';
import { mayInstall, noteInstalled } from './weak-subjectivity.ts';

/** The application's state after `index` is `state`: proposes to forget the log up to there. */
export function compact(s: State, index: number, state: Uint8Array): void {
  if (index <= s.compaction.stableIndex || index > s.ledger.index) return;
  const statement = s.compaction.propose(snapshotAt(s, index, state));
  if (statement !== null) s.authenticator.sign(s.fx, statement);
}

/** The chain at the last block boundary at or below `index`, by replaying the log from its start. */
function snapshotAt(s: State, index: number, state: Uint8Array): Snapshot {
  const ledger = s.base.ledger.clone();
  let chain = s.base.state;
  for (const { signed, endIndex } of s.log) {
    if (endIndex > index) break;
    for (const bundle of signed.block.bundles) ledger.apply(bundle);
    const next = applyBlock(chain, signed.block, s.rules);
    if (typeof next === 'string') throw new RangeError(`the finalized chain does not replay: ${next}`);
    chain = next;
  }
  return { index, place: chain.slot + 1, chain: encodeChainState(chain, s.setup.table), ledger, state };
}

/** Our signature under one of our own snapshots arrived. True when the statement was one. */
export function snapshotSigned(s: State, statement: Signed): boolean {
  const message = s.compaction.signed(statement);
  if (message === null) return false;
  s.fx.send('all', encodeMessage({ t: 'compaction', message }, s.setup.shape));
  onCompaction(s, s.setup.self, message);
  return true;
}

/** A message whose signatures are good. */
export function onCompaction(s: State, from: NodeId, message: CompactionMessage): void {
  if (message.t === 'claim') {
    const snapshot = s.compaction.claim(from, message);
    const state = snapshot === null ? null : stateOf(s, snapshot);
    if (snapshot !== null && state !== null) rebase(s, snapshot, state);
  } else if (message.t === 'fetch') sendPiece(s, from, s.compaction.answer(message));
  else {
    const next = s.compaction.chunk(from, message, s.now);
    if (next !== null) s.fx.send(from, encodeMessage({ t: 'compaction', message: next }, s.setup.shape));
    installDownload(s);
  }
}

function stateOf(s: State, snapshot: Snapshot): ChainState | null {
  const state = decodeChainState(snapshot.chain, s.setup.table);
  return state !== null && state.slot + 1 === snapshot.place ? state : null;
}

/** The log starts at the snapshot from now on, in memory and on disk. */
function rebase(s: State, snapshot: Snapshot, state: ChainState): void {
  s.base = { ledger: snapshot.ledger.clone(), state };
  s.log = s.log.filter(({ signed }) => signed.block.slot > state.slot);
  s.logKeys = new Set(s.log.map(({ signed }) => signed.block.key));
  const { stable } = s.compaction;
  if (stable !== null) s.fx.persist(s.setup.journal.checkpoint(state.slot, encodeStable(stable)), false);
}

/** True when the peer is so far behind that our log no longer helps it, and we have a snapshot for it. */
export function serveSnapshot(s: State, peer: NodeId, finalizedSlot: number): boolean {
  const piece = s.compaction.serve(finalizedSlot + 1);
  sendPiece(s, peer, piece);
  return piece !== null;
}

export function offerSnapshot(s: State, peer: NodeId, finalizedSlot: number): void {
  sendPiece(s, peer, s.compaction.offer(finalizedSlot + 1));
}

function sendPiece(s: State, peer: NodeId, message: CompactionMessage | null): void {
  if (message === null) return;
  const bytes = encodeMessage({ t: 'compaction', message }, s.setup.shape);
  if (s.served.spend(peer, bytes.length, s.now)) s.fx.send(peer, bytes, { lane: 'bulk' });
}

/** Replaces our state by a complete download. Waits for the next step when this one has delivered decisions already. */
export function installDownload(s: State): void {
  if (!s.compaction.isComplete || s.delivered) return;
  const download = s.compaction.takeDownload();
  if (download === null) return;
  const { snapshot, stable } = download;
  const state = stateOf(s, snapshot);
  if (state === null || snapshot.index <= s.ledger.index || state.slot <= s.tree.root.slot) return;
  if (!mayInstall(s, state)) {
    s.malformed++;
    return;
  }
  s.compaction.settle(stable);
  adopt(s, snapshot, state);
  rebase(s, snapshot, state);
  noteInstalled(s, state);
  s.wanted.clear();
  s.pool.prune(s.ledger);
  s.pruneRequests();
  s.desk.installed(s.fx, s.ledger);
  tellSealed(s);
  advanceFinality(s);
}

/** The snapshot takes the place of what we had; the application gets its state where it is behind. */
function adopt(s: State, snapshot: Snapshot, state: ChainState): void {
  startAt(s, state);
  s.ledger = snapshot.ledger.clone();
  if (snapshot.index <= s.floor) return;
  s.floor = snapshot.index;
  s.fx.install({ index: snapshot.index, state: snapshot.state });
}

/** The tree and the fork choice begin at a block that is known to be final. */
export function startAt(s: State, state: ChainState): void {
  const { slotsPerEpoch } = s.setup.config;
  const epoch = Math.ceil(Math.max(0, state.slot) / slotsPerEpoch);
  const checkpoint = makeCheckpoint(epoch, state.root);
  s.tree = new BlockTree(state);
  s.fork.restart(checkpoint, advance(state, epoch * slotsPerEpoch, s.rules).stakes);
}

/** From our own disk, hence trusted; throws RangeError when damaged. */
export function restoreStable(s: State, encoded: Uint8Array): void {
  const restored = decodeStable(encoded, s.setup.ledger);
  const state = restored === null ? null : stateOf(s, restored.snapshot);
  if (restored === null || state === null) throw new RangeError('proof-of-stake: the stored checkpoint is damaged');
  s.compaction.settle(restored.stable);
  s.base = { ledger: restored.snapshot.ledger.clone(), state };
  adopt(s, restored.snapshot, state);
}
