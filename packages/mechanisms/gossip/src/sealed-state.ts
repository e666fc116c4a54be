import { ByteWriter, writeVector } from '@hypersync/consensus-kit';
import type { NodeId } from '@hypersync/interface';
import { writeRumour } from './rumour.ts';
import type { RumourStore } from './rumour-store.ts';

const FORMAT = 1;

/**
 * The state that an ended epoch hands over, the same bytes on every member: format, names of the members, the cut, and of
 * each origin the latest rumours that are kept for reading.
 */
export function encodeSealedState(members: readonly NodeId[], store: RumourStore): Uint8Array {
  const writer = new ByteWriter(1024).u8(FORMAT).list(members, (inner, id) => inner.string(id));
  writeVector(writer, store.frontier);
  for (const origin of members.keys()) writer.list(store.historyOf(origin), writeRumour);
  return writer.finish();
}
