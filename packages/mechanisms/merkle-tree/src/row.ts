import { type ByteReader, ByteWriter, sha256 } from '@hypersync/consensus-kit';
import { LIMITS } from '@hypersync/base';
import type { NodeId } from '@hypersync/interface';

/** Encoded bytes of a key: with its prefix it names a record of the durable image, whose keys have at most 256 bytes. */
export const KEY_BYTES = 240;
export const VALUE_BYTES = LIMITS.proposalBytes;

/**
 * The last write of a key. Versions order writes by (counter, author): counters are Lamport clocks, so a write that has
 * seen another is later. `sequence` numbers the author's operations from 1 without gaps.
 */
export interface Row {
  readonly key: string;
  readonly counter: number;
  readonly author: NodeId;
  readonly sequence: number;
  /** `collect` is the mechanism's own: see tombstones.ts. */
  readonly kind: RowKind;
  readonly value: Uint8Array;
}

const KINDS = ['value', 'tombstone', 'collect'] as const;
export type RowKind = (typeof KINDS)[number];

export interface Version {
  readonly counter: number;
  readonly author: NodeId;
}

/** Positive when `a` is the later version. */
export function compareVersions(a: Version, b: Version): number {
  if (a.counter !== b.counter) return a.counter - b.counter;
  return a.author < b.author ? -1 : a.author > b.author ? 1 : 0;
}

export function writeRow(writer: ByteWriter, row: Row): void {
  writer.string(row.key).varint(row.counter).string(row.author).varint(row.sequence);
  writer.u8(KINDS.indexOf(row.kind)).bytes(row.value);
}

export function readRow(reader: ByteReader): Row {
  const key = reader.string(KEY_BYTES);
  const counter = reader.varint();
  const author = reader.string(64);
  const sequence = reader.varint();
  const kind = KINDS[reader.u8()];
  if (kind === undefined || sequence < 1 || counter < 1) reader.fail();
  const value = reader.bytes(VALUE_BYTES);
  if (kind === 'tombstone' && value.length > 0) reader.fail();
  return { key, counter, author, sequence, kind: kind ?? 'value', value };
}

/** Upper bound of the encoded size. */
export function rowBytes(row: Row): number {
  return 32 + 3 * row.key.length + row.author.length + row.value.length;
}

/** A row as proofs show it: without its value where that is longer than its hash. */
export interface Header extends Version {
  readonly key: string;
  readonly sequence: number;
  readonly kind: RowKind;
  /** Bytes of the value. */
  readonly size: number;
  /** The value where it has at most 32 bytes, else its SHA-256. */
  readonly content: Uint8Array;
}

const CONTENT_BYTES = 32;

export function headerOf({ key, counter, author, sequence, kind, value }: Row): Header {
  return { key, counter, author, sequence, kind, size: value.length, content: contentOf(value) };
}

function contentOf(value: Uint8Array): Uint8Array {
  return value.length <= CONTENT_BYTES ? value : sha256(value);
}

export function writeHeader(writer: ByteWriter, { key, counter, author, sequence, kind, size, content }: Header): void {
  writer.string(key).varint(counter).string(author).varint(sequence).u8(KINDS.indexOf(kind)).varint(size).raw(content);
}

export function readHeader(reader: ByteReader): Header {
  const key = reader.string(KEY_BYTES);
  const counter = reader.varint();
  const author = reader.string(64);
  const sequence = reader.varint();
  const kind = KINDS[reader.u8()];
  if (kind === undefined) reader.fail();
  const size = reader.varint(VALUE_BYTES);
  const content = reader.raw(Math.min(size, CONTENT_BYTES));
  return { key, counter, author, sequence, kind: kind ?? 'value', size, content };
}

/*
 * Domain separation (RFC 9162, section 2.1): no row can be passed off as a page, nor the other way round.
 *   leaf  = SHA-256(0x00 || header)               page  = SHA-256(0x01 || ...), see search-tree.ts
 *                                                 empty = SHA-256(0x03)
 */
export function leafHash(row: Row): Uint8Array {
  return headerHash(headerOf(row));
}

export function headerHash(header: Header): Uint8Array {
  const writer = new ByteWriter().u8(0x00);
  writeHeader(writer, header);
  return writer.hash();
}

/**
 * Leading zero digits, base 16, of a hash of the key: a page holds 16 rows on average (Auvolat and Taiani 2019, section 3). Only
 * the shape follows from it, and nobody is to be convinced of that, so it need not be a slow one: FNV-1a over UTF-16 units (with a
 * start of our own, under which the keys of small tests already make several levels), then the finalizer of MurmurHash3. (One in sixteen keys has a level, with any hash: who wants keys of one level finds them.)
 */
export function levelOf(key: string): number {
  let hash = 387;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return Math.clz32(hash ^ (hash >>> 16)) >> 2;
}
