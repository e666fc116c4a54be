import { ByteReader, ByteWriter, hashKey, type Signed, type WeightTable } from '@hypersync/consensus-kit';
import { decideAccusation } from './accusing.ts';
import { digestOfIds, extendChain, MAX_REQUESTS, NULL_BATCH, type Batch } from './batch.ts';
import { takeCheckpoint } from './checkpointing.ts';
import { keepBody } from './normal-case.ts';
import type { Slot } from './slots.ts';
import type { State } from './state.ts';
import {
  certificateStatements,
  readCertificate,
  writeCertificate,
  type Certificate,
  type Commit,
} from './statements.ts';

const EMPTY = new Uint8Array(0);

/** Executes in the order of numbers as far as what is committed, or certified by a checkpoint, and at hand reaches. */
export function executeReady(s: State): void {
  for (;;) {
    const number = s.executed + 1;
    const slot = s.slots.peek(number);
    const batch = readyBatch(s, number, slot);
    if (batch === null) return;
    if (slot?.committed == null) execute(s, number, batch, null);
    else {
      keepBody(s, slot, batch);
      execute(s, number, batch, slot.committed.commit);
    }
  }
}

function readyBatch(s: State, number: number, slot: Slot | undefined): Batch | null {
  if (slot?.committed != null) {
    if (slot.batch?.key === slot.committed.key) return slot.batch;
    return s.batches.get(slot.committed.key) ?? s.fetched.get(slot.committed.key) ?? null;
  }
  const digest = plannedDigest(s, number);
  if (digest === null) return null;
  const key = hashKey(digest);
  if (key === NULL_BATCH.key) return NULL_BATCH;
  return s.batches.get(key) ?? s.fetched.get(key) ?? null;
}

/** What the way to a stable checkpoint holds at this number. */
export function plannedDigest({ plan }: State, number: number): Uint8Array | null {
  return plan?.digests[number - plan.first] ?? null;
}

function execute(s: State, number: number, batch: Batch, commit: Certificate<Commit> | null): void {
  const chain = extendChain(s.log.chain, batch.digest);
  const sealedBefore = s.ledger.sealed !== null;
  deliver(s, batch, commit === null ? EMPTY : encodeCommitProof(batch, commit, s.setup.table));
  s.log.append({ number, batch, chain, endIndex: s.ledger.index, commit });
  s.batches.hold(batch);
  s.fetched.delete(batch.key);
  if (s.slots.peek(number)?.bodies.has(batch.key) !== true) s.writes.push(...s.setup.journal.batch(number, batch));
  s.writes.push(s.setup.journal.executed(number, batch));
  noteProgress(s, number, batch);
  const sealsNow = s.ledger.sealed !== null && !sealedBefore;
  if (number % s.setup.config.checkpointInterval === 0 || sealsNow) takeCheckpoint(s, number, chain);
  if (sealsNow) tellSealed(s);
}

function noteProgress(s: State, number: number, batch: Batch): void {
  for (const { key } of batch.bundles) s.inFlight.delete(key);
  if (batch.bundles.length > 0) {
    s.pool.prune(s.ledger);
    if (s.active) s.attempts = 0;
    const waiting = new Set(s.pool.origins);
    for (const { origin } of batch.bundles) if (waiting.has(origin)) s.heads.set(origin, s.now);
    s.expectation.executed(s.now, batch.bundles, s.plan === null);
  }
  s.flow.executed(number, s.now, s.pool.size - s.inFlight.size);
}

/** Hands the operations of an executed batch to the application, each once, and answers our clients. */
export function deliver(s: State, batch: Batch, certificate: Uint8Array): void {
  for (const bundle of batch.bundles) {
    const results = s.ledger.apply(bundle);
    for (const { operation, index, result } of results) {
      if (result === 'accused') decideAccusation(s, bundle.origin, operation.value);
      if (result !== 'delivered' || index <= s.floor) continue;
      s.fx.deliver({
        position: { class: 'total-order', epoch: s.setup.epoch, index },
        proposer: bundle.origin,
        session: operation.session,
        sequence: operation.sequence,
        key: '',
        value: operation.value,
        certificate,
      });
      s.delivered = true;
    }
    s.desk.applied(s.fx, bundle, results);
    if (bundle.origin === s.setup.self) s.flow.served(results.length, s.now);
  }
}

/**
 * Once per incarnation: this epoch is over. Whom decided evidence convicts has no vote in the next one; so nobody says so
 * before all of that evidence is checked, which takes as long as the driver takes to verify.
 */
export function tellSealed(s: State): void {
  const sign = s.ledger.sealed;
  if (sign === null || s.sealedTold) return;
  s.desk.sealed(s.fx);
  if (!s.guard.mayEndEpoch) return;
  s.sealedTold = true;
  const convictions = s.guard.endEpoch(s.now);
  const position = { class: 'total-order' as const, epoch: s.setup.epoch, index: s.ledger.index };
  s.fx.seal({ sign, position, state: convictions.length === 0 ? EMPTY : s.guard.encodeDecided() });
}

/** Convinces whoever knows the members that these requests were committed, in this order, at this number. */
export interface CommitProof {
  readonly requestIds: readonly Uint8Array[];
  readonly commit: Certificate<Commit>;
}

function encodeCommitProof(batch: Batch, commit: Certificate, table: WeightTable): Uint8Array {
  const writer = new ByteWriter(512).list(batch.bundles, (w, { id }) => void w.raw(id));
  writeCertificate(writer, commit, table);
  return writer.finish();
}

/** Checks everything but signatures and returns the statements whose signatures are left to check; null when it proves nothing. */
export function readCommitProof(
  bytes: Uint8Array,
  table: WeightTable,
): { readonly proof: CommitProof; readonly statements: readonly Signed[] } | null {
  const reader = new ByteReader(bytes);
  const requestIds = reader.list(MAX_REQUESTS, (r) => r.raw(32));
  const commit = readCertificate(reader, 'COMMIT', table);
  if (!reader.done() || hashKey(digestOfIds(requestIds)) !== commit.key) return null;
  return { proof: { requestIds, commit }, statements: certificateStatements(commit) };
}
