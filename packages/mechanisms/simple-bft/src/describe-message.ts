import { ByteReader } from '@hypersync/consensus-kit';
import { MESSAGE_NAMES } from './messages.ts';
import { readVote } from './vote.ts';

/** One line for people. Reads only the head of the message, so that it needs no member list and never fails. */
export function describeMessage(bytes: Uint8Array): string {
  const reader = new ByteReader(bytes);
  const name = MESSAGE_NAMES[reader.u8()];
  if (name === undefined || bytes.length === 0) return `garbage of ${bytes.length} bytes`;
  if (name === 'vote') {
    const vote = readVote(reader);
    return reader.ok ? `${vote.kind} ${vote.height}` : `damaged ${name}`;
  }
  if (name === 'status') {
    const [iteration, finalized] = [reader.varint(), reader.varint()];
    return reader.ok ? `status iteration ${iteration} finalized ${finalized}` : `damaged ${name}`;
  }
  if (name === 'proposal') {
    const [height, parent] = [reader.varint(), reader.varint()];
    return reader.ok ? `proposal ${height} on ${parent}, ${bytes.length} bytes` : `damaged ${name}`;
  }
  return `${name}, ${bytes.length} bytes`;
}
