import type { Epoch, NodeId, Position } from '@hypersync/interface';
import { ByteReader, ByteWriter } from '../codec.ts';
import { readVector, toRecord, writeVector, type Vector } from './version-vector.ts';

/** Where a session's mutation stands, so that its retry gets the same answer. */
export function encodeReceipt(vector: Vector, root: string): Uint8Array {
  const writer = new ByteWriter().string(root);
  writeVector(writer, vector);
  return writer.finish();
}

/** The position that `encodeReceipt` noted. */
export function positionFromReceipt(
  epoch: Epoch,
  members: readonly NodeId[],
  receipt: Uint8Array,
): Position<'convergent'> {
  const reader = new ByteReader(receipt);
  const root = reader.string(64);
  return { class: 'convergent', epoch, root, frontier: toRecord(members, readVector(reader, members.length)) };
}
