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
import { AttestationPool } from './attestation-pool.ts';
import { makeCheckpoint, type Attestation, type AttestationData } from './attestation.ts';
import { genesisRoot, type Block, type Shape, type SignedBlock } from './block.ts';
import { genesisState, type ChainState } from './chain-state.ts';
import { mergeConfig, type Config } from './config.ts';
import { ForkChoice } from './fork-choice.ts';
import { Guard } from './guard.ts';
import { Journal } from './journal.ts';
import type { Message } from './messages.ts';
import type { Evidence } from './offences.ts';
import { SlotClock } from './slot-clock.ts';
import { epochOf, type Rules } from './transition.ts';
import { BlockTree } from './tree.ts';
import { Watch } from './watch.ts';

/** Our own statement on its way to be signed. */
export type Casting =
  | { readonly token: Token; readonly block: Block; readonly data: null }
  | { readonly token: Token; readonly block: null; readonly data: AttestationData };

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
  guard = new Guard();
  attestations = new AttestationPool();
  /** Attestations of a slot that is not over: they weigh from the next slot on. */
  waitingVotes: Attestation[] = [];
  /** Evidence that no block on our branch holds yet. */
  evidence = new Map<NodeId, Evidence>();
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
  durable: Token = 0;
  /** Names the batch that makes this incarnation's number durable; no bundle leaves before it. */
  bootToken: Token = 0;
  heartbeatAt: Micros;
  sealedTold = false;
  malformed = 0;

  constructor(setup: Setup, now: Micros) {
    const { self, epoch, table, config, shape, slotMicros } = setup;
    this.setup = setup;
    this.now = now;
    this.heartbeatAt = now;
    const root = genesisRoot(epoch, table.members);
    const genesis = genesisState(root, table);
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
    const { table, config } = this.setup;
    return {
      table,
      slotsPerEpoch: config.slotsPerEpoch,
      leakAfterEpochs: config.leakAfterEpochs,
    };
  }

  epochAt(slot: number): number {
    return epochOf(slot, this.setup.config.slotsPerEpoch);
  }

  /** Something is not final yet: blocks and votes are due. Else the chain rests. */
  get isActive(): boolean {
    return this.pool.size > 0 && this.ledger.sealed === null;
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
      'guard',
      'attestations',
      'compaction',
    ] as const) {
      Object.assign(copy, { [part]: this[part].clone() });
    }
    for (const map of ['evidence', 'casting', 'lastSigned', 'wanted', 'answered'] as const) {
      Object.assign(copy, { [map]: new Map<string, unknown>(this[map]) });
    }
    copy.waitingVotes = [...this.waitingVotes];
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
    writer.map(this.evidence, (w, { offence }) => void w.string(offence));
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
  return {
    self: init.self,
    epoch: init.epoch,
    table,
    config,
    slotMicros: config.slotMs * 1000,
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
