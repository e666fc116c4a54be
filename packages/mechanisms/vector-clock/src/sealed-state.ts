import {
  ByteReader,
  ByteWriter,
  type FinalState,
  readVector,
  toRecord,
  type Vector,
  writeVector,
  zeroVector,
} from '@hypersync/consensus-kit';
import type { DurableImage, Epoch, NodeId } from '@hypersync/interface';
import { MAX_MEMBERS } from './config.ts';
import { encodeSiblings, type DottedStore } from './dotted-store.ts';
import { KEY_BYTES, VALUE_BYTES } from './event.ts';
import { CLOCK, encodeClock, encodeMeta, META, siblingsKey } from './image.ts';

const FORMAT = 1;

/**
 * The state that an ended epoch hands over, the same bytes on every member: format, names of the members, the cut, then
 * per key (in UTF-16 order) its siblings as (author's place in the names, counter, value).
 */
function encodeSealedState(members: readonly NodeId[], cut: Vector, store: DottedStore): Uint8Array {
  const writer = new ByteWriter(1024).u8(FORMAT).list(members, (inner, id) => inner.string(id));
  writeVector(writer, cut);
  writer.list(store.entries(), (inner, [key, siblings]) => {
    inner.string(key).list(siblings, (each, sibling) => {
      each.varint(sibling.author).varint(sibling.counter).bytes(sibling.value);
    });
  });
  return writer.finish();
}

/** The same on every member. */
export function finalState(
  epoch: Epoch,
  members: readonly NodeId[],
  cut: Vector,
  store: DottedStore,
): FinalState<'causal'> {
  const dot = { node: members[0]!, counter: cut[0]! };
  const position = { class: 'causal', epoch, dot, context: toRecord(members, cut) } as const;
  return { position, state: encodeSealedState(members, cut, store) };
}

/**
 * The image with which a member of the next epoch begins: other members, vectors from zero, and what the sealed state held under
 * each key as siblings that every put of the new epoch has seen (their dots are those of no event). Null on bytes that are no
 * sealed state.
 */
export function nextEpochImage(state: Uint8Array, epoch: Epoch, members: readonly NodeId[]): DurableImage | null {
  const reader = new ByteReader(state);
  if (reader.u8() !== FORMAT) return null;
  const before = reader.list(MAX_MEMBERS, () => reader.string(64));
  readVector(reader, before.length);
  const zero = zeroVector(members.length);
  const image = new Map([
    [META, encodeMeta(epoch, members)],
    [CLOCK, encodeClock(zero, zero, zero)],
  ]);
  for (let keys = reader.varint(); keys > 0 && reader.ok; keys--) {
    const key = reader.string(KEY_BYTES);
    const siblings = reader.list(0xffff_ffff, () => {
      reader.varint(before.length - 1);
      reader.varint();
      return { author: 0, counter: 0, value: reader.bytes(VALUE_BYTES) };
    });
    image.set(siblingsKey(key), encodeSiblings(siblings));
  }
  return reader.done() ? image : null;
}
