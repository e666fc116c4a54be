import { HyperSyncError } from '@hypersync/base';
import type {
  Decision,
  Descriptor,
  Misbehaviour,
  NodeId,
  Outcome,
  Position,
  ReadLevel,
  Sealed,
  Status,
} from '@hypersync/interface';
import type { ClusterNode } from './cluster-node.ts';
import { EventStream, type Lagged } from './event-stream.ts';
import { toLevel, toOp, type Proposal } from './operations.ts';
import { SessionPool } from './session-pool.ts';
import type { OrderedKeyValue } from './state-machine.ts';

/** What happens in a cluster. Every node tells for itself: a decision appears once per node that delivers it. */
export type ClusterEvent =
  | { readonly type: 'decision'; readonly node: NodeId; readonly decision: Decision }
  | { readonly type: 'leader'; readonly leader: NodeId; readonly term: number }
  | { readonly type: 'evidence'; readonly node: NodeId; readonly report: Misbehaviour }
  | { readonly type: 'sealed'; readonly node: NodeId; readonly end: Sealed }
  | { readonly type: 'node-failed'; readonly node: NodeId; readonly error: HyperSyncError }
  | { readonly type: 'node-restarted'; readonly node: NodeId };

export interface CallOptions {
  /** The node to ask; default: the leader where there is one, else any in turn. */
  readonly node?: NodeId;
  /** Default 10,000. */
  readonly timeoutMs?: number;
}

/** A proposal that the class's promise now covers. */
export interface Committed {
  readonly position: Position;
  /** Which node answered. */
  readonly node: NodeId;
  /** How often it was proposed; the retries carried the same session and sequence, so it was decided once. */
  readonly attempts: number;
}

export interface ReadAnswer {
  /** Several where the class has siblings, none where the key is unknown. */
  readonly values: readonly Uint8Array[];
  readonly position: Position;
  readonly node: NodeId;
}

export interface NodeReport {
  readonly node: NodeId;
  /** Null when the node does not run; `error` then says why. */
  readonly status: Status | null;
  readonly error: HyperSyncError | null;
  /** Total order: decisions applied by the built-in state. */
  readonly applied: number;
  /** Messages dropped because too many waited. */
  readonly dropped: number;
}

export interface ClusterReport {
  readonly mechanism: string;
  readonly guarantee: Descriptor['guarantee'];
  /** As the nodes see it last; null for mechanisms without one. */
  readonly leader: NodeId | null;
  readonly nodes: readonly NodeReport[];
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** Without news from any node, a retryable rejection is tried again after so long. */
const RETRY_MS = 25;

/** A running cluster of one mechanism in this process. Made by `startCluster`. */
export class Cluster {
  readonly descriptor: Descriptor;
  readonly #nodes: ReadonlyMap<NodeId, ClusterNode>;
  readonly #events: EventStream<ClusterEvent>;
  readonly #sessions = new SessionPool();
  readonly #watchers = new Set<() => void>();
  #leader: { leader: NodeId; term: number } | null = null;
  #turn = 0;
  #stopped = false;

  /** @internal */
  constructor(descriptor: Descriptor, nodes: ReadonlyMap<NodeId, ClusterNode>, events: EventStream<ClusterEvent>) {
    this.descriptor = descriptor;
    this.#nodes = nodes;
    this.#events = events;
  }

  get nodes(): readonly NodeId[] {
    return [...this.#nodes.keys()];
  }

  /**
   * Proposes and waits until the class's promise covers it. Retries what is safe to retry until the time is over. Throws
   * HS-2019 (no such operation), HS-2018 (rejected), HS-2017 (no answer in time: it may still take effect), HS-2020, HS-2021.
   */
  async propose(proposal: Proposal, options: CallOptions = {}): Promise<Committed> {
    const op = toOp(this.descriptor, proposal);
    return this.#sessions.use(async (session, sequence) => {
      const answer = await this.#ask('propose', options, (node) => node.driver.propose(op, session, sequence));
      if (answer.outcome.kind !== 'committed') throw odd(answer.node, 'propose', answer.outcome);
      return { position: answer.outcome.position, node: answer.node, attempts: answer.attempts };
    });
  }

  /**
   * Reads a key at the given level (default: the mechanism's strongest). Total order: from the built-in state, once it has
   * applied what the read must see. Throws as `propose`.
   */
  async read(key: string, options: CallOptions & { readonly level?: ReadLevel } = {}): Promise<ReadAnswer> {
    const level = toLevel(this.descriptor, options.level);
    const deadline = deadlineOf(options);
    const { node, outcome } = await this.#ask('read', options, (asked) => asked.driver.read(level, key));
    if (outcome.kind !== 'values') throw odd(node, 'read', outcome);
    const { position } = outcome;
    if (position.class !== 'total-order') return { node, position, values: outcome.values };
    const { state } = this.#node(node);
    if (!(await this.until(() => state.applied >= position.index, deadline - performance.now()))) {
      throw new HyperSyncError('HS-2017', `${node} did not apply decision ${position.index} in time.`);
    }
    return { node, position, values: state.read(key) };
  }

  /** Asks every node; a node that does not answer is reported with its error. */
  async status(): Promise<ClusterReport> {
    const nodes = [...this.#nodes.values()].map(async ({ id, driver, state }): Promise<NodeReport> => {
      const facts = { node: id, applied: state.applied, dropped: driver.dropped };
      try {
        return { ...facts, status: await driver.status(), error: null };
      } catch (error) {
        return { ...facts, status: null, error: error as HyperSyncError };
      }
    });
    return {
      mechanism: this.descriptor.id,
      guarantee: this.descriptor.guarantee,
      leader: this.#leader?.leader ?? null,
      nodes: await Promise.all(nodes),
    };
  }

  /** Why a node does not run; null while it does. */
  fault(node: NodeId): HyperSyncError | null {
    return this.#node(node).driver.ended;
  }

  /** From now on; ends when the cluster stops. A reader that falls far behind is told how many events it lost. */
  events(): AsyncIterableIterator<ClusterEvent | Lagged> {
    return this.#events.subscribe();
  }

  /** The built-in state of a node (total order): what it has decided, in order, and its keys. */
  state(node: NodeId): Pick<OrderedKeyValue, 'applied' | 'recent' | 'read'> {
    return this.#node(node).state;
  }

  /**
   * Ends the node as a crash would (what was not flushed is lost) and starts it again in a new worker from its durable
   * image. Throws HS-2009 to HS-2011 when it does not come up.
   */
  async restart(node: NodeId): Promise<void> {
    if (this.#stopped) throw stopped();
    await this.#node(node).restart();
    this.#events.push({ type: 'node-restarted', node });
  }

  /** True as soon as `condition` holds, looked at after every step of any node; false when the time is over. */
  async until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    while (!condition()) {
      const left = deadline - performance.now();
      if (left <= 0 || this.#stopped) return false;
      await this.#news(left);
    }
    return true;
  }

  /** Waits for open calls (at most `drainMs`, default 1,000), then ends every node and its worker. */
  async stop(options: { readonly drainMs?: number } = {}): Promise<void> {
    if (this.#stopped) return;
    const busy = (): boolean => [...this.#nodes.values()].some(({ driver }) => driver.openTickets > 0);
    await this.until(() => !busy(), options.drainMs ?? 1000);
    this.#stopped = true;
    await Promise.all([...this.#nodes.values()].map((node) => node.end(stopped())));
    this.#changed();
    this.#events.close();
  }

  /** @internal Called by the nodes. */
  onEvent(event: ClusterEvent): void {
    this.#events.push(event);
    this.#changed();
  }

  /** @internal */
  onStatus({ leader, term }: Status): void {
    if (leader === null || (this.#leader !== null && term < this.#leader.term)) return;
    if (this.#leader?.leader === leader && this.#leader.term === term) return;
    this.#leader = { leader, term };
    this.#events.push({ type: 'leader', leader, term });
  }

  /** @internal */
  onStep(): void {
    this.#changed();
  }

  #changed(): void {
    if (this.#watchers.size === 0) return;
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const watcher of watchers) watcher();
  }

  #news(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(done);
        resolve();
      };
      const timer = setTimeout(done, Math.max(1, withinMs));
      this.#watchers.add(done);
    });
  }

  async #ask(
    what: string,
    options: CallOptions,
    call: (node: ClusterNode) => Promise<Outcome>,
  ): Promise<{ node: NodeId; outcome: Outcome; attempts: number }> {
    const deadline = deadlineOf(options);
    let hint: NodeId | null = null;
    let last: Outcome | null = null;
    for (let attempts = 1; performance.now() < deadline; attempts++) {
      const node = this.#choose(options.node, hint);
      last = await within(call(node), deadline);
      if (this.#stopped) throw stopped();
      if (last === null) break;
      if (last.kind === 'committed' || last.kind === 'values') return { node: node.id, outcome: last, attempts };
      if (last.kind === 'rejected' && !last.retryable) {
        throw new HyperSyncError('HS-2018', `${node.id} rejected the ${what}: ${last.reason}.`, {
          details: { node: node.id, reason: last.reason },
        });
      }
      // After an unknown outcome the same node first: it is the likeliest to know the session already.
      hint = last.kind === 'rejected' ? last.hint : node.id;
      if (hint === null || hint === node.id) await this.#news(Math.min(RETRY_MS, deadline - performance.now()));
    }
    const why = last?.kind === 'rejected' ? `; the last answer was ${last.reason}` : '';
    throw new HyperSyncError(
      'HS-2017',
      `No answer to the ${what} within ${options.timeoutMs ?? DEFAULT_TIMEOUT_MS} ms${why}.`,
      {
        details: { mechanism: this.descriptor.id, last },
      },
    );
  }

  #choose(wanted: NodeId | undefined, hint: NodeId | null): ClusterNode {
    if (this.#stopped) throw stopped();
    if (wanted !== undefined) {
      const node = this.#node(wanted);
      if (node.driver.ended !== null)
        throw new HyperSyncError('HS-2020', `${wanted} does not run: ${node.driver.ended.message}`);
      return node;
    }
    for (const id of [hint, this.#leader?.leader]) {
      const node = this.#nodes.get(id ?? '');
      if (node !== undefined && node.driver.ended === null) return node;
    }
    const running = [...this.#nodes.values()].filter(({ driver }) => driver.ended === null);
    const node = running[this.#turn++ % Math.max(1, running.length)];
    if (node === undefined) throw new HyperSyncError('HS-2020', 'No node of the cluster is running.');
    return node;
  }

  #node(id: NodeId): ClusterNode {
    const node = this.#nodes.get(id);
    if (node === undefined) {
      throw new HyperSyncError('HS-2020', `There is no node ${id}.`, {
        hint: `The nodes are ${this.nodes.join(', ')}.`,
      });
    }
    return node;
  }
}

function deadlineOf(options: CallOptions): number {
  return performance.now() + (options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
}

/** The outcome, or null when the time is over first; the ticket stays open and is answered into the void. */
function within(outcome: Promise<Outcome>, deadline: number): Promise<Outcome | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), Math.max(0, deadline - performance.now()));
    void outcome.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}

function odd(node: NodeId, what: string, outcome: Outcome): HyperSyncError {
  return new HyperSyncError('HS-2009', `${node} answered a ${what} with "${outcome.kind}".`, { details: { node } });
}

function stopped(): HyperSyncError {
  return new HyperSyncError('HS-2021', 'The cluster was stopped.');
}
