import { type ByteReader, ByteWriter, encodeUtf8, sha256 } from '@hypersync/consensus-kit';
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

/*
 * Domain separation (RFC 9162, section 2.1): no row can be passed off as a page, nor the other way round.
 *   leaf  = SHA-256(0x00 || encoded row)          page  = SHA-256(0x01 || ...), see search-tree.ts
 *   level = zeros of SHA-256(0x02 || UTF-8 key)   empty = SHA-256(0x03)
 */
export function leafHash(row: Row): Uint8Array {
  const writer = new ByteWriter(64 + row.value.length).u8(0x00);
  writeRow(writer, row);
  return sha256(writer.finish());
}

/** Leading zero digits, base 16, of the key's hash: a page holds 16 rows on average (Auvolat and Taiani 2019, section 3). */
export function levelOf(key: string): number {
  const hash = sha256(new ByteWriter().u8(0x02).raw(encodeUtf8(key)).finish());
  let level = 0;
  for (const byte of hash) {
    if (byte >= 16) return level;
    if (byte > 0) return level + 1;
    level += 2;
  }
  return level;
}
