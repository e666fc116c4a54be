import type { Micros, StoreOp, Token } from '@hypersync/interface';
import type { EffectsBuilder } from '../effects-builder.ts';
import type { StateWriter } from '../state-writer.ts';
import type { Agreement } from './agreement.ts';
import { writes } from './durable-series.ts';
import { encodeSeriesMessage } from './messages.ts';

type G = 'approximate';
type Agreements = ReadonlyMap<number, Agreement>;

/** Own statements on their way to the disk: how many there will be then, per agreement. */
interface Pending {
  readonly token: Token;
  readonly counts: ReadonlyMap<number, number>;
}

/** What a member says goes to disk, then out, and then counts here too: whatever happens, it never says otherwise. */
export class Outbox {
  #writes: StoreOp[] = [];
  #pending: readonly Pending[] = [];

  /** Something is not on disk yet. */
  get waiting(): boolean {
    return this.#pending.length > 0;
  }

  /** Remembered with what is said next. */
  remember(...ops: readonly StoreOp[]): void {
    this.#writes.push(...ops);
  }

  /** Everything new goes to disk in one batch, and then to all. */
  flush(fx: EffectsBuilder<G>, agreements: Agreements): void {
    const counts = new Map<number, number>();
    const messages: Uint8Array[] = [];
    for (const [round, agreement] of agreements) {
      const { first, statements } = agreement.collect();
      if (statements.length === 0) continue;
      counts.set(round, agreement.said);
      for (const [i, value] of statements.entries()) this.#writes.push(writes.statement(round, first + i, value));
      messages.push(encodeSeriesMessage({ kind: 'say', round, first, statements }));
    }
    if (this.#writes.length === 0) return;
    const token = fx.persist(this.#writes, counts.size > 0);
    this.#writes = [];
    if (counts.size === 0) return;
    this.#pending = [...this.#pending, { token, counts }];
    for (const bytes of messages) fx.send('all', bytes, { after: token });
  }

  durable(now: Micros, token: Token, agreements: Agreements): void {
    const ready = this.#pending.filter((pending) => pending.token <= token);
    if (ready.length === 0) return;
    this.#pending = this.#pending.slice(ready.length);
    for (const { counts } of ready) for (const [round, count] of counts) agreements.get(round)?.makeDurable(now, count);
  }

  clone(): Outbox {
    const copy = new Outbox();
    copy.#writes = [...this.#writes];
    copy.#pending = this.#pending;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.list(this.#pending, (writer, { token, counts }) => void writer.data([token, counts]));
    state.varint(this.#writes.length);
  }
}
