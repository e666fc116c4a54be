import type { MechanismPlugin, Member } from '@hypersync/interface';
import type { Invariant, NodeView } from '../simulator/options.ts';
import { violated, ViolationError, withoutChecks, type ViolationKind } from '../simulator/violation.ts';
import type { ExploredClass } from './promises.ts';
import { WorldState, type Budget } from './world-state.ts';

export interface ExploreOptions {
  readonly plugin: MechanismPlugin<ExploredClass>;
  readonly nodes: number;
  readonly config?: Readonly<Record<string, unknown>>;
  /** How many of each may happen on one path. Defaults: 1 proposal, 2 time-outs, nothing else. */
  readonly budget?: Partial<Budget>;
  /** `links`: what one node sends to another arrives in the order sent, as healthy links have it. Default: any order. */
  readonly order?: 'any' | 'links';
  /** Nodes that clients talk to, by index. Default: all. */
  readonly proposers?: readonly number[];
  /**
   * Kinds of messages (a word that `describeMessage` has for them) that arrive as they are sent, without a branch:
   * heartbeats of a failure detector, say, whose orders would only multiply the states. `mutes` of the budget lose them.
   */
  readonly atOnce?: readonly string[];
  /** Nodes whose time-outs may fire, by index. Default: all. */
  readonly timers?: readonly number[];
  /** Rules over the nodes of one state (their memory lasts one state only). */
  readonly invariants?: readonly Invariant[];
  /** Checks to do without; see `SimulationOptions.ignore`. */
  readonly ignore?: readonly string[];
  /** Stops after so many distinct states. Default 20,000. */
  readonly maxStates?: number;
}

export interface ExploreReport {
  readonly states: number;
  readonly transitions: number;
  /** True when every reachable state within the budget was seen. */
  readonly complete: boolean;
  /** The shortest way into a broken promise. */
  readonly violation: {
    readonly kind: ViolationKind;
    /** The check that found it; see `Violation.check`. */
    readonly check: string;
    readonly message: string;
    readonly path: readonly string[];
  } | null;
}

/** How a state was reached; kept after the state itself is forgotten. */
interface Way {
  readonly before: Way | null;
  readonly action: string;
}

interface Action {
  readonly name: string;
  apply(state: WorldState): void;
}

/**
 * Breadth-first search through every order of deliveries, time-outs, flushes, crashes and losses within a budget: the
 * shipped code is its own model. States are told apart by `fingerprint()`, branches made by `clone()`. For total order and
 * registers.
 */
export function explore(options: ExploreOptions): ExploreReport {
  return withoutChecks(options.ignore ?? [], () => exploreAll(options));
}

function exploreAll(options: ExploreOptions): ExploreReport {
  const seen = new Set<string>();
  const first = initialState(options);
  const queue: ({ state: WorldState; way: Way } | null)[] = [{ state: first, way: { before: null, action: 'start' } }];
  const inOrder = options.order === 'links';
  seen.add(first.key(inOrder));
  const limit = options.maxStates ?? 20_000;
  let transitions = 0;
  for (let at = 0; at < queue.length; at++) {
    const visit = queue[at]!;
    queue[at] = null;
    for (const action of actionsOf(visit.state, options)) {
      transitions++;
      const state = visit.state.clone();
      const way = { before: visit.way, action: action.name };
      const broken = attempt(() => {
        action.apply(state);
        state.arrive();
        checkInvariants(state, options.invariants ?? []);
      });
      if (broken !== null) {
        const violation = { kind: broken.kind, check: broken.check, message: broken.message, path: pathOf(way) };
        return { states: seen.size, transitions, complete: false, violation };
      }
      const key = state.key(inOrder);
      if (seen.has(key)) continue;
      if (seen.size >= limit) return { states: seen.size, transitions, complete: false, violation: null };
      seen.add(key);
      queue.push({ state, way });
    }
  }
  return { states: seen.size, transitions, complete: true, violation: null };
}

function initialState(options: ExploreOptions): WorldState {
  const members: Member[] = Array.from({ length: options.nodes }, (_, i) => ({ id: `n${i + 1}`, weight: 1 }));
  const budget: Budget = {
    proposals: 1,
    timeouts: 2,
    crashes: 0,
    losses: 0,
    reads: 0,
    stops: 0,
    mutes: 0,
    ...options.budget,
  };
  const state = new WorldState(options.plugin, members, options.config ?? {}, budget, options.atOnce ?? []);
  state.start();
  state.arrive();
  return state;
}

function actionsOf(state: WorldState, options: ExploreOptions): Action[] {
  const { budget, nodes, members } = state;
  const actions: Action[] = [];
  const different = new Set<string>();
  const links = new Set<number>();
  for (const flying of state.flying) {
    const link = flying.from * nodes.length + flying.to;
    if (options.order === 'links' && links.has(link)) continue;
    links.add(link);
    const text = `${flying.from}>${flying.to}:${Buffer.from(flying.bytes).toString('latin1')}`;
    if (different.has(text)) continue;
    different.add(text);
    const what = `${members[flying.from]!.id} to ${members[flying.to]!.id}: ${options.plugin.describeMessage(flying.bytes)}`;
    actions.push({
      name: `deliver ${what}`,
      apply: (next) => next.deliver(next.flying[state.flying.indexOf(flying)]!),
    });
    if (budget.losses > 0)
      actions.push({ name: `lose ${what}`, apply: (next) => next.drop(next.flying[state.flying.indexOf(flying)]!) });
  }
  for (const [i, node] of nodes.entries()) {
    const { id } = members[i]!;
    if (node.disk.pending.some((batch) => batch.sync))
      actions.push({ name: `${id} flushes`, apply: (next) => next.flush(i) });
    if (budget.mutes > 0 && !state.muted.includes(i))
      actions.push({ name: `${id} is no longer heard`, apply: (next) => next.mute(i) });
    if (budget.crashes > 0) actions.push({ name: `${id} crashes`, apply: (next) => next.crash(i) });
    if (budget.timeouts > 0 && options.timers?.includes(i) !== false && node.mechanism.nextDeadline() !== null)
      actions.push({ name: `${id} times out`, apply: (next) => next.timeout(i) });
    if (options.proposers?.includes(i) !== false) actions.push(...clientActions(budget, i, id));
  }
  return actions;
}

function clientActions({ proposals, reads, stops }: Budget, i: number, id: string): Action[] {
  const actions: Action[] = [];
  if (proposals > 0) actions.push({ name: `a client proposes to ${id}`, apply: (next) => next.propose(i) });
  if (reads > 0) actions.push({ name: `a client reads from ${id}`, apply: (next) => next.read(i) });
  if (stops > 0) actions.push({ name: `a client ends the epoch at ${id}`, apply: (next) => next.stop(i) });
  return actions;
}

function checkInvariants(state: WorldState, invariants: readonly Invariant[]): void {
  if (invariants.length === 0) return;
  const statuses = state.statuses();
  const views = state.nodes.map((node, i): NodeView => ({
    id: state.members[i]!.id,
    incarnation: node.incarnation,
    up: true,
    status: statuses[i]!,
    mechanism: node.mechanism,
  }));
  for (const invariant of invariants) {
    const check = invariant.start();
    for (const view of views) {
      const problem = check(views, view);
      if (problem !== null) violated('invariant', `${invariant.name}: ${problem}`, `invariant: ${invariant.name}`);
    }
  }
}

function attempt(run: () => void): ViolationError | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof ViolationError) return error;
    return new ViolationError('contract', error instanceof Error ? error.message : String(error));
  }
}

function pathOf(way: Way): string[] {
  const path: string[] = [];
  for (let at: Way | null = way; at !== null; at = at.before) path.unshift(at.action);
  return path;
}
