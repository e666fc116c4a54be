import type { DurableImage, StoreOp } from '@hypersync/interface';
import { ByteReader, ByteWriter, hashKey } from '@hypersync/consensus-kit';
import { NULL_KEY, readBatch, writeBatch, type Batch } from './batch.ts';
import type { Shape } from './messages.ts';
import type { Slot } from './slots.ts';
import { readCertificate, writeCertificate, type Claim, type StableCheckpoint } from './statements.ts';
import { readNewView, writeNewView, type NewView } from './view-change.ts';

/**
 * The durable image: `view` where we are, `new-view` what led there, `slot/<number>` our claims (P and Q),
 * `batch/<number>/<digest>` bodies, `executed/<number>` the log, `stable/<number>` proofs of checkpoints, `snapshot` where
 * the log starts, `incarnation` how often we started.
 */
const INCARNATION = 'incarnation';
const VIEW = 'view';
const NEW_VIEW = 'new-view';
const SNAPSHOT = 'snapshot';

export interface StoredSlot {
  readonly number: number;
  readonly prePrepared: readonly Claim[];
  readonly prepared: Claim | null;
}

/** What the image holds, sorted by number. */
export interface Restored {
  readonly view: { readonly view: number; readonly active: boolean; readonly attempts: number };
  readonly newView: NewView | null;
  readonly snapshot: Uint8Array | null;
  readonly slots: readonly StoredSlot[];
  readonly batches: readonly { readonly number: number; readonly batch: Batch }[];
  readonly executed: readonly { readonly number: number; readonly key: string }[];
  readonly proofs: readonly StableCheckpoint[];
}

function padded(number: number): string {
  return number.toString(16).padStart(14, '0');
}

function numberIn(key: string): number {
  return Number.parseInt(key.slice(key.indexOf('/') + 1), 16);
}

export class Journal {
  readonly #shape: Shape;

  constructor(shape: Shape) {
    this.#shape = shape;
  }

  incarnation(value: number): StoreOp {
    return { op: 'put', key: INCARNATION, value: new ByteWriter(8).varint(value).finish() };
  }

  view(view: number, active: boolean, attempts: number): StoreOp {
    return { op: 'put', key: VIEW, value: new ByteWriter(16).varint(view).bool(active).varint(attempts).finish() };
  }

  newView(newView: NewView): StoreOp {
    const writer = new ByteWriter(4096);
    writeNewView(writer, newView, this.#shape.table);
    return { op: 'put', key: NEW_VIEW, value: writer.finish() };
  }

  slot({ number, prePreparedClaims, preparedClaim }: Slot): StoreOp {
    const writer = new ByteWriter(128).list([...prePreparedClaims.values()], writeClaim);
    writer.list(preparedClaim === null ? [] : [preparedClaim], writeClaim);
    return { op: 'put', key: `slot/${padded(number)}`, value: writer.finish() };
  }

  batch(number: number, batch: Batch): StoreOp[] {
    if (batch.key === NULL_KEY) return [];
    const writer = new ByteWriter(batch.size + 64);
    writeBatch(writer, batch);
    return [{ op: 'put', key: batchKey(number, batch.key), value: writer.finish() }];
  }

  dropBatch(number: number, key: string): StoreOp {
    return { op: 'delete', key: batchKey(number, key) };
  }

  executed(number: number, batch: Batch): StoreOp {
    return { op: 'put', key: `executed/${padded(number)}`, value: batch.digest };
  }

  /** Claims up to the checkpoint are void. */
  stable(proof: StableCheckpoint): StoreOp[] {
    const writer = new ByteWriter(512);
    writeCertificate(writer, proof, this.#shape.table);
    const place = padded(proof.statement.number);
    return [
      { op: 'put', key: `stable/${place}`, value: writer.finish() },
      { op: 'delete-range', from: 'slot/', to: `slot/${padded(proof.statement.number + 1)}` },
    ];
  }

  snapshot(bytes: Uint8Array): StoreOp {
    return { op: 'put', key: SNAPSHOT, value: bytes };
  }

  /** The log up to and with `number` is forgotten; the proof of `stable` stays. */
  trim(number: number, stable: number): StoreOp[] {
    const range = (from: string, end: number) => ({ op: 'delete-range' as const, from, to: from + padded(end) });
    return [
      range('batch/', number + 1),
      range('executed/', number + 1),
      range('stable/', Math.min(number + 1, stable)),
    ];
  }

  /** A snapshot has replaced the log up to `place`. Bodies above the stable checkpoint `low` may still be claimed. */
  replaced(place: number, low: number): StoreOp[] {
    return [
      { op: 'delete-range', from: 'executed/', to: `executed/${padded(place + 1)}` },
      { op: 'delete-range', from: 'batch/', to: `batch/${padded(Math.min(place, low) + 1)}` },
    ];
  }

  incarnationIn(image: DurableImage): number {
    const bytes = image.get(INCARNATION);
    return bytes === undefined ? 0 : read(bytes, INCARNATION, (reader) => reader.varint());
  }

  /** Throws RangeError when the image is not ours: a replica must not guess what it may have said. */
  restore(image: DurableImage): Restored {
    const { table, limits, maxBatchBytes, window } = this.#shape;
    const of = <T>(prefix: string, body: (reader: ByteReader, key: string) => T): T[] =>
      [...image].flatMap(([key, bytes]) => (key.startsWith(prefix) ? [read(bytes, key, (r) => body(r, key))] : []));
    const one = <T>(key: string, body: (reader: ByteReader) => T): T | null => {
      const bytes = image.get(key);
      return bytes === undefined ? null : read(bytes, key, body);
    };
    const view = one(VIEW, (r) => ({ view: r.varint(), active: r.bool(), attempts: r.varint() }));
    return {
      view: view ?? { view: 0, active: true, attempts: 0 },
      newView: one(NEW_VIEW, (r) => readNewView(r, table, window)),
      snapshot: image.get(SNAPSHOT) ?? null,
      slots: of('slot/', (r, key) => readSlot(r, numberIn(key))),
      batches: of('batch/', (r, key) => ({
        number: numberIn(key.slice(0, key.lastIndexOf('/'))),
        batch: readBatch(r, limits, maxBatchBytes),
      })),
      executed: of('executed/', (r, key) => ({ number: numberIn(key), key: hashKey(r.raw(32)) })),
      proofs: of('stable/', (r) => readCertificate(r, 'CHECKPOINT', table)),
    };
  }
}

function batchKey(number: number, key: string): string {
  return `batch/${padded(number)}/${key}`;
}

function writeClaim(writer: ByteWriter, { view, digest }: Claim): void {
  writer.varint(view).raw(digest);
}

function readSlot(reader: ByteReader, number: number): StoredSlot {
  const claims = (most: number): Claim[] =>
    reader.list(most, (r) => {
      const [view, digest] = [r.varint(), r.raw(32)];
      return { number, view, digest, key: hashKey(digest) };
    });
  const prePrepared = claims(1024);
  return { number, prePrepared, prepared: claims(1)[0] ?? null };
}

function read<T>(bytes: Uint8Array, key: string, body: (reader: ByteReader) => T): T {
  const reader = new ByteReader(bytes);
  const value = body(reader);
  if (!reader.done()) throw new RangeError(`pbft: the stored entry "${key}" is damaged or belongs to another cluster`);
  return value;
}
