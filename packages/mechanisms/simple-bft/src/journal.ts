import type { DurableImage, StoreOp } from '@hypersync/interface';
import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { decodeBallot, encodeBallot, type Ballot } from './ballots.ts';
import { readBlock, writeBlock, type Block } from './block.ts';
import type { Shape } from './messages.ts';
import { readCertificate, writeCertificate, type Certificate } from './vote.ts';

/**
 * The durable image: `ballot/<height>` what we signed, `block/<height>/<hash>` contents, `cert/<height>/<kind>` what
 * moved us on, `final/<height>` the finalized chain, `checkpoint` where it starts, `incarnation` how often we started.
 */
const INCARNATION = 'incarnation';
const CHECKPOINT = 'checkpoint';

/** What the image holds, sorted by height. */
export interface Restored {
  readonly incarnation: number;
  readonly checkpoint: Uint8Array | null;
  readonly ballots: readonly { readonly height: number; readonly ballot: Ballot }[];
  readonly blocks: readonly Block[];
  readonly certificates: readonly Certificate[];
  /** Finalized heights, each with the block's key and the finalization where it had one of its own. */
  readonly finals: readonly { readonly key: string; readonly finalization: Certificate | null }[];
}

function padded(height: number): string {
  return height.toString(16).padStart(14, '0');
}

export class Journal {
  readonly #shape: Shape;

  constructor(shape: Shape) {
    this.#shape = shape;
  }

  incarnation(value: number): StoreOp {
    return { op: 'put', key: INCARNATION, value: new ByteWriter(8).varint(value).finish() };
  }

  ballot(height: number, ballot: Ballot): StoreOp {
    return { op: 'put', key: `ballot/${padded(height)}`, value: encodeBallot(ballot) };
  }

  block(block: Block): StoreOp {
    const writer = new ByteWriter(block.size + 64);
    writeBlock(writer, block);
    return { op: 'put', key: blockKey(block), value: writer.finish() };
  }

  certificate(certificate: Certificate): StoreOp {
    return {
      op: 'put',
      key: `cert/${padded(certificate.height)}/${certificate.kind}`,
      value: this.#encode(certificate),
    };
  }

  #encode(certificate: Certificate): Uint8Array {
    const writer = new ByteWriter(256);
    writeCertificate(writer, certificate, this.#shape.table);
    return writer.finish();
  }

  /** The block is final: what was open at or below its height is forgotten, and so are the blocks that lost. */
  finalized(block: Block, finalization: Certificate | null, lost: readonly Block[]): StoreOp[] {
    const writer = new ByteWriter(256).string(block.key);
    writer.bytes(finalization === null ? new Uint8Array(0) : this.#encode(finalization));
    return [
      { op: 'put', key: `final/${padded(block.height)}`, value: writer.finish() },
      { op: 'delete-range', from: 'ballot/', to: `ballot/${padded(block.height + 1)}` },
      { op: 'delete-range', from: 'cert/', to: `cert/${padded(block.height + 1)}` },
      ...lost.map((loser) => ({ op: 'delete' as const, key: blockKey(loser) })),
    ];
  }

  /** A checkpoint takes the place of everything up to `height`. */
  checkpoint(height: number, bytes: Uint8Array): StoreOp[] {
    const to = padded(height + 1);
    const ranges = ['ballot/', 'block/', 'cert/', 'final/'];
    return [
      { op: 'put', key: CHECKPOINT, value: bytes },
      ...ranges.map((from) => ({ op: 'delete-range' as const, from, to: from + to })),
    ];
  }

  /** Throws RangeError when the image is not ours: a node must not guess what it may have signed. */
  restore(image: DurableImage): Restored {
    const of = <T>(prefix: string, read: (bytes: Uint8Array, key: string) => T): T[] =>
      [...image].filter(([key]) => key.startsWith(prefix)).map(([key, bytes]) => read(bytes, key));
    const counter = image.get(INCARNATION);
    return {
      incarnation: counter === undefined ? 0 : read(counter, INCARNATION, (reader) => reader.varint()),
      checkpoint: image.get(CHECKPOINT) ?? null,
      ballots: of('ballot/', (bytes, key) => {
        const ballot = decodeBallot(bytes);
        if (ballot === null) throw corrupt(key);
        return { height: Number.parseInt(key.slice('ballot/'.length), 16), ballot };
      }),
      blocks: of('block/', (bytes, key) => read(bytes, key, (reader) => readBlock(reader, this.#shape.limits))),
      certificates: of('cert/', (bytes, key) => this.#decode(bytes, key)),
      finals: of('final/', (bytes, key) =>
        read(bytes, key, (reader) => {
          const block = reader.string(64);
          const proof = reader.bytes(1 << 24);
          return { key: block, finalization: proof.length === 0 ? null : this.#decode(proof, key) };
        }),
      ),
    };
  }

  #decode(bytes: Uint8Array, key: string): Certificate {
    return read(bytes, key, (reader) => readCertificate(reader, this.#shape.table));
  }
}

function blockKey(block: Block): string {
  return `block/${padded(block.height)}/${block.key}`;
}

function read<T>(bytes: Uint8Array, key: string, body: (reader: ByteReader) => T): T {
  const reader = new ByteReader(bytes);
  const value = body(reader);
  if (!reader.done()) throw corrupt(key);
  return value;
}

function corrupt(key: string): RangeError {
  return new RangeError(`simple-bft: the stored entry "${key}" is damaged or belongs to another cluster`);
}
