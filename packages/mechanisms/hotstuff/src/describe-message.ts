import { ByteReader } from '@hypersync/consensus-kit';
import { MESSAGE_NAMES } from './messages.ts';

/** One line for people. Reads only the head of the message, so that it needs no member list and never fails. */
export function describeMessage(bytes: Uint8Array): string {
  const reader = new ByteReader(bytes);
  const name = MESSAGE_NAMES[reader.u8()];
  if (name === undefined || bytes.length === 0) return `garbage of ${bytes.length} bytes`;
  const text = headOf(reader, name);
  if (!reader.ok) return `damaged ${name}`;
  return text ?? `${name}, ${bytes.length} bytes`;
}

function headOf(reader: ByteReader, name: (typeof MESSAGE_NAMES)[number]): string | null {
  switch (name) {
    case 'proposal': {
      const [round, height] = [reader.varint(), reader.varint()];
      reader.varint(); // the author's place
      return `proposal of round ${round}, height ${height}, on round ${reader.varint()}`;
    }
    case 'vote':
      return `vote in round ${reader.varint()}`;
    case 'timeout':
      return `timeout of round ${reader.varint()}, highest QC ${reader.varint()}`;
    case 'sync':
      return `sync, highest QC ${reader.varint()}`;
    case 'status':
      return `status round ${reader.varint()}, highest QC ${reader.varint()}, height ${reader.varint()}`;
    case 'fetch':
      return `fetch above height ${reader.varint()}`;
    case 'batch':
    case 'blocks':
    case 'want':
    case 'compaction':
    case 'testimony':
      return null;
  }
}
