import { ByteReader, ByteWriter, FrontierCut, type Vector, readVector, writeVector } from '@hypersync/consensus-kit';
import { LIMITS } from '@hypersync/base';
import type { Epoch, NodeId } from '@hypersync/interface';
import { toHex } from './hex.ts';
import type { Ask } from './pull-session.ts';
import type { Answer, Range, Summary } from './range-diff.ts';
import { KEY_BYTES, readRow, writeRow, type Row } from './row.ts';
import type { Bound } from './search-tree.ts';

const VERSION = 1;
const TAG = { write: 1, digest: 2, ask: 3, answer: 4, gone: 5 } as const;
const NAMES = [undefined, 'write', 'digest', 'ask', 'answer', 'gone'];
const MAX_ITEMS = 65_536;

/**
 * `write`: new rows, from their author. `digest`: who has what, the root of the sender's tree, who has frozen; with
 * `answered` no digest is wanted back. `ask`, `answer`: range diff within the tree of that root; `gone`: it is not at hand.
 */
export type Message =
  | { readonly type: 'write'; readonly rows: readonly Row[] }
  | {
      readonly type: 'digest';
      readonly matrix: readonly Vector[];
      readonly root: Uint8Array;
      readonly cut: FrontierCut;
      readonly answered: boolean;
    }
  | { readonly type: 'ask'; readonly root: Uint8Array; readonly ask: Ask }
  | {
      readonly type: 'answer';
      readonly root: Uint8Array;
      readonly number: number;
      readonly answers: readonly Answer[];
      readonly rows: readonly Row[];
    }
  | { readonly type: 'gone'; readonly root: Uint8Array };

export function encodeMessage(epoch: Epoch, message: Message): Uint8Array {
  const writer = new ByteWriter(256).u8(VERSION).varint(epoch).u8(TAG[message.type]);
  switch (message.type) {
    case 'write':
      writer.list(message.rows, writeRow);
      break;
    case 'digest':
      writer.bool(message.answered).raw(message.root);
      for (const row of message.matrix) writeVector(writer, row);
      message.cut.writeTo(writer);
      break;
    case 'ask':
      writer.raw(message.root).varint(message.ask.number).list(message.ask.ranges, writeRange);
      writer.list(message.ask.keys, (inner, key) => inner.string(key));
      break;
    case 'answer':
      writer.raw(message.root).varint(message.number).list(message.answers, writeAnswer).list(message.rows, writeRow);
      break;
    case 'gone':
      writer.raw(message.root);
  }
  return writer.finish();
}

/** Null for anything that is not a message of this epoch and this cluster. */
export function decodeMessage(bytes: Uint8Array, epoch: Epoch, members: readonly NodeId[]): Message | null {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== VERSION || reader.varint() !== epoch || bytes.length > LIMITS.messageBytes) return null;
  const message = readBody(reader, members);
  return reader.done() ? message : null;
}

function readBody(reader: ByteReader, members: readonly NodeId[]): Message | null {
  const readMemberRow = (): Row => {
    const row = readRow(reader);
    if (!members.includes(row.author)) reader.fail();
    return row;
  };
  switch (reader.u8()) {
    case TAG.write:
      return { type: 'write', rows: reader.list(MAX_ITEMS, readMemberRow) };
    case TAG.digest: {
      const answered = reader.bool();
      const root = reader.raw(32);
      const matrix: Vector[] = [];
      for (let i = 0; i < members.length && reader.ok; i++) matrix.push(readVector(reader, members.length));
      return { type: 'digest', answered, root, matrix, cut: FrontierCut.read(reader, members.length) };
    }
    case TAG.ask: {
      const root = reader.raw(32);
      const number = reader.varint();
      const ranges = reader.list(MAX_ITEMS, () => readRange(reader));
      return {
        type: 'ask',
        root,
        ask: { number, ranges, keys: reader.list(MAX_ITEMS, () => reader.string(KEY_BYTES)) },
      };
    }
    case TAG.answer: {
      const root = reader.raw(32);
      const number = reader.varint();
      const answers = reader.list(MAX_ITEMS, () => readAnswer(reader, readMemberRow));
      return { type: 'answer', root, number, answers, rows: reader.list(MAX_ITEMS, readMemberRow) };
    }
    case TAG.gone:
      return { type: 'gone', root: reader.raw(32) };
    default:
      return null;
  }
}

function writeBound(writer: ByteWriter, bound: Bound): void {
  writer.bool(bound !== null);
  if (bound !== null) writer.string(bound);
}

function readBound(reader: ByteReader): Bound {
  return reader.bool() ? reader.string(KEY_BYTES) : null;
}

function writeRange(writer: ByteWriter, { low, high, mode }: Range): void {
  writeBound(writer, low);
  writeBound(writer, high);
  writer.bool(mode === 'rows');
}

function readRange(reader: ByteReader): Range {
  return { low: readBound(reader), high: readBound(reader), mode: reader.bool() ? 'rows' : 'page' };
}

function writeAnswer(writer: ByteWriter, answer: Answer): void {
  writeRange(writer, answer);
  writeBound(writer, answer.upTo);
  if (answer.mode === 'rows') {
    writer.list(answer.rows, writeRow);
    return;
  }
  writer.u8(answer.level).list(answer.summaries, (inner, { key, counter, author, hash }) => {
    inner.string(key).varint(counter).string(author).raw(hash);
  });
  writer.list(answer.children, (inner, child) => {
    inner.bool(child !== null);
    if (child !== null) inner.raw(child);
  });
}

function readAnswer(reader: ByteReader, readMemberRow: () => Row): Answer {
  const { low, high, mode } = readRange(reader);
  const upTo = readBound(reader);
  if (mode === 'rows') return { mode, low, high, upTo, rows: reader.list(MAX_ITEMS, readMemberRow) };
  const level = reader.u8();
  const summaries = reader.list(MAX_ITEMS, () => readSummary(reader));
  const children = reader.list(MAX_ITEMS, () => (reader.bool() ? reader.raw(32) : null));
  if (children.length > summaries.length + 1) reader.fail();
  return { mode, low, high, level, upTo, summaries, children };
}

function readSummary(reader: ByteReader): Summary {
  return { key: reader.string(KEY_BYTES), counter: reader.varint(), author: reader.string(64), hash: reader.raw(32) };
}

/** Knows no cluster, so it tells only what stands before vectors and rows. */
export function describeMessage(bytes: Uint8Array): string {
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  const epoch = reader.varint();
  const tag = reader.u8();
  const name = NAMES[tag];
  const rest = name === undefined ? '' : describeBody(reader, tag);
  if (!reader.ok || version !== VERSION || !name) return `not a merkle-tree message (${bytes.length} bytes)`;
  return `${name} epoch=${epoch}${rest} ${bytes.length}B`;
}

function describeBody(reader: ByteReader, tag: number): string {
  if (tag === TAG.write) return ` rows=${reader.varint()}`;
  if (tag === TAG.digest) return `${reader.bool() ? ' answered' : ''} root=${shortRoot(reader)}`;
  const root = ` root=${shortRoot(reader)}`;
  if (tag === TAG.gone) return root;
  return `${root} number=${reader.varint()} ranges=${reader.varint()}`;
}

function shortRoot(reader: ByteReader): string {
  return toHex(reader.raw(32).subarray(0, 6));
}
