import type { DurableImage, StoreOp } from '@hypersync/interface';
import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { readBlock, writeBlock, type Block } from './block.ts';
import type { Decided, Shape } from './messages.ts';
import { EVIDENCE_DEPTH } from './past-heights.ts';
import type { SignedStep } from './sign-state.ts';
import { readCertificate, readStatement, writeCertificate, type Certificate, type Statement } from './vote.ts';

/**
 * The durable image, this mechanism's write-ahead log: `sign/<height>/<round>/<step>` every statement that we have signed
 * for the height being decided, `block/<height>/<id>` values, `pol/<height>/<round>` proofs of lock, `commit/<height>` the
 * decided chain, `checkpoint` where it starts, `incarnation` how often we started.
 */
const INCARNATION = 'incarnation';
const CHECKPOINT = 'checkpoint';
const STEPS: Readonly<Record<SignedStep, number>> = { propose: 1, prevote: 2, precommit: 3 };

/** What the image holds, lowest height and round first. */
export interface Restored {
  readonly checkpoint: Uint8Array | null;
  readonly decided: readonly Decided[];
  /** Of the height that is not decided. */
  readonly signed: readonly Statement[];
  /** Of all heights kept, and those proposed for the next. */
  readonly blocks: readonly Block[];
  /** Of the next height, and of those decided lately. */
  readonly pols: readonly Certificate[];
}

function padded(value: number): string {
  return value.toString(16).padStart(14, '0');
}

export class Journal {
  readonly #shape: Shape;

  constructor(shape: Shape) {
    this.#shape = shape;
  }

  incarnation(value: number): StoreOp {
    return { op: 'put', key: INCARNATION, value: new ByteWriter(8).varint(value).finish() };
  }

  /** The entry of one statement; there is never a second for the same place. */
  signed(height: number, round: number, step: SignedStep, payload: Uint8Array): StoreOp {
    return { op: 'put', key: `sign/${padded(height)}/${padded(round)}/${STEPS[step]}`, value: payload };
  }

  block(block: Block): StoreOp {
    const writer = new ByteWriter(block.size + 64);
    writeBlock(writer, block);
    return { op: 'put', key: blockKey(block), value: writer.finish() };
  }

  pol(certificate: Certificate): StoreOp {
    const key = `pol/${padded(certificate.height)}/${padded(certificate.round)}`;
    return { op: 'put', key, value: this.#encode(certificate) };
  }

  #encode(certificate: Certificate): Uint8Array {
    const writer = new ByteWriter(512);
    writeCertificate(writer, certificate, this.#shape.table);
    return writer.finish();
  }

  /**
   * The height is decided: its votes are forgotten, and so are the blocks that lost, by their keys. Its proofs of lock stay
   * for a while: should another half have decided something else, they are what convicts.
   */
  decided({ block, commit }: Decided, lost: readonly string[]): StoreOp[] {
    const height = padded(block.header.height);
    const next = padded(block.header.height + 1);
    return [
      { op: 'put', key: `commit/${height}`, value: this.#encode(commit) },
      { op: 'delete-range', from: 'sign/', to: `sign/${next}` },
      { op: 'delete-range', from: 'pol/', to: `pol/${padded(Math.max(0, block.header.height - EVIDENCE_DEPTH))}` },
      ...lost.map((key) => ({ op: 'delete' as const, key: `block/${height}/${key}` })),
    ];
  }

  /** A checkpoint takes the place of everything up to `height`. */
  checkpoint(height: number, bytes: Uint8Array): StoreOp[] {
    const to = padded(height + 1);
    const ranges = ['block/', 'commit/', 'pol/', 'sign/'];
    return [
      { op: 'put', key: CHECKPOINT, value: bytes },
      ...ranges.map((from) => ({ op: 'delete-range' as const, from, to: from + to })),
    ];
  }

  /** How often this node was started before; 0 for a fresh one. */
  incarnationOf(image: DurableImage): number {
    const counter = image.get(INCARNATION);
    return counter === undefined ? 0 : decode(counter, INCARNATION, (reader) => reader.varint());
  }

  /** Throws RangeError when the image is damaged: a node must not guess what it may have signed. */
  restore(image: DurableImage): Restored {
    const of = <T>(prefix: string, read: (bytes: Uint8Array, key: string) => T): T[] =>
      [...image].filter(([key]) => key.startsWith(prefix)).map(([key, bytes]) => read(bytes, key));
    const blocks = of('block/', (bytes, key) => decode(bytes, key, (r) => readBlock(r, this.#shape.limits)));
    const byKey = new Map(blocks.map((block) => [block.key, block]));
    return {
      checkpoint: image.get(CHECKPOINT) ?? null,
      decided: of('commit/', (bytes, key) => this.#decided(bytes, key, byKey)),
      signed: of('sign/', (bytes, key) => readStatement(bytes) ?? corrupt(key)),
      blocks,
      pols: of('pol/', (bytes, key) => this.#certificate(bytes, key)),
    };
  }

  #decided(bytes: Uint8Array, key: string, blocks: ReadonlyMap<string, Block>): Decided {
    const commit = this.#certificate(bytes, key);
    return { commit, block: blocks.get(commit.key) ?? corrupt(key) };
  }

  #certificate(bytes: Uint8Array, key: string): Certificate {
    return decode(bytes, key, (reader) => readCertificate(reader, this.#shape.table));
  }
}

function blockKey({ header, key }: Block): string {
  return `block/${padded(header.height)}/${key}`;
}

function decode<T>(bytes: Uint8Array, key: string, body: (reader: ByteReader) => T): T {
  const reader = new ByteReader(bytes);
  const value = body(reader);
  return reader.done() ? value : corrupt(key);
}

function corrupt(key: string): never {
  throw new RangeError(`tendermint: the stored entry "${key}" is damaged or belongs to another cluster`);
}
