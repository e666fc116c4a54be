import type { ByteReader, ByteWriter } from '@hypersync/consensus-kit';

/** Encoded bytes of an object's name. */
export const NAME_BYTES = 240;
/** Encoded bytes of a set's element or a map's field. */
export const FIELD_BYTES = 1_024;
/** Maps in maps: so deep, and no deeper. */
export const MAX_DEPTH = 16;

/** The types, by the tag of their encodings. */
export const TYPES = {
  1: 'pn-counter',
  2: 'lww-register',
  3: 'mv-register',
  4: 'or-set',
  5: 'or-map',
  6: 'g-counter',
  7: 'text',
  8: 'list',
} as const;
export type TypeTag = keyof typeof TYPES;
export type TypeName = (typeof TYPES)[TypeTag];
/** A map holds nothing itself: it is the objects below its fields. */
export type LeafTag = Exclude<TypeTag, 5>;

export const MAP: TypeTag = 5;
export const SET = 4;
export const TEXT = 7;
export const LIST = 8;

export const TAGS = Object.keys(TYPES).map(Number) as TypeTag[];

export function tagOf(type: TypeName): TypeTag {
  return TAGS.find((tag) => TYPES[tag] === type)!;
}

export const isSequence = (type: TypeTag): boolean => type === TEXT || type === LIST;

/** Which object: a name, the fields of the maps on the way down, and the type, since one field may be given two types at once. */
export interface Place {
  readonly name: string;
  readonly path: readonly string[];
  readonly type: LeafTag;
}

export function writePlace(writer: ByteWriter, { type, name, path }: Place): void {
  writer
    .u8(type)
    .string(name)
    .list(path, (inner, field) => inner.string(field));
}

export function readPlace(reader: ByteReader): Place {
  const tag = reader.u8();
  const isLeaf = Object.hasOwn(TYPES, tag) && tag !== MAP;
  if (!isLeaf) reader.fail();
  const name = reader.string(NAME_BYTES);
  const path = reader.list(MAX_DEPTH, () => reader.string(FIELD_BYTES));
  return { type: isLeaf ? (tag as LeafTag) : 1, name, path };
}
