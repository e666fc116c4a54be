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
import { ByzantineGuard } from '@hypersync/governance';
import { ChainState } from './chain-state.ts';
import { mergeConfig, type Config } from './config.ts';
import { DecidedLog } from './decided-log.ts';
import { EarlyMail } from './early-mail.ts';
import { offenceOf } from './evidence.ts';
import type { HeightVotes } from './height-votes.ts';
import { Instance } from './instance.ts';
import { Journal } from './journal.ts';
import type { Message, Shape } from './messages.ts';
import { SignState } from './sign-state.ts';
import { MAX_STATEMENT, readStatement } from './vote.ts';
import { WallClock } from './wall-clock.ts';

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
  /** All members, with or without a vote. */
  readonly table: WeightTable;
  readonly config: Config;
  readonly shape: Shape;
  readonly journal: Journal;
  /** Last decision that the application holds already. */
  readonly applied: number;
  readonly incarnation: number;
  readonly image: DurableImage;
  readonly ledger: LedgerOptions;
  readonly genesis: ChainState;
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
  early: EarlyMail;
  desk: ClientDesk;
  pool = new BundlePool(MAX_PEER_BYTES);
  ledger: Ledger;
  chain: ChainState;
  log: DecidedLog;
  instance: Instance;
  /** Votes of heights decided lately, for the evidence in them; oldest first. */
  past = new Map<number, HeightVotes>();
  signState = new SignState();
  casting = new Map<string, Casting>();
  /** Verified proofs of misbehaviour that the chain does not hold yet, by culprit. */
  evidence = new Map<NodeId, Uint8Array>();
  /** What was reported to the driver: culprit, offence. */
  reported = new Set<string>();
  clock = new WallClock();
  /** This node's own view of its peers: slows and de-prioritises, takes no vote away. That is the chain's business. */
  guard: ByzantineGuard;
  /** Messages of peers under suspicion, read after all others of the step. */
  deferred: { readonly from: NodeId; readonly bytes: Uint8Array }[] = [];
  started = false;
  /** The next height does not begin before. */
  restUntil: Micros;
  durable: Token = 0;
  heartbeatAt: Micros;
  served: ServingBudget;
  /** When each peer was last told where we stand, in answer to something that showed us behind or ahead. */
  answered = new Map<NodeId, Micros>();
  /** A peer spoke of heights above the one that we were in: should we still be there then, we ask. */
  lag: { readonly height: number; readonly from: NodeId; readonly at: Micros } | null = null;
  /** Answers given to peers that lacked votes. */
  turn = 0;
  fetch: { readonly key: string; readonly attempt: number; readonly until: Micros } | null = null;
  /** Decisions up to here are in the application's state and are not delivered again. */
  floor: number;
  /** True once this step has delivered something. */
  delivered = false;
  compaction: Compaction;
  /** Where the log starts. */
  base: { readonly ledger: Ledger; readonly chain: ChainState };
  /** Names the batch that makes this incarnation's number durable; no bundle leaves before it. */
  bootToken: Token = 0;
  sealedTold = false;
  /** A third or more of the weight is provably faulty, or two blocks were decided at one height: this node stops signing. */
  broken = false;
  /** Rounds left because more than a third of the weight was further (line 55). */
  skips = 0;
  /** Messages dropped: malformed, badly signed, too many, or of a peer in quarantine. */
  dropped = 0;

  constructor(setup: Setup, now: Micros) {
    const { self, epoch, table, config, shape, genesis } = setup;
    this.setup = setup;
    this.now = now;
    this.chain = genesis;
    this.log = new DecidedLog(0);
    this.ledger = new Ledger(setup.ledger);
    this.instance = new Instance(genesis);
    this.early = new EarlyMail();
    this.guard = new ByzantineGuard({
      self,
      members: table,
      epoch,
      conflict: (first, second) => offenceOf(readStatement(first), readStatement(second)),
      maxPayload: MAX_STATEMENT,
      config: { silenceMs: config.timeoutProposeMs },
    });
    this.restUntil = now;
    this.heartbeatAt = now;
    this.floor = setup.applied;
    this.served = new ServingBudget(config.timeoutVoteMs * 1000, MAX_PEER_BYTES);
    this.base = { ledger: this.ledger.clone(), chain: genesis };
    this.compaction = new Compaction({
      self,
      table,
      ledger: setup.ledger,
      patience: 4 * config.timeoutVoteMs * 1000,
    });
    this.authenticator = new Authenticator({
      self,
      members: table.ids,
      domain: domainOf(genesis.key),
      epoch,
      maxPayload: MAX_STATEMENT,
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

  /** May this node sign anything for the current height? */
  get mayVote(): boolean {
    return !this.broken && this.ledger.sealed === null && this.chain.validators.has(this.setup.self);
  }

  clone(): State {
    const copy = new State(this.setup, this.now);
    return Object.assign(copy, {
      fx: this.fx.clone(),
      authenticator: this.authenticator.clone(),
      inbox: this.inbox.clone(),
      early: this.early.clone(),
      desk: this.desk.clone(),
      pool: this.pool.clone(),
      ledger: this.ledger.clone(),
      chain: this.chain,
      log: this.log.clone(),
      instance: this.instance.clone(this.chain),
      past: new Map([...this.past].map(([height, votes]) => [height, votes.clone()])),
      signState: this.signState.clone(),
      casting: new Map([...this.casting].map(([key, casting]) => [key, { ...casting }])),
      evidence: new Map(this.evidence),
      reported: new Set(this.reported),
      clock: this.clock.clone(),
      guard: this.guard.clone(),
      started: this.started,
      restUntil: this.restUntil,
      durable: this.durable,
      heartbeatAt: this.heartbeatAt,
      served: this.served.clone(),
      answered: new Map(this.answered),
      lag: this.lag,
      turn: this.turn,
      fetch: this.fetch,
      floor: this.floor,
      delivered: this.delivered,
      compaction: this.compaction.clone(),
      base: this.base,
      bootToken: this.bootToken,
      sealedTold: this.sealedTold,
      broken: this.broken,
      skips: this.skips,
      dropped: this.dropped,
    });
  }

  fingerprint(): Uint8Array {
    const writer = new StateWriter();
    for (const part of [
      this.fx,
      this.authenticator,
      this.inbox,
      this.early,
      this.desk,
      this.pool,
      this.ledger,
      this.log,
      this.instance,
      this.signState,
      this.clock,
      this.guard,
      this.compaction,
      this.base.ledger,
      this.served,
    ]) {
      part.writeTo(writer);
    }
    writer.bytes(this.chain.encode()).map(this.past, (w, votes) => votes.writeTo(w));
    writer.data([this.now, this.started, this.restUntil, this.durable, this.heartbeatAt, this.answered, this.fetch]);
    writer.data([this.lag, this.turn, this.evidence, this.reported, this.floor, this.delivered, this.bootToken]);
    writer.data([this.sealedTold, this.broken, this.dropped]);
    writer.map(this.casting, (w, { token, signature }) => void w.data([token, signature]));
    return writer.digest();
  }
}

/** Separates the signatures of this chain from all others. */
export function domainOf(genesisKey: string): string {
  return `tendermint/1/${genesisKey.slice(0, 32)}`;
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
    shape,
    journal,
    applied: init.applied,
    incarnation: journal.incarnationOf(image) + 1,
    image,
    ledger: {
      epoch: init.epoch,
      mayStop: (origins) => config.stopEndorsement === 'one' || table.hasOneThird(origins),
    },
    genesis: ChainState.genesis(init.epoch, table, config),
  };
}
