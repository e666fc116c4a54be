import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { FIELD_BYTES, PAYLOAD_BYTES } from './entry.ts';

/** What a read finds. Registers and fields of several values hold concurrent writes, in order of their dots. */
export type CrdtValue =
  | { readonly type: 'pn-counter'; readonly total: number }
  | { readonly type: 'lww-register'; readonly value: Uint8Array | null }
  | { readonly type: 'mv-register'; readonly values: readonly Uint8Array[] }
  | { readonly type: 'or-set'; readonly elements: readonly string[] }
  | { readonly type: 'or-map'; readonly fields: readonly (readonly [string, readonly Uint8Array[]])[] };

const MAX_ITEMS = 0xffff_ffff;

/*
 * The encoding: type tag (u8), then
 *
 *   1 pn-counter    negative (u8 0 or 1), absolute total (varint)
 *   2 lww-register  present (u8 0 or 1), if so the value
 *   3 mv-register   values
 *   4 or-set        elements, in UTF-16 order
 *   5 or-map        (field, values) pairs, fields in UTF-16 order
 */
export function encodeValue(value: CrdtValue): Uint8Array {
  const writer = new ByteWriter();
  switch (value.type) {
    case 'pn-counter':
      return writer
        .u8(1)
        .bool(value.total < 0)
        .varint(Math.abs(value.total))
        .finish();
    case 'lww-register':
      writer.u8(2).bool(value.value !== null);
      return (value.value === null ? writer : writer.bytes(value.value)).finish();
    case 'mv-register':
      return writer
        .u8(3)
        .list(value.values, (inner, each) => inner.bytes(each))
        .finish();
    case 'or-set':
      return writer
        .u8(4)
        .list(value.elements, (inner, each) => inner.string(each))
        .finish();
    case 'or-map':
      writer.u8(5).list(value.fields, (inner, [field, values]) => {
        inner.string(field).list(values, (deep, each) => deep.bytes(each));
      });
      return writer.finish();
  }
}

/** Null on anything that `encodeValue` does not write. */
export function decodeValue(bytes: Uint8Array): CrdtValue | null {
  const reader = new ByteReader(bytes);
  const value = readValue(reader);
  return reader.done() ? value : null;
}

function readValue(reader: ByteReader): CrdtValue | null {
  const readBytes = (): Uint8Array => reader.bytes(PAYLOAD_BYTES);
  switch (reader.u8()) {
    case 1: {
      const negative = reader.bool();
      const total = reader.varint();
      return { type: 'pn-counter', total: negative ? -total : total };
    }
    case 2:
      return { type: 'lww-register', value: reader.bool() ? readBytes() : null };
    case 3:
      return { type: 'mv-register', values: reader.list(MAX_ITEMS, readBytes) };
    case 4:
      return { type: 'or-set', elements: reader.list(MAX_ITEMS, () => reader.string(FIELD_BYTES)) };
    case 5: {
      const readField = () => [reader.string(FIELD_BYTES), reader.list(MAX_ITEMS, readBytes)] as const;
      return { type: 'or-map', fields: reader.list(MAX_ITEMS, readField) };
    }
    default:
      return null;
  }
}
