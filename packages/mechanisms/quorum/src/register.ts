import type { DurableImage, NodeId, StoreOp } from '@hypersync/interface';
import { LIMITS } from '@hypersync/base';
import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';

/** Orders the writes of one key: by `ts`, then by `writer` (Lynch, Shvartsman 1997). */
export interface Tag {
  readonly ts: number;
  readonly writer: NodeId;
}

export interface Register {
  readonly tag: Tag;
  readonly value: Uint8Array;
  /** Its writer's, over key, tag and value, where stores may lie (`faultyStores`); else empty. */
  readonly signature: Uint8Array;
}

export const MAX_KEY = 200;
export const MAX_ID = 64;
/** Room for every signature scheme in use; ML-DSA-87 has 4,627 bytes. */
const MAX_SIGNATURE = 8192;
/** Far beyond any use, and far enough below 2^53 that reserving numbers stays exact. */
export const MAX_TS = 2 ** 52;
export const MAX_VALUE = LIMITS.proposalBytes;
const PREFIX = 'r/';

/** A register that was never written. */
const EMPTY = new Uint8Array(0);
export const UNWRITTEN: Register = { tag: { ts: 0, writer: '' }, value: EMPTY, signature: EMPTY };

export function compareTags(a: Tag, b: Tag): number {
  if (a.ts !== b.ts) return a.ts - b.ts;
  return a.writer < b.writer ? -1 : a.writer > b.writer ? 1 : 0;
}

export function writeRegister(writer: ByteWriter, { tag, value, signature }: Register): void {
  writer.varint(tag.ts).string(tag.writer).bytes(value).bytes(signature);
}

export function readRegister(reader: ByteReader): Register {
  const tag = { ts: reader.varint(MAX_TS), writer: reader.string(MAX_ID) };
  const value = reader.bytes(MAX_VALUE);
  const signature = reader.bytes(MAX_SIGNATURE);
  const nothing = value.length === 0 && signature.length === 0;
  if ((tag.ts === 0) !== (tag.writer === '') || (tag.ts === 0 && !nothing)) reader.fail();
  return { tag, value, signature };
}

export function putRegister(key: string, register: Register): StoreOp {
  const writer = new ByteWriter(register.value.length + 80);
  writeRegister(writer, register);
  return { op: 'put', key: PREFIX + key, value: writer.finish() };
}

export function putNumber(key: 'boot' | 'ceiling', value: number): StoreOp {
  return { op: 'put', key, value: new ByteWriter(8).varint(value).finish() };
}

export function putSign(sign: { readonly nextEpoch: number; readonly metadata: Uint8Array }): StoreOp {
  const writer = new ByteWriter(sign.metadata.length + 12).varint(sign.nextEpoch).bytes(sign.metadata);
  return { op: 'put', key: 'frozen', value: writer.finish() };
}

export interface Restored {
  readonly boot: number;
  /** No earlier incarnation gave a write a larger `ts`. */
  readonly ceiling: number;
  readonly frozen: { readonly nextEpoch: number; readonly metadata: Uint8Array } | null;
  readonly registers: Map<string, Register>;
}

/** Reads an image back. Throws RangeError for a damaged one: a replica that forgets what it acknowledged breaks reads. */
export function restore(image: DurableImage): Restored {
  const registers = new Map<string, Register>();
  for (const key of image.keys())
    if (key.startsWith(PREFIX)) registers.set(key.slice(PREFIX.length), parse(image, key, UNWRITTEN, readRegister));
  return {
    boot: parse(image, 'boot', 0, (reader) => reader.varint()),
    ceiling: parse(image, 'ceiling', 0, (reader) => reader.varint()),
    frozen: parse<Restored['frozen']>(image, 'frozen', null, (reader) => ({
      nextEpoch: reader.varint(),
      metadata: reader.bytes(MAX_VALUE),
    })),
    registers,
  };
}

function parse<T>(image: DurableImage, key: string, absent: T, read: (reader: ByteReader) => T): T {
  const bytes = image.get(key);
  if (bytes === undefined) return absent;
  const reader = new ByteReader(bytes);
  const value = read(reader);
  if (!reader.done()) throw new RangeError(`quorum: ${key} of the durable image is damaged`);
  return value;
}
