import { createHash, type Hash } from 'node:crypto';
import type { Micros } from '@hypersync/interface';

const CHUNK = 1 << 16;

export interface StoryLine {
  readonly at: Micros;
  readonly text: string;
}

/** Hashes all events of a run, in chunks since a hash call costs more than an event; keeps the story only when asked. */
export class Trace {
  readonly #hash: Hash = createHash('sha256');
  readonly #chunk = new Uint8Array(CHUNK);
  readonly #view = new DataView(this.#chunk.buffer);
  #used = 0;
  readonly #story: StoryLine[] | null;

  constructor(telling: boolean) {
    this.#story = telling ? [] : null;
  }

  /** True when the story is wanted; callers build their sentence only then. */
  get telling(): boolean {
    return this.#story !== null;
  }

  record(time: Micros, kind: number, node: number, extra: number, bytes: Uint8Array | null = null): void {
    if (this.#used + 16 > CHUNK) this.#flush();
    const view = this.#view;
    let at = this.#used;
    view.setFloat64(at, time);
    view.setUint8(at + 8, kind);
    view.setUint8(at + 9, node);
    view.setUint32(at + 10, extra >>> 0);
    at += 14;
    this.#used = at;
    if (bytes !== null) this.#append(bytes);
  }

  #append(bytes: Uint8Array): void {
    if (bytes.length > CHUNK - this.#used) {
      this.#flush();
      if (bytes.length > CHUNK) {
        this.#hash.update(bytes);
        return;
      }
    }
    this.#chunk.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  #flush(): void {
    this.#hash.update(this.#chunk.subarray(0, this.#used));
    this.#used = 0;
  }

  tell(at: Micros, text: string): void {
    this.#story?.push({ at, text });
  }

  get story(): readonly StoryLine[] {
    return this.#story ?? [];
  }

  digest(): string {
    this.#flush();
    return this.#hash.digest('hex');
  }
}
