import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { FIELD_BYTES, PAYLOAD_BYTES, type TypeName } from './entry.ts';

interface Mutations {
  'pn-counter': { readonly type: 'pn-counter'; readonly action: 'add'; readonly amount: number };
  'lww-register': RegisterMutation<'lww-register'>;
  'mv-register': RegisterMutation<'mv-register'>;
  'or-set':
    | { readonly type: 'or-set'; readonly action: 'add' | 'remove'; readonly element: string }
    | { readonly type: 'or-set'; readonly action: 'clear' };
  'or-map':
    | { readonly type: 'or-map'; readonly action: 'put'; readonly field: string; readonly value: Uint8Array }
    | { readonly type: 'or-map'; readonly action: 'remove'; readonly field: string }
    | { readonly type: 'or-map'; readonly action: 'clear' };
}

type RegisterMutation<T> =
  | { readonly type: T; readonly action: 'set'; readonly value: Uint8Array }
  | { readonly type: T; readonly action: 'clear' };

export type MutationOf<T extends TypeName> = Mutations[T];

/** What a client asks for. Elements and fields are any strings of at most 1,024 encoded bytes. */
export type Mutation = MutationOf<TypeName>;

/*
 * The encoding: type tag (u8), action (u8), arguments. Numbers are LEB128 varints, strings and bytes carry their length.
 *
 *   1 pn-counter    1 add     negative (u8 0 or 1), amount
 *   2 lww-register  1 set     value           3 clear
 *   3 mv-register   1 set     value           3 clear
 *   4 or-set        1 add     element         2 remove  element    3 clear
 *   5 or-map        1 put     field, value    2 remove  field      3 clear
 */
const TAGS = { 'pn-counter': 1, 'lww-register': 2, 'mv-register': 3, 'or-set': 4, 'or-map': 5 } as const;
const ADD = 1;
const REMOVE = 2;
const CLEAR = 3;

/** Throws RangeError on an amount that is not a safe integer. */
export function encodeMutation(mutation: Mutation): Uint8Array {
  const writer = new ByteWriter().u8(TAGS[mutation.type]);
  switch (mutation.action) {
    case 'clear':
      return writer.u8(CLEAR).finish();
    case 'set':
      return writer.u8(ADD).bytes(mutation.value).finish();
    case 'put':
      return writer.u8(ADD).string(mutation.field).bytes(mutation.value).finish();
    case 'remove':
      return writer
        .u8(REMOVE)
        .string(mutation.type === 'or-map' ? mutation.field : mutation.element)
        .finish();
    case 'add':
      writer.u8(ADD);
      if (mutation.type === 'or-set') return writer.string(mutation.element).finish();
      return writer
        .bool(mutation.amount < 0)
        .varint(Math.abs(mutation.amount))
        .finish();
  }
}

/** Null on anything that `encodeMutation` does not write. */
export function decodeMutation(bytes: Uint8Array): Mutation | null {
  const reader = new ByteReader(bytes);
  const tag = reader.u8();
  const mutation = readAction(reader, tag, reader.u8());
  return reader.done() ? mutation : null;
}

function readAction(reader: ByteReader, tag: number, action: number): Mutation | null {
  switch (tag) {
    case TAGS['pn-counter']:
      return action === ADD ? { type: 'pn-counter', action: 'add', amount: readAmount(reader) } : null;
    case TAGS['lww-register']:
    case TAGS['mv-register']: {
      const type = tag === TAGS['lww-register'] ? 'lww-register' : 'mv-register';
      if (action === CLEAR) return { type, action: 'clear' };
      return action === ADD ? { type, action: 'set', value: reader.bytes(PAYLOAD_BYTES) } : null;
    }
    case TAGS['or-set']:
      if (action === CLEAR) return { type: 'or-set', action: 'clear' };
      if (action !== ADD && action !== REMOVE) return null;
      return { type: 'or-set', action: action === ADD ? 'add' : 'remove', element: reader.string(FIELD_BYTES) };
    case TAGS['or-map']:
      return readMapAction(reader, action);
    default:
      return null;
  }
}

function readMapAction(reader: ByteReader, action: number): Mutation | null {
  if (action === CLEAR) return { type: 'or-map', action: 'clear' };
  if (action !== ADD && action !== REMOVE) return null;
  const field = reader.string(FIELD_BYTES);
  if (action === REMOVE) return { type: 'or-map', action: 'remove', field };
  return { type: 'or-map', action: 'put', field, value: reader.bytes(PAYLOAD_BYTES) };
}

function readAmount(reader: ByteReader): number {
  const negative = reader.bool();
  const amount = reader.varint();
  if (negative && amount === 0) reader.fail(); // zero has one encoding
  return negative ? -amount : amount;
}
