import { ByteReader } from '@hypersync/consensus-kit';
import { MESSAGE_NAMES } from './messages.ts';

/** One line for people. Reads only the head of the message, so that it needs no member list and never fails. */
export function describeMessage(bytes: Uint8Array): string {
  const reader = new ByteReader(bytes);
  const name = MESSAGE_NAMES[reader.u8()];
  reader.varint();
  if (name === undefined || !reader.ok) return `garbage of ${bytes.length} bytes`;
  if (name === 'PRE-PREPARE' || name === 'PREPARE' || name === 'COMMIT') {
    const [view, number] = [reader.varint(), reader.varint()];
    const count = name === 'PRE-PREPARE' ? `, ${reader.varint()} requests` : '';
    return reader.ok ? `${name} view ${view} number ${number}${count}` : `damaged ${name}`;
  }
  if (name === 'CHECKPOINT') {
    const number = reader.varint();
    return reader.ok ? `${name} number ${number}` : `damaged ${name}`;
  }
  if (name === 'NEW-VIEW') {
    const [view, changes] = [reader.varint(), reader.varint()];
    return reader.ok ? `${name} view ${view} from ${changes} view changes` : `damaged ${name}`;
  }
  if (name === 'STATUS') {
    const [view, active, stable, executed] = [reader.varint(), reader.bool(), reader.varint(), reader.varint()];
    if (!reader.ok) return `damaged ${name}`;
    return `${name} view ${view}${active ? '' : ' wanted'} stable ${stable} executed ${executed}`;
  }
  return `${name}, ${bytes.length} bytes`;
}
