import { ByteReader, ByteWriter, readVector, toRecord, writeVector } from '@hypersync/consensus-kit';
import type { Epoch, NodeId, Position } from '@hypersync/interface';
import type { CausalEvent } from './event.ts';

/** Where a session's put stands, so that its retry gets the same answer. */
export function encodeReceipt(event: CausalEvent): Uint8Array {
  const writer = new ByteWriter().varint(event.author).varint(event.counter);
  writeVector(writer, event.past);
  return writer.finish();
}

export function positionFromReceipt(epoch: Epoch, members: readonly NodeId[], receipt: Uint8Array): Position<'causal'> {
  const reader = new ByteReader(receipt);
  const node = members[reader.varint(members.length - 1)]!;
  const counter = reader.varint();
  const context = toRecord(members, readVector(reader, members.length));
  return { class: 'causal', epoch, dot: { node, counter }, context };
}
