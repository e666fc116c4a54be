import { ByteReader, describeSeriesMessage, FIRST_FREE_TAG } from '@hypersync/consensus-kit';
import { MAX_NODES } from './config.ts';

/** Without knowing the cluster's configuration. Slot s of a broadcast is member s mod n's value of round s / n. */
export function describeMessage(bytes: Uint8Array): string {
  return describeSeriesMessage(bytes, MAX_NODES, describeStatement);
}

function describeStatement(bytes: Uint8Array): string {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== FIRST_FREE_TAG) return 'output';
  const [round, members] = [reader.varint(), reader.varint()];
  const places = Array.from({ length: MAX_NODES }, (_, i) => i).filter((i) => (members >> i) & 1);
  return `report of ${round} with ${places.join(' ')}`;
}
