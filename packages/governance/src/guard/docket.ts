import type { Epoch, NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, hashKey, sha256, type StateWriter, type WeightTable } from '@hypersync/consensus-kit';
import { decodeEvidence, type ConflictRule, type Evidence } from './evidence.ts';

/** A member's vote was taken away: from the end of `epoch` on, by evidence that the log decided at `index`. */
export interface Conviction {
  readonly member: NodeId;
  readonly offence: string;
  readonly epoch: Epoch;
  readonly index: number;
}

/** An accusation that the log decided in the present epoch. Agreed: the same on every correct node. */
export interface DecidedAccusation {
  readonly index: number;
  /** Who had it put into the log. */
  readonly submitter: NodeId;
  readonly bytes: Uint8Array;
  readonly evidence: Evidence;
  /** `digestOf(bytes)`. */
  readonly key: string;
  /** What this node's own check of the signatures said; null before. */
  valid: boolean | null;
}

/** Accusations of one submitter that count in one epoch; all others find room for theirs whatever this one does. */
export const ACCUSATIONS_PER_SUBMITTER = 16;
const VERSION = 1;
const MAX_CONVICTIONS = 1 << 16;
const MAX_ACCUSATIONS = 1 << 16;

/**
 * What the log decided about misbehaviour. Everything but the answers of signature checks is a function of the decided
 * order, and those answers are a function of the bytes; so all correct nodes convict the same members.
 */
export class Docket {
  readonly #members: WeightTable;
  readonly #rule: ConflictRule;
  readonly #maxPayload: number;
  /** In the order of the log. */
  #accusations: DecidedAccusation[] = [];
  #convictions = new Map<NodeId, Conviction>();

  constructor(members: WeightTable, rule: ConflictRule, maxPayload: number) {
    this.#members = members;
    this.#rule = rule;
    this.#maxPayload = maxPayload;
  }

  get convictions(): readonly Conviction[] {
    return [...this.#convictions.values()];
  }

  isConvicted(member: NodeId): boolean {
    return this.#convictions.has(member);
  }

  /**
   * Takes a decided accusation; null when it is void: no evidence, a stranger's or about one, a repetition, about a
   * convicted member, or more than the submitter may have.
   */
  enter(index: number, submitter: NodeId, bytes: Uint8Array): DecidedAccusation | null {
    const evidence = decodeEvidence(bytes, this.#rule, this.#maxPayload);
    if (evidence === null || !this.#members.has(evidence.culprit) || !this.#members.has(submitter)) return null;
    if (this.isConvicted(evidence.culprit)) return null;
    let submitted = 0;
    for (const other of this.#accusations) {
      if (other.submitter !== submitter) continue;
      if (other.evidence.culprit === evidence.culprit || ++submitted >= ACCUSATIONS_PER_SUBMITTER) return null;
    }
    const accusation = { index, submitter, bytes, evidence, key: digestOf(bytes), valid: null };
    this.#accusations.push(accusation);
    return accusation;
  }

  answer(bytes: Uint8Array, valid: boolean): void {
    const key = digestOf(bytes);
    for (const accusation of this.#accusations) if (accusation.key === key) accusation.valid = valid;
  }

  /** What the mechanism's own chain decided. False for a stranger, and for who is convicted already. */
  convict(conviction: Conviction): boolean {
    const { member } = conviction;
    if (!this.#members.has(member) || this.isConvicted(member)) return false;
    this.#convictions.set(member, conviction);
    return true;
  }

  /** Decided, but this node has not checked the signatures. The epoch cannot end before it has. */
  unanswered(): DecidedAccusation[] {
    return this.#accusations.filter(({ valid }) => valid === null);
  }

  /** Convicts whoever is proven guilty and begins a new epoch. Throws RangeError while something is unanswered. */
  endEpoch(epoch: Epoch): Conviction[] {
    if (this.unanswered().length > 0) throw new RangeError('an epoch ends before all its evidence was checked');
    const found: Conviction[] = [];
    for (const { index, evidence, valid } of this.#accusations) {
      if (valid !== true || this.isConvicted(evidence.culprit)) continue;
      const conviction = { member: evidence.culprit, offence: evidence.offence, epoch, index };
      this.#convictions.set(evidence.culprit, conviction);
      found.push(conviction);
    }
    this.#accusations = [];
    return found;
  }

  /** Canonical: equal on all correct nodes that have applied the same log. */
  encode(): Uint8Array {
    const writer = new ByteWriter(256).u8(VERSION);
    const convictions = [...this.#convictions.values()].sort((a, b) => (a.member < b.member ? -1 : 1));
    writer.list(convictions, (w, c) => void w.string(c.member).string(c.offence).varint(c.epoch).varint(c.index));
    writer.list(
      this.#accusations,
      (w, { index, submitter, bytes }) => void w.varint(index).string(submitter).bytes(bytes),
    );
    return writer.finish();
  }

  /** Takes over what `encode` wrote; false, and unchanged, for anything else. What it decided has to be checked anew. */
  restore(bytes: Uint8Array, maxEvidence: number): boolean {
    const copy = new Docket(this.#members, this.#rule, this.#maxPayload);
    const reader = new ByteReader(bytes);
    for (const conviction of readConvictions(reader)) copy.#convictions.set(conviction.member, conviction);
    let last = 0;
    reader.list(MAX_ACCUSATIONS, (r) => {
      const [index, submitter, evidence] = [r.varint(), r.string(64), r.bytes(maxEvidence)];
      if (!r.ok || index < last || copy.enter(index, submitter, evidence) === null) r.fail();
      last = index;
    });
    if (!reader.done()) return false;
    this.#convictions = copy.#convictions;
    this.#accusations = copy.#accusations;
    return true;
  }

  clone(): Docket {
    const copy = new Docket(this.#members, this.#rule, this.#maxPayload);
    copy.#convictions = new Map(this.#convictions);
    copy.#accusations = this.#accusations.map((accusation) => ({ ...accusation }));
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.bytes(this.encode()).data(this.#accusations.map(({ valid }) => valid));
  }
}

function readConvictions(reader: ByteReader): Conviction[] {
  if (reader.u8() !== VERSION) reader.fail();
  let previous = '';
  return reader.list(MAX_CONVICTIONS, (r) => {
    const conviction = { member: r.string(64), offence: r.string(128), epoch: r.varint(), index: r.varint() };
    if (conviction.member <= previous) r.fail();
    previous = conviction.member;
    return conviction;
  });
}

/**
 * Who must not vote in the next epoch, from what a guard encoded after the end of one (`Sealed.state` of mechanisms whose
 * log decides upon evidence; empty bytes: nobody). Null for anything else.
 */
export function decodeConvictions(bytes: Uint8Array): readonly Conviction[] | null {
  if (bytes.length === 0) return [];
  const reader = new ByteReader(bytes);
  const convictions = readConvictions(reader);
  const open = reader.varint();
  return reader.done() && open === 0 ? convictions : null;
}

export function digestOf(evidence: Uint8Array): string {
  return hashKey(sha256(evidence));
}
