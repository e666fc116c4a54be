import { crc32, inflateRawSync } from 'node:zlib';
import { HyperSyncError, LIMITS } from '@hypersync/base';

const HEADER = 10;
const TRAILER = 8;

/**
 * Exactly one gzip member and nothing else. zlib's own gunzip reads on into a second member and ignores what follows, so
 * that two readers see two files (attack X18); and it has to be told where to stop (attack X14).
 */
export function gunzipOne(bytes: Uint8Array, what: string): Uint8Array {
  const refuse = (reason: string): never => {
    throw new HyperSyncError('HS-1604', `${what}: ${reason}.`);
  };
  if (bytes.length < HEADER + TRAILER || bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) {
    return refuse('not a gzip file');
  }
  // FHCRC, FEXTRA, FNAME, FCOMMENT (RFC 1952): nothing of ours has them, and each is a place to hide bytes.
  if (bytes[3] !== 0) refuse('its gzip header has optional fields');
  const maxOutputLength = Math.min(LIMITS.unpackedBytes, Math.max(bytes.length * LIMITS.unpackRatio, 64 * 1024));
  const { output, consumed } = inflate(bytes.subarray(HEADER), maxOutputLength, refuse);
  if (HEADER + consumed + TRAILER !== bytes.length) refuse('there are bytes after the compressed data');
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + HEADER + consumed, TRAILER);
  if (trailer.getUint32(0, true) !== crc32(output)) refuse('its checksum is wrong');
  if (trailer.getUint32(4, true) !== output.length) refuse('its length is wrong');
  return output;
}

function inflate(
  data: Uint8Array,
  maxOutputLength: number,
  refuse: (reason: string) => never,
): { output: Uint8Array; consumed: number } {
  try {
    // With `info`, zlib's engine tells how much of the input it took.
    // In few large pieces: the default of 16 KiB costs as much as the work itself.
    const chunkSize = Math.min(maxOutputLength, 4 * 1024 * 1024, Math.max(8 * data.length, 64 * 1024));
    const result = inflateRawSync(data, { maxOutputLength, chunkSize, info: true }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    return { output: result.buffer, consumed: result.engine.bytesWritten };
  } catch (cause) {
    const tooLong = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return refuse(tooLong ? `it unpacks to more than ${maxOutputLength} bytes` : (cause as Error).message);
  }
}
