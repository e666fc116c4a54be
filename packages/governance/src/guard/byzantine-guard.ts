import type { Epoch, Member, Micros, Misbehaviour, NodeId } from '@hypersync/interface';
import type { StateWriter, WeightTable } from '@hypersync/consensus-kit';
import { AuditTrail, type AuditEntry } from './audit-trail.ts';
import { guardConfig, type GuardConfig } from './config.ts';
import { digestOf, Docket, type Conviction } from './docket.ts';
import {
  decodeEvidence,
  encodeEvidence,
  makeEvidence,
  MAX_SIGNATURE,
  signedStatements,
  toMisbehaviour,
  type ConflictRule,
  type Evidence,
  type SignedStatement,
} from './evidence.ts';
import { Inquiries, type Inquiry } from './inquiries.ts';
import { ReplayWindow } from './replay-window.ts';
import { SilenceWatch } from './silence-watch.ts';
import { StatementMemory, type Slot } from './statement-memory.ts';
import { SuspicionBook, type Admission, type Standing, type Suspicion } from './suspicion.ts';

export interface GuardOptions {
  readonly self: NodeId;
  readonly members: WeightTable;
  readonly epoch: Epoch;
  /** What contradicts what. */
  readonly conflict: ConflictRule;
  /** Largest payload of a statement, bytes; bounds evidence from outside. */
  readonly maxPayload: number;
  readonly config?: Partial<GuardConfig>;
}

/** What the sender of a dated and numbered message says of it; `age` is null where no clock is at hand. */
export interface Freshness {
  readonly epoch: Epoch;
  /** Rises with every message of a sender, across its restarts. A safe integer. */
  readonly nonce: number;
  readonly age: Micros | null;
}

/** Kept per culprit; more proofs of the same member's guilt say nothing new. */
const PROOFS_PER_CULPRIT = 8;

/**
 * Watches the members of a cluster for one node. Two halves that never mix:
 *
 * - its own view (`suspect`, `witness`, `expect`, `standingOf`, `admit`): local, reversible, forgets; slows, de-prioritises,
 *   reports and quarantines, and takes no vote away;
 * - what the log decided (`decide`, `endEpoch`, `votingMembers`): agreed; takes votes away, at the end of an epoch, for
 *   two contradicting statements whose signatures this node has checked itself.
 *
 * Nobody is believed: an accusation becomes an `Inquiry`, which the caller lets the driver verify, and `answer` closes it.
 * Deterministic, cloneable, bounded per member. Bytes from outside never throw.
 */
export class ByzantineGuard {
  readonly #options: GuardOptions;
  readonly #config: GuardConfig;
  #epoch: Epoch;
  #suspicion: SuspicionBook;
  #statements: StatementMemory;
  #silence: SilenceWatch;
  #inquiries: Inquiries;
  #docket: Docket;
  #trail: AuditTrail;
  readonly #windows = new Map<NodeId, ReplayWindow>();
  /** Evidence whose signatures were checked, by culprit and digest. */
  readonly #proven = new Map<NodeId, Map<string, Evidence>>();
  #reports: Misbehaviour[] = [];

  /** Throws RangeError for a bad configuration (see `GUARD_SETTINGS`). */
  constructor(options: GuardOptions) {
    this.#options = options;
    this.#config = guardConfig(options.config ?? {});
    this.#epoch = options.epoch;
    this.#suspicion = new SuspicionBook(this.#config, options.members);
    this.#statements = new StatementMemory(this.#config.statementsPerMember);
    this.#silence = new SilenceWatch(this.#config.silenceMs * 1000);
    this.#inquiries = new Inquiries();
    this.#docket = new Docket(options.members, options.conflict, options.maxPayload);
    this.#trail = new AuditTrail(this.#config.entriesPerMember, this.#maxEvidence);
  }

  get #maxEvidence(): number {
    return 2 * (this.#options.maxPayload + MAX_SIGNATURE) + 128;
  }

  // ---- this node's own view

  /** Charges what a peer did to it. `peer` is the sender that the transport authenticated, not a name in a message. */
  suspect(now: Micros, peer: NodeId, what: Suspicion, count = 1): void {
    if (peer === this.#options.self || !this.#options.members.has(peer)) return;
    this.#trail.note(now, peer, 'suspected', what, count);
    const standing = this.#suspicion.charge(now, peer, what, count);
    if (standing === null) return;
    this.#trail.note(now, peer, 'standing', standing);
    if (standing === 'quarantined' && what !== 'equivocation')
      this.#reports.push({ culprit: peer, kind: `suspected-${what}`, provable: false, proof: new Uint8Array(0) });
  }

  /**
   * Takes a statement whose signature was verified. Returns evidence when its signer has signed the contrary for the
   * same slot; it is then also among the reports. Constant time.
   */
  witness(now: Micros, signer: NodeId, slot: Slot, statement: SignedStatement): Evidence | null {
    if (!this.#options.members.has(signer)) return null;
    const earlier = this.#statements.enter(signer, slot, statement);
    return earlier === null ? null : this.contradiction(now, signer, earlier, statement);
  }

  /** Two verified statements that the caller itself found contradicting, of different slots for example (surround votes). */
  contradiction(now: Micros, signer: NodeId, first: SignedStatement, second: SignedStatement): Evidence | null {
    const evidence = makeEvidence(this.#options.conflict, signer, first, second);
    return evidence === null || !this.#prove(now, evidence) ? null : evidence;
  }

  /** True once per message. What is old, repeated or of another epoch is charged lightly: networks repeat messages, too. */
  isFresh(now: Micros, peer: NodeId, { epoch, nonce, age }: Freshness): boolean {
    if (!this.#options.members.has(peer)) return false;
    if (epoch !== this.#epoch) return this.#notFresh(now, peer, 'wrong-epoch');
    if (age !== null && age > this.#config.replayWindowMs * 1000) return this.#notFresh(now, peer, 'stale');
    let window = this.#windows.get(peer);
    if (window === undefined) this.#windows.set(peer, (window = new ReplayWindow()));
    return window.enter(nonce) || this.#notFresh(now, peer, 'replay');
  }

  #notFresh(now: Micros, peer: NodeId, why: Suspicion): false {
    this.suspect(now, peer, why);
    return false;
  }

  /** A message of this peer is due; unless `heard` within `silenceMs`, `tick` charges it with silence. */
  expect(now: Micros, peer: NodeId): void {
    if (peer !== this.#options.self && this.#options.members.has(peer)) this.#silence.expect(now, peer);
  }

  heard(peer: NodeId): void {
    this.#silence.heard(peer);
  }

  nextDeadline(): Micros | null {
    return this.#silence.nextDeadline();
  }

  /** Charges those whose expected message has not come. */
  tick(now: Micros): void {
    for (const peer of this.#silence.due(now)) this.suspect(now, peer, 'silence');
  }

  /** Constant time; a member without a mark costs one look-up. Votes of a quarantined peer are still read, just slowly. */
  admit(now: Micros, peer: NodeId): Admission {
    return this.#suspicion.admit(now, peer);
  }

  standingOf(now: Micros, peer: NodeId): Standing {
    return this.#suspicion.standingOf(now, peer);
  }

  /** 0 for a peer without a mark; for choosing whom to ask first. */
  penaltyOf(now: Micros, peer: NodeId): number {
    return this.#suspicion.pointsOf(now, peer);
  }

  quarantined(now: Micros): readonly NodeId[] {
    return this.#suspicion.quarantined(now);
  }

  /** An operator's word: forget what this node held against the peer. Convictions stay. */
  release(now: Micros, peer: NodeId): void {
    this.#suspicion.release(peer);
    this.#trail.note(now, peer, 'released', '');
  }

  /** What is new since the last call, for `effects.evidence`. */
  takeReports(): readonly Misbehaviour[] {
    const reports = this.#reports;
    this.#reports = [];
    return reports;
  }

  // ---- accusations

  /**
   * Evidence that a peer sends. Returns what has to be verified before anything follows from it; null when there is
   * nothing to verify: malformed or no contradiction (charged to the peer), known, or too much of it at once.
   */
  accuse(now: Micros, from: NodeId, bytes: Uint8Array): Inquiry | null {
    const evidence = decodeEvidence(bytes, this.#options.conflict, this.#options.maxPayload);
    if (evidence === null) {
      this.suspect(now, from, 'false-accusation');
      return null;
    }
    if (!this.#options.members.has(evidence.culprit) || this.#isProven(evidence, bytes)) return null;
    return this.#inquiries.open(from, bytes, signedStatements(evidence));
  }

  /** The driver's answer to an inquiry. Returns the evidence when it is new and holds. */
  answer(now: Micros, id: number, valid: boolean): Evidence | null {
    const asked = this.#inquiries.close(id);
    const evidence =
      asked === null ? null : decodeEvidence(asked.bytes, this.#options.conflict, this.#options.maxPayload);
    if (asked === null || evidence === null) return null;
    this.#docket.answer(asked.bytes, valid);
    if (valid) return this.#prove(now, evidence) ? evidence : null;
    this.#trail.note(now, asked.from, 'refuted', evidence.culprit);
    this.suspect(now, asked.from, 'false-accusation');
    return null;
  }

  #isProven(evidence: Evidence, bytes: Uint8Array): boolean {
    return this.#proven.get(evidence.culprit)?.has(digestOf(bytes)) ?? false;
  }

  /** False when it says nothing new. */
  #prove(now: Micros, evidence: Evidence): boolean {
    const { culprit, offence } = evidence;
    let proven = this.#proven.get(culprit);
    if (proven === undefined) this.#proven.set(culprit, (proven = new Map()));
    const bytes = encodeEvidence(evidence);
    const key = digestOf(bytes);
    if (proven.has(key) || proven.size >= PROOFS_PER_CULPRIT) return false;
    proven.set(key, evidence);
    this.#trail.note(now, culprit, 'proven', offence, 1, bytes);
    this.#reports.push(toMisbehaviour(evidence));
    this.suspect(now, culprit, 'equivocation');
    return true;
  }

  /** All evidence that this node has verified: what a proposer may put into the log. */
  provenEvidence(): readonly Evidence[] {
    return [...this.#proven.values()].flatMap((proven) => [...proven.values()]);
  }

  // ---- what the log decided

  /**
   * An accusation that the log decided at `index`, put there by `submitter`. Returns what this node must verify before
   * the epoch can end, or null when nothing is left to verify. To be called for every decided accusation, in the order of
   * the log; several may share an index.
   */
  decide(now: Micros, index: number, submitter: NodeId, bytes: Uint8Array): Inquiry | null {
    const accusation = this.#docket.enter(index, submitter, bytes);
    if (accusation === null) return null;
    this.#trail.note(now, accusation.evidence.culprit, 'decided', accusation.evidence.offence);
    if (!this.#isProven(accusation.evidence, bytes)) return this.#inquire(submitter, bytes, accusation.evidence);
    this.#docket.answer(bytes, true);
    return null;
  }

  #inquire(from: NodeId, bytes: Uint8Array, evidence: Evidence): Inquiry {
    return this.#inquiries.openDecided(from, bytes, signedStatements(evidence));
  }

  /** Decided evidence that still waits for its answer; after `restoreDecided`, all of it. Each is asked anew. */
  openInquiries(): readonly Inquiry[] {
    return this.#docket.unanswered().map(({ submitter, bytes, evidence }) => this.#inquire(submitter, bytes, evidence));
  }

  /** True when `endEpoch` may be called. */
  get mayEndEpoch(): boolean {
    return this.#docket.unanswered().length === 0;
  }

  /**
   * The epoch is over: convicts whom decided and verified evidence names, and forgets what was said in it. Returns the
   * new convictions, the same on every correct node. Throws RangeError unless `mayEndEpoch`.
   */
  endEpoch(now: Micros): readonly Conviction[] {
    const convictions = this.#docket.endEpoch(this.#epoch);
    for (const { member, offence } of convictions) this.#trail.note(now, member, 'convicted', offence);
    this.#epoch++;
    this.#statements.clear();
    this.#silence.clear();
    this.#windows.clear();
    return convictions;
  }

  /**
   * For mechanisms whose blocks carry verified evidence of a form of their own, and whose chain itself says when a vote is lost:
   * takes over such a conviction, in place of `decide` and `endEpoch`. `proof` is for the audit trail; one too large is left out.
   */
  convict(now: Micros, conviction: Conviction, proof: Uint8Array): void {
    if (!this.#docket.convict(conviction)) return;
    const { member, offence } = conviction;
    const kept = proof.length <= this.#maxEvidence ? proof : new Uint8Array(0);
    this.#trail.note(now, member, 'convicted', offence, 1, kept);
  }

  /** All convictions so far. */
  get convictions(): readonly Conviction[] {
    return this.#docket.convictions;
  }

  /** The members whose votes count: all but the convicted. Local suspicion has no say here. */
  votingMembers(members: readonly Member[] = this.#options.members.members): readonly Member[] {
    return members.filter(({ id }) => !this.#docket.isConvicted(id));
  }

  /** Canonical bytes of all that is agreed, for snapshots and hand-over between epochs. */
  encodeDecided(): Uint8Array {
    return this.#docket.encode();
  }

  /** False, and unchanged, unless the bytes come from `encodeDecided`. Afterwards ask `openInquiries`. */
  restoreDecided(bytes: Uint8Array): boolean {
    return this.#docket.restore(bytes, this.#maxEvidence);
  }

  // ---- audit

  /** What was seen and done, oldest first. */
  auditTrail(): readonly AuditEntry[] {
    return this.#trail.entries();
  }

  exportAudit(): Uint8Array {
    return this.#trail.encode();
  }

  /** False, and unchanged, unless the bytes come from `exportAudit`. */
  restoreAudit(bytes: Uint8Array): boolean {
    return this.#trail.restore(bytes);
  }

  clone(): ByzantineGuard {
    const copy = new ByzantineGuard(this.#options);
    copy.#epoch = this.#epoch;
    copy.#suspicion = this.#suspicion.clone();
    copy.#statements = this.#statements.clone();
    copy.#silence = this.#silence.clone();
    copy.#inquiries = this.#inquiries.clone();
    copy.#docket = this.#docket.clone();
    copy.#trail = this.#trail.clone();
    for (const [peer, window] of this.#windows) copy.#windows.set(peer, window.clone());
    for (const [culprit, proven] of this.#proven) copy.#proven.set(culprit, new Map(proven));
    copy.#reports = [...this.#reports];
    return copy;
  }

  /** Adds the whole state to a fingerprint. */
  writeTo(state: StateWriter): void {
    state.varint(this.#epoch);
    for (const part of [this.#suspicion, this.#statements, this.#silence, this.#inquiries, this.#docket, this.#trail])
      part.writeTo(state);
    state.map(this.#windows, (writer, window) => {
      window.writeTo(writer);
    });
    state.map(this.#proven, (writer, proven) => void writer.set(new Set(proven.keys())));
    state.list(this.#reports, (writer, { culprit, kind }) => void writer.data([culprit, kind]));
  }
}
