import type {
  ConsensusMechanism,
  DurableImage,
  Effects,
  Input,
  MechanismInit,
  Micros,
  NodeId,
  Status,
  Token,
} from '@hypersync/interface';
import type { FullBlock } from './block.ts';
import type { QuorumCertificate } from './certificate.ts';
import { fetchMissing } from './catch-up.ts';
import { compact, installDownload, snapshotSigned } from './checkpointing.ts';
import { DESCRIPTOR } from './descriptor.ts';
import { encodeMessage, type SignedVote } from './messages.ts';
import { heartbeat, nextPace, pace, recordTimeout, timeoutSigned } from './pacemaker.ts';
import { takeBundle, wantMissing } from './payload.ts';
import { proposalSigned } from './proposing.ts';
import { receive, settle } from './receiving.ts';
import { restore } from './restoring.ts';
import type { SafetyRecord } from './safety.ts';
import { makeState, type State } from './state.ts';
import { consider, recordVote, sendVote, takeSignature } from './voting.ts';

interface Observation {
  readonly votes: readonly SignedVote[];
  readonly safety: SafetyRecord;
  readonly gaveUp: number;
  /** Rounds of the committed tip and of the blocks whose QC committed it. */
  readonly commitment: readonly number[] | null;
  readonly highQc: QuorumCertificate;
  readonly blocks: Iterable<FullBlock>;
}

/** One member: the border between the contract and the rules. */
export class Replica implements ConsensusMechanism<'total-order'> {
  readonly descriptor = DESCRIPTOR;
  readonly #s: State;

  private constructor(state: State) {
    this.#s = state;
  }

  /** `leaders` takes the place of the leader schedule in scripted tests. */
  static create(init: MechanismInit, image: DurableImage, leaders?: (round: number) => NodeId): Replica {
    return new Replica(makeState(init, image, leaders));
  }

  step(now: Micros, inputs: readonly Input<'total-order'>[]): Effects<'total-order'> {
    const s = this.#s;
    s.now = Math.max(s.now, now);
    s.delivered = false;
    restore(s);
    installDownload(s);
    this.#takeAll(inputs);
    s.desk.expire(s.fx, s.now);
    s.desk.flush(s.fx, s.authenticator);
    consider(s);
    pace(s);
    wantMissing(s);
    fetchMissing(s);
    heartbeat(s);
    for (const report of s.guard.takeReports()) s.fx.evidence(report);
    return s.fx.take();
  }

  /** Peers that the guard holds something against come after the others, or not at all. */
  #takeAll(inputs: readonly Input<'total-order'>[]): void {
    const s = this.#s;
    const deferred: Input<'total-order'>[] = [];
    for (const input of inputs) {
      const admission = input.t === 'message' ? s.guard.admit(s.now, input.from) : 'process';
      if (admission === 'process') this.#take(input);
      else if (admission === 'defer') deferred.push(input);
      else s.malformed++;
    }
    for (const input of deferred) this.#take(input);
  }

  #take(input: Input<'total-order'>): void {
    const s = this.#s;
    switch (input.t) {
      case 'message':
        return receive(s, input.from, input.bytes);
      case 'propose':
      case 'read':
      case 'stop':
        return s.desk.accept(s.fx, s.now, input, s.ledger);
      case 'durable':
        s.durable = Math.max(s.durable, input.token);
        this.#spread();
        return this.#countOwn();
      case 'verified':
        return settle(s, s.authenticator.verified(input.token, input.valid));
      case 'signed':
        return this.#signed(input.token, input.signature);
      case 'compact':
        return compact(s, input.index, input.state);
      case 'transfer':
      case 'reconfigure':
        s.fx.open(input.ticket);
        return s.fx.reject(input.ticket, 'unsupported');
      case 'time':
      case 'suspicion':
      case 'clock':
        return;
    }
  }

  #signed(token: Token, signature: Uint8Array): void {
    const s = this.#s;
    const signed = s.authenticator.signed(s.fx, token, signature);
    if (signed === null) return;
    const bundle = s.desk.signed(signed);
    if (bundle !== null) {
      s.early = [...s.early, bundle];
      return this.#spread();
    }
    if (snapshotSigned(s, signed)) return;
    const casting = takeSignature(s, signed);
    if (casting === null) return;
    const { statement } = casting;
    if (statement.kind === 'proposal') proposalSigned(s, statement, casting);
    else if (statement.kind === 'vote') sendVote(s, statement, casting);
    else timeoutSigned(s, statement.round, casting);
    this.#countOwn();
  }

  /** What we say counts only once it is durable, or a certificate could carry what a crash makes us forget. */
  #countOwn(): void {
    const s = this.#s;
    for (const [key, { statement, token, signature }] of s.casting) {
      if (signature === null || token > s.durable) continue;
      s.casting.delete(key);
      if (statement.kind === 'vote') recordVote(s, s.setup.self, { vote: statement, signature });
      else if (statement.kind === 'timeout') {
        recordTimeout(s, statement.round, { signer: s.setup.self, highRound: statement.highRound, signature });
      }
    }
  }

  /**
   * Our clients' operations go to everybody, since everybody will lead: once the number of this incarnation is on disk, or
   * the next one could give their names to others.
   */
  #spread(): void {
    const s = this.#s;
    if (s.bootToken > s.durable) return;
    for (const bundle of s.early) {
      takeBundle(s, bundle);
      s.fx.send('all', encodeMessage({ t: 'batch', bundles: [bundle] }, s.setup.table), { lane: 'bulk' });
    }
    s.early = [];
  }

  nextDeadline(): Micros | null {
    const s = this.#s;
    if (s.stored !== null) return s.now;
    const times = [nextPace(s), s.desk.nextDeadline(), s.fetch?.until ?? null, s.want?.until ?? null, s.heartbeatAt];
    if (s.compaction.isComplete) times.push(s.now);
    return Math.min(...times.filter((time) => time !== null));
  }

  status(): Status<'total-order'> {
    const s = this.#s;
    const { ledger, tree, compaction, safety, setup } = s;
    const leader = s.leaderOf(s.round);
    return {
      role: leader === setup.self ? 'leader' : 'replica',
      leader,
      term: s.round,
      position: ledger.index === 0 ? null : { class: 'total-order', epoch: setup.epoch, index: ledger.index },
      ready: s.stored === null && !s.isSilent,
      detail: {
        round: s.round,
        chainLength: setup.config.chainLength,
        committedRound: tree.tip.round,
        committedHeight: tree.tip.height,
        committedId: tree.tip.key,
        highQcRound: s.highQc.round,
        lastVotedRound: safety.record.lastVotedRound,
        preferredRound: safety.record.preferredRound,
        skippedLeaders: s.schedule.skippedIn(s.round).join(' '),
        resting: s.workSince === null,
        logBlocks: tree.log.length,
        openBlocks: tree.size,
        checkpointIndex: compaction.stableIndex,
        undecidedBundles: s.pool.size,
        pending: s.desk.pending,
        quarantined: s.guard.quarantined(s.now).length,
        proven: new Set(s.guard.provenEvidence().map(({ culprit }) => culprit)).size,
        convicted: s.guard.convictions.map(({ member }) => member).join(' '),
        dropped: s.authenticator.dropped + s.malformed,
        sealed: ledger.sealed !== null,
        broken: s.broken,
      },
    };
  }

  /** Whom the log convicts at the end of the epoch; null before. */
  get convictedAtEnd(): readonly NodeId[] | null {
    return this.#s.sealedTold ? this.#s.guard.convictions.map(({ member }) => member) : null;
  }

  /** False until the first step, which takes up what the disk holds. */
  get isStarted(): boolean {
    return this.#s.stored === null;
  }

  /** For invariant checks, beside the status: our recent votes that count, our highest QC, the blocks above the tip. */
  observe(): Observation {
    const { ballots, commitment, gaveUp, highQc, tree, round, safety, setup } = this.#s;
    return {
      votes: [round - 2, round - 1, round].flatMap((r) => ballots.voteOf(setup.self, r) ?? []),
      safety: safety.record,
      gaveUp,
      commitment: commitment === null ? null : [tree.tip.round, ...commitment.above.map(({ block }) => block.round)],
      highQc,
      blocks: tree.blocks,
    };
  }

  fingerprint(): Uint8Array {
    return this.#s.fingerprint();
  }

  clone(): Replica {
    return new Replica(this.#s.clone());
  }
}
