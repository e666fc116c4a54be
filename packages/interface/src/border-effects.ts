import { BorderReader, type BorderWriter } from './border-bytes.ts';
import {
  oneOf,
  readMembership,
  readPosition,
  readStatus,
  readStopSign,
  tagOf,
  writeMembership,
  writePosition,
  writeStatus,
  writeStopSign,
} from './border-values.ts';
import type {
  CryptoRequest,
  Decision,
  Effects,
  Lane,
  Misbehaviour,
  Outcome,
  Persist,
  RejectReason,
  Send,
  StoreOp,
} from './effects.ts';
import type { Micros } from './inputs.ts';
import type { Status } from './mechanism.ts';

/** What one call of `step` (or `create`) answers. `status` is null while nothing but position and detail changed. */
export interface StepReply {
  readonly deadline: Micros | null;
  readonly status: Status | null;
  readonly effects: Effects;
}

const LANES = ['control', 'bulk'] as const satisfies readonly Lane[];
const STORE_OPS = ['put', 'delete', 'delete-range'] as const satisfies readonly StoreOp['op'][];
const CRYPTO = ['sign', 'verify'] as const satisfies readonly CryptoRequest['op'][];
const OUTCOMES = ['committed', 'values', 'rejected', 'unknown'] as const satisfies readonly Outcome['kind'][];
const REASONS = [
  'not-leader',
  'no-quorum',
  'overloaded',
  'too-large',
  'unsupported',
  'invalid',
  'superseded',
  'sealed',
] as const satisfies readonly RejectReason[];

/** Keys of a durable image are at most this long (bytes of UTF-8, so at most this many UTF-16 units). */
const MAX_KEY_UNITS = 256;

export function encodeEffects(writer: BorderWriter, reply: StepReply): void {
  writer.flag(reply.deadline !== null);
  if (reply.deadline !== null) writer.uint(reply.deadline);
  writer.flag(reply.status !== null);
  if (reply.status !== null) writeStatus(writer, reply.status);
  const { effects } = reply;
  writer.list(effects.persist, (persist) => writePersist(writer, persist));
  writer.list(effects.send, (send) => writeSend(writer, send));
  writer.list(effects.crypto, (request) => writeCrypto(writer, request));
  writer.list(effects.deliver, (decision) => writeDecision(writer, decision));
  writer.list(effects.resolve, ({ ticket, outcome }) => {
    writer.uint(ticket);
    writeOutcome(writer, outcome);
  });
  writer.list(effects.evidence, (report) => writeMisbehaviour(writer, report));
  writer.flag(effects.install !== null);
  if (effects.install !== null) {
    writer.uint(effects.install.index);
    writer.bytes(effects.install.state);
  }
  writer.flag(effects.sealed !== null);
  if (effects.sealed !== null) {
    writeStopSign(writer, effects.sealed.sign);
    writePosition(writer, effects.sealed.position);
    writer.bytes(effects.sealed.state);
  }
  // A plugin built for 1.0 has no such field.
  const membership = (effects as Partial<Effects>).membership ?? null;
  writer.flag(membership !== null);
  if (membership !== null) writeMembership(writer, membership);
}

/** Byte strings are views of `bytes`: the driver owns the reply and lets it go as a whole. */
export function decodeEffects(bytes: Uint8Array): StepReply {
  const reader = new BorderReader(bytes, false);
  const deadline = reader.flag() ? reader.uint() : null;
  const status = reader.flag() ? readStatus(reader) : null;
  const effects: Effects = {
    persist: reader.list(() => readPersist(reader)),
    send: reader.list(() => readSend(reader)),
    crypto: reader.list(() => readCrypto(reader)),
    deliver: reader.list(() => readDecision(reader)),
    resolve: reader.list(() => ({ ticket: reader.uint(), outcome: readOutcome(reader) })),
    evidence: reader.list(() => readMisbehaviour(reader)),
    install: reader.flag() ? { index: reader.uint(), state: reader.bytes() } : null,
    sealed: reader.flag()
      ? { sign: readStopSign(reader), position: readPosition(reader), state: reader.bytes() }
      : null,
    membership: reader.flag() ? readMembership(reader) : null,
  };
  reader.end();
  return { deadline, status, effects };
}

function writePersist(writer: BorderWriter, persist: Persist): void {
  writer.uint(persist.token);
  writer.flag(persist.sync);
  writer.list(persist.writes, (write) => {
    writer.byte(tagOf(STORE_OPS, write.op));
    if (write.op === 'delete-range') {
      writeKey(writer, write.from);
      writeKey(writer, write.to);
    } else {
      writeKey(writer, write.key);
      if (write.op === 'put') writer.bytes(write.value);
    }
  });
}

function writeKey(writer: BorderWriter, key: string): void {
  if (key.length > MAX_KEY_UNITS) throw new RangeError(`a key longer than ${MAX_KEY_UNITS}`);
  writer.text(key);
}

function readKey(reader: BorderReader): string {
  const key = reader.text();
  if (key.length > MAX_KEY_UNITS) throw new RangeError(`a key longer than ${MAX_KEY_UNITS}`);
  return key;
}

function readPersist(reader: BorderReader): Persist {
  return {
    token: reader.uint(),
    sync: reader.flag(),
    writes: reader.list((): StoreOp => {
      const op = oneOf(STORE_OPS, reader);
      if (op === 'delete-range') return { op, from: readKey(reader), to: readKey(reader) };
      const key = readKey(reader);
      return op === 'put' ? { op, key, value: reader.bytes() } : { op, key };
    }),
  };
}

/** `all` is the empty name: no node has it. */
function writeSend(writer: BorderWriter, send: Send): void {
  writer.text(send.to === 'all' ? '' : send.to);
  writer.byte(tagOf(LANES, send.lane));
  writer.flag(send.after !== undefined);
  if (send.after !== undefined) writer.uint(send.after);
  writer.bytes(send.bytes);
}

function readSend(reader: BorderReader): Send {
  const name = reader.text();
  const to = name === '' ? 'all' : name;
  const lane = oneOf(LANES, reader);
  const after = reader.flag() ? reader.uint() : undefined;
  const bytes = reader.bytes();
  return after === undefined ? { to, lane, bytes } : { to, lane, bytes, after };
}

function writeCrypto(writer: BorderWriter, request: CryptoRequest): void {
  writer.byte(tagOf(CRYPTO, request.op));
  writer.uint(request.token);
  writer.bytes(request.message);
  if (request.op === 'verify') {
    writer.text(request.signer);
    writer.bytes(request.signature);
  }
}

function readCrypto(reader: BorderReader): CryptoRequest {
  const op = oneOf(CRYPTO, reader);
  const token = reader.uint();
  const message = reader.bytes();
  return op === 'sign'
    ? { op, token, message }
    : { op, token, message, signer: reader.text(), signature: reader.bytes() };
}

function writeDecision(writer: BorderWriter, decision: Decision): void {
  writePosition(writer, decision.position);
  writer.text(decision.proposer);
  writer.uint(decision.session);
  writer.uint(decision.sequence);
  writer.text(decision.key);
  writer.bytes(decision.value);
  writer.bytes(decision.certificate);
}

function readDecision(reader: BorderReader): Decision {
  return {
    position: readPosition(reader),
    proposer: reader.text(),
    session: reader.uint(),
    sequence: reader.uint(),
    key: reader.text(),
    value: reader.bytes(),
    certificate: reader.bytes(),
  };
}

function writeOutcome(writer: BorderWriter, outcome: Outcome): void {
  writer.byte(tagOf(OUTCOMES, outcome.kind));
  switch (outcome.kind) {
    case 'committed':
      return writePosition(writer, outcome.position);
    case 'values':
      writePosition(writer, outcome.position);
      return writer.list(outcome.values, (value) => writer.bytes(value));
    case 'rejected':
      writer.byte(tagOf(REASONS, outcome.reason));
      writer.flag(outcome.retryable);
      return writer.text(outcome.hint ?? '');
    case 'unknown':
      return;
  }
}

function readOutcome(reader: BorderReader): Outcome {
  const kind = oneOf(OUTCOMES, reader);
  switch (kind) {
    case 'committed':
      return { kind, position: readPosition(reader) };
    case 'values':
      return { kind, position: readPosition(reader), values: reader.list(() => reader.bytes()) };
    case 'rejected': {
      const reason = oneOf(REASONS, reader);
      const retryable = reader.flag();
      const hint = reader.text();
      return { kind, reason, retryable, hint: hint === '' ? null : hint };
    }
    case 'unknown':
      return { kind };
  }
}

function writeMisbehaviour(writer: BorderWriter, report: Misbehaviour): void {
  writer.text(report.culprit);
  writer.text(report.kind);
  writer.flag(report.provable);
  writer.bytes(report.proof);
}

function readMisbehaviour(reader: BorderReader): Misbehaviour {
  return { culprit: reader.text(), kind: reader.text(), provable: reader.flag(), proof: reader.bytes() };
}
