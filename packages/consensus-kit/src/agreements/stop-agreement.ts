import type { Micros } from '@hypersync/interface';
import { decodeBroadcast, encodeBroadcast } from '../broadcast/broadcast-statement.ts';
import { ReliableBroadcast, type Committee } from '../broadcast/reliable-broadcast.ts';
import { decodeStopSign } from '../operations/ledger.ts';
import { STOP_METADATA_BYTES } from '../convergence/frontier-cut.ts';
import type { StateWriter } from '../state-writer.ts';
import type { AgreementProtocol } from './protocol.ts';

/** Of one statement about a stop sign. */
export const STOP_STATEMENT_BYTES = STOP_METADATA_BYTES + 32;

/**
 * Agreement number 0: the end of the epoch. Each member that was asked to stop broadcasts the sign; the epoch ends for a
 * member that has delivered the same sign from `endorsements` members, which happens on all correct members or on none.
 */
export class StopAgreement implements AgreementProtocol {
  readonly #committee: Committee;
  readonly #endorsements: number;
  #broadcast: ReliableBroadcast;
  #joined = false;
  #output: Uint8Array | null = null;

  constructor(committee: Committee, endorsements: number) {
    this.#committee = committee;
    this.#endorsements = endorsements;
    this.#broadcast = new ReliableBroadcast(committee, committee.n, isStopSign);
  }

  get joined(): boolean {
    return this.#joined;
  }

  readonly begun = false;
  readonly deadline = null;

  /** The encoded stop sign. */
  get output(): Uint8Array | null {
    return this.#output;
  }

  join(_now: Micros, sign: Uint8Array): void {
    this.#joined = true;
    this.#broadcast.send(this.#committee.self, sign);
  }

  recall(statement: Uint8Array): boolean {
    const said = decodeBroadcast(statement, STOP_STATEMENT_BYTES);
    if (said === null) return false;
    if (said.step === 'send') this.#joined = true;
    this.#broadcast.recall(said);
    return true;
  }

  hear(_now: Micros, from: number, statement: Uint8Array): boolean {
    const said = decodeBroadcast(statement, STOP_STATEMENT_BYTES);
    if (said === null || !this.#broadcast.hear(from, said)) return false;
    for (const slot of this.#broadcast.takeDelivered()) this.#count(this.#broadcast.delivered(slot)!);
    return true;
  }

  #count(sign: Uint8Array): void {
    const key = String.fromCharCode(...sign);
    let endorsements = 0;
    for (let slot = 0; slot < this.#committee.n; slot++) {
      const other = this.#broadcast.delivered(slot);
      if (other !== null && String.fromCharCode(...other) === key) endorsements++;
    }
    if (endorsements >= this.#endorsements) this.#output ??= sign;
  }

  time(): void {
    // nothing here waits for time
  }

  takeStatements(): Uint8Array[] {
    return this.#broadcast.takeStatements().map((statement) => encodeBroadcast(statement));
  }

  takeContradicting(): number[] {
    return this.#broadcast.takeContradicting();
  }

  detail(): Readonly<Record<string, number | string | boolean>> {
    return {};
  }

  clone(): StopAgreement {
    const copy = new StopAgreement(this.#committee, this.#endorsements);
    copy.#broadcast = this.#broadcast.clone();
    copy.#joined = this.#joined;
    copy.#output = this.#output;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#joined, this.#output]);
    this.#broadcast.writeTo(state);
  }
}

function isStopSign(_slot: number, payload: Uint8Array): boolean {
  return decodeStopSign(payload) !== null;
}
