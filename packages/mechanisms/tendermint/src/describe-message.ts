import { ByteReader, hashKey } from '@hypersync/consensus-kit';
import { MESSAGE_NAMES } from './messages.ts';
import { readVote } from './vote.ts';

/** One line for people. Reads only the head of the message, so that it needs no member list and never fails. */
export function describeMessage(bytes: Uint8Array): string {
  const reader = new ByteReader(bytes);
  const name = MESSAGE_NAMES[reader.u8()];
  if (name === undefined || bytes.length === 0) return `garbage of ${bytes.length} bytes`;
  const text = describeBody(reader, name, bytes.length);
  return reader.ok ? text : `damaged ${name}`;
}

function describeBody(reader: ByteReader, name: (typeof MESSAGE_NAMES)[number], size: number): string {
  switch (name) {
    case 'proposal': {
      const [round, pol, height] = [reader.varint(), reader.varint(), reader.varint()];
      return `PROPOSAL ${height}/${round}${pol > 0 ? ` locked in ${pol - 1}` : ''}, ${size} bytes`;
    }
    case 'votes': {
      const count = reader.varint();
      if (count === 0) return 'no votes';
      reader.varint();
      const { type, height, round, id } = readVote(reader);
      const value = id.length === 0 ? 'nil' : hashKey(id).slice(0, 4);
      return `${type.toUpperCase()} ${height}/${round} ${value}${count > 1 ? ` and ${count - 1} more` : ''}`;
    }
    case 'status': {
      const height = reader.varint();
      reader.raw(32);
      return `status: decided ${height}, round ${reader.varint()}`;
    }
    case 'fetch':
      return `fetch ${reader.varint()}`;
    case 'bundles':
    case 'certificates':
    case 'block':
    case 'decided':
    case 'evidence':
    case 'compaction':
      return `${name}, ${size} bytes`;
  }
}
