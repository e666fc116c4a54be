import { ByteWriter } from '@hypersync/consensus-kit';
import type { NodeId } from '@hypersync/interface';
import { writeDelta } from './delta.ts';
import type { ReplicaState } from './replica-state.ts';

const FORMAT = 2;

/** The state that an ended epoch hands over, the same bytes on every member: format, names of the members, all that is to be seen. */
export function encodeSealedState(members: readonly NodeId[], state: ReplicaState): Uint8Array {
  const writer = new ByteWriter(1024).u8(FORMAT).list(members, (inner, id) => inner.string(id));
  writeDelta(writer, state.canonical());
  return writer.finish();
}
