import type { Decision, Op, Position } from '@hypersync/interface';
import { checkLinearizable, isStrong } from '../linearizability.ts';
import type { SimNode } from '../simulator/node.ts';
import type { Operation } from '../simulator/operations.ts';
import { violated } from '../simulator/violation.ts';
import type { Judge, JudgedWorld } from './judge.ts';
import { realTimeProblem, type Placed } from './real-time.ts';

type G = 'register';

/** Atomic registers: one value per tag, tags at a replica never go back, and the history of each key is linearizable. */
export class RegisterJudge implements Judge<G> {
  readonly sweepsReads = true;
  readonly #world: JudgedWorld<G>;
  readonly #valueOfTag = new Map<string, string>();
  readonly #tagOfValue = new Map<string, Position<G>>();
  readonly #lastTag = new Map<string, Position<G>>();

  constructor(world: JudgedWorld<G>) {
    this.#world = world;
  }

  get decisions(): number {
    return this.#valueOfTag.size;
  }

  propose(operation: Operation<G>): Op<G> | null {
    return operation.kind === 'read' ? null : { kind: 'write', key: operation.key, value: operation.value };
  }

  deliver(node: SimNode<G>, decision: Decision<G>): void {
    const { position, key, value } = decision;
    if (position.key !== key)
      violated('contract', `${node.id} delivered key ${key} at a position of key ${position.key}`);
    if (this.#world.operations.named(value) === null && this.#world.isHonest(decision.proposer))
      violated('validity', `${node.id} delivered a value for ${key} that nobody wrote`);
    this.#bind(node, position, this.#world.operations.nameOf(value));
    const place = `${node.id}/${node.incarnation}/${key}`;
    const before = this.#lastTag.get(place);
    if (before !== undefined && compareTags(position, before) <= 0)
      violated('order', `${node.id} delivered tag ${tagText(position)} after ${tagText(before)}`);
    this.#lastTag.set(place, position);
  }

  /** One tag, one value, everywhere and for ever. */
  #bind(node: SimNode<G>, position: Position<G>, name: string): void {
    const tag = tagText(position);
    const known = this.#valueOfTag.get(tag);
    if (known !== undefined && known !== name)
      violated('agreement', `${node.id} has value ${name} under tag ${tag}, which belongs to value ${known}`);
    this.#valueOfTag.set(tag, name);
    this.#tagOfValue.set(name, position);
  }

  install(node: SimNode<G>): void {
    violated('contract', `${node.id} asked to install a state; a register holds its own`);
  }

  committed(operation: Operation<G>, node: SimNode<G>, position: Position<G>): void {
    if (position.class !== 'register' || position.key !== operation.key) {
      violated('contract', `${node.id} answered operation ${operation.id} with a foreign position`);
      return;
    }
    this.#bind(node, position, String(operation.id));
  }

  values(operation: Operation<G>, node: SimNode<G>, position: Position<G>, values: readonly Uint8Array[]): boolean {
    if (values.length > 1) violated('contract', `${node.id} read ${values.length} values from one register`);
    const names = values.map((value) => this.#world.operations.nameOf(value));
    if (names.some((name) => name.startsWith('0x')))
      violated('validity', `${node.id} read ${names[0]}, which nobody wrote`);
    if (names.length === 1) this.#bind(node, position, names[0]!);
    this.#world.complete(operation, names, position);
    return true;
  }

  crashed(): void {
    // Replicas keep their own state; what a crash may lose is seen by the readers.
  }

  unsettled(): string | null {
    return null;
  }

  /** Tags name an order; where it respects real time it is the proof. Else a search has the last word. */
  finish(): void {
    for (const { id, failed } of this.#world.operations.all)
      if (failed && this.#tagOfValue.has(String(id)))
        violated('ticket', `operation ${id} was rejected, yet its value was read`);
    const byKey = Map.groupBy(this.#placed(), (operation) => operation.place.key);
    for (const operations of byKey.values()) {
      const problem = realTimeProblem(operations, compareTags);
      if (problem === null) continue;
      const { early, seen } = problem;
      const history = this.#world.operations
        .history()
        .filter((entry) => isStrong(entry) && entry.key === early.place.key);
      const verdict = checkLinearizable(history);
      if (verdict.ok) continue;
      violated(
        'linearizability',
        `operation ${early.id}, called at ${early.call} us, has tag ${tagText(early.place)}, although operation ${seen.id} had been answered at ${seen.return} us with tag ${tagText(seen.place)}; ${verdict.explanation}`,
      );
    }
  }

  /** Operations whose tag is known: answered ones, and unanswered writes that somebody has read. */
  #placed(): Placed<Position<G>>[] {
    const placed: Placed<Position<G>>[] = [];
    for (const operation of this.#world.operations.all) {
      const place = operation.position ?? this.#tagOfValue.get(String(operation.id));
      if (place == null || !isStrong(operation)) continue;
      const { id, call, return: answered } = operation;
      placed.push({ id, call, return: answered, place, own: operation.kind === 'write' });
    }
    return placed;
  }
}

function compareTags(a: Position<G>, b: Position<G>): number {
  if (a.ts !== b.ts) return a.ts - b.ts;
  return a.writer < b.writer ? -1 : a.writer > b.writer ? 1 : 0;
}

function tagText(position: Position<G>): string {
  return `${position.key}@${position.ts}.${position.writer}`;
}
