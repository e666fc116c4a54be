import type { DurableImage, Epoch, MechanismInit, Micros, NodeId, Token } from '@hypersync/interface';
import {
  Authenticator,
  BUNDLE_OVERHEAD,
  BundlePool,
  ClientDesk,
  Compaction,
  EffectsBuilder,
  hashKey,
  Inbox,
  Ledger,
  OPERATION_OVERHEAD,
  ServingBudget,
  StateWriter,
  WeightTable,
  type LedgerOptions,
} from '@hypersync/consensus-kit';
import { ByzantineGuard } from '@hypersync/governance';
import { AttestationPool } from './attestation-pool.ts';
import { makeCheckpoint, type Attestation, type AttestationData } from './attestation.ts';
import { genesisRoot, type Block, type Shape, type SignedBlock } from './block.ts';
import { genesisState, type ChainState } from './chain-state.ts';
import { mergeConfig, type Config } from './config.ts';
import { ForkChoice } from './fork-choice.ts';
import { SlashProtection } from './slash-protection.ts';
import { Journal } from './journal.ts';
import type { Message } from './messages.ts';
import { MAX_PAYLOAD, offenceOf } from './offences.ts';
import { isRequestDue, nextRequest, type Request } from './registry.ts';
import { SlotClock } from './slot-clock.ts';
import { advance, epochOf, type Rules } from './transition.ts';
import { BlockTree } from './tree.ts';
import { Watch } from './watch.ts';
import { trustedCheckpoint, type Anchoring, type TrustedCheckpoint } from './weak-subjectivity.ts';

/** Our own statement on its way to be signed. */
export type Casting =
  | { readonly token: Token; readonly block: Block; readonly data: null }
  | { readonly token: Token; readonly block: null; readonly data: AttestationData };

/** A message of a peer that comes after the others of its step. */
export interface Deferred {
  readonly from: NodeId;
  readonly bytes: Uint8Array;
}

/** A finalized block and, where it is a checkpoint, what made it final. */
export interface LogEntry {
  readonly signed: SignedBlock;
  /** Index of the last decision in it or below it. */
  readonly endIndex: number;
}

/** A chain we have heard of and do not have. */
export interface Wanted {
  readonly root: Uint8Array;
  readonly from: NodeId;
  /** Blocks up to this slot have come. */
  readonly after: number;
  readonly attempts: number;
  readonly until: Micros;
}

/** What never changes during an incarnation. */
export interface Setup {
  readonly self: NodeId;
  readonly epoch: Epoch;
  readonly table: WeightTable;
  readonly config: Config;
  readonly slotMicros: Micros;
  readonly rules: Rules;
  readonly trusted: TrustedCheckpoint | null;
  readonly shape: Shape;
  readonly journal: Journal;
  /** Last decision that the application holds already. */
  readonly applied: number;
  readonly incarnation: number;
  readonly image: DurableImage;
  readonly ledger: LedgerOptions;
}

const MAX_PEER_BYTES = 8 * 1024 * 1024;

/** The whole state of a validator, as parts that copy and describe themselves. The rules are in the modules beside it. */
export class State {
  readonly setup: Setup;
  now: Micros;
  fx = new EffectsBuilder<'total-order'>();
  authenticator: Authenticator<'total-order'>;
  inbox = new Inbox<Message>(MAX_PEER_BYTES);
  served: ServingBudget;
  desk: ClientDesk;
  pool = new BundlePool(MAX_PEER_BYTES);
  ledger: Ledger;
  clock: SlotClock;
  tree: BlockTree;
  fork: ForkChoice;
  watch = new Watch();
  protection = new SlashProtection();
  /** Our own view of the peers, and the proofs that we have checked. */
  guard: ByzantineGuard;
  attestations = new AttestationPool();
  /** Attestations of a slot that is not over: they weigh from the next slot on. */
  waitingVotes: Attestation[] = [];
  /** Exits and activations that are not yet scheduled. */
  requests = new Map<NodeId, Request>();
  anchoring: Anchoring;
  /** Decisions up to here are in the application's state and are not delivered again. */
  floor: number;
  /** True once this step has delivered something. */
  delivered = false;
  compaction: Compaction;
  /** Where the log starts. */
  base: { readonly ledger: Ledger; readonly state: ChainState };
  /** The finalized chain above `base`, oldest first, and the keys of its blocks. */
  log: LogEntry[] = [];
  logKeys = new Set<string>();
  started = false;
  /** The current slot as far as acted upon; -1 before the first. */
  slot = -1;
  /** Duties looked at, so that each is done once. */
  proposerChecked = -1;
  attesterChecked = -1;
  casting = new Map<string, Casting>();
  /** The newest statement of each kind that we have signed, and what must be durable before it leaves. */
  lastSigned = new Map<'attestation' | 'proposal', { readonly payload: Uint8Array; readonly token: Token }>();
  wanted = new Map<string, Wanted>();
  answered = new Map<NodeId, Micros>();
  testified = new Map<NodeId, Micros>();
  deferred: Deferred[] = [];
  durable: Token = 0;
  /** Names the batch that makes this incarnation's number durable; no bundle leaves before it. */
  bootToken: Token = 0;
  heartbeatAt: Micros;
  sealedTold = false;
  malformed = 0;

  constructor(setup: Setup, now: Micros) {
    const { self, epoch, table, config, shape, slotMicros, rules } = setup;
    this.setup = setup;
    this.now = now;
    this.heartbeatAt = now;
    const root = rules.genesis;
    const genesis = genesisState(rules);
    this.anchoring = setup.trusted === null ? 'none' : 'awaited';
    this.guard = new ByzantineGuard({ self, members: table, epoch, conflict: offenceOf, maxPayload: MAX_PAYLOAD });
    this.tree = new BlockTree(genesis);
    this.clock = new SlotClock(slotMicros, config.genesisTimeMs * 1000);
    const { slotsPerEpoch, proposerBoostPercent: boostPercent } = config;
    this.fork = new ForkChoice({ slotsPerEpoch, boostPercent }, makeCheckpoint(0, root), genesis.stakes);
    this.ledger = new Ledger(setup.ledger);
    this.floor = setup.applied;
    this.base = { ledger: this.ledger.clone(), state: genesis };
    this.compaction = new Compaction({ self, table, ledger: setup.ledger, patience: 2 * slotMicros });
    this.served = new ServingBudget(slotMicros, MAX_PEER_BYTES);
    this.authenticator = new Authenticator({
      self,
      members: table.ids,
      domain: `gasper/1/${hashKey(root).slice(0, 32)}`,
      epoch,
      maxPayload: 256,
      queuePerPeer: 4096,
      cache: 8192,
    });
    this.desk = new ClientDesk({
      self,
      epoch,
      incarnation: setup.incarnation,
      limits: shape.limits,
      maxPending: config.maxPending,
      ticketTimeout: config.ticketTimeoutMs * 1000,
    });
  }

  get rules(): Rules {
    return this.setup.rules;
  }

  epochAt(slot: number): number {
    return epochOf(slot, this.setup.config.slotsPerEpoch);
  }

  /** Something is not final yet: blocks and votes are due. Else the chain rests. */
  get isActive(): boolean {
    return (this.pool.size > 0 || this.requests.size > 0) && this.ledger.sealed === null;
  }

  /** Does our operator want us to take part? */
  get wantsToValidate(): boolean {
    return !this.setup.config.standby.split(',').includes(this.setup.self);
  }

  /** The number of the request that we have to make on the finalized chain; null for none. */
  get ownRequest(): number | null {
    const { registry } = this.tree.root.state;
    const sequence = nextRequest(registry, this.setup.self, this.wantsToValidate);
    if (sequence === null) return null;
    return this.wantsRequest({ validator: this.setup.self, sequence, signature: new Uint8Array(0) }) ? sequence : null;
  }

  /** The finalized chain would take the request, or holds it and has not given it a date. */
  wantsRequest(request: Request): boolean {
    const state = advance(this.tree.root.state, this.slot, this.rules);
    const entry = state.registry.get(request.validator);
    return entry?.sequence === request.sequence ? entry.due === null : isRequestDue(state, request, this.rules);
  }

  /** Forgets requests that have got their date, and those that nothing can come of. */
  pruneRequests(): void {
    for (const [id, request] of this.requests) if (!this.wantsRequest(request)) this.requests.delete(id);
  }

  /** False while we do not know whether our chain is the one that the operator means: nothing is signed then. */
  get isAnchored(): boolean {
    return this.anchoring === 'none' || this.anchoring === 'reached';
  }

  clone(): State {
    const copy = new State(this.setup, this.now);
    for (const part of [
      'fx',
      'authenticator',
      'inbox',
      'served',
      'desk',
      'pool',
      'ledger',
      'clock',
      'tree',
      'fork',
      'watch',
      'protection',
      'guard',
      'attestations',
      'compaction',
    ] as const) {
      Object.assign(copy, { [part]: this[part].clone() });
    }
    for (const map of ['requests', 'casting', 'lastSigned', 'wanted', 'answered', 'testified'] as const) {
      Object.assign(copy, { [map]: new Map<string, unknown>(this[map]) });
    }
    copy.waitingVotes = [...this.waitingVotes];
    copy.deferred = [...this.deferred];
    copy.anchoring = this.anchoring;
    copy.log = [...this.log];
    copy.logKeys = new Set(this.logKeys);
    copy.base = this.base;
    copy.floor = this.floor;
    copy.delivered = this.delivered;
    copy.started = this.started;
    copy.slot = this.slot;
    copy.proposerChecked = this.proposerChecked;
    copy.attesterChecked = this.attesterChecked;
    copy.durable = this.durable;
    copy.bootToken = this.bootToken;
    copy.heartbeatAt = this.heartbeatAt;
    copy.sealedTold = this.sealedTold;
    copy.malformed = this.malformed;
    return copy;
  }

  fingerprint(): Uint8Array {
    const writer = new StateWriter();
    for (const part of [
      this.fx,
      this.authenticator,
      this.inbox,
      this.served,
      this.desk,
      this.pool,
      this.ledger,
      this.clock,
      this.tree,
      this.fork,
      this.watch,
      this.protection,
      this.guard,
      this.attestations,
      this.compaction,
      this.base.ledger,
    ]) {
      part.writeTo(writer);
    }
    writer.data([this.now, this.started, this.slot, this.proposerChecked, this.attesterChecked, this.durable]);
    writer.data([this.bootToken, this.heartbeatAt, this.sealedTold, this.malformed, this.answered]);
    writer.data([this.log.at(-1)?.signed.block.root, this.log.length, this.floor, this.delivered, this.base.state.key]);
    writer.data([this.waitingVotes.map(({ signature }) => signature)]);
    writer.map(this.requests, (w, { sequence }) => void w.varint(sequence));
    writer.data([this.anchoring, this.testified]);
    writer.list(this.deferred, (w, { from, bytes }) => void w.data([from, bytes]));
    writer.map(this.lastSigned, (w, { payload, token }) => void w.data([payload, token]));
    writer.map(this.casting, (w, { token }) => void w.varint(token));
    writer.map(this.wanted, (w, { from, after, attempts, until }) => void w.data([from, after, attempts, until]));
    return writer.digest();
  }
}

export function makeSetup(init: MechanismInit, image: DurableImage): Setup {
  const config = mergeConfig(init.config);
  const table = new WeightTable(init.members);
  const maxBundleBytes = config.maxValueBytes + BUNDLE_OVERHEAD + OPERATION_OVERHEAD;
  const shape = { table, limits: { maxValueBytes: config.maxValueBytes, maxBundleBytes } };
  const journal = new Journal(shape);
  const { slotsPerEpoch, leakAfterEpochs, weighting, activationDelayEpochs, exitDelayEpochs } = config;
  const rules: Rules = {
    table,
    genesis: genesisRoot(init.epoch, table.members),
    slotsPerEpoch,
    leakAfterEpochs,
    weighting,
    activationDelayEpochs,
    exitDelayEpochs,
    memo: new WeakMap(),
  };
  return {
    self: init.self,
    epoch: init.epoch,
    table,
    config,
    slotMicros: config.slotMs * 1000,
    rules,
    trusted: trustedCheckpoint(config),
    shape,
    journal,
    applied: init.applied,
    incarnation: journal.restore(image).incarnation + 1,
    image,
    ledger: {
      epoch: init.epoch,
      mayStop: (origins) => config.stopEndorsement === 'one' || table.hasOneThird(origins),
    },
  };
}
