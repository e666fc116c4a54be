import type {
  ConsensusMechanism,
  DurableImage,
  Effects,
  Input,
  MechanismInit,
  Micros,
  Status,
  Token,
} from '@hypersync/interface';
import type { Bundle } from '@hypersync/consensus-kit';
import { report } from './accusing.ts';
import { castSigned, countDurable, settleStep } from './casting.ts';
import { compact, installDownload, snapshotSigned } from './checkpointing.ts';
import { DESCRIPTOR } from './descriptor.ts';
import { encodeMessage } from './messages.ts';
import { admitRequest, embodyAwaiting, propose } from './normal-case.ts';
import { nextPace, pace } from './pacing.ts';
import { receive, settle } from './receiving.ts';
import { restore } from './restoring.ts';
import { makeSetup, State } from './state.ts';
import { bodyDeadline, fetchMissing } from './transfer.ts';

type TotalOrderInput = Input<'total-order'>;
type Request = Extract<TotalOrderInput, { t: 'propose' | 'read' | 'stop' }>;

/** One replica of PBFT: the border between the contract and the rules. */
export class Replica implements ConsensusMechanism<'total-order'> {
  readonly descriptor = DESCRIPTOR;
  readonly #s: State;

  private constructor(state: State) {
    this.#s = state;
  }

  static create(init: MechanismInit, image: DurableImage): Replica {
    return new Replica(new State(makeSetup(init, image), init.now));
  }

  step(now: Micros, inputs: readonly TotalOrderInput[]): Effects<'total-order'> {
    const s = this.#s;
    s.now = Math.max(s.now, now);
    s.delivered = false;
    if (!s.started) restore(s);
    installDownload(s);
    const deferred: Extract<TotalOrderInput, { t: 'message' }>[] = [];
    for (const input of inputs) {
      if (input.t !== 'message') this.#take(input);
      else if (s.guard.standingOf(s.now, input.from) === 'trusted') receive(s, input.from, input.bytes);
      else deferred.push(input);
    }
    for (const { from, bytes } of deferred) receive(s, from, bytes);
    report(s);
    s.desk.expire(s.fx, s.now);
    s.desk.flush(s.fx, s.authenticator);
    pace(s);
    propose(s);
    fetchMissing(s);
    settleStep(s);
    report(s);
    return s.fx.take();
  }

  #take(input: Exclude<TotalOrderInput, { t: 'message' }>): void {
    const s = this.#s;
    switch (input.t) {
      case 'propose':
      case 'read':
      case 'stop':
        return this.#accept(input);
      case 'durable':
        return countDurable(s, input.token);
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
      case 'time':
      case 'suspicion':
      case 'clock':
        return;
    }
  }

  /** Sheds load before it queues up: more than the cluster executes in a few round trips would only wait. */
  #accept(request: Request): void {
    const s = this.#s;
    if (request.t === 'propose' && s.desk.pending >= s.flow.admission && s.ledger.sealed === null) {
      const { session, sequence, op } = request;
      if (s.ledger.indexOf({ kind: 'append', session, sequence, value: op.value }) === null) {
        s.fx.open(request.ticket);
        return s.fx.reject(request.ticket, 'overloaded');
      }
    }
    s.desk.accept(s.fx, s.now, request, s.ledger);
  }

  #signed(token: Token, signature: Uint8Array): void {
    const s = this.#s;
    const statement = s.authenticator.signed(s.fx, token, signature);
    if (statement === null) return;
    const bundle = s.desk.signed(statement);
    if (bundle !== null) return this.#spread(bundle);
    if (!snapshotSigned(s, statement)) castSigned(s, statement);
  }

  /** Our clients' operations go to everybody once; pre-prepares only name them. */
  #spread(bundle: Bundle): void {
    const s = this.#s;
    admitRequest(s, bundle);
    const after = s.bootToken > s.durable ? s.bootToken : undefined;
    s.fx.send('all', encodeMessage({ t: 'REQUEST', bundles: [bundle] }, s.setup.shape), { lane: 'bulk', after });
    embodyAwaiting(s);
  }

  nextDeadline(): Micros | null {
    const s = this.#s;
    if (!s.started) return s.now;
    const times = [nextPace(s), s.desk.nextDeadline(), s.fetch?.until ?? null, bodyDeadline(s)];
    if (s.compaction.isComplete) times.push(s.now);
    return Math.min(...times.filter((time) => time !== null));
  }

  status(): Status<'total-order'> {
    const s = this.#s;
    const { ledger, dropped } = s;
    return {
      role: s.isPrimary ? 'primary' : 'backup',
      leader: s.primaryOf(s.view),
      term: s.view,
      position: ledger.index === 0 ? null : { class: 'total-order', epoch: s.setup.epoch, index: ledger.index },
      ready: s.started && s.active && !s.broken && ledger.sealed === null,
      detail: {
        view: s.view,
        active: s.active,
        stable: s.slots.low,
        executed: s.executed,
        assigned: s.assigned,
        logBatches: s.log.entries.length,
        snapshotIndex: s.compaction.stableIndex,
        undecided: s.pool.size,
        pending: s.desk.pending,
        failedViews: s.attempts,
        newViewRequests: s.viewStart?.keys.length ?? 0,
        transferring: s.plan !== null,
        pipelineDepth: s.flow.depth,
        batchSize: s.flow.batchSize,
        latencyMicros: s.flow.latency,
        admission: s.flow.admission,
        dropped: Object.values(dropped).reduce((sum, count) => sum + count, s.authenticator.dropped),
        droppedEpoch: dropped.epoch,
        droppedView: dropped.view,
        droppedWatermark: dropped.watermark,
        droppedSignature: dropped.signature,
        quarantined: s.guard.quarantined(s.now).length,
        proven: new Set(s.guard.provenEvidence().map(({ culprit }) => culprit)).size,
        convicted: s.guard.convictions.length,
        sealed: ledger.sealed !== null,
        broken: s.broken,
      },
    };
  }

  /** What this replica knows about the numbers between its watermarks, for invariant checks. */
  observe(): Observation {
    const s = this.#s;
    const slots = [...s.slots.all()].map(({ number, accepted, prepared, committed }) => ({
      number,
      prepared: prepared && accepted !== null ? { view: accepted.view, key: accepted.key } : null,
      committed: committed === null ? null : { view: committed.view, key: committed.key },
    }));
    const { number, digest } = s.stable.statement;
    const convicted = s.sealedTold ? s.guard.convictions.map(({ member }) => member) : null;
    return {
      slots,
      stable: { number, digest },
      start: s.viewStart,
      quarantined: s.guard.quarantined(s.now),
      convicted,
    };
  }

  fingerprint(): Uint8Array {
    return this.#s.fingerprint();
  }

  clone(): Replica {
    return new Replica(this.#s.clone());
  }
}

export interface Observation {
  readonly slots: readonly {
    readonly number: number;
    readonly prepared: { readonly view: number; readonly key: string } | null;
    readonly committed: { readonly view: number; readonly key: string } | null;
  }[];
  readonly stable: { readonly number: number; readonly digest: Uint8Array };
  /** What the current view started with; null in view 0 and between views. */
  readonly start: State['viewStart'];
  readonly quarantined: readonly string[];
  /** Whom the log has convicted at the end of the epoch; null before. */
  readonly convicted: readonly string[] | null;
}
