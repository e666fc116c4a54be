import type { NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter } from '../codec.ts';
import { sha256 } from '../sha256.ts';
import { hashKey } from './hash-key.ts';

/**
 * `append` is delivered; `read` only marks a place in the order (a linearizable read); `stop` ends the epoch; `accuse` holds
 * evidence against a member, for mechanisms whose log decides upon it, and means nothing to the others.
 */
export type OperationKind = 'append' | 'read' | 'stop' | 'accuse';

/** What one client asked for. `session` 0 means that no retry can be recognised. */
export interface Operation {
  readonly kind: OperationKind;
  readonly session: number;
  readonly sequence: number;
  /** The value proposed; for `stop` the encoded sign; for `accuse` the evidence; empty for `read`. */
  readonly value: Uint8Array;
}

/**
 * Operations that one node accepted from its clients, signed once for all: what leaders put into blocks. The signature
 * keeps a faulty leader from inventing operations in another node's name; (incarnation, number) make a replay visible.
 */
export interface Bundle {
  readonly origin: NodeId;
  /** Grows with every restart of the origin; numbers start again at 1. */
  readonly incarnation: number;
  readonly number: number;
  readonly operations: readonly Operation[];
  /** SHA-256 of everything above. */
  readonly id: Uint8Array;
  readonly key: string;
  /** Encoded size with the signature, bytes. */
  readonly size: number;
  readonly signature: Uint8Array;
}

export interface BundleLimits {
  /** Largest value of one operation, bytes. */
  readonly maxValueBytes: number;
  /** Largest bundle, bytes; a single operation of the largest value must fit. */
  readonly maxBundleBytes: number;
}

/** Operations in one bundle. */
export const MAX_OPERATIONS = 1024;
/** What a bundle takes beside its values: names, numbers, signature. */
export const BUNDLE_OVERHEAD = 256;
/** What an operation takes beside its value. */
export const OPERATION_OVERHEAD = 24;

const KINDS: readonly OperationKind[] = ['append', 'read', 'stop', 'accuse'];
const MAX_SIGNATURE = 8192;
const STATEMENT_TAG = 0x42;

function writeBody(writer: ByteWriter, bundle: Pick<Bundle, 'origin' | 'incarnation' | 'number' | 'operations'>): void {
  writer.string(bundle.origin).varint(bundle.incarnation).varint(bundle.number);
  writer.list(bundle.operations, (w, operation) => {
    w.u8(KINDS.indexOf(operation.kind)).varint(operation.session).varint(operation.sequence).bytes(operation.value);
  });
}

/** Without a signature yet: `signature` is empty until the origin has signed `bundleStatement(id)`. */
export function makeBundle(
  origin: NodeId,
  incarnation: number,
  number: number,
  operations: readonly Operation[],
  signature: Uint8Array = new Uint8Array(0),
): Bundle {
  const writer = new ByteWriter(256);
  writeBody(writer, { origin, incarnation, number, operations });
  const body = writer.finish();
  const id = sha256(body);
  const size = body.length + signature.length + 2;
  return { origin, incarnation, number, operations, id, key: hashKey(id), size, signature };
}

/** What the origin signs. */
export function bundleStatement(id: Uint8Array): Uint8Array {
  return new ByteWriter(33).u8(STATEMENT_TAG).raw(id).finish();
}

/** The id inside a statement made by `bundleStatement`; null for any other payload. */
export function bundleIdOf(statement: Uint8Array): Uint8Array | null {
  return statement.length === 33 && statement[0] === STATEMENT_TAG ? statement.slice(1) : null;
}

export function writeBundle(writer: ByteWriter, bundle: Bundle): void {
  writeBody(writer, bundle);
  writer.bytes(bundle.signature);
}

/** Bounded; anything wrong fails the reader. The id is computed, never taken from the wire; the signature is not checked here. */
export function readBundle(reader: ByteReader, limits: BundleLimits): Bundle {
  const origin = reader.string(64);
  const incarnation = reader.varint();
  const number = reader.varint();
  let room = limits.maxBundleBytes;
  const operations = reader.list(MAX_OPERATIONS, (r) => {
    const operation = readOperation(r, limits.maxValueBytes);
    room -= operation.value.length + OPERATION_OVERHEAD;
    if (room < 0) r.fail();
    return operation;
  });
  const signature = reader.bytes(MAX_SIGNATURE);
  if (operations.length === 0 || number < 1 || origin === '') reader.fail();
  return makeBundle(origin, incarnation, number, operations, signature);
}

function readOperation(reader: ByteReader, maxValueBytes: number): Operation {
  const kind = KINDS[reader.u8()];
  if (kind === undefined) reader.fail();
  const session = reader.varint();
  const sequence = reader.varint();
  return { kind: kind ?? 'append', session, sequence, value: reader.bytes(maxValueBytes) };
}

/** Hashing is dear, and a replica asks for the same operation when it comes, when it is decided and when it is replayed. */
const RETRY_KEYS = new WeakMap<Operation, string>();

/** Identity of an operation across retries: the same wish of the same session with the same value; null without a session. */
export function retryKey(operation: Operation): string | null {
  if (operation.session === 0 || operation.kind !== 'append') return null;
  let key = RETRY_KEYS.get(operation);
  if (key === undefined) {
    const writer = new ByteWriter(operation.value.length + 24);
    key = hashKey(sha256(writer.varint(operation.session).varint(operation.sequence).bytes(operation.value).finish()));
    RETRY_KEYS.set(operation, key);
  }
  return key;
}
