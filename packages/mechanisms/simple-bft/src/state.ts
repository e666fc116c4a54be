import type { DurableImage, Epoch, MechanismInit, Micros, NodeId, Token } from '@hypersync/interface';
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
  type LedgerOptions,
} from '@hypersync/consensus-kit';
import { Ballots } from './ballots.ts';
import { genesisTip, type Block, type Tip } from './block.ts';
import { Chain } from './chain.ts';
import { mergeConfig, type Config } from './config.ts';
import { Journal } from './journal.ts';
import type { Message, Shape } from './messages.ts';
import { VoteBook } from './vote-book.ts';

export interface Proposal {
  readonly block: Block;
  readonly signature: Uint8Array;
}

/** One of our own statements on its way: it counts once it is signed and what it says is on disk. */
export interface Casting {
  readonly payload: Uint8Array;
  /** 0 when it was durable before this start. */
  readonly token: Token;
  signature: Uint8Array | null;
}

/** What never changes during an incarnation. */
export interface Setup {
  readonly self: NodeId;
  readonly epoch: Epoch;
  readonly table: WeightTable;
  readonly config: Config;
  readonly delta: Micros;
  readonly shape: Shape;
  readonly journal: Journal;
  /** Last decision that the application holds already. */
  readonly applied: number;
  readonly incarnation: number;
  readonly image: DurableImage;
  readonly ledger: LedgerOptions;
}

const MIB = 1024 * 1024;
/** Unverified bytes and undecided bundles held for one peer. */
const MAX_PEER_BYTES = 8 * MIB;

/** The whole state of a replica, as parts that copy and describe themselves. The rules are in the modules beside it. */
export class State {
  readonly setup: Setup;
  now: Micros;
  fx = new EffectsBuilder<'total-order'>();
  authenticator: Authenticator<'total-order'>;
  inbox = new Inbox<Message>(MAX_PEER_BYTES);
  desk: ClientDesk;
  pool = new BundlePool(MAX_PEER_BYTES);
  ledger: Ledger;
  chain: Chain;
  ballots = new Ballots();
  book: VoteBook;
  started = false;
  /** The iteration that this node is in: it has seen a block or a dummy notarized at every height it needed below. */
  iteration = 1;
  /** Since when there is something to agree on in this iteration; null while resting. */
  workSince: Micros | null = null;
  nudged = false;
  /** First proposal of each leader, by height. */
  proposals = new Map<number, Proposal>();
  casting = new Map<string, Casting>();
  durable: Token = 0;
  resendAt: Micros | null = null;
  heartbeatAt: Micros;
  served: ServingBudget;
  /** When each peer was last told where we stand, in answer to its own status. */
  answered = new Map<NodeId, Micros>();
  fetch: { readonly key: string; readonly attempt: number; readonly until: Micros } | null = null;
  /** Decisions up to here are in the application's state and are not delivered again. */
  floor: number;
  /** True once this step has delivered something. */
  delivered = false;
  compaction: Compaction;
  /** Where the chain's log starts. */
  base: { readonly ledger: Ledger; readonly tip: Tip };
  /** Heights at which we have shown that the leader proposed twice. */
  accused = new Set<number>();
  /** Names the batch that makes this incarnation's number durable; no bundle leaves before it. */
  bootToken: Token = 0;
  sealedTold = false;
  /** More than a third of the weight is provably faulty: this node stops signing. */
  broken = false;
  malformed = 0;

  constructor(setup: Setup, now: Micros) {
    const { self, epoch, table, config, shape } = setup;
    this.setup = setup;
    this.now = now;
    const genesis = genesisTip(epoch, table.members);
    this.chain = new Chain(genesis);
    this.ledger = new Ledger(setup.ledger);
    this.book = new VoteBook(table);
    this.heartbeatAt = now;
    this.floor = setup.applied;
    this.served = new ServingBudget(setup.delta, MAX_PEER_BYTES);
    this.base = { ledger: this.ledger.clone(), tip: genesis };
    this.compaction = new Compaction({ self, table, ledger: setup.ledger, patience: 4 * setup.delta });
    this.authenticator = new Authenticator({
      self,
      members: table.ids,
      domain: `simplex/1/${genesis.key.slice(0, 32)}`,
      epoch,
      maxPayload: 64,
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

  /** Round robin: every member leads once in n iterations. */
  leaderOf(height: number): NodeId {
    const { ids } = this.setup.table;
    return ids[(height + this.setup.epoch) % ids.length]!;
  }

  clone(): State {
    const copy = new State(this.setup, this.now);
    copy.fx = this.fx.clone();
    copy.authenticator = this.authenticator.clone();
    copy.inbox = this.inbox.clone();
    copy.desk = this.desk.clone();
    copy.pool = this.pool.clone();
    copy.ledger = this.ledger.clone();
    copy.chain = this.chain.clone();
    copy.ballots = this.ballots.clone();
    copy.book = this.book.clone();
    copy.started = this.started;
    copy.iteration = this.iteration;
    copy.workSince = this.workSince;
    copy.nudged = this.nudged;
    copy.proposals = new Map(this.proposals);
    copy.casting = new Map([...this.casting].map(([key, casting]) => [key, { ...casting }]));
    copy.durable = this.durable;
    copy.resendAt = this.resendAt;
    copy.heartbeatAt = this.heartbeatAt;
    copy.served = this.served.clone();
    copy.answered = new Map(this.answered);
    copy.fetch = this.fetch;
    copy.floor = this.floor;
    copy.delivered = this.delivered;
    copy.compaction = this.compaction.clone();
    copy.base = this.base;
    copy.accused = new Set(this.accused);
    copy.bootToken = this.bootToken;
    copy.sealedTold = this.sealedTold;
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
      this.desk,
      this.pool,
      this.ledger,
      this.chain,
      this.ballots,
      this.book,
      this.compaction,
      this.base.ledger,
      this.served,
    ]) {
      part.writeTo(writer);
    }
    writer.data([this.now, this.started, this.iteration, this.workSince, this.nudged, this.durable, this.resendAt]);
    writer.data([this.heartbeatAt, this.answered, this.sealedTold, this.broken, this.malformed, this.fetch]);
    writer.data([this.floor, this.delivered, this.accused]);
    writer.map(this.proposals, (w, { block }) => void w.raw(block.hash));
    writer.map(this.casting, (w, { token, signature }) => void w.data([token, signature]));
    return writer.digest();
  }
}

export function makeSetup(init: MechanismInit, image: DurableImage): Setup {
  const config = mergeConfig(init.config);
  const table = new WeightTable(init.members);
  const maxBundleBytes = config.maxValueBytes + BUNDLE_OVERHEAD + OPERATION_OVERHEAD;
  const shape = { table, limits: { maxValueBytes: config.maxValueBytes, maxBundleBytes } };
  const journal = new Journal(shape);
  return {
    self: init.self,
    epoch: init.epoch,
    table,
    config,
    delta: config.deltaMs * 1000,
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
