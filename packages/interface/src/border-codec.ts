/**
 * What crosses the border between a driver and a confined mechanism: bytes. Each `encode` appends to a writer that the
 * caller owns and bounds; each `decode` takes exactly one value and nothing after it. Encoders throw TypeError or RangeError
 * on what the contract does not allow, decoders RangeError on every byte string that no encoder would have written.
 */
import { BorderReader, type BorderWriter } from './border-bytes.ts';
import {
  oneOf,
  readMember,
  readMembership,
  readObject,
  readOp,
  readStatus,
  readStopSign,
  readValue,
  readVector,
  tagOf,
  writeMember,
  writeMembership,
  writeOp,
  writeStatus,
  writeStopSign,
  writeValue,
  writeVector,
  type BorderValue,
} from './border-values.ts';
import type { ReadLevel } from './descriptor.ts';
import type { VersionVector } from './guarantee.ts';
import type { Input, Micros } from './inputs.ts';
import type { ConfigProblem, DurableImage, MechanismInit, Status } from './mechanism.ts';

/** One call of `step`. */
export interface StepRequest {
  readonly now: Micros;
  readonly inputs: readonly Input[];
}

const INPUTS = [
  'time',
  'message',
  'propose',
  'read',
  'durable',
  'signed',
  'verified',
  'suspicion',
  'clock',
  'compact',
  'stop',
  'transfer',
  'reconfigure',
] as const satisfies readonly Input['t'][];

const READ_LEVELS = [
  'linearizable',
  'lease',
  'sequential',
  'causal',
  'eventual',
] as const satisfies readonly ReadLevel[];

/** The start of a batch; any number of `encodeInput` follows. A batch ends where its bytes end. */
export function encodeNow(writer: BorderWriter, now: Micros): void {
  writer.uint(now);
}

export function encodeInputs(writer: BorderWriter, request: StepRequest): void {
  encodeNow(writer, request.now);
  for (const input of request.inputs) encodeInput(writer, input);
}

export function encodeInput(writer: BorderWriter, input: Input): void {
  writer.byte(tagOf(INPUTS, input.t));
  switch (input.t) {
    case 'time':
      return;
    case 'message':
      writer.text(input.from);
      return writer.bytes(input.bytes);
    case 'propose':
      writer.uint(input.ticket);
      writer.uint(input.session);
      writer.uint(input.sequence);
      writeAfter(writer, input.after);
      return writeOp(writer, input.op);
    case 'read':
      writer.uint(input.ticket);
      writer.byte(tagOf(READ_LEVELS, input.level));
      writeAfter(writer, input.after);
      return writer.text(input.key);
    case 'durable':
      return writer.uint(input.token);
    case 'signed':
      writer.uint(input.token);
      return writer.bytes(input.signature);
    case 'verified':
      writer.uint(input.token);
      return writer.flag(input.valid);
    case 'suspicion':
      writer.text(input.node);
      return writer.float(input.phi);
    case 'clock':
      writer.uint(input.earliest);
      return writer.uint(input.latest);
    case 'compact':
      writer.uint(input.index);
      return writer.bytes(input.state);
    case 'stop':
      writer.uint(input.ticket);
      return writeStopSign(writer, input.sign);
    case 'transfer':
      writer.uint(input.ticket);
      return writer.text(input.to ?? '');
    case 'reconfigure':
      writer.uint(input.ticket);
      return writeMembership(writer, input.membership);
  }
}

/** Byte strings are copies: a mechanism may keep and change what it is given. */
export function decodeInputs(bytes: Uint8Array): StepRequest {
  const reader = new BorderReader(bytes, true);
  const now = reader.uint();
  const inputs: Input[] = [];
  while (!reader.atEnd) inputs.push(readInput(reader));
  return { now, inputs };
}

function readInput(reader: BorderReader): Input {
  const t = oneOf(INPUTS, reader);
  switch (t) {
    case 'time':
      return { t };
    case 'message':
      return { t, from: reader.text(), bytes: reader.bytes() };
    case 'propose': {
      const [ticket, session, sequence] = [reader.uint(), reader.uint(), reader.uint()];
      return { t, ticket, session, sequence, ...readAfter(reader), op: readOp(reader) };
    }
    case 'read': {
      const [ticket, level] = [reader.uint(), oneOf(READ_LEVELS, reader)];
      return { t, ticket, level, ...readAfter(reader), key: reader.text() };
    }
    case 'durable':
      return { t, token: reader.uint() };
    case 'signed':
      return { t, token: reader.uint(), signature: reader.bytes() };
    case 'verified':
      return { t, token: reader.uint(), valid: reader.flag() };
    case 'suspicion':
      return { t, node: reader.text(), phi: reader.float() };
    case 'clock':
      return { t, earliest: reader.uint(), latest: reader.uint() };
    case 'compact':
      return { t, index: reader.uint(), state: reader.bytes() };
    case 'stop':
      return { t, ticket: reader.uint(), sign: readStopSign(reader) };
    case 'transfer': {
      const ticket = reader.uint();
      const to = reader.text();
      return { t, ticket, to: to === '' ? null : to };
    }
    case 'reconfigure':
      return { t, ticket: reader.uint(), membership: readMembership(reader) };
  }
}

function writeAfter(writer: BorderWriter, after: VersionVector | undefined): void {
  writer.flag(after !== undefined);
  if (after !== undefined) writeVector(writer, after);
}

function readAfter(reader: BorderReader): { readonly after?: VersionVector } {
  return reader.flag() ? { after: readVector(reader) } : {};
}

/** Everything `create` takes. */
export function encodeInit(writer: BorderWriter, init: MechanismInit, image: DurableImage): void {
  writer.text(init.self);
  writer.list(init.members, (member) => writeMember(writer, member));
  writer.uint(init.epoch);
  writer.uint(init.seed);
  writer.uint(init.now);
  writer.uint(init.applied);
  writeValue(writer, init.config);
  writer.list([...image], ([key, value]) => {
    writer.text(key);
    writer.bytes(value);
  });
}

export function decodeInit(bytes: Uint8Array): { readonly init: MechanismInit; readonly image: DurableImage } {
  const reader = new BorderReader(bytes, true);
  const self = reader.text();
  const members = reader.list(() => readMember(reader));
  const [epoch, seed, now, applied] = [reader.uint(), reader.uint(), reader.uint(), reader.uint()];
  const config = readObject(reader);
  const image = new Map(reader.list(() => [reader.text(), reader.bytes()] as const));
  reader.end();
  return { init: { self, members, epoch, seed, now, applied, config }, image };
}

/** Everything `validateConfig` takes. */
export function encodeConfig(writer: BorderWriter, config: Readonly<Record<string, unknown>>, nodes: number): void {
  writer.uint(nodes);
  writeValue(writer, config);
}

export function decodeConfig(bytes: Uint8Array): { config: Readonly<Record<string, BorderValue>>; nodes: number } {
  const reader = new BorderReader(bytes, true);
  const nodes = reader.uint();
  const config = readObject(reader);
  reader.end();
  return { config, nodes };
}

export function encodeProblems(writer: BorderWriter, problems: readonly ConfigProblem[]): void {
  writer.list(problems, (problem) => {
    writer.text(problem.key);
    writer.text(problem.allowed);
    writer.text(problem.reason);
  });
}

export function decodeProblems(bytes: Uint8Array): readonly ConfigProblem[] {
  const reader = new BorderReader(bytes, true);
  const problems = reader.list(() => ({ key: reader.text(), allowed: reader.text(), reason: reader.text() }));
  reader.end();
  return problems;
}

/** Descriptors and other plain data. */
export function encodeValue(writer: BorderWriter, value: unknown): void {
  writeValue(writer, value);
}

export function decodeValue(bytes: Uint8Array): BorderValue {
  const reader = new BorderReader(bytes, true);
  const value = readValue(reader);
  reader.end();
  return value;
}

export function encodeStatus(writer: BorderWriter, status: Status): void {
  writeStatus(writer, status);
}

export function decodeStatus(bytes: Uint8Array): Status {
  const reader = new BorderReader(bytes, true);
  const status = readStatus(reader);
  reader.end();
  return status;
}
