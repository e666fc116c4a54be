import { bytesEqual, toHex } from '@hypersync/base';
import type { Guarantee, Micros, NodeId, Op, Position, ReadLevel, Ticket } from '@hypersync/interface';
import type { HistoryEntry } from './options.ts';

/** The client of the reads at the very end, which look at every key on every node. */
export const SWEEP_CLIENT = -1;

/** One wish of a client, over all its attempts. */
export interface Operation<G extends Guarantee = Guarantee> {
  readonly id: number;
  readonly client: number;
  readonly session: number;
  readonly sequence: number;
  readonly kind: 'write' | 'read';
  /** Reads: the level asked for, or null for a read that goes through the log. */
  readonly level: ReadLevel | null;
  readonly key: string;
  readonly value: Uint8Array;
  /** What is proposed; null for reads by `read`. */
  op: Op<G> | null;
  readonly call: Micros;
  node: NodeId;
  /** When `node` was asked. */
  tried: Micros;
  return: Micros | null;
  values: string[];
  position: Position<G> | null;
  attempts: number;
  /** Attempts without an answer yet. */
  open: number;
  /** An attempt was answered `unknown`, or its node crashed. */
  unsure: boolean;
  /** Rejected for good everywhere it was tried. */
  failed: boolean;
  /** The client waits for it. */
  awaited: boolean;
}

export interface Attempt<G extends Guarantee = Guarantee> {
  readonly operation: Operation<G>;
  readonly node: number;
  readonly incarnation: number;
  readonly since: Micros;
}

const MARK = 0x48;

/** All operations of a run, and the attempts that nodes still owe an answer. */
export class Operations<G extends Guarantee = Guarantee> {
  readonly all: Operation<G>[] = [];
  readonly attempts = new Map<Ticket, Attempt<G>>();
  readonly #valueBytes: number;
  #nextTicket = 1;

  constructor(valueBytes: number) {
    this.#valueBytes = valueBytes;
  }

  /** Bytes that name the operation; the rest is filling derived from it. */
  valueOf(id: number): Uint8Array {
    const bytes = new Uint8Array(this.#valueBytes);
    const view = new DataView(bytes.buffer);
    view.setUint8(0, MARK);
    view.setUint32(1, id);
    for (let i = 5; i < bytes.length; i++) bytes[i] = (id * 31 + i * 7) & 0xff;
    return bytes;
  }

  /** The operation whose value these bytes are, exactly; null for anything else. */
  named(value: Uint8Array): Operation<G> | null {
    if (value.length !== this.#valueBytes || value[0] !== MARK) return null;
    const id = new DataView(value.buffer, value.byteOffset).getUint32(1);
    const operation = this.all[id];
    return operation !== undefined && bytesEqual(operation.value, value) ? operation : null;
  }

  /** A short name for a value: the number of its operation, or its bytes. */
  nameOf(value: Uint8Array): string {
    const operation = this.named(value);
    return operation === null ? `0x${toHex(value)}` : String(operation.id);
  }

  /** A ticket for what is no client operation (the stop of an epoch). */
  ticket(): Ticket {
    return this.#nextTicket++;
  }

  attempt(operation: Operation<G>, node: number, incarnation: number, now: Micros): Ticket {
    const ticket = this.ticket();
    operation.attempts++;
    operation.tried = now;
    operation.open++;
    this.attempts.set(ticket, { operation, node, incarnation, since: now });
    return ticket;
  }

  history(): HistoryEntry[] {
    return this.all.map((operation) => ({
      id: operation.id,
      client: operation.session,
      node: operation.node,
      kind: operation.kind,
      level: operation.level,
      key: operation.key,
      values: operation.kind === 'write' ? [String(operation.id)] : operation.values,
      call: operation.call,
      return: operation.return,
      outcome: operation.return !== null ? 'ok' : operation.failed ? 'failed' : 'unknown',
      position: operation.position,
    }));
  }
}
