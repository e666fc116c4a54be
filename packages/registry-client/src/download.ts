import { HyperSyncError, sha512Hex } from '@hypersync/base';
import type { IncomingMessage } from 'node:http';
import { shown } from './failures.ts';
import { noPartial, partialFile } from './partial-file.ts';
import { withRetries, type RetryPolicy } from './retry.ts';
import { broken, type Sink, type Transport } from './transport.ts';

/** What is to be fetched, by size and digest. */
export interface Wanted {
  readonly name: string;
  readonly size: number;
  readonly sha512: string;
}

/**
 * Fetches exactly these bytes. A transfer that breaks goes on where it stopped, in this process and, with a folder for
 * partial files, in the next. Nothing is believed before the digest over the whole: if resumed bytes do not match, the
 * whole is fetched once more from the start; if those do not match either, it is HS-1408.
 */
export async function downloadExactly(
  wanted: Wanted,
  at: { url: URL; transport: Transport; retry: RetryPolicy; partials: string | null },
  onBytes: (received: number) => void,
): Promise<Uint8Array> {
  const partial = at.partials === null ? noPartial : partialFile(at.partials, wanted.sha512);
  const buffer = new Uint8Array(wanted.size);
  const body = exactBody(wanted.size, at.url, buffer, await partial.read(buffer), onBytes);
  try {
    for (let again = false; ; again = true) {
      await withRetries(at.retry, () => attempt(at, body));
      if (sha512Hex(buffer) === wanted.sha512) break;
      // Once: whoever breaks off every transfer and resumes it with other bytes would keep us for ever (attack C08).
      if (again || !body.spliced()) throw otherBytes(at.url, 'its SHA-512 differs');
      body.restart();
    }
  } catch (error) {
    // What was received is kept where going on makes sense: not after a refusal of the bytes themselves.
    if (error instanceof HyperSyncError && error.code === 'HS-1408') await partial.remove();
    else await partial.write(buffer.subarray(0, body.received()));
    throw error;
  }
  await partial.remove();
  return buffer;
}

async function attempt({ url, transport }: { url: URL; transport: Transport }, body: ExactBody): Promise<void> {
  const get = (): Promise<void> =>
    transport.get(url, { accept: 'application/octet-stream', ...body.nextRange(), sink: body });
  try {
    await get();
  } catch (error) {
    // 416: there is no such range, so what we hold is not the beginning of what lies there.
    if (body.received() === 0 || !(error instanceof HyperSyncError) || error.details['status'] !== 416) throw error;
    body.restart();
    await get();
  }
}

interface ExactBody extends Sink {
  received(): number;
  /** Whether the buffer is made of more than one answer. */
  spliced(): boolean;
  nextRange(): { rangeFrom?: number };
  restart(): void;
}

/** Fills `buffer` from `start` on; knows the length, so it refuses a wrong Content-Length before the first byte. */
function exactBody(
  size: number,
  url: URL,
  buffer: Uint8Array,
  start: number,
  onBytes: (received: number) => void,
): ExactBody {
  let received = start;
  let spliced = start > 0;
  const restart = (): void => {
    received = 0;
    spliced = false;
  };
  return {
    received: () => received,
    spliced: () => spliced,
    restart,
    nextRange: () => (received > 0 && received < size ? { rangeFrom: received } : {}),
    begin(answer) {
      if (answer.statusCode !== 206) restart();
      else {
        const wrong = wrongRange(answer, url, received, size);
        // The next attempt asks for the whole: whoever lies about ranges may still have the file.
        if (wrong !== null) restart();
        if (wrong !== null) throw wrong;
        spliced = true;
      }
      const announced = answer.headers['content-length'];
      if (announced !== undefined && Number(announced) !== size - received) {
        throw otherBytes(url, `Content-Length is ${announced.slice(0, 20)} instead of ${size - received}`);
      }
      onBytes(received);
    },
    write(chunk) {
      if (received + chunk.length > size) throw otherBytes(url, `it is larger than ${size} bytes`);
      buffer.set(chunk, received);
      received += chunk.length;
      onBytes(received);
    },
  };
}

/** A proxy that serves another range than asked for would splice two files together (attack C08). */
function wrongRange(answer: IncomingMessage, url: URL, from: number, size: number): HyperSyncError | null {
  const range = answer.headers['content-range'] ?? 'none';
  const wanted = `bytes ${from}-${size - 1}/${size}`;
  return from > 0 && range === wanted ? null : broken(url, `its range is ${range.slice(0, 60)}, not ${wanted}`);
}

function otherBytes(url: URL, what: string): HyperSyncError {
  return new HyperSyncError('HS-1408', `${shown(url)} is not what the signed manifest names: ${what}.`, {
    details: { url: shown(url) },
  });
}
