import type { DurableImage, StopSign, StoreOp } from '@hypersync/interface';
import { ByteReader, ByteWriter } from '../codec.ts';
import { decodeStopSign, encodeStopSign } from '../operations/ledger.ts';
import { sha256 } from '../sha256.ts';
import type { Output } from './output.ts';

/** What a member has to remember. Statements lie under `s/<agreement>/<number>`, so that forgetting is one range. */
export interface DurableSeries {
  /** Nothing was written yet. */
  readonly fresh: boolean;
  readonly last: number;
  readonly output: Output | null;
  /** The last reading that took part. */
  readonly standing: Uint8Array | null;
  readonly sealed: StopSign | null;
  readonly statements: ReadonlyMap<number, readonly Uint8Array[]>;
}

const MAX_OUTPUT = 65_536;
const ROUND_DIGITS = 16;
const INDEX_DIGITS = 7;
const CHECK_BYTES = 8;

function roundKey(round: number): string {
  return `s/${String(round).padStart(ROUND_DIGITS, '0')}/`;
}

/** Whoever says otherwise than before is a liar, whatever the reason: a record that has rotted must not be believed. */
function checkOf(key: string, value: Uint8Array): Uint8Array {
  return sha256(new ByteWriter(value.length + 32).string(key).raw(value).finish()).subarray(0, CHECK_BYTES);
}

function put(key: string, value: Uint8Array): StoreOp {
  const sealed = new ByteWriter(value.length + CHECK_BYTES).raw(value).raw(checkOf(key, value)).finish();
  return { op: 'put', key, value: sealed };
}

export const writes = {
  /** Whose image this is. */
  owner: (identity: string): StoreOp => put('owner', new ByteWriter(64).string(identity).finish()),
  statement: (round: number, index: number, value: Uint8Array): StoreOp =>
    put(`${roundKey(round)}${String(index).padStart(INDEX_DIGITS, '0')}`, value),
  /** Agreements from 1 to before `oldest`. */
  forget: (oldest: number): StoreOp => ({ op: 'delete-range', from: roundKey(1), to: roundKey(oldest) }),
  last: (round: number): StoreOp => put('last', new ByteWriter(8).varint(round).finish()),
  output: (round: number, value: Uint8Array): StoreOp =>
    put('output', new ByteWriter(value.length + 16).varint(round).raw(value).finish()),
  standing: (reading: Uint8Array): StoreOp => put('standing', reading),
  sealed: (sign: StopSign): StoreOp => put('sealed', encodeStopSign(sign)),
};

/** Throws RangeError for an image that is damaged, or was written by another member, epoch or configuration. */
export function readSeries(stored: DurableImage, identity: string): DurableSeries {
  const image = new Map([...stored].map(([key, value]) => [key, unsealed(key, value)]));
  const owner = image.get('owner');
  const statements = new Map<number, Uint8Array[]>();
  for (const [key, value] of image) {
    const [kind, round, index] = key.split('/');
    if (kind !== 's') continue;
    const known = statements.get(Number(round)) ?? [];
    if (Number(index) !== known.length) throw damaged(key);
    known.push(value);
    statements.set(Number(round), known);
  }
  if (image.size > 0 && (owner === undefined || new ByteReader(owner).string(owner.length) !== identity))
    throw new RangeError(`the durable image belongs to another member, epoch or configuration than ${identity}`);
  const output = image.get('output');
  const sealed = image.get('sealed');
  return {
    fresh: image.size === 0,
    last: new ByteReader(image.get('last') ?? Uint8Array.of(0)).varint(),
    output: output === undefined ? null : readOutput(output),
    standing: image.get('standing') ?? null,
    sealed: sealed === undefined ? null : decodeStopSign(sealed),
    statements,
  };
}

function unsealed(key: string, bytes: Uint8Array): Uint8Array {
  const value = bytes.slice(0, Math.max(0, bytes.length - CHECK_BYTES));
  const check = bytes.subarray(value.length);
  const expected = checkOf(key, value);
  if (check.length !== CHECK_BYTES || check.some((byte, i) => byte !== expected[i])) throw damaged(key);
  return value;
}

function readOutput(bytes: Uint8Array): Output {
  const reader = new ByteReader(bytes);
  const round = reader.varint();
  return { round, value: reader.raw(Math.min(reader.remaining, MAX_OUTPUT)) };
}

function damaged(key: string): RangeError {
  return new RangeError(`record ${key} of the durable image is damaged, or one before it is missing`);
}
