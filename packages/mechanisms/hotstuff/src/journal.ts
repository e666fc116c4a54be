import type { DurableImage, StoreOp } from '@hypersync/interface';
import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { readFullBlock, writeFullBlock, type Block, type FullBlock, type Shape } from './block.ts';
import { readQc, readTc, writeQc, writeTc, type QuorumCertificate, type TimeoutCertificate } from './certificate.ts';
import { decodeSafety, encodeSafety, type SafetyRecord } from './safety.ts';

/**
 * The durable image: `safety` what binds our votes, `high-qc` and `high-tc` what we entered our round by,
 * `block/<height>/<id>` blocks with payload, `committed-by` the QC that committed the last one, `tc/<round>` the TCs that we voted
 * after, `checkpoint` where the chain starts, `incarnation` how often we started.
 */
const KEYS = {
  incarnation: 'incarnation',
  safety: 'safety',
  highQc: 'high-qc',
  highTc: 'high-tc',
  committedBy: 'committed-by',
  checkpoint: 'checkpoint',
} as const;

export interface Restored {
  readonly incarnation: number;
  readonly checkpoint: Uint8Array | null;
  readonly safety: SafetyRecord | null;
  readonly highQc: QuorumCertificate | null;
  readonly highTc: TimeoutCertificate | null;
  /** The QC by which the last block was committed; null before the first. */
  readonly committedBy: QuorumCertificate | null;
  /** By rising height. */
  readonly blocks: readonly FullBlock[];
  /** By rising round. */
  readonly justifications: readonly TimeoutCertificate[];
}

function padded(height: number): string {
  return height.toString(16).padStart(14, '0');
}

function blockKey({ height, key }: Block): string {
  return `block/${padded(height)}/${key}`;
}

export class Journal {
  readonly #shape: Shape;

  constructor(shape: Shape) {
    this.#shape = shape;
  }

  incarnation(value: number): StoreOp {
    return { op: 'put', key: KEYS.incarnation, value: new ByteWriter(8).varint(value).finish() };
  }

  safety(record: SafetyRecord): StoreOp {
    return { op: 'put', key: KEYS.safety, value: encodeSafety(record) };
  }

  highQc(qc: QuorumCertificate): StoreOp {
    return { op: 'put', key: KEYS.highQc, value: this.#qc(qc) };
  }

  highTc(tc: TimeoutCertificate): StoreOp {
    return { op: 'put', key: KEYS.highTc, value: this.#tc(tc) };
  }

  justification(tc: TimeoutCertificate): StoreOp {
    return { op: 'put', key: `tc/${padded(tc.round)}`, value: this.#tc(tc) };
  }

  #tc(tc: TimeoutCertificate): Uint8Array {
    const writer = new ByteWriter(512);
    writeTc(writer, tc, this.#shape.table);
    return writer.finish();
  }

  block(full: FullBlock): StoreOp {
    const writer = new ByteWriter(512);
    writeFullBlock(writer, full, this.#shape.table);
    return { op: 'put', key: blockKey(full.block), value: writer.finish() };
  }

  forget(blocks: readonly FullBlock[]): StoreOp[] {
    return blocks.map(({ block }) => ({ op: 'delete', key: blockKey(block) }));
  }

  committedBy(qc: QuorumCertificate): StoreOp {
    return { op: 'put', key: KEYS.committedBy, value: this.#qc(qc) };
  }

  /** Blocks of the chain by which the last one was committed may be gone: a snapshot takes their place. */
  forgetCommit(): StoreOp {
    return { op: 'delete', key: KEYS.committedBy };
  }

  #qc(qc: QuorumCertificate): Uint8Array {
    const writer = new ByteWriter(512);
    writeQc(writer, qc, this.#shape.table);
    return writer.finish();
  }

  /** A snapshot takes the place of everything up to `height`, whose block is of `round`. */
  checkpoint(height: number, round: number, bytes: Uint8Array): StoreOp[] {
    return [
      { op: 'put', key: KEYS.checkpoint, value: bytes },
      { op: 'delete-range', from: 'block/', to: `block/${padded(height + 1)}` },
      { op: 'delete-range', from: 'tc/', to: `tc/${padded(round)}` },
    ];
  }

  /** Throws RangeError when the image is not ours: a member must not guess what it may have signed. */
  restore(image: DurableImage): Restored {
    const one = <T>(key: string, read: (reader: ByteReader) => T): T | null => {
      const bytes = image.get(key);
      return bytes === undefined ? null : whole(bytes, key, read);
    };
    const safety = image.get(KEYS.safety);
    const record = safety === undefined ? null : decodeSafety(safety);
    if (safety !== undefined && record === null) throw damaged(KEYS.safety);
    const { table, genesis } = this.#shape;
    return {
      incarnation: one(KEYS.incarnation, (reader) => reader.varint()) ?? 0,
      checkpoint: image.get(KEYS.checkpoint) ?? null,
      safety: record,
      highQc: one(KEYS.highQc, (reader) => readQc(reader, table, genesis.id)),
      highTc: one(KEYS.highTc, (reader) => readTc(reader, table)),
      committedBy: one(KEYS.committedBy, (reader) => readQc(reader, table, genesis.id)),
      blocks: [...image]
        .filter(([key]) => key.startsWith('block/'))
        .map(([key, bytes]) => whole(bytes, key, (reader) => readFullBlock(reader, this.#shape))),
      justifications: [...image]
        .filter(([key]) => key.startsWith('tc/'))
        .map(([key, bytes]) => whole(bytes, key, (reader) => readTc(reader, table))),
    };
  }
}

function whole<T>(bytes: Uint8Array, key: string, read: (reader: ByteReader) => T): T {
  const reader = new ByteReader(bytes);
  const value = read(reader);
  if (!reader.done()) throw damaged(key);
  return value;
}

function damaged(key: string): RangeError {
  return new RangeError(`hotstuff: the stored entry "${key}" is damaged or belongs to another cluster`);
}
