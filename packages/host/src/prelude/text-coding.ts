/**
 * TextEncoder and TextDecoder are no part of ECMAScript, so a fresh realm has none; code shared with hosts uses them. These
 * are computation only. UTF-8, strict: a decoder that replaces what is wrong would let two byte strings read as one text.
 */
import { decodeUtf8, encodeUtf8 } from '@hypersync/interface';

class Encoder {
  readonly encoding = 'utf-8';

  encode(text = ''): Uint8Array {
    return encodeUtf8(text.toWellFormed());
  }
}

class Decoder {
  readonly encoding = 'utf-8';
  readonly fatal = true;
  readonly ignoreBOM: boolean;

  constructor(label = 'utf-8', options: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
    if (!/^utf-?8$/i.test(label)) throw new RangeError(`no encoding ${label} here`);
    if (options.fatal !== true) throw new TypeError('only { fatal: true } here');
    this.ignoreBOM = options.ignoreBOM === true;
  }

  decode(bytes: Uint8Array = new Uint8Array()): string {
    let text: string;
    try {
      text = decodeUtf8(bytes);
    } catch {
      throw new TypeError('not UTF-8');
    }
    return !this.ignoreBOM && text.startsWith('\uFEFF') ? text.slice(1) : text;
  }
}

export function installTextCoding(realm: Record<string, unknown>): void {
  for (const [name, value] of [
    ['TextEncoder', Encoder],
    ['TextDecoder', Decoder],
  ] as const) {
    Object.defineProperty(value, 'name', { value: name });
    Object.defineProperty(realm, name, { value, writable: true, enumerable: false, configurable: true });
  }
}
