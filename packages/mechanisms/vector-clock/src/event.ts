import { type ByteReader, type ByteWriter, type Vector, readVector, writeVector } from '@hypersync/consensus-kit';
import { LIMITS } from '@hypersync/base';

/** Encoded bytes of a key: with its prefix it names a record of the durable image, whose keys have at most 256 bytes. */
export const KEY_BYTES = 240;
export const VALUE_BYTES = LIMITS.proposalBytes;

/**
 * One put. Its dot is (author, counter); `past` is what the author had delivered before it (the timestamp of causal
 * broadcast, with entry `author` at counter - 1); `context` is what the client had read, or `past` itself for a blind write,
 * which so replaces what its node showed. `context` never exceeds `past`: whatever a put replaces has been delivered
 * wherever the put is.
 */
export interface CausalEvent {
  readonly author: number;
  readonly counter: number;
  readonly past: Vector;
  readonly context: Vector;
  readonly session: number;
  readonly sequence: number;
  readonly key: string;
  readonly value: Uint8Array;
}

export function writeEvent(writer: ByteWriter, event: CausalEvent): void {
  writer.varint(event.author).varint(event.counter);
  writeVector(writer, event.past);
  writeVector(writer, event.context);
  writer.varint(event.session).varint(event.sequence).string(event.key).bytes(event.value);
}

/** Fails the reader on anything that no correct author writes. */
export function readEvent(reader: ByteReader, members: number): CausalEvent {
  const author = reader.varint(members - 1);
  const counter = reader.varint();
  const past = readVector(reader, members);
  const context = readVector(reader, members);
  const session = reader.varint();
  const sequence = reader.varint();
  const key = reader.string(KEY_BYTES);
  const value = reader.bytes(VALUE_BYTES);
  if (counter < 1 || past[author] !== counter - 1) reader.fail();
  if (context.some((seen, i) => seen > past[i]!)) reader.fail();
  return { author, counter, past, context, session, sequence, key, value };
}

/** Upper bound of the encoded size, to fill batches. */
export function eventBytes(event: CausalEvent): number {
  return 64 + 16 * event.past.length + 3 * event.key.length + event.value.length;
}

/** What a reader of this event has seen: its past and itself. */
export function eventVector(event: CausalEvent): Vector {
  return event.past.map((counter, i) => (i === event.author ? event.counter : counter));
}

/** Groups of at most `budget` bytes, or of one event where that is larger. */
export function* batchesOf(events: readonly CausalEvent[], budget: number): Generator<readonly CausalEvent[]> {
  let batch: CausalEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    if (batch.length > 0 && bytes + eventBytes(event) > budget) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(event);
    bytes += eventBytes(event);
  }
  if (batch.length > 0) yield batch;
}
