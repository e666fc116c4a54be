import type { DurableImage, StoreOp } from '@hypersync/interface';
import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { readSignedBlock, writeSignedBlock, type Block, type Shape, type SignedBlock } from './block.ts';
import { decodeGuard, encodeGuard, type GuardRecord } from './guard.ts';

/**
 * The durable image: `guard` (slashing protection), `block/<slot>/<root>` contents, `final/<slot>` the finalized chain,
 * `incarnation` how often we started.
 */
const GUARD = 'guard';
const INCARNATION = 'incarnation';

export interface Restored {
  readonly incarnation: number;
  readonly guard: GuardRecord | null;
  /** By slot. */
  readonly blocks: readonly SignedBlock[];
  /** Keys of finalized blocks, by slot. */
  readonly finals: readonly string[];
}

function padded(slot: number): string {
  return slot.toString(16).padStart(14, '0');
}

function blockKey(block: Block): string {
  return `block/${padded(block.slot)}/${block.key}`;
}

export class Journal {
  readonly #shape: Shape;

  constructor(shape: Shape) {
    this.#shape = shape;
  }

  incarnation(value: number): StoreOp {
    return { op: 'put', key: INCARNATION, value: new ByteWriter(8).varint(value).finish() };
  }

  guard(record: GuardRecord): StoreOp {
    return { op: 'put', key: GUARD, value: encodeGuard(record) };
  }

  block(signed: SignedBlock): StoreOp {
    const writer = new ByteWriter(signed.block.size + 64);
    writeSignedBlock(writer, signed, this.#shape.table);
    return { op: 'put', key: blockKey(signed.block), value: writer.finish() };
  }

  /** The blocks are final; those that lost are forgotten. */
  finalized(path: readonly Block[], lost: readonly Block[]): StoreOp[] {
    return [
      ...path.map((block) => ({
        op: 'put' as const,
        key: `final/${padded(block.slot)}`,
        value: new ByteWriter(80).string(block.key).finish(),
      })),
      ...lost.map((block) => ({ op: 'delete' as const, key: blockKey(block) })),
    ];
  }

  /** Throws RangeError when the image is not ours: a validator must not guess what it may have signed. */
  restore(image: DurableImage): Restored {
    const of = <T>(prefix: string, body: (reader: ByteReader) => T): T[] =>
      [...image].filter(([key]) => key.startsWith(prefix)).map(([key, bytes]) => read(bytes, key, body));
    const [counter, guard] = [image.get(INCARNATION), image.get(GUARD)];
    const record = guard === undefined ? null : decodeGuard(guard);
    if (guard !== undefined && record === null) throw corrupt(GUARD);
    return {
      incarnation: counter === undefined ? 0 : read(counter, INCARNATION, (reader) => reader.varint()),
      guard: record,
      blocks: of('block/', (reader) => readSignedBlock(reader, this.#shape)),
      finals: of('final/', (reader) => reader.string(64)),
    };
  }
}

function read<T>(bytes: Uint8Array, key: string, body: (reader: ByteReader) => T): T {
  const reader = new ByteReader(bytes);
  const value = body(reader);
  if (!reader.done()) throw corrupt(key);
  return value;
}

function corrupt(key: string): RangeError {
  return new RangeError(`proof-of-stake: the stored entry "${key}" is damaged or belongs to another cluster`);
}
