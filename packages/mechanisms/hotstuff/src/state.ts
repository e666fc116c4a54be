import type { DurableImage, Epoch, MechanismInit, Micros, NodeId, StoreOp, Token } from '@hypersync/interface';
import {
  Authenticator,
  BUNDLE_OVERHEAD,
  BundlePool,
  ClientDesk,
  Compaction,
  EffectsBuilder,
  Inbox,
  Ledger,
  OPERATION_OVERHEAD,
  ServingBudget,
  StateWriter,
  WeightTable,
  type Bundle,
  type LedgerOptions,
} from '@hypersync/consensus-kit';
import type { ByzantineGuard } from '@hypersync/governance';
import { makeGuard, MAX_PAYLOAD } from './accountability.ts';
import { BallotBox } from './ballot-box.ts';
import { genesisQc, genesisTip, type Block, type Shape, type Tip } from './block.ts';
import { BlockTree, type Committed } from './block-tree.ts';
import type { QuorumCertificate, Statement, TimeoutCertificate } from './certificate.ts';
import { mergeConfig, type Config } from './config.ts';
import { CaseFile } from './forensics.ts';
import { Journal, type Restored } from './journal.ts';
import { LeaderSchedule } from './leaders.ts';
import type { Message } from './messages.ts';
import { SafetyRules } from './safety.ts';

export interface Proposal {
  readonly block: Block;
  readonly tc: TimeoutCertificate | null;
  /** Empty while our own is being signed. */
  readonly signature: Uint8Array;
}

/** One of our own statements on its way: it counts once it is signed and what it says is on disk. */
export interface Casting {
  readonly statement: Statement;
  /** 0 when it was durable before this start. */
  readonly token: Token;
  signature: Uint8Array | null;
}

/** That we gave up on a round, as we say it. */
export interface OwnTimeout {
  readonly round: number;
  readonly highQc: QuorumCertificate;
  readonly signature: Uint8Array;
}

/** What never changes during an incarnation. */
export interface Setup {
  readonly self: NodeId;
  readonly epoch: Epoch;
  readonly table: WeightTable;
  readonly config: Config;
  /** The time-out of a first round, in microseconds; all other times are fractions of it. */
  readonly base: Micros;
  readonly shape: Shape;
  readonly journal: Journal;
  /** Last decision that the application holds already. */
  readonly applied: number;
  readonly incarnation: number;
  readonly ledger: LedgerOptions;
  /** In scripted tests, who leads instead of the schedule. */
  readonly leaders: ((round: number) => NodeId) | null;
}

const MIB = 1024 * 1024;
/** Unverified bytes and undecided bundles held for one peer. */
const MAX_PEER_BYTES = 8 * MIB;

/** The whole state of a member, as parts that copy and describe themselves. The rules are in the modules beside it. */
export class State {
  readonly setup: Setup;
  now: Micros;
  fx = new EffectsBuilder<'total-order'>();
  authenticator: Authenticator<'total-order'>;
  /** Messages, and evidence from the chain, whose signatures are being checked. */
  inbox = new Inbox<Message | { readonly t: 'inquiry'; readonly id: number }>(MAX_PEER_BYTES);
  guard: ByzantineGuard;
  desk: ClientDesk;
  pool = new BundlePool(MAX_PEER_BYTES);
  ledger: Ledger;
  tree: BlockTree;
  safety: SafetyRules;
  schedule: LeaderSchedule;
  ballots: BallotBox;
  /** What the disk held; null once it was taken up, in the first step. */
  stored: Restored | null;
  round = 1;
  roundSince: Micros;
  /** Since when there is something to agree on; null while resting. */
  workSince: Micros | null = null;
  highQc: QuorumCertificate;
  /** Verified QCs of the last rounds that have one, whatever became of their blocks: a rival of one of them is proof. */
  recentQcs = new Map<number, QuorumCertificate>();
  /** The last TC that moved us on. */
  highTc: TimeoutCertificate | null = null;
  /** Rounds of the QC and the TC on disk, or on their way there. */
  saved = { qc: 0, tc: 0 };
  /** The last round that we gave up on, in this incarnation. */
  gaveUp = 0;
  ownTimeout: OwnTimeout | null = null;
  /** Rounds that ended by a TC since the last commit. */
  failures = 0;
  /** How often we have said again that we gave up on the round, and when we will. */
  repeats = 0;
  repeatAt: Micros | null = null;
  nudged = false;
  /** The leader's first proposal of each recent round. */
  proposals = new Map<number, Proposal>();
  /** Bundles that a proposal names and the pool does not hold. */
  fetched = new Map<string, Bundle>();
  casting = new Map<string, Casting>();
  durable: Token = 0;
  heartbeatAt: Micros;
  heartbeats = 0;
  served: ServingBudget;
  /** When each peer was last told where we stand because of what it said. */
  answered = new Map<NodeId, Micros>();
  fetch: { readonly key: string; readonly attempt: number; readonly until: Micros } | null = null;
  want: { readonly key: string; readonly attempt: number; readonly until: Micros } | null = null;
  /** Decisions up to here are in the application's state and are not delivered again. */
  floor: number;
  /** True once this step has delivered something. */
  delivered = false;
  /** What committed the tip: shown to those who lag behind. Null at genesis and after a snapshot. */
  commitment: Pick<Committed, 'above' | 'qc'> | null = null;
  compaction: Compaction;
  /** Where the tree's log starts. */
  base: { readonly ledger: Ledger; readonly tip: Tip; readonly schedule: LeaderSchedule; readonly decided: Uint8Array };
  /** Names the batch that makes this incarnation's number durable; `early` bundles of ours wait for it. */
  bootToken: Token = 0;
  early: readonly Bundle[] = [];
  sealedTold = false;
  /** TCs that we voted after, by round: what others may ask for after a fork. */
  justifications = new Map<number, TimeoutCertificate>();
  /** Certificates of others that our history does not hold, shown after a fork. */
  shown = new CaseFile();
  /** Two histories are certified: the round from which we show our certificates, and how often we have. */
  disputedFrom: number | null = null;
  testified = 0;
  /** More than a third of the weight is provably faulty: this member stops signing. */
  broken = false;
  malformed = 0;

  constructor(setup: Setup, now: Micros, stored: Restored | null) {
    const { self, epoch, table, config, shape, base } = setup;
    this.setup = setup;
    this.stored = stored;
    this.now = now;
    const { genesis } = shape;
    this.tree = new BlockTree(genesis);
    this.highQc = genesisQc(genesis);
    this.safety = new SafetyRules(config.chainLength);
    this.schedule = new LeaderSchedule(table, epoch);
    this.ledger = new Ledger(setup.ledger);
    this.ballots = new BallotBox(table);
    this.guard = makeGuard(setup);
    this.roundSince = now;
    this.heartbeatAt = now;
    this.floor = setup.applied;
    this.served = new ServingBudget(base, MAX_PEER_BYTES);
    this.base = {
      ledger: this.ledger.clone(),
      tip: genesis,
      schedule: this.schedule.clone(),
      decided: this.guard.encodeDecided(),
    };
    this.compaction = new Compaction({ self, table, ledger: setup.ledger, patience: 2 * base });
    this.authenticator = new Authenticator({
      self,
      members: table.ids,
      domain: `hotstuff/1/${genesis.key.slice(0, 32)}`,
      epoch,
      maxPayload: MAX_PAYLOAD,
      queuePerPeer: 4096,
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

  leaderOf(round: number): NodeId {
    return this.setup.leaders?.(round) ?? this.schedule.leaderOf(round);
  }

  get isSilent(): boolean {
    return this.broken || this.ledger.sealed !== null;
  }

  /** What must be written beside a vote or a time-out: the certificates that it rests on, where the disk has older ones. */
  unsavedCertificates(): StoreOp[] {
    const { journal } = this.setup;
    const writes: StoreOp[] = [];
    if (this.highQc.round > this.saved.qc) writes.push(journal.highQc(this.highQc));
    if (this.highTc !== null && this.highTc.round > this.saved.tc) writes.push(journal.highTc(this.highTc));
    this.saved = { qc: this.highQc.round, tc: this.highTc?.round ?? 0 };
    return writes;
  }

  clone(): State {
    const copy = new State(this.setup, this.now, this.stored);
    copy.fx = this.fx.clone();
    copy.authenticator = this.authenticator.clone();
    copy.inbox = this.inbox.clone();
    copy.guard = this.guard.clone();
    copy.desk = this.desk.clone();
    copy.pool = this.pool.clone();
    copy.ledger = this.ledger.clone();
    copy.tree = this.tree.clone();
    copy.safety = this.safety.clone();
    copy.schedule = this.schedule.clone();
    copy.ballots = this.ballots.clone();
    copy.round = this.round;
    copy.roundSince = this.roundSince;
    copy.workSince = this.workSince;
    copy.highQc = this.highQc;
    copy.recentQcs = new Map(this.recentQcs);
    copy.highTc = this.highTc;
    copy.saved = this.saved;
    copy.gaveUp = this.gaveUp;
    copy.ownTimeout = this.ownTimeout;
    copy.failures = this.failures;
    copy.repeats = this.repeats;
    copy.repeatAt = this.repeatAt;
    copy.nudged = this.nudged;
    copy.proposals = new Map(this.proposals);
    copy.fetched = new Map(this.fetched);
    copy.casting = new Map([...this.casting].map(([key, casting]) => [key, { ...casting }]));
    copy.durable = this.durable;
    copy.heartbeatAt = this.heartbeatAt;
    copy.heartbeats = this.heartbeats;
    copy.served = this.served.clone();
    copy.answered = new Map(this.answered);
    copy.fetch = this.fetch;
    copy.want = this.want;
    copy.floor = this.floor;
    copy.delivered = this.delivered;
    copy.commitment = this.commitment;
    copy.compaction = this.compaction.clone();
    copy.base = this.base;
    copy.bootToken = this.bootToken;
    copy.early = this.early;
    copy.sealedTold = this.sealedTold;
    copy.justifications = new Map(this.justifications);
    copy.shown = this.shown.clone();
    copy.disputedFrom = this.disputedFrom;
    copy.testified = this.testified;
    copy.broken = this.broken;
    copy.malformed = this.malformed;
    return copy;
  }

  fingerprint(): Uint8Array {
    const writer = new StateWriter();
    for (const part of [
      this.fx,
      this.authenticator,
      this.inbox,
      this.guard,
      this.desk,
      this.pool,
      this.ledger,
      this.tree,
      this.safety,
      this.schedule,
      this.ballots,
      this.compaction,
      this.base.ledger,
      this.served,
      this.shown,
    ]) {
      part.writeTo(writer);
    }
    writer.data([this.now, this.stored === null, this.round, this.roundSince, this.workSince, this.durable]);
    writer.data([
      this.highQc.id,
      this.highTc?.round,
      this.saved,
      this.gaveUp,
      this.ownTimeout?.round,
      this.repeats,
      this.failures,
    ]);
    writer.data([
      this.repeatAt,
      this.nudged,
      this.commitment?.qc.id,
      this.heartbeatAt,
      this.heartbeats,
      this.answered,
      this.fetch,
      this.want,
    ]);
    writer.data([
      this.floor,
      this.delivered,
      this.bootToken,
      this.early.length,
      this.sealedTold,
      this.broken,
      this.malformed,
      this.disputedFrom,
      this.testified,
    ]);
    writer.map(this.justifications, (w, { highRound }) => void w.varint(highRound));
    writer.map(this.proposals, (w, { block, tc }) => void w.raw(block.id).data(tc?.highRound));
    writer.set(new Set(this.fetched.keys()));
    writer.map(this.recentQcs, (w, { key }) => void w.string(key));
    writer.map(this.casting, (w, { token, signature }) => void w.data([token, signature]));
    return writer.digest();
  }
}

/** The state in which a member starts, before its first step. */
export function makeState(init: MechanismInit, image: DurableImage, leaders: Setup['leaders'] = null): State {
  const shape = makeShape(init);
  const stored = new Journal(shape).restore(image);
  return new State(makeSetup(init, shape, stored.incarnation + 1, leaders), init.now, stored);
}

export function makeShape(init: MechanismInit): Shape {
  const { maxValueBytes, chainLength } = mergeConfig(init.config);
  const table = new WeightTable(init.members);
  const maxBundleBytes = maxValueBytes + BUNDLE_OVERHEAD + OPERATION_OVERHEAD;
  const genesis = genesisTip(init.epoch, table.members, chainLength);
  return { table, genesis, limits: { maxValueBytes, maxBundleBytes } };
}

function makeSetup(init: MechanismInit, shape: Shape, incarnation: number, leaders: Setup['leaders']): Setup {
  const config = mergeConfig(init.config);
  const { table } = shape;
  return {
    self: init.self,
    epoch: init.epoch,
    table,
    config,
    base: config.baseTimeoutMs * 1000,
    shape,
    journal: new Journal(shape),
    applied: init.applied,
    incarnation,
    ledger: {
      epoch: init.epoch,
      mayStop: (origins) => config.stopEndorsement === 'one' || table.hasOneThird(origins),
    },
    leaders,
  };
}
