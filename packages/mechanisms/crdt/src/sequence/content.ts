import type { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { PAYLOAD_BYTES } from '../entry.ts';

/** Elements of a text (UTF-16 units) or of a list (values). */
export type Content = string | readonly Uint8Array[];

export function sliceOf(content: Content, from: number, to?: number): Content {
  return content.slice(from, to);
}

/** Both of one kind. */
export function joinContents(a: Content, b: Content): Content {
  return typeof a === 'string' ? a + String(b) : [...a, ...(b as readonly Uint8Array[])];
}

/** About what it takes encoded. */
export function contentBytes(content: Content): number {
  if (typeof content === 'string') return content.length;
  let bytes = 0;
  for (const value of content) bytes += value.length + 2;
  return bytes;
}

const MAX_VALUES = 0xffff_ffff;

export function writeContent(writer: ByteWriter, content: Content): void {
  if (typeof content === 'string') writer.string(content);
  else writer.list(content, (inner, value) => inner.bytes(value));
}

export function readContent(reader: ByteReader, isText: boolean): Content {
  return isText ? reader.string(PAYLOAD_BYTES) : reader.list(MAX_VALUES, () => reader.bytes(PAYLOAD_BYTES));
}
