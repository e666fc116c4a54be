import type { NodeId } from '@hypersync/interface';
import { hashKey, type Bundle } from '@hypersync/consensus-kit';
import { makeBatch, type Batch } from './batch.ts';
import { executeReady } from './executing.ts';
import { encodeMessage, type Message, type VoteMessage } from './messages.ts';
import { reportContradiction, suspectContradiction } from './evidence.ts';
import { askForVotes } from './receiving.ts';
import { tallyVotes, type Accepted, type Slot, type Vote } from './slots.ts';
import type { State } from './state.ts';
import { makeCertificate, type Certificate, type Commit } from './statements.ts';

type PrePrepare = Extract<Message, { t: 'PRE-PREPARE' }>;

/** True when this replica, as primary, may assign the next number. */
export function mayPropose(s: State): boolean {
  if (!s.isPrimary || !s.active || !s.speaks || s.ledger.sealed !== null) return false;
  if (s.bootToken > s.durable || !s.slots.isInWindow(s.assigned + 1)) return false;
  return s.assigned - Math.max(s.executed, s.slots.low) < s.flow.depth;
}

/** As primary: puts waiting requests into batches, as many as flow control lets into flight. */
export function propose(s: State): void {
  const { maxBatch, maxBatchBytes, batchDelayMs } = s.setup.config;
  while (mayPropose(s)) {
    const bundles = s.pool.select({ bytes: maxBatchBytes, count: maxBatch }, s.inFlight, s.assigned);
    const mayWait = bundles.length > 0 && bundles.length < s.flow.batchSize && s.assigned > s.executed;
    if (mayWait) s.heldUntil ??= s.now + batchDelayMs * 1000;
    else s.heldUntil = null;
    if (bundles.length === 0 || (s.heldUntil !== null && s.now < s.heldUntil)) return;
    s.heldUntil = null;
    assign(s, bundles);
  }
}

function assign(s: State, bundles: readonly Bundle[]): void {
  const number = ++s.assigned;
  const slot = s.slots.at(number)!;
  const wanted = makeBatch(bundles);
  const batch = slot.admits(wanted.key) ? wanted : makeBatch([]);
  const { digest, key } = batch;
  accept(s, slot, {
    view: s.view,
    digest,
    key,
    ids: batch.bundles.map(({ id }) => id),
    signature: new Uint8Array(0),
  });
  s.flow.proposed(number, s.now);
  s.outbox.push({ t: 'PRE-PREPARE', view: s.view, number, digest });
}

export function isPrePrepareWanted(s: State, from: NodeId, { view, number, digest }: PrePrepare): boolean {
  if (view !== s.view || !s.active) return refuse(s, from, 'view');
  if (!s.slots.isInWindow(number)) return refuse(s, from, 'watermark');
  const accepted = s.slots.peek(number)?.accepted ?? null;
  const differs = accepted !== null && accepted.key !== hashKey(digest);
  if (from !== s.primaryOf(view)) return differs && accepted.signature.length > 0;
  if (number <= s.newViewHigh) return refuse(s, from, 'malformed');
  return accepted === null || differs;
}

function refuse(s: State, from: NodeId, reason: 'view' | 'watermark' | 'malformed'): false {
  s.drop(reason, from);
  return false;
}

/** A pre-prepare of the primary, its signature known to be good. The first one for a number is accepted. */
export function onPrePrepare(s: State, message: PrePrepare): void {
  const { view, number, digest, ids, signature } = message;
  const slot = s.slots.at(number);
  if (slot === null || view !== s.view || !s.active) return;
  const key = hashKey(digest);
  if (slot.accepted !== null) {
    if (slot.accepted.key !== key && slot.accepted.signature.length > 0)
      reportContradiction(s, s.primaryOf(view), { t: 'PRE-PREPARE', view, number }, slot.accepted, {
        digest,
        signature,
      });
    return;
  }
  if (!slot.admits(key)) return;
  accept(s, slot, { view, digest, key, ids, signature });
}

/** Takes a pre-prepare as the one of this view; it is acted upon once the requests themselves are here. */
export function accept(s: State, slot: Slot, accepted: Accepted): void {
  slot.accepted = accepted;
  s.assigned = Math.max(s.assigned, slot.number);
  const batch = bodyOf(s, accepted);
  if (batch === null) s.awaiting.set(slot.number, s.now);
  else embody(s, slot, batch);
}

/** The batch if all its requests are at hand. */
function bodyOf(s: State, { key, ids }: Accepted): Batch | null {
  const known = s.batches.get(key) ?? s.fetched.get(key);
  if (known !== undefined) return known;
  if (ids === null) return null;
  const bundles: Bundle[] = [];
  for (const id of ids) {
    const bundle = s.pool.get(hashKey(id));
    if (bundle === undefined) return null;
    bundles.push(bundle);
  }
  return makeBatch(bundles);
}

/** More requests or batches are here: are they what a pre-prepare waits for? */
export function embodyAwaiting(s: State): void {
  for (const number of s.awaiting.keys()) {
    const slot = s.slots.peek(number);
    const batch = slot?.accepted == null ? null : bodyOf(s, slot.accepted);
    if (slot !== undefined && batch !== null) embody(s, slot, batch);
  }
}

/** Pre-prepared: the claim and the body go to disk, and a backup says PREPARE. */
function embody(s: State, slot: Slot, batch: Batch): void {
  s.awaiting.delete(slot.number);
  if (batch.size > s.setup.config.maxBatchBytes) return;
  slot.batch = batch;
  keepBody(s, slot, batch);
  for (const { key } of batch.bundles) if (slot.number > s.executed) s.inFlight.add(key);
  slot.claimPrePrepared();
  s.writes.push(s.setup.journal.slot(slot));
  if (!s.isPrimary && s.speaks) {
    const { view, digest, key } = slot.accepted!;
    s.outbox.push({ t: 'PREPARE', view, number: slot.number, digest });
    slot.prepares.set(s.setup.self, { view, digest, key, signature: new Uint8Array(0), state: 'good' });
  }
  progress(s, slot);
}

export function keepBody(s: State, slot: Slot, batch: Batch): void {
  if (slot.bodies.has(batch.key)) return;
  slot.bodies.add(batch.key);
  s.fetched.delete(batch.key);
  s.batches.hold(batch);
  s.writes.push(...s.setup.journal.batch(slot.number, batch));
}

/** Takes a request whose signature is good. */
export function admitRequest(s: State, bundle: Bundle): void {
  if (s.pool.add(bundle, s.ledger)) s.expectation.arrived(s.now, bundle);
}

/** A prepare or commit from a peer, before its signature is looked at. */
export function onVote(s: State, from: NodeId, message: VoteMessage): void {
  const { view, number } = message;
  if (!s.slots.isInWindow(number)) return s.drop('watermark', from);
  if (message.t === 'PREPARE' && (view !== s.view || from === s.primaryOf(view))) return s.drop('view', from);
  const slot = s.slots.at(number)!;
  const votes = votesOf(slot, message);
  const earlier = votes.get(from);
  if (earlier !== undefined && earlier.view >= view) {
    if (earlier.view === view && earlier.key !== hashKey(message.digest))
      suspectContradiction(s, from, message, earlier, message);
    return;
  }
  if (message.t === 'PREPARE') showOther(s, from, slot, message);
  countVote(s, from, message, s.signs ? 'held' : 'good');
}

/** Somebody prepares another digest: one of us was lied to by the primary, and shall see what it signed for the other. */
function showOther(s: State, to: NodeId, slot: Slot, { digest }: VoteMessage): void {
  const { accepted, number } = slot;
  if (accepted?.ids == null || accepted.signature.length === 0 || accepted.key === hashKey(digest)) return;
  const { view, ids, signature } = accepted;
  const message: PrePrepare = { t: 'PRE-PREPARE', view, number, ids, digest: accepted.digest, signature };
  s.fx.send(to, encodeMessage(message, s.setup.shape));
}

function votesOf(slot: Slot, { t }: Pick<VoteMessage, 't'>): Map<NodeId, Vote> {
  return t === 'PREPARE' ? slot.prepares : slot.commits;
}

/** Enters a vote and goes on as far as it leads. */
export function countVote(s: State, voter: NodeId, message: VoteMessage, state: Vote['state']): void {
  const slot = s.slots.at(message.number);
  if (slot === null) return;
  const { view, digest, signature } = message;
  votesOf(slot, message).set(voter, { view, digest, key: hashKey(digest), signature, state });
  progress(s, slot, message);
}

/** The signature under a vote was checked. */
export function voteVerified(s: State, voter: NodeId, message: VoteMessage, valid: boolean): void {
  const slot = s.slots.peek(message.number);
  if (slot === undefined) return;
  const vote = votesOf(slot, message).get(voter);
  if (vote?.view !== message.view || vote.key !== hashKey(message.digest) || vote.state !== 'asked') return;
  if (valid) vote.state = 'good';
  else votesOf(slot, message).delete(voter);
  progress(s, slot, message);
}

/** Prepared, committed, executed: whatever has become true at this number. `hint` is the vote that may have changed it. */
export function progress(s: State, slot: Slot, hint?: VoteMessage): void {
  if (!slot.prepared && slot.accepted !== null && s.active) becomePrepared(s, slot, slot.accepted);
  if (slot.committed !== null) return;
  const view = hint?.t === 'COMMIT' ? hint : slot.accepted;
  if (view !== null) becomeCommitted(s, slot, { view: view.view, digest: view.digest, key: hashKey(view.digest) });
}

/** A pre-prepare, and prepares that bring it to more than two thirds of the weight, each member counted once. */
function becomePrepared(s: State, slot: Slot, accepted: Accepted): void {
  const { table } = s.setup;
  const primary = table.weightOf(s.primaryOf(accepted.view));
  const tally = tallyVotes(slot.prepares, accepted, table);
  if (!table.isByzantineQuorum(primary + tally.good))
    return askForVotes(s, slot.number, 'PREPARE', primary + tally.good + tally.asked, tally.held);
  if (slot.batch === null || !s.speaks) return;
  slot.prepared = true;
  slot.claimPrepared();
  s.writes.push(s.setup.journal.slot(slot));
  const { view, digest } = accepted;
  s.outbox.push({ t: 'COMMIT', view, number: slot.number, digest });
}

/** Commits of one view of more than two thirds of the weight: decided, whatever this replica itself has seen. */
function becomeCommitted(s: State, slot: Slot, what: { view: number; digest: Uint8Array; key: string }): void {
  const { table } = s.setup;
  const tally = tallyVotes(slot.commits, what, table);
  if (!table.isByzantineQuorum(tally.good)) {
    const held = tally.held.reduce((sum, [id]) => sum + table.weightOf(id), 0);
    const own = isOwnOnItsWay(s, slot, what) ? table.weightOf(s.setup.self) : 0;
    const known = tally.good + tally.asked + own;
    if (table.isByzantineQuorum(known + held)) askForVotes(s, slot.number, 'COMMIT', known, tally.held);
    return;
  }
  const { view, key } = what;
  slot.committed = { view, key, commit: s.signs ? commitCertificate(slot, what) : null };
  executeReady(s);
}

function commitCertificate(
  slot: Slot,
  { view, digest, key }: { view: number; digest: Uint8Array; key: string },
): Certificate<Commit> {
  const good = [...slot.commits].filter(([, vote]) => vote.state === 'good' && vote.view === view && vote.key === key);
  const signatures = new Map(good.map(([id, vote]) => [id, vote.signature]));
  return makeCertificate({ t: 'COMMIT', view, number: slot.number, digest }, signatures);
}

/** Our own commit is being signed or flushed: it will count, so others' need not be verified in its place. */
function isOwnOnItsWay(s: State, slot: Slot, { view, key }: { view: number; key: string }): boolean {
  return slot.prepared && slot.accepted?.view === view && slot.accepted.key === key && !slot.commits.has(s.setup.self);
}
