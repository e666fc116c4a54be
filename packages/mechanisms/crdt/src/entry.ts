import { type ByteReader, type ByteWriter, type Vector, sha256 } from '@hypersync/consensus-kit';
import { LIMITS } from '@hypersync/base';

/** Encoded bytes of an object's name. */
export const NAME_BYTES = 240;
/** Encoded bytes of a set's element or a map's field. */
export const FIELD_BYTES = 1_024;
export const PAYLOAD_BYTES = LIMITS.proposalBytes;

/** The types, by the tag of their encodings. */
export const TYPES = { 1: 'pn-counter', 2: 'lww-register', 3: 'mv-register', 4: 'or-set', 5: 'or-map' } as const;
export type TypeTag = keyof typeof TYPES;
export type TypeName = (typeof TYPES)[TypeTag];

export function isTypeTag(tag: number): tag is TypeTag {
  return Object.hasOwn(TYPES, tag);
}

/** An event: the counter-th mutation of a member. */
export interface Dot {
  readonly author: number;
  readonly counter: number;
}

/**
 * One live contribution to one object: the replica's whole state is a set of these and a version vector. The dot never
 * changes its place or payload, so "both sides have it" needs no merge of values. `field` is the element of a set, the
 * field of a map, else ''.
 */
export interface Entry extends Dot {
  readonly type: TypeTag;
  readonly name: string;
  readonly field: string;
  readonly payload: Uint8Array;
}

export function includesDot(vector: Vector, dot: Dot): boolean {
  return dot.counter <= vector[dot.author]!;
}

export function compareDots(a: Dot, b: Dot): number {
  return a.author - b.author || a.counter - b.counter;
}

export function writeDot(writer: ByteWriter, dot: Dot): void {
  writer.varint(dot.author).varint(dot.counter);
}

export function readDot(reader: ByteReader, members: number): Dot {
  return { author: reader.varint(members - 1), counter: reader.varint() };
}

export function writeEntry(writer: ByteWriter, entry: Entry): void {
  writeDot(writer, entry);
  writer.u8(entry.type).string(entry.name).string(entry.field).bytes(entry.payload);
}

export function readEntry(reader: ByteReader, members: number): Entry {
  const { author, counter } = readDot(reader, members);
  const tag = reader.u8();
  if (!isTypeTag(tag) || counter < 1) reader.fail();
  const type = isTypeTag(tag) ? tag : 1;
  const name = reader.string(NAME_BYTES);
  const field = reader.string(FIELD_BYTES);
  return { author, counter, type, name, field, payload: reader.bytes(PAYLOAD_BYTES) };
}

/** Upper bound of the encoded size. */
export function entryBytes(entry: Entry): number {
  return 40 + 3 * (entry.name.length + entry.field.length) + entry.payload.length;
}

/** SHA-256 as a number, for sums. */
export function digestNumber(bytes: Uint8Array): bigint {
  let number = 0n;
  for (const byte of sha256(bytes)) number = (number << 8n) | BigInt(byte);
  return number;
}
