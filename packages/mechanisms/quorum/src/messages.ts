import type { StopSign } from '@hypersync/interface';
import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { MAX_KEY, MAX_VALUE, readRegister, writeRegister, type Register } from './register.ts';

/**
 * `boot` and `id` name the operation of the sender of the request, so that an answer to another operation, or to another
 * incarnation, counts for nothing.
 */
export type Message =
  /** `size`: bytes of the value that is to be written; 0 for a read. */
  | { readonly type: 'query'; readonly boot: number; readonly id: number; readonly key: string; readonly size: number }
  /** `room`: the sender can hold as much under that key. */
  | {
      readonly type: 'query-reply';
      readonly boot: number;
      readonly id: number;
      readonly register: Register;
      readonly room: boolean;
    }
  | {
      readonly type: 'store';
      readonly boot: number;
      readonly id: number;
      readonly key: string;
      readonly register: Register;
    }
  | { readonly type: 'store-reply'; readonly boot: number; readonly id: number }
  /** The epoch ends: freeze, and send the registers whose keys come after the cursor (null: from the first). */
  | { readonly type: 'frontier'; readonly boot: number; readonly sign: StopSign; readonly after: string | null }
  | FrontierPage;

export interface FrontierPage {
  readonly type: 'frontier-page';
  readonly boot: number;
  readonly sign: StopSign;
  readonly after: string | null;
  readonly registers: readonly { readonly key: string; readonly register: Register }[];
  /** No more after these. */
  readonly last: boolean;
}

const TYPES = [
  'query',
  'query-reply',
  'store',
  'store-reply',
  'frontier',
  'frontier-page',
] as const satisfies readonly Message['type'][];

const VERSION = 1;
const MAX_PAGE = 65_536;
export const MAX_METADATA = 65_536;

export function encodeMessage(epoch: number, m: Message): Uint8Array {
  const w = new ByteWriter(128).u8(VERSION).varint(epoch).u8(TYPES.indexOf(m.type)).varint(m.boot);
  writeBody(w, m);
  return w.finish();
}

function writeBody(w: ByteWriter, m: Message): void {
  switch (m.type) {
    case 'query':
      w.varint(m.id).string(m.key).varint(m.size);
      return;
    case 'query-reply':
      writeRegister(w.varint(m.id).bool(m.room), m.register);
      return;
    case 'store':
      writeRegister(w.varint(m.id).string(m.key), m.register);
      return;
    case 'store-reply':
      w.varint(m.id);
      return;
    case 'frontier':
      writeSign(w, m.sign);
      writeCursor(w, m.after);
      return;
    case 'frontier-page':
      writeSign(w, m.sign);
      writeCursor(w, m.after);
      w.list(m.registers, (writer, { key, register }) => writeRegister(writer.string(key), register)).bool(m.last);
      return;
  }
}

/** Null for anything but exactly one message of this epoch. Bounded by the bytes given; never throws. */
export function decodeMessage(epoch: number, bytes: Uint8Array): Message | null {
  const r = new ByteReader(bytes);
  if (r.u8() !== VERSION || r.varint() !== epoch) return null;
  const type = TYPES[r.u8()];
  if (type === undefined) return null;
  const message = readBody(r, type, r.varint());
  return r.done() ? message : null;
}

function readBody(r: ByteReader, type: Message['type'], boot: number): Message {
  switch (type) {
    case 'query':
      return { type, boot, id: r.varint(), key: readKey(r), size: r.varint(MAX_VALUE) };
    case 'query-reply':
      return { type, boot, id: r.varint(), room: r.bool(), register: readRegister(r) };
    case 'store':
      return { type, boot, id: r.varint(), key: readKey(r), register: readRegister(r) };
    case 'store-reply':
      return { type, boot, id: r.varint() };
    case 'frontier':
      return { type, boot, sign: readSign(r), after: readCursor(r) };
    case 'frontier-page':
      return {
        type,
        boot,
        sign: readSign(r),
        after: readCursor(r),
        registers: r.list(MAX_PAGE, (reader) => ({ key: readKey(reader), register: readRegister(reader) })),
        last: r.bool(),
      };
  }
}

/** A key becomes part of a key of the store, so it must be a text that every store can write. */
function readKey(r: ByteReader): string {
  const key = r.string(MAX_KEY);
  if (!key.isWellFormed()) r.fail();
  return key;
}

function writeSign(w: ByteWriter, sign: StopSign): void {
  w.varint(sign.nextEpoch).bytes(sign.metadata);
}

function readSign(r: ByteReader): StopSign {
  return { nextEpoch: r.varint(), metadata: r.bytes(MAX_METADATA) };
}

function writeCursor(w: ByteWriter, after: string | null): void {
  w.bool(after !== null);
  if (after !== null) w.string(after);
}

function readCursor(r: ByteReader): string | null {
  return r.bool() ? readKey(r) : null;
}

/** Bytes of a register within a page, more or less. */
export function sizeOfRegister(key: string, register: Register): number {
  return 3 * key.length + register.value.length + 32;
}

/** The state that a sealed epoch hands over: every register, by key in UTF-16 order. */
export function encodeState(registers: ReadonlyMap<string, Register>): Uint8Array {
  const w = new ByteWriter(1024);
  w.list(
    [...registers].sort(([a], [b]) => (a < b ? -1 : 1)),
    (writer, [key, register]) => writeRegister(writer.string(key), register),
  );
  return w.finish();
}

/** One line for people; also for garbage and for other epochs. */
export function describeMessage(bytes: Uint8Array): string {
  const r = new ByteReader(bytes);
  r.u8();
  const epoch = r.varint();
  const m = r.ok ? decodeMessage(epoch, bytes) : null;
  if (m === null) return `quorum: ${bytes.length} bytes that are no message`;
  const key = 'key' in m ? ` key=${JSON.stringify(m.key)}` : '';
  const id = 'id' in m ? ` id=${m.id}` : '';
  const tag = 'register' in m ? ` tag=${m.register.tag.ts}.${m.register.tag.writer} ${m.register.value.length}B` : '';
  const page = 'registers' in m ? ` registers=${m.registers.length} last=${m.last}` : '';
  return `quorum ${m.type} epoch=${epoch} boot=${m.boot}${id}${key}${tag}${page}`;
}
