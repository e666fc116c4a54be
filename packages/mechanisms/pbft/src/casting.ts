import type { NodeId, Token } from '@hypersync/interface';
import { hashKey, type Signed } from '@hypersync/consensus-kit';
import { recordCheckpoint } from './checkpointing.ts';
import { encodeMessage, type Message } from './messages.ts';
import { countVote } from './normal-case.ts';
import type { Own } from './slots.ts';
import type { Cast, State } from './state.ts';
import { encodeStatement, type Phase } from './statements.ts';
import { enterOffered, recordChange, spreadNewView } from './view-changing.ts';

type PhaseCast = Extract<Cast, { t: Phase }>;

/**
 * Ends a step: everything it wrote becomes one batch on disk, and every statement it made is signed; both must be done
 * before the statement leaves.
 */
export function settleStep(s: State): void {
  const { outbox, writes } = s;
  if (outbox.length === 0 && writes.length === 0) return;
  s.outbox = [];
  s.writes = [];
  const token = writes.length === 0 ? 0 : s.fx.persist(writes, outbox.length > 0 || s.viewChanged);
  if (s.viewChanged) s.viewToken = token;
  s.viewChanged = false;
  if (s.spread) spreadNewView(s);
  for (const cast of outbox) {
    if (isPhase(cast) && !s.signs) finish(s, cast, token, new Uint8Array(0));
    else {
      const payload = payloadOf(cast);
      s.casting.set(hashKey(payload), { cast, token });
      s.authenticator.sign(s.fx, payload);
    }
  }
}

function isPhase(cast: Cast): cast is PhaseCast {
  return cast.t === 'PRE-PREPARE' || cast.t === 'PREPARE' || cast.t === 'COMMIT';
}

function payloadOf(cast: Cast): Uint8Array {
  if (cast.t === 'VIEW-CHANGE') return cast.change.payload;
  if (cast.t !== 'NEW-VIEW') return encodeStatement(cast);
  const { view, digest } = cast.newView;
  return encodeStatement({ t: 'NEW-VIEW', view, digest });
}

/** Our signature under one of our statements arrived. */
export function castSigned(s: State, { payload, signature }: Signed): void {
  const key = hashKey(payload);
  const waiting = s.casting.get(key);
  if (waiting === undefined) return;
  s.casting.delete(key);
  finish(s, waiting.cast, waiting.token, signature);
}

function finish(s: State, cast: Cast, token: Token, signature: Uint8Array): void {
  if (isPhase(cast)) return finishPhase(s, cast, token, signature);
  switch (cast.t) {
    case 'CHECKPOINT':
      recordCheckpoint(s, s.setup.self, { ...cast, signature }, token);
      return sendGated(s, 'all', { ...cast, signature }, token);
    case 'VIEW-CHANGE': {
      const change = { ...cast.change, signature };
      sendGated(s, 'all', { t: 'VIEW-CHANGE', change }, token);
      return recordChange(s, change);
    }
    case 'NEW-VIEW':
      return enterOffered(s, { ...cast.newView, signature });
  }
}

function finishPhase(s: State, cast: PhaseCast, token: Token, signature: Uint8Array): void {
  const slot = s.slots.peek(cast.number);
  if (slot === undefined || cast.view !== s.view) return; // overtaken by a checkpoint or a view change
  const own: Own = { view: cast.view, digest: cast.digest, token, signature };
  slot.own[cast.t] = own;
  repeatOwn(s, cast.t, cast.number, 'all');
  if (cast.t !== 'COMMIT') return;
  if (token > s.durable) s.unsettled.push({ number: cast.number, view: cast.view, token });
  else countOwnCommit(s, cast.number, cast.view);
}

/** Sends what we said at a number in the current view, if we did: never before it is durable. */
export function repeatOwn(s: State, t: Phase, number: number, to: NodeId): void {
  const slot = s.slots.peek(number);
  const own = slot?.own[t];
  if (slot === undefined || own?.signature == null || own.view !== s.view) return;
  const { view, digest, signature, token } = own;
  if (t !== 'PRE-PREPARE') return sendGated(s, to, { t, view, number, digest, signature }, token);
  const ids = slot.accepted?.ids;
  if (ids != null) sendGated(s, to, { t, view, number, ids, digest, signature }, token);
}

/** A statement leaves once the batch that holds it is on disk. */
export function sendGated(s: State, to: NodeId, message: Message, token: Token): void {
  const after = token > s.durable ? token : undefined;
  s.fx.send(to, encodeMessage(message, s.setup.shape), { after });
}

/** Our own commit counts only once it is durable, or we could act on what a crash makes us forget. */
export function countDurable(s: State, token: Token): void {
  s.durable = Math.max(s.durable, token);
  const ripe = s.unsettled.filter((one) => one.token <= s.durable);
  if (ripe.length === 0) return;
  s.unsettled = s.unsettled.filter((one) => one.token > s.durable);
  for (const { number, view } of ripe) countOwnCommit(s, number, view);
}

function countOwnCommit(s: State, number: number, view: number): void {
  const own = s.slots.peek(number)?.own.COMMIT;
  if (own?.signature == null || own.view !== view) return;
  const { digest, signature } = own;
  countVote(s, s.setup.self, { t: 'COMMIT', view, number, digest, signature }, 'good');
}
