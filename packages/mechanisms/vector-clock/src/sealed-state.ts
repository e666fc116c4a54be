import { ByteWriter, type Vector, writeVector } from '@hypersync/consensus-kit';
import type { NodeId } from '@hypersync/interface';
import type { DottedStore } from './dotted-store.ts';

const FORMAT = 1;

/**
 * The state that an ended epoch hands over, the same bytes on every member: format, names of the members, the cut, then
 * per key (in UTF-16 order) its siblings as (author's place in the names, counter, value).
 */
export function encodeSealedState(members: readonly NodeId[], cut: Vector, store: DottedStore): Uint8Array {
  const writer = new ByteWriter(1024).u8(FORMAT).list(members, (inner, id) => inner.string(id));
  writeVector(writer, cut);
  writer.list(store.entries(), (inner, [key, siblings]) => {
    inner.string(key).list(siblings, (each, sibling) => {
      each.varint(sibling.author).varint(sibling.counter).bytes(sibling.value);
    });
  });
  return writer.finish();
}
