import { HyperSyncError, LIMITS } from '@hypersync/base';
import { closeSync, openSync, readSync } from 'node:fs';

/** A credential that never prints: its text comes out only through `reveal`. */
export interface Secret {
  reveal(): string;
  toString(): '[secret]';
  toJSON(): '[secret]';
}

/** Keeps the text in a closure, where no printer, serialiser or inspector finds it. */
export function secretOf(text: string): Secret {
  return {
    reveal: () => text,
    toString: () => '[secret]',
    toJSON: () => '[secret]',
  };
}

/** First line of a file, trimmed; refuses empty files and files over the limit (HS-1404). */
export async function readSecretFile(path: string): Promise<Secret> {
  const text = readBounded(path);
  const line = text.split('\n', 1)[0]?.trim() ?? '';
  if (line === '') throw refuse(path, 'its first line is empty');
  // What ends up in a header must be printable ASCII: a line break there would forge a second header.
  if (!/^[\x21-\x7e]+$/.test(line)) throw refuse(path, 'its first line is not plain text without spaces');
  return secretOf(line);
}

/** Not by `node:fs/promises`, which costs a start two milliseconds. */
function readBounded(path: string): string {
  let file;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw refuse(path, (cause as NodeJS.ErrnoException).code ?? 'it cannot be opened', cause);
  }
  try {
    const buffer = Buffer.alloc(LIMITS.licenseBytes + 1);
    let length = 0;
    for (;;) {
      const bytesRead = readSync(file, buffer, length, buffer.length - length, null);
      length += bytesRead;
      if (bytesRead === 0) break;
      if (length > LIMITS.licenseBytes) throw refuse(path, `it is larger than ${LIMITS.licenseBytes} bytes`);
    }
    return buffer.toString('utf8', 0, length);
  } catch (cause) {
    if (cause instanceof HyperSyncError) throw cause;
    throw refuse(path, (cause as NodeJS.ErrnoException).code ?? 'it cannot be read', cause);
  } finally {
    closeSync(file);
  }
}

function refuse(path: string, reason: string, cause?: unknown): HyperSyncError {
  return new HyperSyncError('HS-1404', `${path}: ${reason}.`, { cause, details: { path } });
}
