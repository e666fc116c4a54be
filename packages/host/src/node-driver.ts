import { errorFrom, HyperSyncError } from '@hypersync/base';
import {
  BorderWriter,
  decodeEffects,
  decodeStatus,
  encodeInit,
  encodeInput,
  encodeNow,
  type CryptoRequest,
  type Decision,
  type Effects,
  type Input,
  type Install,
  type Lane,
  type MechanismInit,
  type Micros,
  type Misbehaviour,
  type NodeId,
  type Op,
  type Outcome,
  type ReadLevel,
  type Sealed,
  type Send,
  type Status,
  type StepReply,
  type Ticket,
  type Token,
} from '@hypersync/interface';
import type { KeyRing } from './key-ring.ts';
import type { MemoryDisk } from './memory-disk.ts';
import type { Realm } from './plugin-worker.ts';
import type { Time } from './time.ts';

/** What a node tells its surroundings. Called in the order in which the driver's duties demand it. */
export interface NodePort {
  /** To one node, or to `all` other members. */
  send(to: NodeId, bytes: Uint8Array, lane: Lane): void;
  /** In order; a throw (a decision out of order) stops the node. */
  deliver(decision: Decision): void;
  install(snapshot: Install): void;
  evidence(report: Misbehaviour): void;
  sealed(end: Sealed): void;
  /** Role, leader, term or readiness changed. */
  status(status: Status): void;
  /** After every step: something may be different now. */
  stepped(): void;
  failed(error: HyperSyncError): void;
}

export interface NodeOptions {
  readonly realm: Realm;
  readonly init: MechanismInit;
  /** Whether the mechanism wants the true time with every batch. */
  readonly tellsTime: boolean;
  readonly disk: MemoryDisk;
  readonly keys: KeyRing;
  readonly time: Time;
  readonly port: NodePort;
}

/** One batch ends at so many bytes or inputs, whichever comes first; one input alone may be larger. */
const BATCH_BYTES = 1024 * 1024;
const BATCH_INPUTS = 4096;
const REQUEST_BYTES = 1024 * 1024 * 1024;
/** Messages that wait for this node, bytes; more are dropped, as a network would. */
const INBOX_BYTES = 64 * 1024 * 1024;
const MAX_TICKETS = 65_536;
const MAX_GATED = 65_536;
/** Steps in a row after which a mechanism may still want a time that has come; one that goes on would keep a core busy for ever. */
const MOST_HURRIED = 1000;

/**
 * Drives one mechanism: gathers inputs while a step runs, carries out effects in the order that `Effects` demands, wakes it
 * at its deadline. A fault of the plugin ends this node and nothing else; its tickets end as unknown.
 */
export class NodeDriver {
  readonly #options: NodeOptions;
  readonly #writer = new BorderWriter(REQUEST_BYTES, 64 * 1024);
  /** What the node itself waits for, and control messages, go before everything else. */
  readonly #urgent: Input[] = [];
  readonly #normal: Input[] = [];
  readonly #tickets = new Map<Ticket, (outcome: Outcome) => void>();
  #gated: { after: Token; send: Send }[] = [];
  #inboxBytes = 0;
  #dropped = 0;
  #nextTicket: Ticket = 1;
  #now: Micros;
  #deadline: Micros | null = null;
  #hurried = 0;
  #cancelWake = (): void => {};
  #stepping = false;
  #flushing = false;
  #started = false;
  #ended: HyperSyncError | null = null;
  #status: Status | null = null;

  constructor(options: NodeOptions) {
    this.#options = options;
    this.#now = options.init.now;
  }

  get id(): NodeId {
    return this.#options.init.self;
  }

  /** As of the last step that changed role, leader, term or readiness. */
  get lastStatus(): Status | null {
    return this.#status;
  }

  /** Null while it runs. */
  get ended(): HyperSyncError | null {
    return this.#ended;
  }

  /** Messages dropped because too many waited. */
  get dropped(): number {
    return this.#dropped;
  }

  get openTickets(): number {
    return this.#tickets.size;
  }

  /** Creates the mechanism from the disk's durable image. Throws HS-2009 to HS-2011. */
  async start(): Promise<void> {
    this.#writer.reset();
    encodeInit(this.#writer, this.#options.init, this.#options.disk.image());
    const reply = await this.#options.realm.call('create', this.#writer.written());
    this.#started = true;
    this.#perform(readReply(reply));
    this.#wake();
  }

  receive(from: NodeId, bytes: Uint8Array, lane: Lane): void {
    if (this.#inboxBytes + bytes.length > INBOX_BYTES) {
      this.#dropped++;
      return;
    }
    this.#inboxBytes += bytes.length;
    this.#push({ t: 'message', from, bytes }, lane === 'control');
  }

  propose(op: Op, session: number, sequence: number): Promise<Outcome> {
    return this.#ticket((ticket) => ({ t: 'propose', ticket, op, session, sequence }));
  }

  read(level: ReadLevel, key: string): Promise<Outcome> {
    return this.#ticket((ticket) => ({ t: 'read', ticket, level, key }));
  }

  /** Tells the mechanism that the application's state up to `index` is kept in `state`. */
  compact(index: number, state: Uint8Array): void {
    this.#push({ t: 'compact', index, state }, false);
  }

  async status(): Promise<Status> {
    if (this.#ended !== null) throw this.#ended;
    return decodeStatus(await this.#options.realm.call('status', new Uint8Array()));
  }

  /** Open tickets end as unknown: nobody will answer them any more. */
  stop(reason: HyperSyncError): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    this.#cancelWake();
    this.#urgent.length = 0;
    this.#normal.length = 0;
    this.#gated = [];
    for (const settle of this.#tickets.values()) settle({ kind: 'unknown' });
    this.#tickets.clear();
  }

  #ticket(input: (ticket: Ticket) => Input): Promise<Outcome> {
    if (this.#ended !== null)
      return Promise.resolve({ kind: 'rejected', reason: 'no-quorum', retryable: true, hint: null });
    if (this.#tickets.size >= MAX_TICKETS) {
      return Promise.resolve({ kind: 'rejected', reason: 'overloaded', retryable: true, hint: null });
    }
    const ticket = this.#nextTicket++;
    return new Promise((resolve) => {
      this.#tickets.set(ticket, resolve);
      this.#push(input(ticket), false);
    });
  }

  #push(input: Input, urgent: boolean): void {
    if (this.#ended !== null) return;
    (urgent ? this.#urgent : this.#normal).push(input);
    this.#wake();
  }

  #wake(): void {
    if (!this.#started || this.#stepping || this.#ended !== null) return;
    if (this.#urgent.length === 0 && this.#normal.length === 0) return;
    this.#stepping = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    try {
      while (this.#ended === null && (this.#urgent.length > 0 || this.#normal.length > 0)) {
        const reply = await this.#options.realm.call('step', this.#batch());
        if (this.#ended === null) this.#perform(readReply(reply));
      }
    } catch (thrown) {
      this.#fail(errorFrom(thrown));
    }
    this.#stepping = false;
  }

  #fail(error: HyperSyncError): void {
    if (this.#ended !== null) return;
    this.stop(error);
    this.#options.port.failed(error);
  }

  #batch(): Uint8Array {
    const { time, tellsTime } = this.#options;
    this.#now = Math.max(this.#now, time.monotonic());
    this.#writer.reset();
    encodeNow(this.#writer, this.#now);
    if (tellsTime) {
      const { at, uncertainty } = time.wall();
      encodeInput(this.#writer, { t: 'clock', earliest: at - uncertainty, latest: at + uncertainty });
    }
    this.#take(this.#urgent);
    this.#take(this.#normal);
    return this.#writer.written();
  }

  #take(queue: Input[]): void {
    let taken = 0;
    for (const input of queue) {
      if (taken >= BATCH_INPUTS || this.#writer.length >= BATCH_BYTES) break;
      encodeInput(this.#writer, input);
      if (input.t === 'message') this.#inboxBytes -= input.bytes.length;
      taken++;
    }
    queue.splice(0, taken);
  }

  /** The driver's duties, in order. */
  #perform(reply: StepReply): void {
    const { effects } = reply;
    const { port } = this.#options;
    this.#persist(effects);
    for (const send of effects.send) if (send.after === undefined) port.send(send.to, send.bytes, send.lane);
    for (const request of effects.crypto) this.#crypto(request);
    if (effects.install !== null) port.install(effects.install);
    for (const decision of effects.deliver) port.deliver(decision);
    for (const { ticket, outcome } of effects.resolve) this.#resolve(ticket, outcome);
    for (const send of effects.send) if (send.after !== undefined) this.#gate(send, send.after);
    for (const report of effects.evidence) port.evidence(report);
    if (effects.sealed !== null) port.sealed(effects.sealed);
    if (reply.status !== null) {
      this.#status = reply.status;
      port.status(reply.status);
    }
    this.#arm(reply.deadline);
    port.stepped();
  }

  #persist(effects: Effects): void {
    let wanted = false;
    for (const batch of effects.persist) {
      this.#options.disk.write(batch);
      wanted ||= batch.sync;
    }
    if (!wanted || this.#flushing) return;
    this.#flushing = true;
    // A turn later, as a disk would: whatever was written meanwhile goes with the same flush (group commit).
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    if (this.#ended !== null) return;
    const { disk, port } = this.#options;
    for (const token of disk.flush()) this.#urgent.push({ t: 'durable', token });
    const free = this.#gated.filter((waiting) => waiting.after <= disk.durable);
    this.#gated = this.#gated.filter((waiting) => waiting.after > disk.durable);
    for (const { send } of free) port.send(send.to, send.bytes, send.lane);
    this.#wake();
  }

  #gate(send: Send, after: Token): void {
    const { disk, port } = this.#options;
    if (after <= disk.durable) return port.send(send.to, send.bytes, send.lane);
    if (after > disk.newest) throw this.#broke(`a message waits for token ${after}, which nothing was persisted under`);
    if (this.#gated.length >= MAX_GATED) throw this.#broke('too many messages wait for the disk');
    this.#gated.push({ after, send });
  }

  #crypto(request: CryptoRequest): void {
    const { keys } = this.#options;
    const { token } = request;
    if (request.op === 'sign') {
      keys.sign(this.id, request.message).then(
        (signature) => this.#push({ t: 'signed', token, signature }, true),
        (thrown: unknown) => this.#fail(errorFrom(thrown)),
      );
    } else {
      keys.verify(request.signer, request.message, request.signature).then(
        (valid) => this.#push({ t: 'verified', token, valid }, true),
        (thrown: unknown) => this.#fail(errorFrom(thrown)),
      );
    }
  }

  #resolve(ticket: Ticket, outcome: Outcome): void {
    const settle = this.#tickets.get(ticket);
    if (settle === undefined) throw this.#broke(`ticket ${ticket} was answered twice, or never given`);
    this.#tickets.delete(ticket);
    settle(outcome);
  }

  #arm(deadline: Micros | null): void {
    this.#hurried = deadline !== null && deadline <= this.#now ? this.#hurried + 1 : 0;
    if (this.#hurried > MOST_HURRIED)
      throw this.#broke(`it still wants time ${deadline}, ${MOST_HURRIED} steps after it`);
    if (deadline === this.#deadline) return;
    this.#cancelWake();
    this.#deadline = deadline;
    if (deadline === null) return;
    this.#cancelWake = this.#options.time.wake(deadline, () => {
      this.#deadline = null;
      this.#push({ t: 'time' }, true);
    });
  }

  #broke(what: string): HyperSyncError {
    return new HyperSyncError('HS-2009', `Node ${this.id}: ${what}.`, { details: { node: this.id } });
  }
}

/** Replies come out of a confined realm: what does not decode is the plugin's fault, not ours. */
function readReply(bytes: Uint8Array): StepReply {
  try {
    return decodeEffects(bytes);
  } catch (cause) {
    throw new HyperSyncError('HS-2009', `A reply of the plugin cannot be read: ${(cause as Error).message}.`, {
      cause,
    });
  }
}
