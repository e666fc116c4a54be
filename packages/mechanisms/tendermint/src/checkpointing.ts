import type { NodeId } from '@hypersync/interface';
import {
  decodeStable,
  encodeStable,
  type CompactionMessage,
  type Signed,
  type Snapshot,
} from '@hypersync/consensus-kit';
import type { ChainState } from './chain-state.ts';
import { DecidedLog } from './decided-log.ts';
import { moveTo, tellSealed } from './deciding.ts';
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
  let { chain } = s.base;
  for (const { block, endIndex } of s.log.entries) {
    if (endIndex > index) break;
    for (const bundle of block.bundles) ledger.apply(bundle);
    chain = chain.apply(block);
  }
  return { index, place: chain.height, chain: chain.encode(), ledger, state };
}

/** Null when the snapshot's account of the chain is none. */
function chainOf(s: State, { place, chain }: Snapshot): ChainState | null {
  const decoded = s.setup.genesis.decode(chain);
  return decoded?.height === place ? decoded : null;
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
    const chain = snapshot === null ? null : chainOf(s, snapshot);
    if (snapshot !== null && chain !== null) rebase(s, snapshot, chain);
  } else if (message.t === 'fetch') sendPiece(s, from, s.compaction.answer(message));
  else {
    const next = s.compaction.chunk(from, message, s.now);
    if (next !== null) s.fx.send(from, encodeMessage({ t: 'compaction', message: next }, s.setup.table));
    installDownload(s);
  }
}

/** The log starts at the snapshot from now on, in memory and on disk. */
function rebase(s: State, snapshot: Snapshot, chain: ChainState): void {
  s.base = { ledger: snapshot.ledger.clone(), chain };
  s.log.trim(snapshot.place);
  const { stable } = s.compaction;
  if (stable !== null) s.fx.persist(s.setup.journal.checkpoint(stable.place, encodeStable(stable)), false);
}

export function offerSnapshot(s: State, peer: NodeId, height: number): void {
  sendPiece(s, peer, s.compaction.offer(height));
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
  if (download === null) return;
  const { snapshot, stable } = download;
  const chain = chainOf(s, snapshot);
  if (chain === null || snapshot.index <= s.ledger.index || chain.height <= s.chain.height) return;
  s.compaction.settle(stable);
  adopt(s, snapshot, chain);
  rebase(s, snapshot, chain);
  s.past.clear();
  s.pool.prune(s.ledger);
  s.desk.installed(s.fx, s.ledger);
  tellSealed(s);
}

/** The snapshot takes the place of what we had; the application gets its state where it is behind. */
function adopt(s: State, snapshot: Snapshot, chain: ChainState): void {
  s.log = new DecidedLog(chain.height);
  s.ledger = snapshot.ledger.clone();
  moveTo(s, chain);
  if (snapshot.index <= s.floor) return;
  s.floor = snapshot.index;
  s.fx.install({ index: snapshot.index, state: snapshot.state });
}

/** From our own disk, hence trusted; throws RangeError when damaged. */
export function restoreStable(s: State, encoded: Uint8Array): void {
  const restored = decodeStable(encoded, s.setup.ledger);
  const chain = restored === null ? null : chainOf(s, restored.snapshot);
  if (restored === null || chain === null) throw new RangeError('tendermint: the stored checkpoint is damaged');
  s.compaction.settle(restored.stable);
  s.base = { ledger: restored.snapshot.ledger.clone(), chain };
  adopt(s, restored.snapshot, chain);
}
