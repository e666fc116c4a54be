import { HyperSyncError } from '@hypersync/base';
import type { ConvergentOp, Decision, Op, Position } from '@hypersync/interface';
import type { SimNode } from '../simulator/node.ts';
import { SWEEP_CLIENT, type Operation } from '../simulator/operations.ts';
import { violated } from '../simulator/violation.ts';
import type { Judge, JudgedWorld } from './judge.ts';

type G = 'convergent';

/**
 * Strong eventual consistency: nodes whose frontiers are equal have equal roots, at every moment; after healing all are
 * equal, every acknowledged value has reached everybody, and all read the same under every key.
 */
export class ConvergentJudge implements Judge<G> {
  readonly #world: JudgedWorld<G>;
  readonly sweepsReads: boolean;
  readonly #kinds: readonly ConvergentOp['kind'][];
  readonly #rootOf = new Map<string, { root: string; node: string }>();
  /** Mechanisms that give the same object while nothing changes are looked at once. */
  readonly #lastPosition = new Map<string, Position<G>>();
  readonly #lastFrontier = new Map<string, string>();
  readonly #published = new Map<string, Set<string>>();
  readonly #now = new Map<string, Set<string>>();
  /** Acknowledged operations, and who acknowledged them. */
  readonly #owed = new Map<Operation<G>, SimNode<G>>();
  #decisions = new Set<string>();

  constructor(world: JudgedWorld<G>, kinds: readonly ConvergentOp['kind'][], reads: boolean) {
    this.#world = world;
    this.#kinds = kinds;
    this.sweepsReads = reads;
  }

  get decisions(): number {
    return this.#decisions.size;
  }

  propose(operation: Operation<G>): Op<G> | null {
    if (operation.kind === 'read') return null;
    const { key, value } = operation;
    const usable = this.#kinds.filter((kind) => kind !== 'mutate');
    if (usable.length === 0)
      throw new HyperSyncError(
        'HS-2104',
        'only `mutate` is on offer: give the workload an `operation` that builds one',
      );
    const kind = usable[operation.id % 4 === 0 ? usable.length - 1 : 0];
    if (kind === 'publish') return { kind, value };
    return kind === 'delete' ? { kind, key } : { kind: 'put', key, value };
  }

  deliver(node: SimNode<G>, decision: Decision<G>): void {
    const operation = this.#world.operations.named(decision.value);
    if (operation === null) return; // an operation of the mechanism's own encoding
    if (operation.failed) violated('ticket', `operation ${operation.id} was rejected, yet delivered`);
    if (operation.op?.kind !== 'publish') return;
    const name = String(operation.id);
    const now = setOf(this.#now, node.id);
    if (now.has(name)) violated('order', `${node.id} delivered value ${name} twice`);
    now.add(name);
    setOf(this.#published, node.id).add(name);
    this.#decisions.add(name);
  }

  install(node: SimNode<G>): void {
    violated('contract', `${node.id} asked to install a state; a convergent mechanism holds its own`);
  }

  committed(operation: Operation<G>, node: SimNode<G>, position: Position<G>): void {
    if (position.class !== 'convergent') violated('contract', `${node.id} answered with a position of another class`);
    this.#owed.set(operation, node);
    this.#decisions.add(String(operation.id));
  }

  values(operation: Operation<G>, _node: SimNode<G>, position: Position<G>, values: readonly Uint8Array[]): boolean {
    this.#world.complete(operation, values.map((value) => this.#world.operations.nameOf(value)).toSorted(), position);
    return true;
  }

  crashed(node: SimNode<G>): void {
    this.#now.delete(node.id);
  }

  stepped(node: SimNode<G>): void {
    const position = node.status?.position;
    if (position == null || position.root === '' || this.#lastPosition.get(node.id) === position) return;
    this.#lastPosition.set(node.id, position);
    const frontier = frontierText(position);
    const seen = `${frontier} ${position.root}`;
    if (this.#lastFrontier.get(node.id) === seen) return;
    this.#lastFrontier.set(node.id, seen);
    const known = this.#rootOf.get(frontier);
    if (known === undefined) this.#rootOf.set(frontier, { root: position.root, node: node.id });
    else if (known.root !== position.root)
      violated(
        'convergence',
        `${node.id} and ${known.node} hold the same updates ${frontier} but different states ${position.root.slice(0, 16)} and ${known.root.slice(0, 16)}`,
      );
  }

  unsettled(): string | null {
    const { live } = this.#world;
    for (const operation of this.#owed.keys()) {
      if (operation.op?.kind !== 'publish' || !this.#isKept(operation)) continue;
      const lacking = live.find((node) => !setOf(this.#published, node.id).has(String(operation.id)));
      if (lacking !== undefined) return `${lacking.id} has not delivered the acknowledged value ${operation.id}`;
    }
    const positions = live.map((node) => node.status?.position ?? null);
    const texts = new Set(
      positions.map((position) => (position === null ? '' : `${position.root} ${frontierText(position)}`)),
    );
    return texts.size <= 1 ? null : `states differ: ${[...texts].join(' | ')}`;
  }

  /** Acknowledged by a node that is still there. What only a lost node had is gone with it: this class promises no more. */
  #isKept(operation: Operation<G>): boolean {
    const node = this.#owed.get(operation);
    return node !== undefined && this.#world.live.includes(node);
  }

  finish(): void {
    const swept = this.#world.operations.all.filter(
      (operation) => operation.client === SWEEP_CLIENT && operation.return !== null,
    );
    const reads = Map.groupBy(
      swept.filter((operation) => operation.kind === 'read'),
      (operation) => operation.key,
    );
    for (const [key, answers] of reads) {
      const [first, ...others] = answers;
      for (const other of others)
        if (other.values.join() !== first!.values.join())
          violated(
            'convergence',
            `${first!.node} reads [${first!.values.join()}] under ${key}, ${other.node} reads [${other.values.join()}]`,
          );
      this.#checkKept(key, first!);
    }
  }

  /** A key that was only ever put, and acknowledged at least once, cannot be empty at the end. */
  #checkKept(key: string, read: Operation<G>): void {
    const writes = this.#world.operations.all.filter(
      (operation) => operation.kind === 'write' && operation.key === key,
    );
    const onlyPuts = writes.every((operation) => operation.op?.kind === 'put');
    const acknowledged = writes.find((operation) => this.#isKept(operation));
    if (onlyPuts && acknowledged !== undefined && read.values.length === 0)
      violated(
        'durability',
        `${key} is empty at ${read.node}, although operation ${acknowledged.id} on it was acknowledged`,
      );
  }
}

function frontierText(position: Position<G>): string {
  const entries = Object.entries(position.frontier).filter(([, counter]) => counter > 0);
  return entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([node, counter]) => `${node}:${counter}`)
    .join(',');
}

function setOf(map: Map<string, Set<string>>, key: string): Set<string> {
  const found = map.get(key) ?? new Set<string>();
  map.set(key, found);
  return found;
}
