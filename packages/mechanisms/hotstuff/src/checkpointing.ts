import type { NodeId } from '@hypersync/interface';
import {
  ByteReader,
  ByteWriter,
  decodeStable,
  encodeStable,
  hashKey,
  type CompactionMessage,
  type Signed,
  type Snapshot,
} from '@hypersync/consensus-kit';
import { askOpen, makeGuard } from './accountability.ts';
import { tipOf, type FullBlock, type Tip } from './block.ts';
import { advance, commitBy, tellSealed } from './committing.ts';
import { LeaderSchedule } from './leaders.ts';
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
  const schedule = s.base.schedule.clone();
  const guard = makeGuard(s.setup);
  guard.restoreDecided(s.base.decided);
  let { tip } = s.base;
  for (const { block, bundles, endIndex } of s.tree.log) {
    if (endIndex > index) break;
    const isOpen = ledger.sealed === null;
    for (const bundle of bundles) ledger.apply(bundle);
    advance(schedule, block);
    if (isOpen) for (const proof of block.evidence) guard.decide(s.now, ledger.index, block.author, proof);
    tip = tipOf(block);
  }
  const chain = encodeChain({ tip, schedule, decided: guard.encodeDecided() });
  return { index, place: tip.height, chain, ledger, state };
}

/** More than blocks of a whole epoch can hold of what is open, and all members convicted. */
const MAX_DECIDED = 16 * 1024 * 1024;

/** The mechanism's own part of a snapshot: the tip, what leaders are chosen by, and what was decided of misbehaviour. */
function encodeChain({ tip, schedule, decided }: ChainAt): Uint8Array {
  return new ByteWriter(256).varint(tip.round).raw(tip.id).raw(schedule.encode()).bytes(decided).finish();
}

function decodeChain(s: State, { place, chain }: Snapshot): ChainAt | null {
  const reader = new ByteReader(chain);
  const round = reader.varint();
  const id = reader.raw(32);
  const schedule = LeaderSchedule.decode(reader, s.setup.table, s.setup.epoch);
  const decided = reader.bytes(MAX_DECIDED);
  return reader.done() ? { tip: { round, height: place, id, key: hashKey(id) }, schedule, decided } : null;
}

/** Members that collect the claims about a snapshot: a few, so that compaction stays linear, and others the next time. */
const COLLECTORS = 3;

function collectorsOf(s: State, index: number): NodeId[] {
  const { ids } = s.setup.table;
  return Array.from({ length: Math.min(COLLECTORS, ids.length) }, (_, i) => ids[(index + i) % ids.length]!);
}

/** Our signature under one of our own snapshots arrived. True when the statement was one. */
export function snapshotSigned(s: State, statement: Signed): boolean {
  const message = s.compaction.signed(statement);
  if (message === null) return false;
  const bytes = encodeMessage({ t: 'compaction', message }, s.setup.table);
  for (const collector of collectorsOf(s, message.index)) if (collector !== s.setup.self) s.fx.send(collector, bytes);
  onCompaction(s, s.setup.self, message);
  return true;
}

/** What a collector tells the others: a piece without bytes is only the signatures under a snapshot, each of them a claim. */
function isCertificate(message: CompactionMessage): message is Extract<CompactionMessage, { t: 'chunk' }> {
  return message.t === 'chunk' && message.bytes.length === 0;
}

export function isCompactionWanted(s: State, message: CompactionMessage): boolean {
  if (isCertificate(message)) return message.index > s.compaction.stableIndex;
  return s.compaction.wants(message, s.ledger.index);
}

/** A message whose signatures are good. */
export function onCompaction(s: State, from: NodeId, message: CompactionMessage): void {
  if (message.t === 'claim') claim(s, from, message);
  else if (message.t === 'fetch') sendPiece(s, from, s.compaction.answer(message));
  else if (isCertificate(message)) {
    for (const { signer, signature } of s.compaction.statements(from, message)) {
      claim(s, signer, { ...message, t: 'claim', signature });
    }
  } else {
    const next = s.compaction.chunk(from, message, s.now);
    if (next !== null) s.fx.send(from, encodeMessage({ t: 'compaction', message: next }, s.setup.table));
    installDownload(s);
  }
}

/** Once more than two thirds claim the snapshot that we have, the log before it may go; a collector tells everybody. */
function claim(s: State, signer: NodeId, message: Extract<CompactionMessage, { t: 'claim' }>): void {
  const snapshot = s.compaction.claim(signer, message);
  if (snapshot === null) return;
  rebase(s, snapshot);
  const certificate = s.compaction.offer(-1);
  if (certificate === null || !collectorsOf(s, snapshot.index).includes(s.setup.self)) return;
  s.fx.send('all', encodeMessage({ t: 'compaction', message: certificate }, s.setup.table));
}

/** The log starts at the snapshot from now on, in memory and on disk. False when its chain cannot be read. */
function rebase(s: State, snapshot: Snapshot): void {
  const chain = decodeChain(s, snapshot);
  if (chain === null) return;
  s.base = { ledger: snapshot.ledger.clone(), ...chain };
  s.tree.trim(snapshot.place);
  for (const round of s.justifications.keys()) if (round < chain.tip.round) s.justifications.delete(round);
  const { stable } = s.compaction;
  if (stable !== null)
    s.fx.persist(s.setup.journal.checkpoint(stable.place, chain.tip.round, encodeStable(stable)), false);
}

/** True when the peer is so far behind that our log no longer helps it, and we have a snapshot for it. */
export function serveSnapshot(s: State, peer: NodeId, height: number): boolean {
  const piece = s.compaction.serve(height);
  sendPiece(s, peer, piece);
  return piece !== null;
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
  const chain = decodeChain(s, snapshot);
  if (chain === null || snapshot.index <= s.ledger.index || chain.tip.round <= s.tree.tip.round) return;
  if (!s.guard.restoreDecided(chain.decided)) return;
  s.compaction.settle(stable);
  const { journal } = s.setup;
  const lost = adopt(s, snapshot, chain);
  s.fx.persist([journal.forgetCommit(), ...journal.forget(lost)], false);
  rebase(s, snapshot);
  s.pool.prune(s.ledger);
  s.desk.installed(s.fx, s.ledger);
  askOpen(s);
  tellSealed(s);
  commitBy(s, s.highQc);
}

interface ChainAt {
  readonly tip: Tip;
  readonly schedule: LeaderSchedule;
  readonly decided: Uint8Array;
}

/**
 * The snapshot takes the place of what we had; the application gets its state where it is behind. Returns the blocks that
 * lost.
 */
function adopt(s: State, snapshot: Snapshot, { tip, schedule }: ChainAt): FullBlock[] {
  const lost = s.tree.reset(tip);
  s.commitment = null;
  s.schedule = schedule.clone();
  s.ledger = snapshot.ledger.clone();
  if (snapshot.index > s.floor) {
    s.floor = snapshot.index;
    s.fx.install({ index: snapshot.index, state: snapshot.state });
  }
  return lost;
}

/** From our own disk, hence trusted; throws RangeError when damaged. */
export function restoreStable(s: State, encoded: Uint8Array): void {
  const restored = decodeStable(encoded, s.setup.ledger);
  const chain = restored === null ? null : decodeChain(s, restored.snapshot);
  if (restored === null || chain === null || !s.guard.restoreDecided(chain.decided))
    throw new RangeError('hotstuff: the stored checkpoint is damaged');
  s.compaction.settle(restored.stable);
  s.base = { ledger: restored.snapshot.ledger.clone(), ...chain };
  adopt(s, restored.snapshot, chain);
  askOpen(s);
}
