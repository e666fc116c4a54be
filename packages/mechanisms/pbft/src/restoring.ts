import { hashKey } from '@hypersync/consensus-kit';
import { extendChain, NULL_BATCH, NULL_KEY, type Batch } from './batch.ts';
import { restoreSnapshot } from './checkpointing.ts';
import { deliver, tellSealed } from './executing.ts';
import type { Restored, StoredSlot } from './journal.ts';
import type { State } from './state.ts';
import { sendStatus } from './status.ts';
import { decideNewView } from './view-change.ts';
import { announceChange, startOf } from './view-changing.ts';

/** The first step of an incarnation: takes up what the image holds, and says again what it may not have said. */
export function restore(s: State): void {
  s.started = true;
  const { journal, image, incarnation } = s.setup;
  const stored = journal.restore(image);
  const bodies = new Map(stored.batches.map(({ number, batch }) => [`${number}/${batch.key}`, batch]));
  const bodyAt = (number: number, key: string): Batch | null =>
    key === NULL_KEY ? NULL_BATCH : (bodies.get(`${number}/${key}`) ?? null);
  if (stored.snapshot !== null) restoreSnapshot(s, stored.snapshot);
  replay(s, stored, bodyAt);
  restoreStable(s, stored);
  for (const slot of stored.slots) restoreSlot(s, slot, bodyAt);
  restoreView(s, stored, bodyAt);
  s.pool.prune(s.ledger);
  tellSealed(s);
  s.bootToken = s.fx.persist([journal.incarnation(incarnation)]);
  sendStatus(s);
}

/** The log again: delivers what is not in the application's state. */
function replay(s: State, { executed }: Restored, bodyAt: (number: number, key: string) => Batch | null): void {
  let sealed = s.ledger.sealed !== null;
  for (const { number, key } of executed) {
    if (number <= s.executed) continue;
    const batch = bodyAt(number, key);
    if (number !== s.executed + 1 || batch === null)
      throw new RangeError(`pbft: the stored log lacks number ${number}`);
    deliver(s, batch, new Uint8Array(0));
    s.batches.hold(batch);
    const chain = extendChain(s.log.chain, batch.digest);
    s.log.append({ number, batch, chain, endIndex: s.ledger.index, commit: null });
    const seals = s.ledger.sealed !== null && !sealed;
    sealed ||= seals;
    if (number % s.setup.config.checkpointInterval === 0 || seals)
      s.outbox.push({ t: 'CHECKPOINT', number, digest: chain });
  }
}

function restoreStable(s: State, { proofs }: Restored): void {
  for (const proof of proofs) s.log.addProof(proof);
  const last = proofs.at(-1);
  if (last === undefined) return;
  s.stable = last;
  const { number } = last.statement;
  s.slots.advance(number);
  s.outbox = s.outbox.filter((cast) => cast.t !== 'CHECKPOINT' || cast.number > number);
}

function restoreSlot(s: State, stored: StoredSlot, bodyAt: (number: number, key: string) => Batch | null): void {
  const slot = s.slots.at(stored.number);
  if (slot === null) return;
  for (const claim of stored.prePrepared) {
    slot.prePreparedClaims.set(claim.key, claim);
    const batch = bodyAt(slot.number, claim.key);
    if (batch === null) continue;
    slot.bodies.add(batch.key);
    s.batches.hold(batch);
  }
  slot.preparedClaim = stored.prepared;
}

/** Goes on in the view, or in the wait for the view, in which the crash came. */
function restoreView(s: State, stored: Restored, bodyAt: (number: number, key: string) => Batch | null): void {
  const { view, active, attempts } = stored.view;
  s.view = view;
  s.active = active;
  s.attempts = attempts;
  s.assigned = Math.max(s.slots.low, s.executed);
  if (stored.newView?.view === view && active) {
    s.newView = stored.newView;
    s.newViews = [stored.newView];
    const plan = decideNewView(stored.newView.changes, s.setup.table);
    if (plan === null) throw new RangeError('pbft: the stored NEW-VIEW does not start a view');
    s.viewStart = startOf(view, plan);
    s.newViewHigh = plan.stable.statement.number + plan.digests.length;
    s.assigned = Math.max(s.assigned, s.newViewHigh);
  }
  if (!active) return announceChange(s);
  for (const { number } of stored.slots) recast(s, number, bodyAt);
}

/** Signs again what is on disk: the same statements, so nothing new is said. */
function recast(s: State, number: number, bodyAt: (number: number, key: string) => Batch | null): void {
  const slot = s.slots.peek(number);
  const claim = [...(slot?.prePreparedClaims.values() ?? [])].find(({ view }) => view === s.view);
  if (slot === undefined || claim === undefined) return;
  const { view, digest, key } = claim;
  const batch = bodyAt(number, key);
  const ids = batch === null || number <= s.newViewHigh ? null : batch.bundles.map(({ id }) => id);
  slot.accepted = { view, digest, key, ids, signature: new Uint8Array(0) };
  slot.batch = batch;
  s.assigned = Math.max(s.assigned, number);
  if (number > s.executed) for (const bundle of batch?.bundles ?? []) s.inFlight.add(bundle.key);
  if (s.isPrimary) {
    if (ids !== null) s.outbox.push({ t: 'PRE-PREPARE', view, number, digest });
  } else {
    s.outbox.push({ t: 'PREPARE', view, number, digest });
    slot.prepares.set(s.setup.self, {
      view,
      digest,
      key: hashKey(digest),
      signature: new Uint8Array(0),
      state: 'good',
    });
  }
  if (slot.preparedClaim?.view !== view) return;
  slot.prepared = true;
  s.outbox.push({ t: 'COMMIT', view, number, digest });
}
