import type {
  CryptoRequest,
  Decision,
  Effects,
  Guarantee,
  Install,
  Lane,
  Membership,
  Misbehaviour,
  NodeId,
  Outcome,
  Persist,
  RejectReason,
  Resolution,
  Sealed,
  Send,
  StoreOp,
  Ticket,
  Token,
} from '@hypersync/interface';
import type { StateWriter } from './state-writer.ts';

/** Most steps have few kinds of effects, and new lists for the others cost as much as a small step. */
const NONE: readonly never[] = Object.freeze([]);

/**
 * Collects the effects of one step and keeps what outlives a step: the last token and the tickets still owed an answer.
 * Breaking the contract (an answer to a ticket that is not open, a gate on a token that was never given out) throws: it
 * is a mistake of the mechanism, and stopping is safer than lying to a client.
 */
export class EffectsBuilder<G extends Guarantee = Guarantee> {
  #lastToken = 0;
  #open = new Set<Ticket>();
  #persist: Persist[] = [];
  #send: Send[] = [];
  #crypto: CryptoRequest[] = [];
  #deliver: Decision<G>[] = [];
  #resolve: Resolution<G>[] = [];
  #evidence: Misbehaviour[] = [];
  #install: Install | null = null;
  #sealed: Sealed<G> | null = null;
  #membership: Membership | null = null;

  /** A new token, larger than all before. */
  #token(): Token {
    return ++this.#lastToken;
  }

  /** One atomic batch; `sync` asks for `durable`. Returns its token, to gate messages and to recognise `durable`. */
  persist(writes: readonly StoreOp[], sync = true): Token {
    const token = this.#token();
    this.#persist.push({ token, writes, sync });
    return token;
  }

  /** With `after`, the message leaves only once that token is durable. */
  send(to: Send['to'], bytes: Uint8Array, options: { lane?: Lane; after?: Token | undefined } = {}): void {
    const lane = options.lane ?? 'control';
    if (options.after === undefined) this.#send.push({ to, bytes, lane });
    else {
      if (!(options.after >= 1 && options.after <= this.#lastToken))
        throw new RangeError(`no such token: ${options.after}`);
      this.#send.push({ to, bytes, lane, after: options.after });
    }
  }

  /** Answered by `signed` with the returned token. */
  sign(message: Uint8Array): Token {
    const token = this.#token();
    this.#crypto.push({ token, op: 'sign', message });
    return token;
  }

  /** Answered by `verified` with the returned token. */
  verify(signer: NodeId, message: Uint8Array, signature: Uint8Array): Token {
    const token = this.#token();
    this.#crypto.push({ token, op: 'verify', signer, message, signature });
    return token;
  }

  deliver(decision: Decision<G>): void {
    this.#deliver.push(decision);
  }

  /** Takes note of a `propose`, `read` or `stop`: from now on its ticket is owed one outcome. */
  open(ticket: Ticket): void {
    if (this.#open.has(ticket)) throw new RangeError(`ticket ${ticket} is open already`);
    this.#open.add(ticket);
  }

  isOpen(ticket: Ticket): boolean {
    return this.#open.has(ticket);
  }

  /** Tickets still owed an answer, oldest first. */
  get openTickets(): readonly Ticket[] {
    return [...this.#open];
  }

  /** The one outcome of an open ticket. */
  resolve(ticket: Ticket, outcome: Outcome<G>): void {
    if (!this.#open.delete(ticket)) throw new RangeError(`ticket ${ticket} was answered already, or never opened`);
    this.#resolve.push({ ticket, outcome });
  }

  /** `retryable` is true for what may pass (no leader, overload), false for what cannot (too large, unsupported). */
  reject(ticket: Ticket, reason: RejectReason, hint: NodeId | null = null): void {
    const retryable = RETRYABLE[reason];
    this.resolve(ticket, { kind: 'rejected', reason, retryable, hint });
  }

  evidence(found: Misbehaviour): void {
    this.#evidence.push(found);
  }

  install(state: Install): void {
    if (this.#deliver.length > 0) throw new RangeError('install must come before the deliveries of its step');
    this.#install = state;
  }

  seal(sealed: Sealed<G>): void {
    this.#sealed = sealed;
  }

  /** The members counted with from now on; the last of a step holds. */
  membership(now: Membership): void {
    this.#membership = now;
  }

  /** Everything collected since the last call. */
  take(): Effects<G> {
    const effects: Effects<G> = {
      persist: this.#persist.length === 0 ? NONE : this.#persist,
      send: this.#send.length === 0 ? NONE : this.#send,
      crypto: this.#crypto.length === 0 ? NONE : this.#crypto,
      deliver: this.#deliver.length === 0 ? NONE : this.#deliver,
      resolve: this.#resolve.length === 0 ? NONE : this.#resolve,
      evidence: this.#evidence.length === 0 ? NONE : this.#evidence,
      install: this.#install,
      sealed: this.#sealed,
      membership: this.#membership,
    };
    if (effects.persist !== NONE) this.#persist = [];
    if (effects.send !== NONE) this.#send = [];
    if (effects.crypto !== NONE) this.#crypto = [];
    if (effects.deliver !== NONE) this.#deliver = [];
    if (effects.resolve !== NONE) this.#resolve = [];
    if (effects.evidence !== NONE) this.#evidence = [];
    this.#install = null;
    this.#sealed = null;
    this.#membership = null;
    return effects;
  }

  /** Between steps only: a copy of the last token and the open tickets. */
  clone(): EffectsBuilder<G> {
    const copy = new EffectsBuilder<G>();
    copy.#lastToken = this.#lastToken;
    copy.#open = new Set(this.#open);
    return copy;
  }

  /** Adds what outlives a step to a fingerprint. */
  writeTo(state: StateWriter): void {
    state.varint(this.#lastToken).list([...this.#open], (writer, ticket) => writer.varint(ticket));
  }
}

const RETRYABLE = {
  'not-leader': true,
  'no-quorum': true,
  overloaded: true,
  'too-large': false,
  unsupported: false,
  invalid: false,
  superseded: false,
  sealed: true,
} as const satisfies Record<RejectReason, boolean>;
