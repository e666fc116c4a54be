import { concatBytes, toUtf8 } from '@hypersync/base';

const BLOCK = 512;

/**
 * Header of a file in a POSIX tar (IEEE 1003.1 pax format): the same bytes for the same tree on every machine (times,
 * owners and modes are fixed). Paths beyond 100 bytes, which digests make common here, stand in a pax record before it.
 */
export function tarHeader(path: string, size: number): Uint8Array {
  const name = toUtf8(path);
  if (name.length <= 100) return header(name, size, '0');
  const record = paxRecord('path', path);
  return concatBytes([
    header(toUtf8('pax'), record.length, 'x'),
    record,
    padding(record.length),
    header(name.subarray(0, 100), size, '0'),
  ]);
}

export function padding(size: number): Uint8Array {
  return new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
}

/** Two zero blocks end an archive. */
export const TAR_END = new Uint8Array(2 * BLOCK);

function header(name: Uint8Array, size: number, type: '0' | 'x'): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (text: string, offset: number): void => block.set(toUtf8(text), offset);
  block.set(name, 0);
  put('0000644\0', 100);
  put('0000000\0', 108);
  put('0000000\0', 116);
  put(`${size.toString(8).padStart(11, '0')}\0`, 124);
  put('00000000000\0', 136);
  put('        ', 148);
  put(type, 156);
  put('ustar\u000000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** `<length> key=value\n`, where the length counts itself. */
function paxRecord(key: string, value: string): Uint8Array {
  const rest = toUtf8(` ${key}=${value}\n`).length;
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return toUtf8(`${length} ${key}=${value}\n`);
}
