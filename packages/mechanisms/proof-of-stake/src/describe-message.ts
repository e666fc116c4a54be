import { ByteReader } from '@hypersync/consensus-kit';
import { MESSAGE_NAMES } from './messages.ts';

/** One line for people. Reads only the head of the message, so that it needs no member list and never fails. */
export function describeMessage(bytes: Uint8Array): string {
  const reader = new ByteReader(bytes);
  const name = MESSAGE_NAMES[reader.u8()];
  if (name === undefined || bytes.length === 0) return `garbage of ${bytes.length} bytes`;
  if (name === 'block') {
    const [slot, proposer] = [reader.varint(), reader.string(64)];
    return reader.ok ? `block of slot ${slot} by ${proposer}, ${bytes.length} bytes` : `damaged ${name}`;
  }
  if (name === 'status') {
    const [finalized, head] = [reader.varint() - 1, reader.varint() - 1];
    return reader.ok ? `status finalized slot ${finalized} head slot ${head}` : `damaged ${name}`;
  }
  if (name === 'attestations') {
    const count = reader.varint();
    if (count === 0) return 'no attestation';
    reader.varint(); // the place of the member in a list that we do not have
    const [slot, , source, , target] = [
      reader.varint(),
      reader.raw(32),
      reader.varint(),
      reader.raw(32),
      reader.varint(),
    ];
    const more = count > 1 ? `, and ${count - 1} more` : '';
    return reader.ok ? `attestation of slot ${slot}, epoch ${source} to ${target}${more}` : `damaged ${name}`;
  }
  return `${name}, ${bytes.length} bytes`;
}
