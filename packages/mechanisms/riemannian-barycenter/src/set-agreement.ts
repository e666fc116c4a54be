import { ReliableBroadcast, type AgreementProtocol, type Committee, type StateWriter } from '@hypersync/consensus-kit';
import type { Micros } from '@hypersync/interface';
import { BinaryConsensus, type Bit } from './binary-consensus.ts';
import { centreOf } from './centre.ts';
import type { Config } from './config.ts';
import type { Point } from './manifolds/manifold.ts';
import { decodeStatement, encodeStatement, type Statement } from './statements.ts';

/**
 * Exact agreement on a centre. Every member reliably broadcasts its reading; the members agree which readings count, by one
 * binary consensus per member (agreement on a core set: Ben-Or, Kelmer, Rabin 1994; as in HoneyBadger and Red Belly), at least
 * n - f of them; and everybody computes the same robust centre of the same readings in the same order.
 *
 * No Byzantine convergence bound is known for iterations on general manifolds, so nothing is iterated between members.
 */
export class SetAgreement implements AgreementProtocol {
  readonly #config: Config;
  readonly #committee: Committee;
  #broadcast: ReliableBroadcast;
  readonly #questions: BinaryConsensus[];
  readonly #readings: (Point | null)[];
  #joined = false;
  /** When readings that are not there are left out; null while fewer than n - f are in. */
  #patience: Micros | null = null;
  #saidDone = false;
  #output: Uint8Array | null = null;
  #statements: Uint8Array[] = [];

  constructor(config: Config, committee: Committee) {
    const { ball, delta } = config;
    this.#config = config;
    this.#committee = committee;
    this.#broadcast = new ReliableBroadcast(committee, committee.n, (_slot, payload) => ball.decode(payload) !== null);
    this.#questions = Array.from({ length: committee.n }, (_, member) => new BinaryConsensus(committee, delta, member));
    this.#readings = Array.from({ length: committee.n }, () => null);
  }

  get joined(): boolean {
    return this.#joined;
  }

  get begun(): boolean {
    return this.#readings.some((reading) => reading !== null);
  }

  get output(): Uint8Array | null {
    return this.#output;
  }

  get deadline(): Micros | null {
    const open = this.#questions.some((question) => !question.proposed);
    const times = this.#questions.map((question) => question.deadline);
    if (open) times.push(this.#patience);
    return times.reduce((least, time) => (least === null || (time !== null && time < least) ? time : least), null);
  }

  /** For invariants: whose readings count; null for an open question. */
  get members(): readonly (boolean | null)[] {
    return this.#questions.map(({ decision }) => (decision === null ? null : decision === 1));
  }

  /** For invariants: by member, what was estimated in the first round about its reading. */
  get estimated(): readonly (readonly Bit[])[] {
    return this.#questions.map((question) => question.estimated);
  }

  /** For invariants. */
  get config(): Config {
    return this.#config;
  }

  /** For invariants: the readings as delivered. */
  get readings(): readonly (Point | null)[] {
    return this.#readings;
  }

  join(now: Micros, reading: Uint8Array): void {
    this.#joined = true;
    this.#broadcast.send(this.#committee.self, reading);
    this.#advance(now);
  }

  recall(bytes: Uint8Array): boolean {
    const said = decodeStatement(bytes, this.#config.ball.pointBytes);
    if (said?.kind === 'broadcast') {
      this.#broadcast.recall(said.statement);
      if (said.statement.step === 'send') this.#joined = true;
    } else if (said?.kind === 'binary') this.#questions[said.member]?.recall(said.statement);
    else if (said?.kind === 'done') this.#saidDone = true;
    else return false;
    return true;
  }

  hear(now: Micros, from: number, bytes: Uint8Array): boolean {
    const said = decodeStatement(bytes, this.#config.ball.pointBytes);
    if (said === null || !this.#take(now, from, said)) return false;
    this.#advance(now);
    return true;
  }

  #take(now: Micros, from: number, said: Statement): boolean {
    switch (said.kind) {
      case 'broadcast': {
        if (!this.#broadcast.hear(from, said.statement)) return false;
        for (const slot of this.#broadcast.takeDelivered()) this.#delivered(slot);
        return true;
      }
      case 'binary':
        return this.#questions[said.member]?.hear(now, from, said.statement) ?? false;
      case 'done':
        if (from === this.#committee.self) this.#output = said.output;
        return true;
      case 'step':
        return false;
    }
  }

  #delivered(slot: number): void {
    this.#readings[slot] = this.#config.ball.decode(this.#broadcast.delivered(slot)!);
  }

  time(now: Micros): void {
    for (const question of this.#questions) question.time(now);
    this.#advance(now);
  }

  #advance(now: Micros): void {
    const { n, f } = this.#committee;
    const present = this.#readings.filter((reading) => reading !== null).length;
    for (const [member, question] of this.#questions.entries())
      if (this.#readings[member] !== null) question.propose(now, 1);
    // the rest is left out once enough are in, but not before the slower ones had a fair chance
    const accepted = this.#questions.filter(({ decision }) => decision === 1).length;
    if (accepted >= n - f && present < n) this.#patience ??= now + this.#config.delta;
    if (this.#patience !== null && now >= this.#patience)
      for (const question of this.#questions) question.propose(now, 0);
    this.#passOn();
    this.#conclude();
  }

  #passOn(): void {
    for (const statement of this.#broadcast.takeStatements()) this.#say({ kind: 'broadcast', statement });
    for (const [member, question] of this.#questions.entries())
      for (const statement of question.takeStatements()) this.#say({ kind: 'binary', member, statement });
  }

  #say(statement: Statement): void {
    this.#statements.push(encodeStatement(statement));
  }

  /** All questions are answered and all readings that count are there: the centre. */
  #conclude(): void {
    if (this.#saidDone || !this.#joined) return;
    const points: Point[] = [];
    for (const [member, { decision }] of this.#questions.entries()) {
      const reading = this.#readings[member] ?? null;
      if (decision === null || (decision === 1 && reading === null)) return;
      if (decision === 1) points.push(reading!);
    }
    if (points.length === 0) return; // more than f lie
    const { ball, centre } = this.#config;
    this.#saidDone = true;
    this.#say({ kind: 'done', output: ball.quantise(centreOf(ball.manifold, points, centre)) });
  }

  takeStatements(): Uint8Array[] {
    const statements = this.#statements;
    this.#statements = [];
    return statements;
  }

  takeContradicting(): number[] {
    return this.#broadcast.takeContradicting();
  }

  detail(): Readonly<Record<string, number | string | boolean>> {
    const decided = this.#questions.filter(({ decision }) => decision !== null).length;
    const round = Math.max(...this.#questions.map((question) => question.round));
    return { readings: this.#readings.filter((reading) => reading !== null).length, decided, round };
  }

  clone(): SetAgreement {
    const copy = new SetAgreement(this.#config, this.#committee);
    copy.#broadcast = this.#broadcast.clone();
    for (const [i, question] of this.#questions.entries()) copy.#questions[i] = question.clone();
    for (const [i, reading] of this.#readings.entries()) copy.#readings[i] = reading;
    copy.#joined = this.#joined;
    copy.#patience = this.#patience;
    copy.#saidDone = this.#saidDone;
    copy.#output = this.#output;
    copy.#statements = [...this.#statements];
    return copy;
  }

  writeTo(state: StateWriter): void {
    this.#broadcast.writeTo(state);
    for (const question of this.#questions) question.writeTo(state);
    state.data([this.#readings, this.#joined, this.#patience, this.#saidDone, this.#output, this.#statements]);
  }
}
