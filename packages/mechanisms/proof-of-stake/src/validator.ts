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
import { compact, installDownload, snapshotSigned } from './compacting.ts';
import { DESCRIPTOR } from './descriptor.ts';
import { dutySigned, tick } from './duties.ts';
import { encodeMessage } from './messages.ts';
import { admit, receive, settle } from './receiving.ts';
import { restore } from './restoring.ts';
import { makeSetup, State } from './state.ts';
import { isValidating } from './registry.ts';
import { fetchWanted, sendStatus } from './sync.ts';
import { advance, convictedIn, proposerOf } from './transition.ts';

/** One validator of Gasper (Buterin et al. 2020): the border between the contract and the rules. */
export class Validator implements ConsensusMechanism<'total-order'> {
  readonly descriptor = DESCRIPTOR;
  readonly #s: State;

  private constructor(state: State) {
    this.#s = state;
  }

  static create(init: MechanismInit, image: DurableImage): Validator {
    return new Validator(new State(makeSetup(init, image), init.now));
  }

  step(now: Micros, inputs: readonly Input<'total-order'>[]): Effects<'total-order'> {
    const s = this.#s;
    s.now = Math.max(s.now, now);
    s.delivered = false;
    if (!s.started) restore(s);
    installDownload(s);
    tick(s);
    for (const input of inputs) this.#take(input);
    for (const { from, bytes } of s.deferred.splice(0)) receive(s, from, bytes);
    s.desk.expire(s.fx, s.now);
    s.desk.flush(s.fx, s.authenticator);
    tick(s);
    fetchWanted(s);
    if (s.now >= s.heartbeatAt) sendStatus(s);
    for (const report of s.guard.takeReports()) s.fx.evidence(report);
    return s.fx.take();
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
        return;
      case 'verified':
        return settle(s, s.authenticator.verified(input.token, input.valid));
      case 'signed':
        return this.#signed(input.token, input.signature);
      case 'clock':
        s.clock.set(s.now, input.earliest, input.latest);
        return tick(s);
      case 'compact':
        return compact(s, input.index, input.state);
      case 'time':
      case 'transfer': // for other capabilities
      case 'reconfigure':
      case 'suspicion':
        return;
    }
  }

  #signed(token: Token, signature: Uint8Array): void {
    const s = this.#s;
    const statement = s.authenticator.signed(s.fx, token, signature);
    if (statement === null) return;
    const bundle = s.desk.signed(statement);
    if (bundle !== null) this.#spread(bundle);
    else if (!snapshotSigned(s, statement)) dutySigned(s, statement);
  }

  /** Our clients' operations go to everybody, since everybody will propose. */
  #spread(bundle: Bundle): void {
    const s = this.#s;
    if (!s.pool.add(bundle, s.ledger)) return;
    const after = s.bootToken > s.durable ? s.bootToken : undefined;
    s.fx.send('all', encodeMessage({ t: 'bundles', bundles: [bundle] }, s.setup.shape), { lane: 'bulk', after });
  }

  nextDeadline(): Micros | null {
    const s = this.#s;
    if (!s.started) return s.now;
    const times = [s.heartbeatAt, s.desk.nextDeadline(), ...[...s.wanted.values()].map(({ until }) => until)];
    if (s.compaction.isComplete) times.push(s.now);
    if (s.isActive && s.slot >= 0) {
      times.push(s.clock.timeOf(s.slot + 1));
      if (s.attesterChecked < s.slot) times.push(s.clock.timeOf(s.slot, 1));
    } else if (s.isActive && s.clock.isKnown) times.push(s.clock.timeOf(0));
    return Math.min(...times.filter((time) => time !== null));
  }

  status(): Status<'total-order'> {
    const s = this.#s;
    const head = s.fork.head(s.tree, s.slot);
    const slot = Math.max(0, s.slot);
    const present = advance(head.state, slot, s.rules);
    const leader = proposerOf(present, slot, s.rules);
    const { ledger, fork, tree } = s;
    return {
      role: leader === s.setup.self ? 'proposer' : 'validator',
      leader,
      term: slot,
      position: ledger.index === 0 ? null : { class: 'total-order', epoch: s.setup.epoch, index: ledger.index },
      ready: s.started && s.clock.isKnown && s.isAnchored && ledger.sealed === null,
      detail: {
        slot,
        headSlot: head.slot,
        headRoot: head.key,
        justifiedEpoch: fork.justified.epoch,
        finalizedEpoch: finalizedEpoch(s),
        finalizedSlot: tree.root.slot,
        finalizedRoot: tree.root.key,
        stalledEpochs: head.state.stalled,
        leaking: head.state.leaked.size > 0,
        validating: isValidating(present.registry, s.setup.self, present.epoch),
        validators: present.stakes.size,
        weights: [...present.stakes].map(([id, stake]) => `${id}:${stake}`).join(','),
        weightsFrom: `${present.epoch}/${present.finalized.key}`,
        requests: s.requests.size,
        convicted: convictedIn(present).join(','),
        quarantined: s.guard.quarantined(s.now).join(','),
        checkpoint: s.anchoring,
        boostedSlot: tree.get(fork.boosted ?? '')?.slot ?? -1,
        branches: tree.leaves,
        resting: !s.isActive,
        unfinalizedBlocks: tree.size - 1,
        logBlocks: s.log.length,
        checkpointIndex: s.compaction.stableIndex,
        undecidedBundles: s.pool.size,
        pending: s.desk.pending,
        dropped: s.authenticator.dropped + s.malformed,
        sealed: ledger.sealed !== null,
      },
    };
  }

  /** What this node signed last and has let go, for invariant checks: no two of an honest node may contradict each other. */
  lastSigned(): readonly Uint8Array[] {
    const { lastSigned, durable } = this.#s;
    return [...lastSigned.values()].flatMap(({ payload, token }) => (token <= durable ? [payload] : []));
  }

  fingerprint(): Uint8Array {
    return this.#s.fingerprint();
  }

  clone(): Validator {
    return new Validator(this.#s.clone());
  }
}

/** With `finalizedRoot` a checkpoint that another node can be configured with. */
function finalizedEpoch({ fork, tree, setup }: State): number {
  if (fork.finalized.key === tree.root.key) return fork.finalized.epoch;
  return Math.ceil(Math.max(0, tree.root.slot) / setup.config.slotsPerEpoch);
}
