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
import type { Bundle } from '@hypersync/consensus-kit';
import type { AuditEntry } from '@hypersync/governance';
import { countOwnVotes, voteSigned } from './casting.ts';
import { fetchMissing } from './catch-up.ts';
import { compact, installDownload, snapshotSigned } from './checkpointing.ts';
import { DESCRIPTOR } from './descriptor.ts';
import { encodeMessage } from './messages.ts';
import { nextPace, pace, sendStatus } from './pacing.ts';
import { proposalSigned } from './proposing.ts';
import { admit, receive, settle } from './receiving.ts';
import { restore } from './restoring.ts';
import { makeSetup, State } from './state.ts';
import type { Vote } from './vote.ts';

interface Observation {
  /** The round of the last commit in the log. */
  readonly decidedRound: number;
  /** Does the proposal of this round carry a proof of lock? */
  readonly isReproposed: boolean;
  /** `culprit/offence`. */
  readonly charges: ReadonlySet<string>;
  readonly skips: number;
}

/** One replica of Tendermint (Buchman, Kwon, Milosevic 2018): the border between the contract and the rules. */
export class Replica implements ConsensusMechanism<'total-order'> {
  readonly descriptor = DESCRIPTOR;
  readonly #s: State;

  private constructor(state: State) {
    this.#s = state;
  }

  static create(init: MechanismInit, image: DurableImage): Replica {
    return new Replica(new State(makeSetup(init, image), init.now));
  }

  step(now: Micros, inputs: readonly Input<'total-order'>[]): Effects<'total-order'> {
    const s = this.#s;
    s.now = Math.max(s.now, now);
    s.delivered = false;
    if (!s.started) restore(s);
    installDownload(s);
    for (const input of inputs) this.#take(input);
    for (const { from, bytes } of s.deferred.splice(0)) receive(s, from, bytes);
    s.desk.expire(s.fx, s.now);
    s.desk.flush(s.fx, s.authenticator);
    this.#decideOn();
    fetchMissing(s);
    if (s.now >= s.heartbeatAt) sendStatus(s);
    s.guard.tick(s.now);
    for (const suspicion of s.guard.takeReports()) s.fx.evidence(suspicion);
    return s.fx.take();
  }

  /** Early mail of a height is read when it begins; what it says may decide that height at once, and so on. */
  #decideOn(): void {
    const s = this.#s;
    let height = -1;
    while (height !== s.instance.height) {
      ({ height } = s.instance);
      for (const { from, bytes } of s.early.take(height)) receive(s, from, bytes);
      pace(s);
    }
  }

  #take(input: Input<'total-order'>): void {
    const s = this.#s;
    switch (input.t) {
      case 'message':
        return admit(s, input.from, input.bytes);
      case 'propose':
      case 'read':
      case 'stop':
        return s.desk.accept(s.fx, s.now, input, s.ledger);
      case 'durable':
        s.durable = Math.max(s.durable, input.token);
        return countOwnVotes(s);
      case 'verified':
        return settle(s, s.authenticator.verified(input.token, input.valid));
      case 'signed':
        return this.#signed(input.token, input.signature);
      case 'transfer':
      case 'reconfigure':
        s.fx.open(input.ticket);
        return s.fx.reject(input.ticket, 'unsupported');
      case 'compact':
        return compact(s, input.index, input.state);
      case 'clock':
        return s.clock.set(s.now, input.earliest, input.latest);
      case 'time':
      case 'suspicion':
        return;
    }
  }

  #signed(token: Token, signature: Uint8Array): void {
    const s = this.#s;
    const statement = s.authenticator.signed(s.fx, token, signature);
    if (statement === null) return;
    const bundle = s.desk.signed(statement);
    if (bundle !== null) return this.#spread(bundle);
    if (snapshotSigned(s, statement)) return;
    voteSigned(s, statement);
    proposalSigned(s, statement);
  }

  /** Our clients' operations go to everybody, since everybody will propose. */
  #spread(bundle: Bundle): void {
    const s = this.#s;
    if (!s.pool.add(bundle, s.ledger)) return;
    const after = s.bootToken > s.durable ? s.bootToken : undefined;
    s.fx.send('all', encodeMessage({ t: 'bundles', bundles: [bundle] }, s.setup.table), { lane: 'bulk', after });
  }

  nextDeadline(): Micros | null {
    const s = this.#s;
    if (!s.started) return s.now;
    const times = [nextPace(s), s.desk.nextDeadline(), s.fetch?.until ?? null, s.heartbeatAt];
    if (s.compaction.isComplete) times.push(s.now);
    return Math.min(...times.filter((time) => time !== null));
  }

  status(): Status<'total-order'> {
    const s = this.#s;
    const { instance: i, ledger, chain, compaction } = s;
    const proposer: NodeId = i.proposer(i.round);
    return {
      role: chain.validators.has(s.setup.self) ? (proposer === s.setup.self ? 'proposer' : 'validator') : 'observer',
      leader: proposer,
      term: i.height,
      position: ledger.index === 0 ? null : { class: 'total-order', epoch: s.setup.epoch, index: ledger.index },
      ready: s.started && !s.broken && ledger.sealed === null,
      detail: {
        height: i.height,
        round: i.round,
        step: i.step,
        lockedRound: i.locked.round,
        validRound: i.valid.round,
        decidedHeight: chain.height,
        decidedId: chain.key,
        blockTime: chain.time,
        validators: chain.validators.table.size,
        members: s.setup.table.size,
        convicted: chain.convicted.join(','),
        logBlocks: s.log.size,
        checkpointIndex: compaction.stableIndex,
        quarantined: s.guard.quarantined(s.now).join(','),
        undecidedBundles: s.pool.size,
        pending: s.desk.pending,
        dropped: s.authenticator.dropped + s.dropped,
        sealed: ledger.sealed !== null,
        broken: s.broken,
      },
    };
  }

  /** For situations that searches look out for: where the last block was decided, what is proposed, who is accused of what. */
  observe(): Observation {
    const { instance: i, log, reported, skips } = this.#s;
    return {
      decidedRound: log.entries.at(-1)?.commit.round ?? 0,
      isReproposed: (i.proposals.get(i.round)?.polRound ?? -1) >= 0,
      charges: reported,
      skips,
    };
  }

  /** What this node's guard saw and did, oldest first; convictions with their proof. */
  auditTrail(): readonly AuditEntry[] {
    return this.#s.guard.auditTrail();
  }

  /** What this node has signed and made durable for the height being decided, for invariant checks. */
  ownVotes(): readonly Vote[] {
    const { instance: i, setup } = this.#s;
    return [...i.votes.all()].filter(({ voter }) => voter === setup.self).map(({ vote }) => vote);
  }

  fingerprint(): Uint8Array {
    return this.#s.fingerprint();
  }

  clone(): Replica {
    return new Replica(this.#s.clone());
  }
}
