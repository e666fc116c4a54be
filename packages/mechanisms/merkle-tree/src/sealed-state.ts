import { ByteWriter, writeVector } from '@hypersync/consensus-kit';
import type { NodeId } from '@hypersync/interface';
import type { KeyedSet } from './keyed-set.ts';
import { writeRow } from './row.ts';

const FORMAT = 1;

/**
 * The state that an ended epoch hands over, the same bytes on every member: format, names of the members, the cut, the
 * rows in order of their keys.
 */
export function encodeSealedState(members: readonly NodeId[], set: KeyedSet): Uint8Array {
  const writer = new ByteWriter(1024).u8(FORMAT).list(members, (inner, id) => inner.string(id));
  writeVector(writer, set.vector);
  return writer.list([...set.rows()], writeRow).finish();
}
