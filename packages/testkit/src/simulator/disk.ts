import { StateWriter } from '@hypersync/consensus-kit';
import type { DurableImage, Persist, StoreOp, Token } from '@hypersync/interface';

/**
 * One node's storage: batches become durable in order, at a flush. A crash keeps what was flushed and any prefix of the
 * rest, as a real disk may.
 */
export class Disk {
  readonly #image = new Map<string, Uint8Array>();
  #pending: Persist[] = [];
  #flushing = 0;
  #durable: Token = 0;

  /** Every persist token up to this one is durable. */
  get durable(): Token {
    return this.#durable;
  }

  get pending(): readonly Persist[] {
    return this.#pending;
  }

  write(batch: Persist): void {
    this.#pending.push(batch);
  }

  /** Begins a flush of everything written so far, if one is wanted and none is running; returns the number of batches or 0. */
  beginFlush(): number {
    if (this.#flushing > 0 || !this.#pending.some((batch) => batch.sync)) return 0;
    this.#flushing = this.#pending.length;
    return this.#flushing;
  }

  /** Ends the running flush; returns the tokens that asked to be told. */
  endFlush(): Token[] {
    const tokens: Token[] = [];
    for (const batch of this.#pending.splice(0, this.#flushing)) {
      this.#apply(batch.writes);
      this.#durable = batch.token;
      if (batch.sync) tokens.push(batch.token);
    }
    this.#flushing = 0;
    return tokens;
  }

  isPending(token: Token): boolean {
    return this.#pending.some((batch) => batch.token === token);
  }

  /** Power is gone: the first `survivors` pending batches made it, the others did not. Tokens start anew. */
  crash(survivors: number): void {
    for (const batch of this.#pending.slice(0, survivors)) this.#apply(batch.writes);
    this.#pending = [];
    this.#flushing = 0;
    this.#durable = 0;
  }

  /** What a new incarnation finds: a copy, keys in UTF-16 order. */
  image(): DurableImage {
    const keys = [...this.#image.keys()].sort();
    return new Map(keys.map((key) => [key, this.#image.get(key)!.slice()]));
  }

  clone(): Disk {
    const copy = new Disk();
    for (const [key, value] of this.#image) copy.#image.set(key, value);
    copy.#pending = [...this.#pending];
    copy.#flushing = this.#flushing;
    copy.#durable = this.#durable;
    return copy;
  }

  /** Content and what waits to be flushed, as bytes to compare. */
  digest(): Uint8Array {
    const writer = new StateWriter().map(this.#image, (one, value) => void one.bytes(value));
    writer.varint(this.#durable).list(this.#pending, (one, batch) => {
      one.varint(batch.token).list(batch.writes, (w, write) => {
        if (write.op === 'delete-range') w.string(`${write.op} ${write.from}`).string(write.to);
        else w.string(`${write.op} ${write.key}`).bytes(write.op === 'put' ? write.value : new Uint8Array(0));
      });
    });
    return writer.finish();
  }

  #apply(writes: readonly StoreOp[]): void {
    for (const write of writes) {
      if (write.op === 'put') this.#image.set(write.key, write.value);
      else if (write.op === 'delete') this.#image.delete(write.key);
      else for (const key of this.#image.keys()) if (key >= write.from && key < write.to) this.#image.delete(key);
    }
  }
}
