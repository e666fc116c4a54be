import type { ByteReader, ByteWriter } from '../codec.ts';
import type { WeightTable } from '../weights.ts';
import { MAX_SNAPSHOT, PARTITION } from './snapshot.ts';

/** What travels for compaction, inside a mechanism's own messages. */
export type CompactionMessage =
  /** The sender's snapshot of `index` has this size and digest. */
  | {
      readonly t: 'claim';
      readonly index: number;
      readonly size: number;
      readonly digest: Uint8Array;
      readonly signature: Uint8Array;
    }
  | { readonly t: 'fetch'; readonly index: number; readonly offset: number }
  /** A piece of a stable snapshot; without bytes, the offer of one. */
  | {
      readonly t: 'chunk';
      readonly index: number;
      readonly size: number;
      readonly digest: Uint8Array;
      /** Signers by their place in the member list, strictly rising. */
      readonly signatures: readonly { readonly place: number; readonly signature: Uint8Array }[];
      /** Where a partition starts. */
      readonly offset: number;
      /** Digests of all partitions, with the first one or the offer; empty with the others. */
      readonly partitions: readonly Uint8Array[];
      readonly bytes: Uint8Array;
    };

const MAX_PARTITIONS = MAX_SNAPSHOT / PARTITION;
const MAX_SIGNATURE = 8192;
const TAGS = ['claim', 'fetch', 'chunk'] as const;

export function writeCompaction(writer: ByteWriter, message: CompactionMessage): void {
  writer.u8(TAGS.indexOf(message.t)).varint(message.index);
  if (message.t === 'fetch') writer.varint(message.offset);
  else {
    writer.varint(message.size).raw(message.digest);
    if (message.t === 'claim') writer.bytes(message.signature);
    else {
      writer.list(message.signatures, (w, { place, signature }) => void w.varint(place).bytes(signature));
      writer.varint(message.offset).list(message.partitions, (w, digest) => void w.raw(digest));
      writer.bytes(message.bytes);
    }
  }
}

export function readCompaction(reader: ByteReader, table: WeightTable): CompactionMessage {
  const t = TAGS[reader.u8()];
  const index = reader.varint();
  if (t === undefined || t === 'fetch') {
    if (t === undefined) reader.fail();
    return { t: 'fetch', index, offset: reader.varint(MAX_SNAPSHOT) };
  }
  const size = reader.varint(MAX_SNAPSHOT);
  const digest = reader.raw(32);
  if (t === 'claim') return { t, index, size, digest, signature: reader.bytes(MAX_SIGNATURE) };
  let last = -1;
  const signatures = reader.list(table.size, (r) => {
    const place = r.varint(table.size - 1);
    if (place <= last) r.fail();
    last = place;
    return { place, signature: r.bytes(MAX_SIGNATURE) };
  });
  return {
    t,
    index,
    size,
    digest,
    signatures,
    offset: reader.varint(MAX_SNAPSHOT),
    partitions: reader.list(MAX_PARTITIONS, (r) => r.raw(32)),
    bytes: reader.bytes(PARTITION),
  };
}
