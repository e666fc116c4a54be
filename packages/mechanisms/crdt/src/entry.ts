import { type ByteReader, type ByteWriter, sha256 } from '@hypersync/consensus-kit';
import { LIMITS } from '@hypersync/base';
import { readDot, writeDot, type Dot } from './dots.ts';
import { FIELD_BYTES, isSequence, readPlace, writePlace, type Place } from './place.ts';

export const PAYLOAD_BYTES = LIMITS.proposalBytes;

/**
 * One live contribution to one object that is no sequence. The dot never changes its place or payload, so "both sides have
 * it" needs no merge of values. `field` is the element of a set, else ''.
 */
export interface Entry extends Dot, Place {
  readonly field: string;
  readonly payload: Uint8Array;
}

export function writeEntry(writer: ByteWriter, entry: Entry): void {
  writeDot(writer, entry);
  writePlace(writer, entry);
  writer.string(entry.field).bytes(entry.payload);
}

export function readEntry(reader: ByteReader, members: number): Entry {
  const { author, counter } = readDot(reader, members);
  const { type, name, path } = readPlace(reader);
  if (isSequence(type)) reader.fail(); // what is in a sequence is a run
  const field = reader.string(FIELD_BYTES);
  return { author, counter, type, name, path, field, payload: reader.bytes(PAYLOAD_BYTES) };
}

/** Upper bound of the encoded size. */
export function entryBytes(entry: Entry): number {
  let units = entry.name.length + entry.field.length;
  for (const field of entry.path) units += 1 + field.length;
  return 40 + 3 * units + entry.payload.length;
}

/** SHA-256 as a number, for sums. */
export function digestNumber(bytes: Uint8Array): bigint {
  let number = 0n;
  for (const byte of sha256(bytes)) number = (number << 8n) | BigInt(byte);
  return number;
}
