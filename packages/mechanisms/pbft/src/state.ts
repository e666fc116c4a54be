import type { DurableImage, Epoch, MechanismInit, Member, Micros, NodeId, StoreOp, Token } from '@hypersync/interface';
import {
  Authenticator,
  BUNDLE_OVERHEAD,
  BundlePool,
  ByteWriter,
  ClientDesk,
  Compaction,
  EffectsBuilder,
  hashKey,
  Inbox,
  Ledger,
  OPERATION_OVERHEAD,
  ServingBudget,
  sha256,
  StateWriter,
  WeightTable,
  type LedgerOptions,
  type Signed,
} from '@hypersync/consensus-kit';
import type { ByzantineGuard, Suspicion } from '@hypersync/governance';
import { makeGuard } from './accusing.ts';
import { NULL_DIGEST, type Batch } from './batch.ts';
import { mergeConfig, type Config } from './config.ts';
import { Expectation } from './expectation.ts';
import { FlowControl } from './flow-control.ts';
import { Journal } from './journal.ts';
import { ExecutedLog } from './log.ts';
import type { Message, Shape } from './messages.ts';
import { BatchStore, Slots } from './slots.ts';
import { makeCertificate, type Phase, type StableCheckpoint } from './statements.ts';
import type { NewView, ViewChange } from './view-change.ts';

/** What never changes during an incarnation. */
export interface Setup {
  readonly self: NodeId;
  readonly epoch: Epoch;
  readonly table: WeightTable;
  readonly config: Config;
  /** Of an empty log; binds it to this epoch and to exactly these members. */
  readonly genesis: Uint8Array;
  readonly shape: Shape;
  readonly journal: Journal;
  /** Last decision that the application holds already. */
  readonly applied: number;
  readonly incarnation: number;
  readonly image: DurableImage;
  readonly ledger: LedgerOptions;
}

/** A statement of ours that leaves once it is signed and what it says is on disk. */
export type Cast =
  | { readonly t: Phase; readonly view: number; readonly number: number; readonly digest: Uint8Array }
  | { readonly t: 'CHECKPOINT'; readonly number: number; readonly digest: Uint8Array }
  | { readonly t: 'VIEW-CHANGE'; readonly change: ViewChange }
  | { readonly t: 'NEW-VIEW'; readonly newView: NewView };

/** What is known to stand in the log that this replica has not reached: as a stable checkpoint says, or somebody honest. */
export interface TransferPlan {
  /** Number of the first digest. */
  readonly first: number;
  readonly digests: readonly Uint8Array[];
}

export interface CheckpointVote {
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
  /** Our own: durable before it leaves. */
  readonly token: Token;
}

/** Two signed statements of one member that may contradict each other. */
export interface Conflict {
  readonly t: 'CONFLICT';
  readonly first: Signed;
  readonly second: Signed;
}

/** Evidence that the log holds; the guard knows it by this number. */
export interface Inquired {
  readonly t: 'INQUIRY';
  readonly id: number;
}

/** Why a message was dropped, and what that says of its sender: null where an honest one may well have sent it. */
const DROPS = {
  malformed: 'malformed',
  stranger: null,
  quarantine: null,
  epoch: 'wrong-epoch',
  view: null,
  watermark: null,
  signature: 'bad-signature',
  flood: 'flood',
} as const satisfies Record<string, Suspicion | null>;
export type DropReason = keyof typeof DROPS;

/** Unverified bytes and undecided requests held for one peer. */
const MAX_PEER_BYTES = 8 * 1024 * 1024;

/** The whole state of a replica, as parts that copy and describe themselves. The rules are in the modules beside it. */
export class State {
  readonly setup: Setup;
  now: Micros;
  fx = new EffectsBuilder<'total-order'>();
  authenticator: Authenticator<'total-order'>;
  inbox = new Inbox<Message | Conflict | Inquired>(MAX_PEER_BYTES);
  desk: ClientDesk;
  pool = new BundlePool(MAX_PEER_BYTES);
  ledger: Ledger;
  slots: Slots;
  batches = new BatchStore();
  log: ExecutedLog;
  compaction: Compaction;
  flow: FlowControl;
  expectation: Expectation;
  guard: ByzantineGuard;
  served: ServingBudget;
  /** Whom this replica has accused in this epoch: once suffices. */
  accused = new Set<NodeId>();
  /** The ledger, and what was decided of misbehaviour, where the log starts that the next snapshot is made from. */
  base: {
    readonly number: number;
    readonly chain: Uint8Array;
    readonly ledger: Ledger;
    readonly decided: Uint8Array;
  };
  stable: StableCheckpoint;
  /** Votes for checkpoints above the stable one: number, then member. */
  checkpoints = new Map<number, Map<NodeId, CheckpointVote>>();
  started = false;
  view = 0;
  /** False between leaving a view and entering the next. */
  active = true;
  /** Views that failed in a row; the time-out doubles with each. */
  attempts = 0;
  /** Latest of each member. */
  changes = new Map<NodeId, ViewChange>();
  /** When the wait for a NEW-VIEW ends; null while too few want one. */
  viewDeadline: Micros | null = null;
  /** As primary: what we have signed, or are about to sign, for this view. */
  offered: NewView | null = null;
  /** What started the current view; null in view 0. */
  newView: NewView | null = null;
  /** The last ones, oldest first: for disputes. */
  newViews: readonly NewView[] = [];
  /** When we may show each peer again what made us decide, and when it last showed us. */
  disputes = new Map<NodeId, { readonly until: Micros; readonly doublings: number }>();
  accounted = new Map<NodeId, Micros>();
  /** True in a step that leaves or enters a view, and the batch on disk that says so. */
  viewChanged = false;
  viewToken: Token = 0;
  /** The same in short: the digests, by key, at stable + 1, stable + 2, ... */
  viewStart: { readonly view: number; readonly stable: number; readonly keys: readonly string[] } | null = null;
  /** True in the step in which we, as primary, enter the view that we have opened. */
  spread = false;
  /** Numbers up to here were decided upon by the NEW-VIEW; the primary may not assign them. */
  newViewHigh = 0;
  /** The highest number with a pre-prepare in this view. */
  assigned = 0;
  /** As primary or backup: requests in batches accepted and not executed, by key. */
  inFlight = new Set<string>();
  /** Numbers whose batch lacks its body, with the time at which they were accepted. */
  awaiting = new Map<number, Micros>();
  /** Since when the oldest undecided request of each origin waits for its turn. */
  heads = new Map<NodeId, Micros>();
  plan: TransferPlan | null = null;
  /** How far each peer says that it is. */
  claims = new Map<NodeId, { readonly executed: number; readonly chain: Uint8Array }>();
  /** Bodies that came for numbers not executed yet and without a slot of their own, by key. */
  fetched = new Map<string, Batch>();
  fetch: { readonly key: string; readonly attempt: number; readonly until: Micros } | null = null;
  resendAt: Micros | null = null;
  heartbeatAt: Micros;
  /** When each peer was last told where we stand, in answer to its own status. */
  answered = new Map<NodeId, Micros>();
  /** Statements to cast and writes to make at the end of this step, in one batch. */
  outbox: Cast[] = [];
  writes: StoreOp[] = [];
  /** Statements being signed, by key. */
  casting = new Map<string, { readonly cast: Cast; readonly token: Token }>();
  /** Own commits that are not durable yet. */
  unsettled: { readonly number: number; readonly view: number; readonly token: Token }[] = [];
  durable: Token = 0;
  /** Names the batch that makes this incarnation's number durable; no request leaves before it. */
  bootToken: Token = 0;
  /** Decisions up to here are in the application's state and are not delivered again. */
  floor: number;
  /** As primary: how long requests wait for company before they are proposed; null while none do. */
  heldUntil: Micros | null = null;
  /** True once this step has delivered something. */
  delivered = false;
  sealedTold = false;
  /** More than a third of the weight is provably faulty: this replica stops signing. */
  broken = false;
  dropped = Object.fromEntries(Object.keys(DROPS).map((reason) => [reason, 0])) as Record<DropReason, number>;

  constructor(setup: Setup, now: Micros) {
    const { self, epoch, table, config, shape, genesis } = setup;
    this.setup = setup;
    this.now = now;
    this.slots = new Slots(config.watermarkWindow);
    this.log = new ExecutedLog(0, genesis);
    this.ledger = new Ledger(setup.ledger);
    this.stable = makeCertificate({ t: 'CHECKPOINT', number: 0, digest: genesis }, new Map());
    this.heartbeatAt = now;
    this.floor = setup.applied;
    this.flow = new FlowControl(config);
    this.expectation = new Expectation(config, table.size);
    this.guard = makeGuard(setup);
    this.base = { number: 0, chain: genesis, ledger: this.ledger.clone(), decided: this.guard.encodeDecided() };
    this.served = new ServingBudget(config.retransmitMs * 1000, MAX_PEER_BYTES);
    this.compaction = new Compaction({ self, table, ledger: setup.ledger, patience: 4000 * config.retransmitMs });
    this.authenticator = new Authenticator({
      self,
      members: table.ids,
      domain: `pbft/1/${hashKey(genesis).slice(0, 32)}`,
      epoch,
      maxPayload: 64,
      queuePerPeer: 16_384,
      cache: 4096,
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

  /** p = v mod |R|. */
  primaryOf(view: number): NodeId {
    const { ids } = this.setup.table;
    return ids[view % ids.length]!;
  }

  get isPrimary(): boolean {
    return this.primaryOf(this.view) === this.setup.self;
  }

  /** The last number executed. */
  get executed(): number {
    return this.log.executed;
  }

  /** May this replica still say something new? */
  get speaks(): boolean {
    return !this.broken;
  }

  get signs(): boolean {
    return this.setup.config.authentication === 'signatures';
  }

  /** Counts a dropped message, and charges it to the peer that sent it where no honest one sends such. */
  drop(reason: DropReason, from: NodeId): void {
    this.dropped[reason]++;
    const suspicion = DROPS[reason];
    if (suspicion !== null) this.guard.suspect(this.now, from, suspicion);
  }

  clone(): State {
    const copy = new State(this.setup, this.now);
    for (const part of PARTS) Object.assign(copy, { [part]: this[part].clone() });
    for (const field of FIELDS) Object.assign(copy, { [field]: this[field] });
    copy.checkpoints = new Map([...this.checkpoints].map(([number, votes]) => [number, new Map(votes)]));
    copy.changes = new Map(this.changes);
    copy.inFlight = new Set(this.inFlight);
    copy.accused = new Set(this.accused);
    copy.awaiting = new Map(this.awaiting);
    copy.heads = new Map(this.heads);
    copy.disputes = new Map(this.disputes);
    copy.accounted = new Map(this.accounted);
    copy.claims = new Map(this.claims);
    copy.fetched = new Map(this.fetched);
    copy.answered = new Map(this.answered);
    copy.outbox = [...this.outbox];
    copy.writes = [...this.writes];
    copy.casting = new Map(this.casting);
    copy.unsettled = [...this.unsettled];
    copy.dropped = { ...this.dropped };
    return copy;
  }

  fingerprint(): Uint8Array {
    const state = new StateWriter(4096);
    for (const part of PARTS) this[part].writeTo(state);
    this.base.ledger.writeTo(state);
    state.data([this.now, this.started, this.view, this.active, this.attempts, this.viewDeadline, this.assigned]);
    state.data([
      this.base.number,
      this.base.decided,
      this.stable.key,
      this.offered?.digest,
      this.newView?.digest,
      this.plan?.first,
      this.plan?.digests.length,
    ]);
    state.data([this.fetch, this.resendAt, this.heartbeatAt, this.durable, this.bootToken, this.floor]);
    state.data([this.delivered, this.heldUntil, this.sealedTold, this.broken, this.dropped]);
    state.data([
      this.inFlight,
      this.accused,
      this.awaiting,
      this.heads,
      this.answered,
      this.unsettled,
      this.disputes,
      this.accounted,
    ]);
    state.set(new Set(this.fetched.keys())).data([this.spread, this.newViewHigh]);
    state.map(this.claims, (w, { executed, chain }) => void w.data([executed, chain]));
    state.map(this.checkpoints, (w, votes) => void w.map(votes, (w2, { digest }) => void w2.raw(digest)));
    state.map(this.changes, (w, { view, digest }) => void w.data([view, digest]));
    state.map(this.casting, (w, { token }) => void w.varint(token));
    return state.digest();
  }
}

const PARTS = [
  'fx',
  'authenticator',
  'inbox',
  'desk',
  'pool',
  'ledger',
  'slots',
  'batches',
  'log',
  'compaction',
  'flow',
  'expectation',
  'guard',
  'served',
] as const satisfies readonly (keyof State)[];

/** What is replaced as a whole when it changes. */
const FIELDS = [
  'base',
  'stable',
  'started',
  'view',
  'active',
  'attempts',
  'viewDeadline',
  'offered',
  'newView',
  'newViews',
  'viewStart',
  'viewChanged',
  'viewToken',
  'spread',
  'heldUntil',
  'newViewHigh',
  'assigned',
  'plan',
  'fetch',
  'resendAt',
  'heartbeatAt',
  'durable',
  'bootToken',
  'floor',
  'delivered',
  'sealedTold',
  'broken',
] as const satisfies readonly (keyof State)[];

function genesisOf(epoch: Epoch, members: readonly Member[]): Uint8Array {
  const writer = new ByteWriter(256).string('pbft-genesis').varint(epoch);
  writer.list(members, (w, { id, weight }) => void w.string(id).varint(weight));
  return sha256(writer.raw(NULL_DIGEST).finish());
}

export function makeSetup(init: MechanismInit, image: DurableImage): Setup {
  const config = mergeConfig(init.config);
  const table = new WeightTable(init.members);
  const maxBundleBytes = config.maxValueBytes + BUNDLE_OVERHEAD + OPERATION_OVERHEAD;
  const limits = { maxValueBytes: config.maxValueBytes, maxBundleBytes };
  const { maxBatchBytes, watermarkWindow: window } = config;
  const shape = { epoch: init.epoch, table, limits, maxBatchBytes, window };
  const journal = new Journal(shape);
  return {
    self: init.self,
    epoch: init.epoch,
    table,
    config,
    genesis: genesisOf(init.epoch, table.members),
    shape,
    journal,
    applied: init.applied,
    incarnation: journal.incarnationIn(image) + 1,
    image,
    ledger: {
      epoch: init.epoch,
      mayStop: (origins) => config.stopEndorsement === 'one' || table.hasOneThird(origins),
    },
  };
}
