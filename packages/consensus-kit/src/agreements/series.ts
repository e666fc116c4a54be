import type {
  ConsensusMechanism,
  Descriptor,
  DurableImage,
  Effects,
  Input,
  Micros,
  NodeId,
  Position,
  ReadLevel,
  Status,
  StopSign,
  Ticket,
} from '@hypersync/interface';
import { EffectsBuilder } from '../effects-builder.ts';
import { decodeStopSign, encodeStopSign } from '../operations/ledger.ts';
import { ServingBudget } from '../operations/serving-budget.ts';
import { StateWriter } from '../state-writer.ts';
import type { Agreement } from './agreement.ts';
import { AgreementWindow, STOP_ROUND } from './agreement-window.ts';
import { AskTimer } from './ask-timer.ts';
import { readSeries, writes } from './durable-series.ts';
import { EpochStop } from './epoch-stop.ts';
import { decodeSeriesMessage, encodeSeriesMessage, type SeriesMessage } from './messages.ts';
import { Outbox } from './outbox.ts';
import { decisionOf, positionOf, type Output } from './output.ts';
import { PeerClaims } from './peer-claims.ts';
import type { AgreementProtocol } from './protocol.ts';
import { Readings } from './readings.ts';
import type { SeriesOptions } from './series-options.ts';
import { STOP_STATEMENT_BYTES } from './stop-agreement.ts';

type G = 'approximate';

/** What one peer may pull in a retransmission time, bytes. */
const SERVED_BYTES = 1 << 20;

/**
 * A sequence of agreements, one after the other: what the mechanisms of approximate agreement have in common. Members take
 * part with their clients' readings, or with their last one again; what they say is durable before it is sent and before it
 * counts here, and is sent again to whoever lacks it, so that the protocols on top see links that lose nothing.
 */
export class AgreementSeries implements ConsensusMechanism<G> {
  readonly descriptor: Descriptor<G>;
  readonly #options: SeriesOptions;
  #fx = new EffectsBuilder<G>();
  #now: Micros;
  #window: AgreementWindow;
  #readings: Readings;
  #claims: PeerClaims;
  #stop: EpochStop;
  #served: ServingBudget;
  #standing: Uint8Array;
  #output: Output | null = null;
  #outbox = new Outbox();
  #asking: AskTimer;
  #pauseUntil: Micros = 0;
  #awake = false;
  #dropped = 0;
  #contradictions: number[];

  constructor(options: SeriesOptions, now: Micros, image: DurableImage) {
    const { committee, settings } = options;
    this.descriptor = options.descriptor;
    this.#options = options;
    this.#now = now;
    this.#window = new AgreementWindow(options);
    this.#readings = new Readings(settings.maxWaiting);
    this.#claims = new PeerClaims(committee.n, committee.f, committee.self);
    this.#stop = new EpochStop(options.epoch);
    this.#served = new ServingBudget(settings.retransmitMs * 1000, SERVED_BYTES);
    this.#standing = options.origin;
    this.#asking = new AskTimer(settings.retransmitMs * 1000, settings.heartbeatMs * 1000, now);
    this.#contradictions = Array.from({ length: committee.n }, () => 0);
    this.#restore(image);
  }

  #restore(image: DurableImage): void {
    const known = readSeries(image, this.#identity);
    if (known.fresh) this.#outbox.remember(writes.owner(this.#identity));
    const window = this.#window;
    window.last = known.last;
    this.#output = known.output;
    this.#standing = known.standing ?? this.#standing;
    for (const [round, statements] of known.statements) {
      const agreement = window.open(round);
      agreement.restore(this.#now, statements);
      const { output } = agreement.protocol;
      if (round === STOP_ROUND || output === null || round <= (this.#output?.round ?? 0)) continue;
      window.last = Math.max(window.last, round);
      this.#output = { round, value: output };
      this.#outbox.remember(writes.output(round, output), writes.last(window.last));
    }
    if (known.sealed !== null) this.#stop.resume(known.sealed);
  }

  get #identity(): string {
    const { descriptor, epoch, ids, committee, agreeOn } = this.#options;
    return `${descriptor.id} ${descriptor.version}, epoch ${epoch}, ${ids[committee.self]} of ${ids.join()}, ${agreeOn}`;
  }

  /** Looked at by invariants and measurements; null for one that is not kept. */
  agreement(round: number): AgreementProtocol | null {
    return this.#window.get(round);
  }

  step(now: Micros, inputs: readonly Input<G>[]): Effects<G> {
    this.#now = Math.max(now, this.#now);
    if (!this.#awake) this.#wake();
    for (const input of inputs) this.#handle(input);
    for (const { protocol } of this.#window.all.values())
      if (protocol.deadline !== null && protocol.deadline <= this.#now) protocol.time(this.#now);
    this.#progress();
    for (const input of inputs) if (input.t === 'read') this.#read(input.ticket, input.level);
    for (const agreement of this.#window.all.values()) this.#accuse(agreement);
    this.#outbox.flush(this.#fx, this.#window.all);
    if (this.#asking.due(this.#now, this.#busy)) this.#tell('all');
    return this.#fx.take();
  }

  /** The first step after a start: the application may have missed the last output. */
  #wake(): void {
    this.#awake = true;
    if (this.#output !== null) this.#fx.deliver(decisionOf(this.#options, this.#output, null));
    if (this.#stop.sealed) this.#sealAgain();
  }

  #handle(input: Input<G>): void {
    if (input.t === 'message') this.#message(input.from, input.bytes);
    else if (input.t === 'durable') this.#outbox.durable(this.#now, input.token, this.#window.all);
    else if (input.t === 'propose') this.#propose(input);
    else if (input.t === 'stop') this.#askToStop(input);
  }

  #propose({ ticket, op, session, sequence }: Extract<Input<G>, { t: 'propose' }>): void {
    this.#fx.open(ticket);
    if (op.kind !== 'input') {
      this.#fx.reject(ticket, 'unsupported');
      return;
    }
    const bytes = this.#options.admit(op.value);
    if (bytes === null) this.#fx.reject(ticket, 'invalid');
    else if (this.#stop.frozen) this.#fx.reject(ticket, 'sealed');
    else if (this.#readings.full) this.#fx.reject(ticket, 'overloaded');
    else {
      const expires = this.#now + this.#options.settings.ticketTimeoutMs * 1000;
      this.#readings.add({ ticket, session, sequence, bytes, expires, used: false });
    }
  }

  /** After what the step has brought, so that a client sees what its node has already delivered. */
  #read(ticket: Ticket, level: ReadLevel): void {
    this.#fx.open(ticket);
    const values = this.#output === null ? [] : [this.#output.value];
    if (!this.descriptor.reads.includes(level)) this.#fx.reject(ticket, 'unsupported');
    else this.#fx.resolve(ticket, { kind: 'values', position: this.#position, values });
  }

  get #position(): Position<G> {
    return positionOf(this.#options, this.#output);
  }

  #message(from: NodeId, bytes: Uint8Array): void {
    const { ids, committee, limits } = this.#options;
    const member = ids.indexOf(from);
    const allowed = (round: number): number => (round === STOP_ROUND ? STOP_STATEMENT_BYTES : limits.bytes);
    const message = decodeSeriesMessage(bytes, committee.n, allowed);
    if (member < 0 || member === committee.self || message === null) this.#dropped++;
    else if (message.kind === 'say') this.#heard(member, message);
    else this.#learned(member, message);
  }

  #heard(from: number, { round, first, statements }: Extract<SeriesMessage, { kind: 'say' }>): void {
    if (!this.#window.listens(round)) return;
    const { news, bad } = this.#window.open(round).hear(this.#now, from, first, statements);
    this.#dropped += bad;
    if (news > 0) this.#asking.news();
  }

  /** A peer says where it stands: it gets what it lacks, and is asked when it knows more. */
  #learned(peer: number, status: Extract<SeriesMessage, { kind: 'status' }>): void {
    this.#claims.learn(peer, status);
    const { ids, settings } = this.#options;
    const id = ids[peer]!;
    for (const bytes of this.#window.missing(status.last, status.reports)) {
      if (!this.#served.spend(id, bytes.length, this.#now)) break;
      this.#fx.send(id, bytes, { lane: 'bulk' });
    }
    const behind = status.last + 1 < this.#window.oldest; // it must know that what it waits for is gone
    const ahead = status.last > this.#window.last || this.#window.lacks(peer, status.reports);
    if ((behind || ahead) && this.#claims.mayTell(peer, this.#now, settings.retransmitMs * 500)) this.#tell(id);
  }

  #progress(): void {
    this.#expire();
    this.#catchUp();
    const sign = this.#window.get(STOP_ROUND)?.output ?? null;
    if (sign !== null && !this.#stop.frozen) this.#freeze(sign);
    while (this.#finish());
    this.#join();
    this.#seal();
  }

  #expire(): void {
    for (const { ticket, used } of this.#readings.expire(this.#now))
      if (used) this.#fx.resolve(ticket, { kind: 'unknown' });
      else this.#fx.reject(ticket, 'no-quorum');
  }

  /**
   * Where others have forgotten what this member still waits for, it goes on with what they can still give: the last that a
   * correct one has finished. No correct one is then more than one agreement ahead of what f + 1 correct ones have finished,
   * so all of them meet within what is retained.
   */
  #catchUp(): void {
    const window = this.#window;
    const { provenLast, oldest } = this.#claims;
    if (this.#stop.sealed || oldest <= window.last + 1 || provenLast < window.last + 2) return;
    window.last = provenLast - 1;
    this.#readings.putBack();
    this.#outbox.remember(writes.last(window.last));
    this.#forget();
  }

  /** True when one more agreement is over. */
  #finish(): boolean {
    const window = this.#window;
    const value = window.current?.output ?? null;
    if (this.#stop.sealed || value === null) return false;
    const round = ++window.last;
    this.#output = { round, value };
    const done = this.#readings.done();
    this.#fx.deliver(decisionOf(this.#options, this.#output, done));
    if (done !== null) this.#fx.resolve(done.ticket, { kind: 'committed', position: this.#position });
    this.#outbox.remember(writes.output(round, value), writes.last(round));
    this.#pauseUntil = this.#now + this.#options.settings.pauseMs * 1000;
    this.#asking.news();
    this.#forget();
    return true;
  }

  #forget(): void {
    this.#window.forget();
    const { oldest } = this.#window;
    if (oldest > 1) this.#outbox.remember(writes.forget(oldest));
  }

  /** Takes part in the next agreement: with a client's reading at once, else when others have begun it. */
  #join(): void {
    const { current, last } = this.#window;
    if (this.#stop.sealed || current?.joined === true) return;
    const begun = current?.begun === true && this.#now >= this.#pauseUntil;
    if (!begun && this.#readings.waiting === 0) return;
    const reading = this.#readings.take();
    if (reading !== null) {
      this.#standing = reading.bytes;
      this.#outbox.remember(writes.standing(reading.bytes));
    }
    this.#window.open(last + 1).protocol.join(this.#now, this.#standing);
    this.#asking.news();
  }

  #askToStop({ ticket, sign }: Extract<Input<G>, { t: 'stop' }>): void {
    this.#fx.open(ticket);
    if (!this.#stop.ask(this.#fx, ticket, sign)) return;
    if (this.#stop.sealed) {
      this.#stop.answer(this.#fx, this.#position);
      return;
    }
    const { protocol } = this.#window.open(STOP_ROUND);
    if (!protocol.joined) protocol.join(this.#now, encodeStopSign(sign));
    this.#asking.news();
  }

  #freeze(bytes: Uint8Array): void {
    const { retransmitMs } = this.#options.settings;
    this.#stop.freeze(decodeStopSign(bytes)!, this.#now, retransmitMs * 1000);
    for (const { ticket, used } of this.#readings.drain())
      if (used) this.#fx.resolve(ticket, { kind: 'unknown' });
      else this.#fx.reject(ticket, 'sealed');
    this.#asking.hurry(this.#now);
  }

  /** No agreement goes on here that this member knows of. */
  get #resting(): boolean {
    const { current } = this.#window;
    return current === null || !(current.joined || current.begun);
  }

  #seal(): void {
    const { committee } = this.#options;
    const { last } = this.#window;
    const resting = this.#claims.restingBehind(last) + 1 >= committee.n - committee.f;
    if (!this.#stop.ripe(this.#now, this.#resting, resting && this.#claims.provenLast <= last)) return;
    const taking = this.#readings.done();
    if (taking !== null) this.#fx.resolve(taking.ticket, { kind: 'unknown' });
    const sign = this.#sealAgain();
    this.#outbox.remember(writes.sealed(sign));
    this.#asking.hurry(this.#now);
  }

  #sealAgain(): StopSign {
    return this.#stop.seal(this.#fx, this.#position, this.#output?.value ?? new Uint8Array(0));
  }

  /** Links authenticate but do not sign, so nobody else can be convinced: reported once per member, not proven. */
  #accuse({ protocol }: Agreement): void {
    const { ids, committee } = this.#options;
    for (const member of protocol.takeContradicting()) {
      if (this.#contradictions[member]!++ > 0 || member === committee.self) continue;
      const culprit = ids[member]!;
      this.#fx.evidence({ culprit, kind: 'contradiction', provable: false, proof: new Uint8Array(0) });
    }
  }

  /** Something is going on, or should be. */
  get #busy(): boolean {
    if (this.#stop.sealed) return false;
    return !this.#resting || this.#stop.frozen || this.#outbox.waiting || this.#claims.provenLast > this.#window.last;
  }

  /** Where this member stands: the others then send what it lacks. */
  #tell(to: NodeId): void {
    const { last, oldest } = this.#window;
    const reports = this.#window.reports((round) => this.#claims.allFinished(round));
    const { frozen } = this.#stop;
    const status = { last, oldest, frozen, resting: this.#resting, reports };
    this.#fx.send(to, encodeSeriesMessage({ kind: 'status', ...status }));
  }

  nextDeadline(): Micros | null {
    if (!this.#awake) return this.#now;
    const { current } = this.#window;
    const waits = current !== null && !current.joined && current.begun && !this.#stop.sealed;
    const wanted = [
      this.#asking.deadline,
      this.#readings.deadline,
      this.#stop.deadline,
      waits ? this.#pauseUntil : null,
    ];
    for (const { protocol } of this.#window.all.values()) wanted.push(protocol.deadline);
    return Math.min(...wanted.filter((time) => time !== null));
  }

  status(): Status<G> {
    const { current, last } = this.#window;
    const shown = current ?? this.#window.get(last);
    return {
      role: this.#stop.sealed ? 'sealed' : 'member',
      leader: null,
      term: last,
      position: this.#position,
      ready: !this.#stop.frozen,
      detail: {
        last,
        output: this.#output?.round ?? 0,
        members: this.#options.committee.n,
        tolerates: this.#options.committee.f,
        waiting: this.#readings.waiting,
        dropped: this.#dropped,
        frozen: this.#stop.frozen,
        ...shown?.detail(),
      },
    };
  }

  fingerprint(): Uint8Array {
    const state = new StateWriter(1024);
    state.data([this.#now, this.#standing, this.#output?.round ?? 0, this.#output?.value ?? null]);
    state.data([this.#pauseUntil, this.#awake, this.#dropped]);
    state.data(this.#contradictions);
    this.#window.writeTo(state);
    const parts = [this.#fx, this.#readings, this.#claims, this.#stop, this.#served, this.#outbox, this.#asking];
    for (const part of parts) part.writeTo(state);
    return state.digest();
  }

  clone(): AgreementSeries {
    const copy = new AgreementSeries(this.#options, this.#now, new Map());
    copy.#fx = this.#fx.clone();
    copy.#window = this.#window.clone();
    copy.#readings = this.#readings.clone();
    copy.#claims = this.#claims.clone();
    copy.#stop = this.#stop.clone();
    copy.#served = this.#served.clone();
    copy.#standing = this.#standing;
    copy.#output = this.#output;
    copy.#outbox = this.#outbox.clone();
    copy.#asking = this.#asking.clone();
    copy.#pauseUntil = this.#pauseUntil;
    copy.#awake = this.#awake;
    copy.#dropped = this.#dropped;
    copy.#contradictions = [...this.#contradictions];
    return copy;
  }
}
