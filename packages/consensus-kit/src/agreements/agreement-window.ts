import { encodeSeriesMessage, BATCH_BYTES, MAX_REPORTS, type AgreementReport } from './messages.ts';
import type { StateWriter } from '../state-writer.ts';
import { Agreement } from './agreement.ts';
import type { AgreementProtocol } from './protocol.ts';
import type { SeriesOptions } from './series-options.ts';
import { StopAgreement } from './stop-agreement.ts';

/** The agreement about the end of the epoch. */
export const STOP_ROUND = 0;
/** Agreements beyond the last finished one that are listened to. */
const AHEAD = 2;

/** The agreements that a member keeps: some that are over, for members that lag, the one that goes on, and the next. */
export class AgreementWindow {
  readonly #options: SeriesOptions;
  #agreements = new Map<number, Agreement>();
  /** The last agreement that is over for this member. */
  last = 0;

  constructor(options: SeriesOptions) {
    this.#options = options;
  }

  get all(): ReadonlyMap<number, Agreement> {
    return this.#agreements;
  }

  get(round: number): AgreementProtocol | null {
    return this.#agreements.get(round)?.protocol ?? null;
  }

  /** The one that goes on, or would. */
  get current(): AgreementProtocol | null {
    return this.get(this.last + 1);
  }

  /** All before it are forgotten. */
  get oldest(): number {
    return Math.max(1, this.last + 1 - this.#options.settings.retained);
  }

  /** False for what is over and forgotten, and for what is too far ahead. */
  listens(round: number): boolean {
    return this.#agreements.has(round) || round === STOP_ROUND || this.#isAhead(round, this.last);
  }

  #isAhead(round: number, last: number): boolean {
    return round > last && round <= last + AHEAD;
  }

  open(round: number): Agreement {
    const known = this.#agreements.get(round);
    if (known !== undefined) return known;
    const { committee, ids, limits, settings, start } = this.#options;
    const endorsements = settings.stopEndorsement === 'one' ? 1 : committee.f + 1;
    const protocol = round === STOP_ROUND ? new StopAgreement(committee, endorsements) : start();
    const agreement = new Agreement(round, protocol, ids.length, committee.self, limits);
    this.#agreements.set(round, agreement);
    return agreement;
  }

  forget(): void {
    for (const round of this.#agreements.keys())
      if (round !== STOP_ROUND && round < this.oldest) this.#agreements.delete(round);
  }

  /** How far each agreement has come that is not `settled`. */
  reports(settled: (round: number) => boolean): readonly AgreementReport[] {
    const reports: AgreementReport[] = [];
    for (const [round, { durable, heard }] of this.#agreements) {
      const over = round !== STOP_ROUND && round <= this.last && settled(round);
      if (!over && reports.length < MAX_REPORTS) reports.push({ round, said: durable, heard });
    }
    return reports;
  }

  /** True when a peer that reports this has said something that was not heard here. */
  lacks(peer: number, reports: readonly AgreementReport[]): boolean {
    return reports.some(({ round, said }) => {
      const heard = this.#agreements.get(round)?.heard[peer] ?? 0;
      return said > heard && this.listens(round);
    });
  }

  /** Messages with what a peer lacks that has finished agreement `last` and reports this. */
  missing(last: number, reports: readonly AgreementReport[]): readonly Uint8Array[] {
    const { self } = this.#options.committee;
    const messages: Uint8Array[] = [];
    for (const [round, agreement] of this.#agreements) {
      const report = reports.find((one) => one.round === round);
      if (report === undefined && !this.#isAhead(round, last)) continue;
      for (let first = report?.heard[self] ?? 0; first < agreement.durable;) {
        const statements = agreement.batch(first, BATCH_BYTES);
        messages.push(encodeSeriesMessage({ kind: 'say', round, first, statements }));
        first += statements.length;
      }
    }
    return messages;
  }

  clone(): AgreementWindow {
    const copy = new AgreementWindow(this.#options);
    copy.#agreements = new Map([...this.#agreements].map(([round, agreement]) => [round, agreement.clone()]));
    copy.last = this.last;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.varint(this.last).map(this.#agreements, (_writer, agreement) => agreement.writeTo(state));
  }
}
