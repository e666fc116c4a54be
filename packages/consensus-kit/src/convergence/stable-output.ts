import { EffectsBuilder } from '../effects-builder.ts';
import type { StateWriter } from '../state-writer.ts';
import type {
  Decision,
  Effects,
  Guarantee,
  Lane,
  Outcome,
  Position,
  RejectReason,
  Sealed,
  Send,
  StoreOp,
  Ticket,
  Token,
} from '@hypersync/interface';

interface Released<G extends Guarantee> {
  readonly token: Token;
  readonly decisions: readonly Decision<G>[];
  readonly answers: readonly { readonly ticket: Ticket; readonly outcome: Outcome<G> }[];
  readonly sealed: Sealed<G> | null;
  readonly position: Position<G>;
}

/**
 * Nothing leaves this node, towards peers, clients or the application, before everything that it may rest on is durable.
 * The state in memory is therefore always the state that the disk is about to have: a crash can lose only what nobody saw.
 * One synced batch per step, so that the driver's group commit decides the price.
 */
export class StableOutput<G extends Guarantee> {
  #effects = new EffectsBuilder<G>();
  #writes: StoreOp[] = [];
  #slots = new Map<string, number>();
  #outbox: { to: Send['to']; bytes: Uint8Array; lane: Lane }[] = [];
  #decisions: Decision<G>[] = [];
  #answers: { ticket: Ticket; outcome: Outcome<G> }[] = [];
  #sealed: Sealed<G> | null = null;
  #parked: Released<G>[] = [];
  #position: Position<G>;
  #lastToken: Token = 0;
  #durableToken: Token = 0;

  /** `position` is where the durable image stands. */
  constructor(position: Position<G>) {
    this.#position = position;
  }

  /** Where this node stands for everybody else: what is durable. */
  get position(): Position<G> {
    return this.#position;
  }

  open(ticket: Ticket): void {
    this.#effects.open(ticket);
  }

  put(key: string, value: Uint8Array): void {
    this.#write(key, { op: 'put', key, value });
  }

  delete(key: string): void {
    this.#write(key, { op: 'delete', key });
  }

  deleteRange(from: string, to: string): void {
    this.#writes.push({ op: 'delete-range', from, to });
    this.#slots.clear(); // a later write of a deleted key must stay behind the deletion
  }

  #write(key: string, op: StoreOp): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) this.#slots.set(key, this.#writes.push(op) - 1);
    else this.#writes[slot] = op;
  }

  send(to: Send['to'], bytes: Uint8Array, lane: Lane = 'control'): void {
    this.#outbox.push({ to, bytes, lane });
  }

  deliver(decision: Decision<G>): void {
    this.#decisions.push(decision);
  }

  resolve(ticket: Ticket, outcome: Outcome<G>): void {
    this.#answers.push({ ticket, outcome });
  }

  seal(sealed: Sealed<G>): void {
    this.#sealed = sealed;
  }

  /** A refusal rests on nothing, so it leaves at once. */
  reject(ticket: Ticket, reason: RejectReason): void {
    this.#effects.reject(ticket, reason);
  }

  /** Releases what waited for this token and all before it. */
  durable(token: Token): void {
    if (token > this.#lastToken) return;
    this.#durableToken = Math.max(this.#durableToken, token);
    const waiting = this.#parked.findIndex((parked) => parked.token > this.#durableToken);
    const ready = this.#parked.splice(0, waiting < 0 ? this.#parked.length : waiting);
    for (const released of ready) this.#release(released);
  }

  /** Ends the step, which led to `position`: one batch of writes, then everything else behind it. */
  take(position: Position<G>): Effects<G> {
    if (this.#writes.length > 0) this.#lastToken = this.#effects.persist(this.#writes);
    const after = this.#lastToken > this.#durableToken ? this.#lastToken : undefined;
    for (const { to, bytes, lane } of this.#outbox) this.#effects.send(to, bytes, { lane, after });
    const rest = {
      token: this.#lastToken,
      decisions: this.#decisions,
      answers: this.#answers,
      sealed: this.#sealed,
      position,
    };
    if (after === undefined) this.#release(rest);
    else this.#parked.push(rest);
    this.#writes = [];
    this.#slots = new Map();
    this.#outbox = [];
    this.#decisions = [];
    this.#answers = [];
    this.#sealed = null;
    return this.#effects.take();
  }

  #release({ decisions, answers, sealed, position }: Released<G>): void {
    this.#position = position;
    for (const decision of decisions) this.#effects.deliver(decision);
    for (const { ticket, outcome } of answers) this.#effects.resolve(ticket, outcome);
    if (sealed !== null) this.#effects.seal(sealed);
  }

  /** Between steps only. */
  clone(): StableOutput<G> {
    const copy = new StableOutput<G>(this.#position);
    copy.#effects = this.#effects.clone();
    copy.#parked = [...this.#parked];
    copy.#lastToken = this.#lastToken;
    copy.#durableToken = this.#durableToken;
    return copy;
  }

  /** What is parked follows from the rest of the state and the tokens; its order and size tell it apart. */
  writeTo(state: StateWriter): void {
    this.#effects.writeTo(state);
    state.varint(this.#lastToken).varint(this.#durableToken);
    state.list(this.#parked, (writer, parked) => {
      writer.varint(parked.token).bool(parked.sealed !== null);
      writer.list(parked.answers, (inner, { ticket, outcome }) => inner.varint(ticket).string(outcome.kind));
      writer.list(parked.decisions, (inner, decision) =>
        inner.string(decision.proposer).string(decision.key).bytes(decision.value),
      );
    });
  }
}
