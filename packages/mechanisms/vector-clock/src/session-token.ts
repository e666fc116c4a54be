import { LIMITS } from '@hypersync/base';
import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import type { Epoch, Position, VersionVector } from '@hypersync/interface';
import { MAX_MEMBERS } from './config.ts';

/**
 * What one client has seen and written, to be carried along from answer to request (Terry et al., *Session guarantees for weakly
 * consistent replicated data*, PDIS 1994). Given as `after` with each read and put, at whatever node, it makes the client read its
 * own writes, never read backwards, write in its own order, and write after what it has read.
 */
export interface SessionToken {
  readonly epoch: Epoch;
  readonly seen: VersionVector;
}

const FORMAT = 1;
const NAME_BYTES = 64;

/** Has seen nothing. */
export const NEW_SESSION: SessionToken = { epoch: 0, seen: {} };

/** After an answer, `committed` or `values`. What an earlier epoch had is in the state that the next began with. */
export function extended(token: SessionToken, position: Position<'causal'>): SessionToken {
  if (position.epoch < token.epoch) return token;
  const seen = new Map(position.epoch === token.epoch ? Object.entries(token.seen) : []);
  const { node, counter } = position.dot;
  for (const [id, count] of [...Object.entries(position.context), [node, counter] as const])
    if (count > 0) seen.set(id, Math.max(count, seen.get(id) ?? 0));
  return { epoch: position.epoch, seen: Object.fromEntries(seen) };
}

/** What to ask a node of this epoch with. Null: the token is of a later epoch than the node, which has to catch up first. */
export function afterIn(token: SessionToken, epoch: Epoch): VersionVector | null {
  if (token.epoch > epoch) return null;
  return token.epoch === epoch ? token.seen : {};
}

export function encodeToken({ epoch, seen }: SessionToken): Uint8Array {
  const names = Object.keys(seen).sort();
  return new ByteWriter()
    .u8(FORMAT)
    .varint(epoch)
    .list(names, (writer, name) => writer.string(name).varint(seen[name]!))
    .finish();
}

/** Null on anything that `encodeToken` does not write: clients keep tokens, so they are not to be trusted. */
export function decodeToken(bytes: Uint8Array): SessionToken | null {
  if (bytes.length > LIMITS.messageBytes) return null;
  const reader = new ByteReader(bytes);
  if (reader.u8() !== FORMAT) return null;
  const epoch = reader.varint();
  const entries = reader.list(MAX_MEMBERS, () => [reader.string(NAME_BYTES), reader.varint()] as const);
  const inOrder = entries.every(([name, counter], i) => counter > 0 && (i === 0 || entries[i - 1]![0] < name));
  return reader.done() && inOrder ? { epoch, seen: Object.fromEntries(entries) } : null;
}
