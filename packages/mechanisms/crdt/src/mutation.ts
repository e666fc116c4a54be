import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { PAYLOAD_BYTES } from './entry.ts';
import { FIELD_BYTES, MAX_DEPTH, tagOf, TYPES, type TypeName } from './place.ts';

interface Mutations {
  'g-counter': { readonly type: 'g-counter'; readonly action: 'add'; readonly amount: number };
  'pn-counter': { readonly type: 'pn-counter'; readonly action: 'add'; readonly amount: number };
  'lww-register': RegisterMutation<'lww-register'>;
  'mv-register': RegisterMutation<'mv-register'>;
  'or-set':
    | { readonly type: 'or-set'; readonly action: 'add' | 'remove'; readonly element: string }
    | { readonly type: 'or-set'; readonly action: 'clear' };
  'or-map':
    /** Short for an update with the `set` of a multi-value register. */
    | { readonly type: 'or-map'; readonly action: 'put'; readonly field: string; readonly value: Uint8Array }
    /** Something is done to the object in a field, which may be a map again. */
    | { readonly type: 'or-map'; readonly action: 'update'; readonly field: string; readonly mutation: Mutation }
    | { readonly type: 'or-map'; readonly action: 'remove'; readonly field: string }
    | { readonly type: 'or-map'; readonly action: 'clear' };
  text:
    | { readonly type: 'text'; readonly action: 'insert'; readonly index: number; readonly text: string }
    | SequenceCut<'text'>;
  list:
    | {
        readonly type: 'list';
        readonly action: 'insert';
        readonly index: number;
        readonly values: readonly Uint8Array[];
      }
    | SequenceCut<'list'>;
}

type RegisterMutation<T> =
  | { readonly type: T; readonly action: 'set'; readonly value: Uint8Array }
  | { readonly type: T; readonly action: 'clear' };

type SequenceCut<T> =
  | { readonly type: T; readonly action: 'delete'; readonly index: number; readonly length: number }
  | { readonly type: T; readonly action: 'clear' };

export type MutationOf<T extends TypeName> = Mutations[T];

/**
 * What a client asks for. Elements of sets and fields are any strings of at most 1,024 encoded bytes. Indexes and lengths of a
 * text count UTF-16 units.
 */
export type Mutation = MutationOf<TypeName>;

/*
 * The encoding: type tag (u8), action (u8), arguments. Numbers are LEB128 varints, strings and bytes carry their length.
 *
 *   1 pn-counter    1 add     negative (u8 0 or 1), amount
 *   2 lww-register  1 set     value           3 clear
 *   3 mv-register   1 set     value           3 clear
 *   4 or-set        1 add     element         2 remove  element         3 clear
 *   5 or-map        1 put     field, value    2 remove  field           3 clear    4 update  field, mutation
 *   6 g-counter     1 add     amount
 *   7 text          1 insert  index, string   2 delete  index, length   3 clear
 *   8 list          1 insert  index, values   2 delete  index, length   3 clear
 */
const ADD = 1;
const REMOVE = 2;
const CLEAR = 3;
const UPDATE = 4;
const MAX_VALUES = 0xffff_ffff;

/** Throws RangeError on a number that is not a safe integer, or negative where it may not be. */
export function encodeMutation(mutation: Mutation): Uint8Array {
  const writer = new ByteWriter();
  writeMutation(writer, mutation);
  return writer.finish();
}

function writeMutation(writer: ByteWriter, mutation: Mutation): void {
  writer.u8(tagOf(mutation.type));
  switch (mutation.action) {
    case 'clear':
      writer.u8(CLEAR);
      return;
    case 'set':
      writer.u8(ADD).bytes(mutation.value);
      return;
    case 'put':
      writer.u8(ADD).string(mutation.field).bytes(mutation.value);
      return;
    case 'update':
      writer.u8(UPDATE).string(mutation.field);
      return writeMutation(writer, mutation.mutation);
    case 'remove':
      writer.u8(REMOVE).string(mutation.type === 'or-map' ? mutation.field : mutation.element);
      return;
    case 'delete':
      writer.u8(REMOVE).varint(mutation.index).varint(mutation.length);
      return;
    case 'insert':
      writer.u8(ADD).varint(mutation.index);
      if (mutation.type === 'text') writer.string(mutation.text);
      else writer.list(mutation.values, (inner, value) => inner.bytes(value));
      return;
    case 'add':
      writer.u8(ADD);
      if (mutation.type === 'or-set') writer.string(mutation.element);
      else if (mutation.type === 'g-counter') writer.varint(mutation.amount);
      else writer.bool(mutation.amount < 0).varint(Math.abs(mutation.amount));
  }
}

/** Null on anything that `encodeMutation` does not write; on insertions and deletions of nothing; on maps too deep. */
export function decodeMutation(bytes: Uint8Array): Mutation | null {
  const reader = new ByteReader(bytes);
  const mutation = readMutation(reader, 0);
  return reader.done() ? mutation : null;
}

function readMutation(reader: ByteReader, depth: number): Mutation | null {
  const tag = reader.u8();
  const action = reader.u8();
  const type = Object.hasOwn(TYPES, tag) ? TYPES[tag as keyof typeof TYPES] : null;
  switch (type) {
    case null:
      return null;
    case 'pn-counter':
      return action === ADD ? { type, action: 'add', amount: readAmount(reader) } : null;
    case 'g-counter':
      return action === ADD ? { type, action: 'add', amount: reader.varint() } : null;
    case 'or-map':
      return readMapMutation(reader, action, depth);
    case 'lww-register':
    case 'mv-register':
      if (action === ADD) return { type, action: 'set', value: reader.bytes(PAYLOAD_BYTES) };
      return action === CLEAR ? { type, action: 'clear' } : null;
    case 'or-set':
      if (action === CLEAR) return { type, action: 'clear' };
      if (action !== ADD && action !== REMOVE) return null;
      return { type, action: action === ADD ? 'add' : 'remove', element: reader.string(FIELD_BYTES) };
    case 'text':
    case 'list':
      return readSequenceMutation(reader, type, action);
  }
}

function readMapMutation(reader: ByteReader, action: number, depth: number): Mutation | null {
  const type = 'or-map';
  if (action === CLEAR) return { type, action: 'clear' };
  if (action < ADD || action > UPDATE || depth >= MAX_DEPTH) return null;
  const field = reader.string(FIELD_BYTES);
  if (action === REMOVE) return { type, action: 'remove', field };
  if (action === ADD) return { type, action: 'put', field, value: reader.bytes(PAYLOAD_BYTES) };
  const mutation = readMutation(reader, depth + 1);
  // A put is the one encoding of what it is short for.
  const isPut = mutation?.type === 'mv-register' && mutation.action === 'set';
  return mutation === null || isPut ? null : { type, action: 'update', field, mutation };
}

function readSequenceMutation(reader: ByteReader, type: 'text' | 'list', action: number): Mutation | null {
  if (action === CLEAR) return { type, action: 'clear' };
  if (action !== ADD && action !== REMOVE) return null;
  const index = reader.varint();
  if (action === REMOVE) {
    const length = reader.varint();
    return length === 0 ? null : { type, action: 'delete', index, length };
  }
  if (type === 'text') {
    const text = reader.string(PAYLOAD_BYTES);
    return text === '' ? null : { type, action: 'insert', index, text };
  }
  const values = reader.list(MAX_VALUES, () => reader.bytes(PAYLOAD_BYTES));
  return values.length === 0 ? null : { type, action: 'insert', index, values };
}

function readAmount(reader: ByteReader): number {
  const negative = reader.bool();
  const amount = reader.varint();
  if (negative && amount === 0) reader.fail(); // zero has one encoding
  return negative ? -amount : amount;
}
