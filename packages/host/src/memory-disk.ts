import type { DurableImage, Persist, StoreOp, Token } from '@hypersync/interface';

/**
 * A node's storage in memory, with the promises of a disk and no more: batches become durable in the order they were
 * written, at a flush; only a batch that asked for it (`sync`) causes one; what was not flushed is lost with the node.
 */
export class MemoryDisk {
  readonly #image = new Map<string, Uint8Array>();
  #pending: Persist[] = [];
  #newest: Token = 0;
  #durable: Token = 0;

  /** Every batch with a token up to this one is durable. */
  get durable(): Token {
    return this.#durable;
  }

  /** The token of the newest batch written. */
  get newest(): Token {
    return this.#newest;
  }

  /** Throws RangeError when tokens do not grow: the mechanism broke its contract. */
  write(batch: Persist): void {
    if (batch.token <= this.#newest) throw new RangeError(`persist token ${batch.token} after ${this.#newest}`);
    this.#newest = batch.token;
    this.#pending.push(batch);
  }

  /**
   * Makes everything up to the last batch that asked for it durable. Returns the tokens that asked; batches after them wait
   * for the next flush.
   */
  flush(): Token[] {
    const last = this.#pending.findLastIndex((batch) => batch.sync);
    const tokens: Token[] = [];
    for (const batch of this.#pending.splice(0, last + 1)) {
      for (const write of batch.writes) this.#apply(write);
      this.#durable = batch.token;
      if (batch.sync) tokens.push(batch.token);
    }
    return tokens;
  }

  /** The node is gone: what was not flushed never was. Tokens start anew. */
  crash(): void {
    this.#pending = [];
    this.#newest = 0;
    this.#durable = 0;
  }

  /** What the next incarnation finds; keys in UTF-16 order. */
  image(): DurableImage {
    const keys = [...this.#image.keys()].sort();
    return new Map(keys.map((key) => [key, this.#image.get(key) ?? new Uint8Array()]));
  }

  #apply(write: StoreOp): void {
    // A copy: what a mechanism sent lies in the buffer of its whole reply, which would be kept with it.
    if (write.op === 'put') this.#image.set(write.key, write.value.slice());
    else if (write.op === 'delete') this.#image.delete(write.key);
    else for (const key of this.#image.keys()) if (key >= write.from && key < write.to) this.#image.delete(key);
  }
}
