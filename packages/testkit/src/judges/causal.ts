import type { Decision, Op, Position, VersionVector } from '@hypersync/interface';
import type { SimNode } from '../simulator/node.ts';
import { SWEEP_CLIENT, type Operation } from '../simulator/operations.ts';
import { violated } from '../simulator/violation.ts';
import { CausalMemory } from './causal-memory.ts';
import type { Judge, JudgedWorld } from './judge.ts';

type G = 'causal';

interface Event {
  readonly dot: string;
  readonly node: string;
  readonly counter: number;
  readonly key: string;
  readonly name: string;
  readonly operation: Operation<G> | null;
  /** What it replaces: the client's context, or for a blind write what the mechanism says. */
  readonly replaces: VersionVector;
}

/**
 * Causal memory, held from two sides: by the events that nodes deliver, and by what clients read (see causal-memory.ts). No event before its causes, each once per incarnation, one event per dot for ever, and at the end the same
 * siblings everywhere: exactly the written values that no other write has seen.
 */
export class CausalJudge implements Judge<G> {
  readonly sweepsReads = true;
  readonly #world: JudgedWorld<G>;
  readonly #events = new Map<string, Event>();
  readonly #byName = new Map<string, Event>();
  /** Per author the number of events known to anybody. */
  readonly #known = new Map<string, number>();
  /** Per node and author the number of events delivered; they come in order, so a number says which. */
  readonly #delivered = new Map<string, Map<string, number>>();
  readonly #thisIncarnation = new Map<string, Set<string>>();
  readonly #siblingsOf = new Map<string, string>();
  readonly #contexts = new Map<string, VersionVector>();
  readonly #acknowledged = new Set<string>();
  /** Per client that keeps one: what its session has seen. */
  readonly #tokens = new Map<number, VersionVector>();
  readonly #memory = new CausalMemory((name) => this.#byName.get(name) ?? null);

  constructor(world: JudgedWorld<G>) {
    this.#world = world;
  }

  get decisions(): number {
    return this.#events.size;
  }

  propose(operation: Operation<G>): Op<G> | null {
    if (operation.kind === 'read') return null;
    const context = this.#contexts.get(`${operation.client}/${operation.key}`) ?? null;
    if (keepsToken(operation.client))
      this.#memory.asked(operation.client, operation.key, String(operation.id), context);
    else this.#memory.alone(String(operation.id));
    return { kind: 'put', key: operation.key, value: operation.value, context };
  }

  after(operation: Operation<G>): VersionVector | undefined {
    return keepsToken(operation.client) ? (this.#tokens.get(operation.client) ?? {}) : undefined;
  }

  deliver(node: SimNode<G>, decision: Decision<G>): void {
    const { dot, context } = decision.position;
    const id = dotText(dot);
    const seen = this.#seenBy(node.id);
    if (!this.#events.has(id)) this.#checkPast(node, decision, seen);
    this.#checkEvent(node, decision, id);
    const now = this.#thisIncarnation.get(node.id) ?? new Set();
    this.#thisIncarnation.set(node.id, now);
    if (now.has(id)) violated('order', `${node.id} delivered ${id} twice`);
    const before = seen.get(dot.node) ?? 0;
    if (dot.counter > before + 1) violated('order', `${node.id} delivered ${id} before the event ahead of it`);
    for (const [author, counter] of Object.entries(context))
      if (counter > (author === dot.node ? dot.counter - 1 : (seen.get(author) ?? 0)))
        violated('order', `${node.id} delivered ${id} before its cause ${dotText({ node: author, counter })}`);
    seen.set(dot.node, Math.max(before, dot.counter));
    now.add(id);
  }

  /**
   * Happened-before, from the trace itself: what the author had delivered when it made the event, not what it says. Both ways: each
   * of it is in the event's past, and (below, for everybody) nothing is that was not delivered. Only where the event was made in
   * this life of its author: after a restart what is not surely handed over comes again, in another order.
   */
  #checkPast(
    node: SimNode<G>,
    { position: { dot, context }, value }: Decision<G>,
    seen: ReadonlyMap<string, number>,
  ): void {
    if (dot.node !== node.id) return;
    const operation = this.#world.operations.named(value);
    const { attempts } = this.#world.operations;
    const isOwn = attempts
      .values()
      .some(
        (attempt) =>
          attempt.operation === operation && attempt.node === node.index && attempt.incarnation === node.incarnation,
      );
    if (!isOwn) return;
    for (const [author, counter] of seen)
      if (author !== dot.node && (context[author] ?? 0) < counter)
        violated(
          'order',
          `${node.id} had delivered ${dotText({ node: author, counter })} before it made ${dotText(dot)}, whose past lacks it`,
        );
  }

  #seenBy(node: string): Map<string, number> {
    const seen = this.#delivered.get(node) ?? new Map<string, number>();
    this.#delivered.set(node, seen);
    return seen;
  }

  #checkEvent(node: SimNode<G>, decision: Decision<G>, id: string): void {
    const { dot, context } = decision.position;
    const operation = this.#world.operations.named(decision.value);
    const name = this.#world.operations.nameOf(decision.value);
    const known = this.#events.get(id);
    if (known !== undefined) {
      if (known.name !== name || known.key !== decision.key)
        violated('agreement', `${node.id} has value ${name} at ${id}, which is value ${known.name} elsewhere`);
      return;
    }
    if (operation === null && this.#world.isHonest(dot.node))
      violated('validity', `${node.id} delivered a value at ${id} that nobody wrote`);
    if (operation?.failed) violated('ticket', `operation ${operation.id} was rejected, yet delivered as ${id}`);
    const asked = operation?.op?.context ?? null;
    if (asked !== null && !includes(context, asked))
      violated('order', `${id} forgot causes that its client had seen: ${JSON.stringify(asked)}`);
    const { node: author, counter } = dot;
    this.#known.set(author, Math.max(counter, this.#known.get(author) ?? 0));
    const event = {
      dot: id,
      node: author,
      counter,
      key: decision.key,
      name,
      operation,
      replaces: asked ?? context,
    };
    this.#events.set(id, event);
    this.#byName.set(name, event);
  }

  install(node: SimNode<G>): void {
    violated('contract', `${node.id} asked to install a state; a causal mechanism holds its own`);
  }

  committed(operation: Operation<G>, node: SimNode<G>, position: Position<G>): void {
    if (position.class !== 'causal') {
      violated('contract', `${node.id} answered with a position of another class`);
      return;
    }
    const id = dotText(position.dot);
    const known = this.#events.get(id);
    if (known !== undefined && known.operation !== operation)
      violated('agreement', `operation ${operation.id} was acknowledged as ${id}, which is value ${known.name}`);
    this.#acknowledged.add(id);
    if (!keepsToken(operation.client) || !operation.awaited) return;
    this.#memory.acknowledged(operation.client, String(operation.id));
    this.#extendToken(operation.client, position);
  }

  #extendToken(client: number, position: Position<G>): void {
    const token: Record<string, number> = { ...this.#tokens.get(client) };
    for (const [node, counter] of Object.entries(join(position))) token[node] = Math.max(counter, token[node] ?? 0);
    this.#tokens.set(client, token);
  }

  values(operation: Operation<G>, node: SimNode<G>, position: Position<G>, values: readonly Uint8Array[]): boolean {
    const names = values.map((value) => this.#world.operations.nameOf(value));
    if (new Set(names).size !== names.length)
      violated('convergence', `${node.id} read a sibling twice: ${names.join(', ')}`);
    for (const name of names) {
      const event = this.#byName.get(name);
      if (event === undefined) {
        violated('validity', `${node.id} read ${name}, which was never delivered`);
        continue;
      }
      const by = names
        .map((other) => this.#byName.get(other))
        .find((other) => other !== undefined && replaces(other, event));
      if (by !== undefined) violated('convergence', `${node.id} read ${name} beside ${by.name}, which replaces it`);
    }
    if (position.class === 'causal') this.#contexts.set(`${operation.client}/${operation.key}`, join(position));
    if (keepsToken(operation.client) && operation.awaited) {
      const pattern = this.#memory.read(operation.client, operation.key, names);
      if (pattern !== null) violated('causality', `client ${operation.session} at ${node.id}: ${pattern}`);
      if (position.class === 'causal') this.#extendToken(operation.client, position);
    }
    this.#world.complete(operation, names.toSorted(), position);
    return true;
  }

  crashed(node: SimNode<G>): void {
    this.#thisIncarnation.delete(node.id);
  }

  unsettled(): string | null {
    const { live } = this.#world;
    for (const id of this.#acknowledged)
      if (!this.#events.has(id)) return `the acknowledged ${id} was delivered by nobody`;
    for (const author of this.#known.keys()) {
      const counter = this.#reach(author);
      const behind = live.find((node) => (this.#seenBy(node.id).get(author) ?? 0) < counter);
      if (behind !== undefined) return `${behind.id} has not delivered ${dotText({ node: author, counter })}`;
    }
    return null;
  }

  /** The author's last event that the nodes still there can know: what was acknowledged by it alone is gone with it. */
  #reach(author: string): number {
    const { live, honest } = this.#world;
    if (live.length === honest.length) return this.#known.get(author) ?? 0;
    return Math.max(0, ...live.map((node) => this.#seenBy(node.id).get(author) ?? 0));
  }

  /** What every node must read under `key` once all is delivered: the events that no other event has seen. */
  #siblings(key: string): string {
    const known = this.#siblingsOf.get(key);
    if (known !== undefined) return known;
    const events = this.#events
      .values()
      .filter((event) => event.key === key && event.counter <= this.#reach(event.node))
      .toArray();
    const replaced = new Map<string, number>();
    for (const event of events)
      for (const [node, counter] of Object.entries(event.replaces))
        replaced.set(node, Math.max(counter, replaced.get(node) ?? 0));
    const live = events.filter((event) => event.counter > (replaced.get(event.node) ?? 0));
    const names = live
      .map((event) => event.name)
      .toSorted()
      .join(', ');
    this.#siblingsOf.set(key, names);
    return names;
  }

  finish(): void {
    const swept = this.#world.operations.all.filter(
      (operation) => operation.client === SWEEP_CLIENT && operation.return !== null,
    );
    for (const read of swept) {
      const expected = this.#siblings(read.key);
      if (read.kind === 'read' && read.values.join(', ') !== expected)
        violated(
          'convergence',
          `${read.node} reads [${read.values.join(', ')}] under ${read.key}; the siblings are [${expected}]`,
        );
    }
  }
}

/** Half of the clients have sessions that move with them; the others know only what they read of a key. */
function keepsToken(client: number): boolean {
  return client >= 0 && client % 2 === 0;
}

function replaces(later: Event, earlier: Event): boolean {
  return later !== earlier && later.key === earlier.key && (later.replaces[earlier.node] ?? 0) >= earlier.counter;
}

/** What a reader has seen: the dot and its past. */
function join(position: Position<G>): VersionVector {
  const { dot, context } = position;
  return { ...context, [dot.node]: Math.max(dot.counter, context[dot.node] ?? 0) };
}

function includes(larger: VersionVector, smaller: VersionVector): boolean {
  return Object.entries(smaller).every(([node, counter]) => (larger[node] ?? 0) >= counter);
}

function dotText(dot: { node: string; counter: number }): string {
  return `${dot.node}:${dot.counter}`;
}
