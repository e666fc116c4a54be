import type { DurableImage, StoreOp } from '@hypersync/interface';
import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { readSignedBlock, writeSignedBlock, type Block, type Shape, type SignedBlock } from './block.ts';
import { readLink, writeLink, type Link } from './finality-proof.ts';
import { decodeProtection, encodeProtection, type ProtectionRecord } from './slash-protection.ts';
import type { TrustedCheckpoint } from './weak-subjectivity.ts';

/**
 * The durable image: `slash-protection`, `block/<slot>/<root>` contents, `final/<slot>` the finalized chain,
 * `checkpoint` where it starts, `trusted` the operator's checkpoint once the chain has reached it, `incarnation` how often we started.
 */
const PROTECTION = 'slash-protection';
const INCARNATION = 'incarnation';
const CHECKPOINT = 'checkpoint';
const TRUSTED = 'trusted';

export interface Restored {
  readonly incarnation: number;
  readonly protection: ProtectionRecord | null;
  /** By slot. */
  readonly blocks: readonly SignedBlock[];
  readonly checkpoint: Uint8Array | null;
  /** Key of the operator's checkpoint that our chain was found to contain. */
  readonly reached: string | null;
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

  protection(record: ProtectionRecord): StoreOp {
    return { op: 'put', key: PROTECTION, value: encodeProtection(record) };
  }

  reached({ key }: TrustedCheckpoint): StoreOp {
    return { op: 'put', key: TRUSTED, value: new ByteWriter(72).string(key).finish() };
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
    const [counter, stored, trusted] = [image.get(INCARNATION), image.get(PROTECTION), image.get(TRUSTED)];
    const record = stored === undefined ? null : decodeProtection(stored);
    if (stored !== undefined && record === null) throw corrupt(PROTECTION);
    return {
      incarnation: counter === undefined ? 0 : read(counter, INCARNATION, (reader) => reader.varint()),
      protection: record,
      blocks: of('block/', (reader) => readSignedBlock(reader, this.#shape)),
      checkpoint: image.get(CHECKPOINT) ?? null,
      reached: trusted === undefined ? null : read(trusted, TRUSTED, (reader) => reader.string(64)),
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
