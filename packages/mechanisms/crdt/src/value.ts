import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { PAYLOAD_BYTES } from './entry.ts';
import { FIELD_BYTES, MAX_DEPTH, tagOf, TYPES } from './place.ts';

/**
 * What a read finds. Registers of several values hold concurrent writes, in order of their dots. A field of a map holds one
 * value, or one per type where members gave it several at the same time, in the order of the types' tags.
 */
export type CrdtValue =
  | { readonly type: 'pn-counter'; readonly total: number }
  | { readonly type: 'g-counter'; readonly total: number }
  | { readonly type: 'lww-register'; readonly value: Uint8Array | null }
  | { readonly type: 'mv-register'; readonly values: readonly Uint8Array[] }
  | { readonly type: 'or-set'; readonly elements: readonly string[] }
  | { readonly type: 'or-map'; readonly fields: readonly (readonly [string, readonly CrdtValue[]])[] }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'list'; readonly values: readonly Uint8Array[] };

const MAX_ITEMS = 0xffff_ffff;

/*
 * The encoding: type tag (u8), then
 *
 *   1 pn-counter    negative (u8 0 or 1), absolute total (varint)
 *   2 lww-register  present (u8 0 or 1), if so the value
 *   3 mv-register   values
 *   4 or-set        elements, in UTF-16 order
 *   5 or-map        (field, values) pairs, fields in UTF-16 order; values are encoded as here
 *   6 g-counter     total (varint)
 *   7 text          string
 *   8 list          values
 */
export function encodeValue(value: CrdtValue): Uint8Array {
  const writer = new ByteWriter();
  writeValue(writer, value);
  return writer.finish();
}

function writeValue(writer: ByteWriter, value: CrdtValue): void {
  writer.u8(tagOf(value.type));
  switch (value.type) {
    case 'pn-counter':
      writer.bool(value.total < 0).varint(Math.abs(value.total));
      return;
    case 'g-counter':
      writer.varint(value.total);
      return;
    case 'lww-register':
      writer.bool(value.value !== null);
      if (value.value !== null) writer.bytes(value.value);
      return;
    case 'or-set':
      writer.list(value.elements, (inner, each) => inner.string(each));
      return;
    case 'text':
      writer.string(value.text);
      return;
    case 'or-map':
      writer.list(value.fields, (inner, [field, values]) => inner.string(field).list(values, writeValue));
      return;
    case 'mv-register':
    case 'list':
      writer.list(value.values, (inner, each) => inner.bytes(each));
  }
}

/** Null on anything that `encodeValue` does not write. */
export function decodeValue(bytes: Uint8Array): CrdtValue | null {
  const reader = new ByteReader(bytes);
  const value = readValue(reader, 0);
  return reader.done() ? value : null;
}

function readValue(reader: ByteReader, depth: number): CrdtValue | null {
  const tag = reader.u8();
  const type = Object.hasOwn(TYPES, tag) ? TYPES[tag as keyof typeof TYPES] : null;
  const readBytes = (): Uint8Array => reader.bytes(PAYLOAD_BYTES);
  switch (type) {
    case 'pn-counter': {
      const negative = reader.bool();
      const total = reader.varint();
      if (negative && total === 0) reader.fail();
      return { type, total: negative ? -total : total };
    }
    case 'g-counter':
      return { type, total: reader.varint() };
    case 'lww-register':
      return { type, value: reader.bool() ? readBytes() : null };
    case 'mv-register':
    case 'list':
      return { type, values: reader.list(MAX_ITEMS, readBytes) };
    case 'or-set':
      return { type, elements: reader.list(MAX_ITEMS, () => reader.string(FIELD_BYTES)) };
    case 'text':
      return { type, text: reader.string(reader.remaining) };
    case 'or-map': {
      if (depth > MAX_DEPTH) reader.fail();
      const readField = () => [reader.string(FIELD_BYTES), readValues(reader, depth + 1)] as const;
      return { type, fields: reader.list(MAX_ITEMS, readField) };
    }
    case null:
      return null;
  }
}

function readValues(reader: ByteReader, depth: number): CrdtValue[] {
  const values: CrdtValue[] = [];
  for (let count = reader.varint(Object.keys(TYPES).length); count > 0 && reader.ok; count--) {
    const value = readValue(reader, depth);
    if (value === null) reader.fail();
    else values.push(value);
  }
  return values;
}
