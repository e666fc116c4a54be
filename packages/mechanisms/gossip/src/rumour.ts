import type { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { LIMITS } from '@hypersync/base';

export const VALUE_BYTES = LIMITS.proposalBytes;

/** One published value, named by its origin and the origin's counter (from 1, without gaps, never used twice). */
export interface Rumour {
  readonly origin: number;
  readonly counter: number;
  readonly session: number;
  readonly sequence: number;
  readonly value: Uint8Array;
}

export function writeRumour(writer: ByteWriter, rumour: Rumour): void {
  writer.varint(rumour.origin).varint(rumour.counter).varint(rumour.session).varint(rumour.sequence);
  writer.bytes(rumour.value);
}

export function readRumour(reader: ByteReader, members: number): Rumour {
  const origin = reader.varint(members - 1);
  const counter = reader.varint();
  const session = reader.varint();
  const sequence = reader.varint();
  if (counter < 1) reader.fail();
  return { origin, counter, session, sequence, value: reader.bytes(VALUE_BYTES) };
}

/** Of a rumour among all of an epoch. */
export function nameOf(origin: number, counter: number): string {
  return `${origin}/${counter}`;
}

/** Upper bound of the encoded size. */
export function rumourBytes(rumour: Rumour): number {
  return 40 + rumour.value.length;
}
