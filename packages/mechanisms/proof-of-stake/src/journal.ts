import type { DurableImage, StoreOp } from '@hypersync/interface';
import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { readSignedBlock, writeSignedBlock, type Block, type Shape, type SignedBlock } from './block.ts';
import { readLink, writeLink, type Link } from './finality-proof.ts';
import { decodeGuard, encodeGuard, type GuardRecord } from './guard.ts';

/**
 * The durable image: `guard` (slashing protection), `block/<slot>/<root>` contents, `final/<slot>` the finalized chain,
 * `checkpoint` where it starts, `incarnation` how often we started.
 */
const GUARD = 'guard';
const INCARNATION = 'incarnation';
const CHECKPOINT = 'checkpoint';

export interface Restored {
  readonly incarnation: number;
  readonly guard: GuardRecord | null;
  /** By slot. */
  readonly blocks: readonly SignedBlock[];
  readonly checkpoint: Uint8Array | null;
  /** Finalized blocks by slot, each checkpoint with the link that made it final. */
  readonly finals: readonly { readonly key: string; readonly link: Link | null }[];
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

  /** The blocks are final, up to the checkpoint that the link makes final; those that lost are forgotten. */
  finalized(path: readonly Block[], lost: readonly Block[], link: Link): StoreOp[] {
    return [
      ...path.map((block) => {
        const writer = new ByteWriter(80).string(block.key).bool(block.key === link.checkpoint.key);
        if (block.key === link.checkpoint.key) writeLink(writer, link, this.#shape.table);
        return { op: 'put' as const, key: `final/${padded(block.slot)}`, value: writer.finish() };
      }),
      ...this.forgotten(lost),
    ];
  }

  forgotten(lost: readonly Block[]): StoreOp[] {
    return lost.map((block) => ({ op: 'delete' as const, key: blockKey(block) }));
  }

  /** A checkpoint takes the place of everything up to `slot`. */
  checkpoint(slot: number, bytes: Uint8Array): StoreOp[] {
    const to = padded(slot + 1);
    return [
      { op: 'put', key: CHECKPOINT, value: bytes },
      ...['block/', 'final/'].map((from) => ({ op: 'delete-range' as const, from, to: from + to })),
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
      checkpoint: image.get(CHECKPOINT) ?? null,
      finals: of('final/', (reader) => ({
        key: reader.string(64),
        link: reader.bool() ? readLink(reader, this.#shape.table) : null,
      })),
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
