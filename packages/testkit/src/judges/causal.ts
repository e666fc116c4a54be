import type { Decision, Op, Position, VersionVector } from '@hypersync/interface';
import type { SimNode } from '../simulator/node.ts';
import { SWEEP_CLIENT, type Operation } from '../simulator/operations.ts';
import { violated } from '../simulator/violation.ts';
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
 * Causal memory: no event before its causes, each once per incarnation, one event per dot for ever, and at the end the same
 * siblings everywhere: exactly the written values that no other write has seen.
 */
export class CausalJudge implements Judge<G> {
  readonly sweepsReads = true;
  readonly #world: JudgedWorld<G>;
  readonly #events = new Map<string, Event>();
  readonly #delivered = new Map<string, Set<string>>();
  readonly #thisIncarnation = new Map<string, Set<string>>();
  readonly #contexts = new Map<string, VersionVector>();
  readonly #acknowledged = new Set<string>();

  constructor(world: JudgedWorld<G>) {
    this.#world = world;
  }

  get decisions(): number {
    return this.#events.size;
  }

  propose(operation: Operation<G>): Op<G> | null {
    if (operation.kind === 'read') return null;
    const context = this.#contexts.get(`${operation.client}/${operation.key}`) ?? null;
    return { kind: 'put', key: operation.key, value: operation.value, context };
  }

  deliver(node: SimNode<G>, decision: Decision<G>): void {
    const { dot, context } = decision.position;
    const id = dotText(dot);
    this.#checkEvent(node, decision, id);
    const seen = setOf(this.#delivered, node.id);
    const now = setOf(this.#thisIncarnation, node.id);
    if (now.has(id)) violated('order', `${node.id} delivered ${id} twice`);
    if (dot.counter > 1 && !seen.has(dotText({ node: dot.node, counter: dot.counter - 1 })))
      violated('order', `${node.id} delivered ${id} before the event ahead of it`);
    for (const [author, counter] of Object.entries(context))
      for (let c = counter; c >= 1; c--) {
        const cause = dotText({ node: author, counter: c });
        if (seen.has(cause)) continue;
        violated('order', `${node.id} delivered ${id} before its cause ${cause}`);
      }
    seen.add(id);
    now.add(id);
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
    this.#events.set(id, {
      dot: id,
      node: author,
      counter,
      key: decision.key,
      name,
      operation,
      replaces: asked ?? context,
    });
  }

  install(node: SimNode<G>): void {
    violated('contract', `${node.id} asked to install a state; a causal mechanism holds its own`);
  }

  committed(operation: Operation<G>, node: SimNode<G>, position: Position<G>): void {
    if (position.class !== 'causal') violated('contract', `${node.id} answered with a position of another class`);
    const id = dotText(position.dot);
    const known = this.#events.get(id);
    if (known !== undefined && known.operation !== operation)
      violated('agreement', `operation ${operation.id} was acknowledged as ${id}, which is value ${known.name}`);
    this.#acknowledged.add(id);
  }

  values(operation: Operation<G>, node: SimNode<G>, position: Position<G>, values: readonly Uint8Array[]): boolean {
    const names = values.map((value) => this.#world.operations.nameOf(value));
    if (new Set(names).size !== names.length)
      violated('convergence', `${node.id} read a sibling twice: ${names.join(', ')}`);
    for (const name of names) {
      const event = this.#find(name);
      if (event === undefined) violated('validity', `${node.id} read ${name}, which was never delivered`);
      const by = names.map((other) => this.#find(other)).find((other) => other !== undefined && replaces(other, event));
      if (by !== undefined) violated('convergence', `${node.id} read ${name} beside ${by.name}, which replaces it`);
    }
    if (position.class === 'causal') this.#contexts.set(`${operation.client}/${operation.key}`, join(position));
    this.#world.complete(operation, names.toSorted(), position);
    return true;
  }

  #find(name: string): Event | undefined {
    return this.#events.values().find((event) => event.name === name);
  }

  crashed(node: SimNode<G>): void {
    this.#thisIncarnation.delete(node.id);
  }

  unsettled(): string | null {
    for (const node of this.#world.honest) {
      const seen = setOf(this.#delivered, node.id);
      for (const id of this.#events.keys()) if (!seen.has(id)) return `${node.id} has not delivered ${id}`;
      for (const id of this.#acknowledged) if (!seen.has(id)) return `${node.id} lacks the acknowledged ${id}`;
    }
    return null;
  }

  /** What every node must read under `key` once all is delivered. */
  #siblings(key: string): string[] {
    const events = this.#events
      .values()
      .filter((event) => event.key === key)
      .toArray();
    const live = events.filter((event) => !events.some((other) => other !== event && replaces(other, event)));
    return live.map((event) => event.name).toSorted();
  }

  finish(): void {
    const swept = this.#world.operations.all.filter(
      (operation) => operation.client === SWEEP_CLIENT && operation.return !== null,
    );
    for (const read of swept) {
      const expected = this.#siblings(read.key).join(', ');
      if (read.kind === 'read' && read.values.join(', ') !== expected)
        violated(
          'convergence',
          `${read.node} reads [${read.values.join(', ')}] under ${read.key}; the siblings are [${expected}]`,
        );
    }
  }
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

function setOf(map: Map<string, Set<string>>, key: string): Set<string> {
  const found = map.get(key) ?? new Set<string>();
  map.set(key, found);
  return found;
}
