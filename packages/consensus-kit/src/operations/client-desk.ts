import type { Epoch, Input, Micros, NodeId, Position, Ticket } from '@hypersync/interface';
import type { Authenticator, Signed } from '../authenticator.ts';
import type { EffectsBuilder } from '../effects-builder.ts';
import type { StateWriter } from '../state-writer.ts';
import {
  BUNDLE_OVERHEAD,
  bundleIdOf,
  bundleStatement,
  makeBundle,
  MAX_OPERATIONS,
  OPERATION_OVERHEAD,
  retryKey,
  type Bundle,
  type BundleLimits,
  type Operation,
} from './bundle.ts';
import { hashKey } from './hash-key.ts';
import { encodeStopSign, ORIGIN_WINDOW, type Applied, type Ledger } from './ledger.ts';

type Request = Extract<Input<'total-order'>, { t: 'propose' | 'read' | 'stop' }>;
type Fx = EffectsBuilder<'total-order'>;

export interface ClientDeskOptions {
  readonly self: NodeId;
  readonly epoch: Epoch;
  /** Of this node: grows with every restart, made durable before the first bundle leaves. */
  readonly incarnation: number;
  readonly limits: BundleLimits;
  /** Operations in hand; more are rejected as overloaded. */
  readonly maxPending: number;
  /** After this an open ticket is answered `unknown`, microseconds. */
  readonly ticketTimeout: Micros;
}

/** While this many bundles are undecided, further operations wait and share the next one: batching under load. */
const PIPELINE = 8;

interface Waiting {
  readonly operation: Operation;
  /** `retryKey(operation)`. */
  readonly key: string | null;
  /** More than one when a session repeats itself; empty once answered. */
  readonly tickets: Set<Ticket>;
}

interface Outstanding {
  readonly bundle: Bundle;
  readonly waiting: readonly Waiting[];
  signed: boolean;
}

/** The side of a total-order mechanism that faces its own clients: tickets in, signed bundles out, one outcome per ticket. */
export class ClientDesk {
  readonly #options: ClientDeskOptions;
  #queue: Waiting[] = [];
  #queueBytes = 0;
  /** By number, oldest first. */
  readonly #outstanding = new Map<number, Outstanding>();
  /** Unanswered tickets with their deadlines, earliest first. */
  readonly #deadlines = new Map<Ticket, { readonly waiting: Waiting; readonly deadline: Micros }>();
  /** The operations in hand that a retry can join. */
  readonly #retries = new Map<string, Waiting>();
  #nextNumber = 1;

  constructor(options: ClientDeskOptions) {
    this.#options = options;
  }

  /** Operations not decided yet, ours only. */
  get pending(): number {
    let count = this.#queue.length;
    for (const { waiting } of this.#outstanding.values()) count += waiting.length;
    return count;
  }

  /** Opens the ticket; it is answered now or by a later call. */
  accept(fx: Fx, now: Micros, request: Request, ledger: Ledger): void {
    const { ticket } = request;
    fx.open(ticket);
    if (request.t === 'read') {
      if (ledger.sealed !== null) return fx.reject(ticket, 'sealed');
      if (request.level === 'sequential') {
        return fx.resolve(ticket, { kind: 'values', position: this.#position(ledger.index), values: [] });
      }
      if (request.level !== 'linearizable') return fx.reject(ticket, 'unsupported');
    }
    const operation = this.#operationOf(request);
    if (operation === null) return fx.reject(ticket, 'invalid');
    if (operation.value.length > this.#options.limits.maxValueBytes) return fx.reject(ticket, 'too-large');
    const earlier = ledger.indexOf(operation);
    if (earlier !== null) return fx.resolve(ticket, { kind: 'committed', position: this.#position(earlier) });
    if (ledger.sealed !== null) return fx.reject(ticket, 'sealed');
    const key = retryKey(operation);
    let waiting = key === null ? undefined : this.#retries.get(key);
    if (waiting === undefined) {
      if (this.pending >= this.#options.maxPending) return fx.reject(ticket, 'overloaded');
      waiting = this.#enqueue(operation, key);
    }
    waiting.tickets.add(ticket);
    this.#deadlines.set(ticket, { waiting, deadline: now + this.#options.ticketTimeout });
  }

  /** Evidence against a member, for the log to decide upon. No client waits for it. False when it is too large. */
  accuse(evidence: Uint8Array): boolean {
    if (evidence.length > this.#options.limits.maxValueBytes) return false;
    this.#enqueue({ kind: 'accuse', session: 0, sequence: 0, value: evidence }, null);
    return true;
  }

  #enqueue(operation: Operation, key: string | null): Waiting {
    const waiting = { operation, key, tickets: new Set<Ticket>() };
    this.#queue.push(waiting);
    this.#queueBytes += operation.value.length + OPERATION_OVERHEAD;
    if (key !== null) this.#retries.set(key, waiting);
    return waiting;
  }

  #operationOf(request: Request): Operation | null {
    if (request.t === 'read') return { kind: 'read', session: 0, sequence: 0, value: new Uint8Array(0) };
    if (request.t === 'propose') {
      const { session, sequence, op } = request;
      return { kind: 'append', session, sequence, value: op.value };
    }
    if (!(Number.isSafeInteger(request.sign.nextEpoch) && request.sign.nextEpoch > this.#options.epoch)) return null;
    return { kind: 'stop', session: 0, sequence: 0, value: encodeStopSign(request.sign) };
  }

  *#allWaiting(): Generator<Waiting> {
    for (const { waiting } of this.#outstanding.values()) yield* waiting;
    yield* this.#queue;
  }

  /** Puts waiting operations into bundles and asks for their signatures. */
  flush(fx: Fx, authenticator: Authenticator<'total-order'>): void {
    const { limits, self, incarnation } = this.#options;
    while (this.#queue.length > 0 && this.#windowOpen()) {
      const full = this.#queueBytes + BUNDLE_OVERHEAD >= limits.maxBundleBytes || this.#queue.length >= MAX_OPERATIONS;
      if (this.#outstanding.size >= PIPELINE && !full) return;
      const waiting = this.#takeBatch();
      const operations = waiting.map(({ operation }) => operation);
      const bundle = makeBundle(self, incarnation, this.#nextNumber++, operations);
      this.#outstanding.set(bundle.number, { bundle, waiting, signed: false });
      authenticator.sign(fx, bundleStatement(bundle.id));
    }
  }

  #windowOpen(): boolean {
    for (const oldest of this.#outstanding.keys()) return this.#nextNumber - oldest < ORIGIN_WINDOW;
    return true;
  }

  #takeBatch(): Waiting[] {
    let room = this.#options.limits.maxBundleBytes - BUNDLE_OVERHEAD;
    let count = 0;
    for (const { operation } of this.#queue.slice(0, MAX_OPERATIONS)) {
      const bytes = operation.value.length + OPERATION_OVERHEAD;
      if (bytes > room && count > 0) break;
      room -= bytes;
      this.#queueBytes -= bytes;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  /** Our signature arrived: the finished bundle, to be spread; null when the statement is something else. */
  signed(statement: Signed): Bundle | null {
    const id = bundleIdOf(statement.payload);
    if (id === null) return null;
    const key = hashKey(id);
    for (const entry of this.#outstanding.values()) {
      if (entry.signed || entry.bundle.key !== key) continue;
      const { origin, incarnation, number, operations } = entry.bundle;
      const bundle = makeBundle(origin, incarnation, number, operations, statement.signature);
      this.#outstanding.set(number, { ...entry, bundle, signed: true });
      return bundle;
    }
    return null;
  }

  /** Our bundles that are signed and undecided. */
  get undecided(): readonly Bundle[] {
    return [...this.#outstanding.values()].filter((entry) => entry.signed).map((entry) => entry.bundle);
  }

  /** A bundle was applied: answers the tickets of our operations in it, and of retries decided through somebody else. */
  applied(fx: Fx, bundle: Bundle, results: readonly Applied[]): void {
    const entry = this.#ours(bundle);
    for (const { operation, place, index, result } of results) {
      const waiting = entry?.waiting[place];
      if (waiting !== undefined) this.#answer(fx, waiting, result, index);
      const retry =
        this.#retries.size > 0 && result === 'delivered' ? this.#retries.get(retryKey(operation) ?? '') : undefined;
      if (retry !== undefined) this.#answer(fx, retry, 'duplicate', index);
    }
    if (entry !== undefined) this.#forget(bundle.number, entry.waiting);
  }

  #forget(number: number, decided: readonly Waiting[]): void {
    this.#outstanding.delete(number);
    for (const { key } of decided) if (key !== null) this.#retries.delete(key);
  }

  #ours(bundle: Bundle): Outstanding | undefined {
    if (bundle.origin !== this.#options.self || bundle.incarnation !== this.#options.incarnation) return undefined;
    const entry = this.#outstanding.get(bundle.number);
    return entry?.bundle.key === bundle.key ? entry : undefined;
  }

  #answer(fx: Fx, waiting: Waiting, result: Applied['result'], index: number): void {
    const position = this.#position(index);
    for (const ticket of waiting.tickets) {
      this.#deadlines.delete(ticket);
      if (result === 'sealed') fx.reject(ticket, 'sealed');
      else if (result === 'invalid') fx.reject(ticket, 'invalid');
      else if (result === 'read') fx.resolve(ticket, { kind: 'values', position, values: [] });
      else fx.resolve(ticket, { kind: 'committed', position });
    }
    waiting.tickets.clear();
  }

  /** The epoch is over: whatever was not decided never will be. */
  sealed(fx: Fx): void {
    for (const waiting of this.#allWaiting()) this.#answer(fx, waiting, 'sealed', 0);
    this.#queue = [];
    this.#queueBytes = 0;
    this.#outstanding.clear();
    this.#retries.clear();
  }

  /** The state machine was replaced: what it contains of ours is decided, at a place we may not know. */
  installed(fx: Fx, ledger: Ledger): void {
    for (const [number, { bundle, waiting }] of this.#outstanding) {
      if (!ledger.wasApplied(bundle)) continue;
      for (const one of waiting) this.#answerInstalled(fx, one, ledger);
      this.#forget(number, waiting);
    }
    if (ledger.sealed !== null) this.sealed(fx);
  }

  #answerInstalled(fx: Fx, waiting: Waiting, ledger: Ledger): void {
    const index = ledger.indexOf(waiting.operation);
    if (index !== null) this.#answer(fx, waiting, 'duplicate', index);
    else if (waiting.operation.kind === 'read') this.#answer(fx, waiting, 'read', ledger.index);
    else for (const ticket of waiting.tickets) this.#expireOne(fx, ticket, waiting);
  }

  /** Answers `unknown` where the time is up; the operation itself stays in hand and may still be decided. */
  expire(fx: Fx, now: Micros): void {
    for (const [ticket, { waiting, deadline }] of this.#deadlines) {
      if (deadline > now) return;
      this.#expireOne(fx, ticket, waiting);
    }
  }

  #expireOne(fx: Fx, ticket: Ticket, waiting: Waiting): void {
    fx.resolve(ticket, { kind: 'unknown' });
    waiting.tickets.delete(ticket);
    this.#deadlines.delete(ticket);
  }

  nextDeadline(): Micros | null {
    for (const { deadline } of this.#deadlines.values()) return deadline;
    return null;
  }

  #position(index: number): Position<'total-order'> {
    return { class: 'total-order', epoch: this.#options.epoch, index };
  }

  clone(): ClientDesk {
    const copy = new ClientDesk(this.#options);
    const copies = new Map<Waiting, Waiting>();
    const copyOf = (waiting: Waiting): Waiting => {
      const twin = { ...waiting, tickets: new Set(waiting.tickets) };
      copies.set(waiting, twin);
      if (twin.key !== null) copy.#retries.set(twin.key, twin);
      return twin;
    };
    for (const [number, entry] of this.#outstanding) {
      copy.#outstanding.set(number, { ...entry, waiting: entry.waiting.map(copyOf) });
    }
    copy.#queue = this.#queue.map(copyOf);
    copy.#queueBytes = this.#queueBytes;
    for (const [ticket, { waiting, deadline }] of this.#deadlines) {
      copy.#deadlines.set(ticket, { waiting: copies.get(waiting)!, deadline });
    }
    copy.#nextNumber = this.#nextNumber;
    return copy;
  }

  writeTo(state: StateWriter): void {
    const one = ({ operation, tickets }: Waiting) => {
      const { kind, session, sequence, value } = operation;
      return [kind, session, sequence, value, tickets];
    };
    state.data([this.#nextNumber, this.#queue.map(one)]);
    state.map(this.#outstanding, (writer, { bundle, waiting, signed }) => {
      writer.data([bundle.id, signed, waiting.map(one)]);
    });
    state.map(this.#deadlines, (writer, { deadline }) => void writer.varint(deadline));
  }
}
