import { bytesEqual, toHex } from '@hypersync/base';
import { ByteWriter } from '@hypersync/consensus-kit';
import type { Decision, Install, Op, Position } from '@hypersync/interface';
import { isStrong } from '../linearizability.ts';
import type { SimNode } from '../simulator/node.ts';
import type { Operation } from '../simulator/operations.ts';
import { violated } from '../simulator/violation.ts';
import type { Judge, JudgedWorld } from './judge.ts';
import { realTimeProblem, type Placed } from './real-time.ts';

type G = 'total-order';

interface Entry {
  readonly session: number;
  readonly sequence: number;
  readonly value: Uint8Array;
  readonly operation: Operation<G> | null;
  /** Digest of everything up to here, for snapshots. */
  readonly chain: number;
}

const STATE_BYTES = 512;
/** Decisions between two snapshots: few at first, then in proportion to the log, as an application would. */
const COMPACT_AFTER = 8;

/**
 * Total order, with a replicated map on top: one canonical log that every honest node must agree with, without gaps; every
 * acknowledgement true; nothing acknowledged lost; and what clients see respects real time (linearizable, the log being the order).
 */
export class TotalOrderJudge implements Judge<G> {
  readonly sweepsReads = false;
  readonly #world: JudgedWorld<G>;
  readonly #compacts: boolean;
  readonly #log: Entry[] = [];
  readonly #places = new Map<Operation<G>, number[]>();
  readonly #versions = new Map<string, { index: number; name: string }[]>();
  readonly #promised = new Map<number, Operation<G>>();
  readonly #waiting = new Map<SimNode<G>, { index: number; operation: Operation<G>; position: Position<G> }[]>();
  /** What the state machine had applied when it answered. */
  readonly #readAt = new Map<Operation<G>, number>();
  /** The same for all nodes: Byzantine mechanisms can only compare snapshots of one index. */
  readonly #compactionPoints = new Set<number>();
  #nextCompaction = COMPACT_AFTER;
  #highestPromise = 0;

  constructor(world: JudgedWorld<G>, compacts: boolean) {
    this.#world = world;
    this.#compacts = compacts;
  }

  get decisions(): number {
    return this.#log.length;
  }

  propose(operation: Operation<G>): Op<G> | null {
    return operation.level === null ? { kind: 'append', value: operation.value } : null;
  }

  deliver(node: SimNode<G>, decision: Decision<G>): void {
    const { index } = decision.position;
    if (index !== node.applied + 1)
      violated('order', `${node.id} delivered index ${index} after ${node.applied}; decisions come without gaps, once`);
    const known = this.#log[index - 1];
    if (index === this.#log.length + 1) this.#append(node, decision);
    else if (known !== undefined && !sameEntry(known, decision))
      violated(
        'agreement',
        `${node.id} delivered ${describe(decision)} at index ${index}, others have ${describe(known)}`,
      );
    node.applied = index;
    this.#answerReads(node);
    if (this.#compacts && index <= this.#log.length && this.#isCompactionPoint(index)) this.#compact(node);
  }

  #append(node: SimNode<G>, decision: Decision<G>): void {
    const { index } = decision.position;
    const operation = this.#world.operations.named(decision.value);
    if (operation === null && this.#world.isHonest(decision.proposer))
      violated(
        'validity',
        `${node.id} delivered 0x${toHex(decision.value.slice(0, 24))} at ${index}, which no client proposed`,
      );
    if (operation !== null) this.#place(operation, decision, index);
    const before = this.#log[index - 2]?.chain ?? 0x811c9dc5;
    const chain = decision.value.reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), before ^ decision.sequence);
    this.#log.push({ ...decision, operation, chain });
    const promised = this.#promised.get(index);
    if (promised !== undefined) this.#checkPromise(promised, index);
  }

  #place(operation: Operation<G>, decision: Decision<G>, index: number): void {
    const sameNames = operation.session === decision.session && operation.sequence === decision.sequence;
    if (!sameNames && this.#world.isHonest(decision.proposer))
      violated('validity', `operation ${operation.id} was decided as session ${decision.session}/${decision.sequence}`);
    if (operation.failed) violated('ticket', `operation ${operation.id} was rejected, yet decided at index ${index}`);
    const places = this.#places.get(operation) ?? [];
    places.push(index);
    this.#places.set(operation, places);
    if (places.length > operation.attempts && this.#world.isHonest(decision.proposer))
      violated(
        'order',
        `operation ${operation.id}, tried ${operation.attempts} time(s), was decided at ${places.join(', ')}`,
      );
    if (operation.kind !== 'write' || places.length > 1) return;
    const versions = this.#versions.get(operation.key) ?? [];
    versions.push({ index, name: String(operation.id) });
    this.#versions.set(operation.key, versions);
  }

  committed(operation: Operation<G>, node: SimNode<G>, position: Position<G>): void {
    if (position.class !== 'total-order' || !(position.index >= 1)) {
      violated('contract', `${node.id} answered with a position that is not of total order`);
      return;
    }
    this.#highestPromise = Math.max(this.#highestPromise, position.index);
    if (position.index <= this.#log.length) this.#checkPromise(operation, position.index);
    else {
      const other = this.#promised.get(position.index);
      if (other !== undefined && other !== operation)
        violated('agreement', `index ${position.index} was promised to operations ${other.id} and ${operation.id}`);
      this.#promised.set(position.index, operation);
    }
  }

  #checkPromise(operation: Operation<G>, index: number): void {
    const entry = this.#log[index - 1]!;
    if (entry.operation !== operation)
      violated(
        'durability',
        `operation ${operation.id} was acknowledged at index ${index}, where ${describe(entry)} was decided`,
      );
  }

  values(operation: Operation<G>, node: SimNode<G>, position: Position<G>): boolean {
    if (position.class !== 'total-order') {
      violated('contract', `${node.id} answered a read with a position of another class`);
      return true;
    }
    const waiting = this.#waiting.get(node) ?? [];
    waiting.push({ index: position.index, operation, position });
    this.#waiting.set(node, waiting);
    this.#answerReads(node);
    return false;
  }

  #answerReads(node: SimNode<G>): void {
    const waiting = this.#waiting.get(node);
    if (waiting === undefined || waiting.length === 0) return;
    const rest = waiting.filter((read) => read.index > node.applied);
    if (rest.length === waiting.length) return;
    this.#waiting.set(node, rest);
    for (const read of waiting) if (read.index <= node.applied) this.#answerRead(node, read.operation, read.position);
  }

  #answerRead(node: SimNode<G>, operation: Operation<G>, position: Position<G>): void {
    this.#readAt.set(operation, node.applied);
    this.#world.complete(operation, this.#valueAt(operation.key, node.applied), position);
  }

  #valueAt(key: string, index: number): string[] {
    const last = this.#versions.get(key)?.findLast((version) => version.index <= index);
    return last === undefined ? [] : [last.name];
  }

  install(node: SimNode<G>, { index, state }: Install): void {
    if (index <= node.applied)
      violated('order', `${node.id} installed a snapshot of index ${index} over ${node.applied}`);
    if (index > this.#log.length || !bytesEqual(state, this.#stateAt(index)))
      violated('agreement', `${node.id} installed a state of index ${index} that no correct node had`);
    node.applied = index;
    node.appliedDurable = index; // a driver installs before it goes on
    this.#answerReads(node);
  }

  #isCompactionPoint(index: number): boolean {
    for (; this.#nextCompaction <= index; this.#nextCompaction += COMPACT_AFTER + (this.#nextCompaction >> 3))
      this.#compactionPoints.add(this.#nextCompaction);
    return this.#compactionPoints.has(index);
  }

  #compact(node: SimNode<G>): void {
    node.appliedDurable = node.applied; // a snapshot is durable before the log may go
    this.#world.compact(node, node.applied, this.#stateAt(node.applied));
  }

  #stateAt(index: number): Uint8Array {
    const state = new ByteWriter(STATE_BYTES).varint(index).u32(this.#log[index - 1]!.chain >>> 0);
    while (state.length < STATE_BYTES) state.u32(Math.imul(this.#log[index - 1]!.chain, state.length) >>> 0);
    return state.finish();
  }

  crashed(node: SimNode<G>): void {
    const { random } = this.#world;
    const kept = random.chance(1, 2) ? node.appliedDurable : random.between(node.appliedDurable, node.applied);
    node.applied = kept;
    node.appliedDurable = kept;
    this.#waiting.delete(node);
  }

  unsettled(): string | null {
    const target = Math.max(this.#log.length, this.#highestPromise);
    const behind = this.#world.live.filter((node) => node.applied < target);
    if (behind.length === 0) return null;
    return `${behind.map((node) => `${node.id} applied ${node.applied}`).join(', ')} of ${target} decisions`;
  }

  finish(): void {
    for (const [index, operation] of this.#promised)
      if (this.#log[index - 1] === undefined)
        violated('durability', `operation ${operation.id} was acknowledged at index ${index}, which was never decided`);
    for (const operation of this.#world.operations.all) {
      const { position } = operation;
      if (operation.failed && this.#places.has(operation))
        violated('ticket', `operation ${operation.id} was rejected, yet decided`);
      if (operation.kind === 'read' && operation.level === null && position !== null)
        operation.values = this.#valueAt(operation.key, position.index - 1);
    }
    this.#checkRealTime();
  }

  /** The log is the order; whoever was answered before a call began must be in what it sees. */
  #checkRealTime(): void {
    const placed: Placed<number>[] = [];
    for (const operation of this.#world.operations.all) {
      const place = operation.op === null ? this.#readAt.get(operation) : operation.position?.index;
      if (place === undefined || !isStrong(operation)) continue;
      placed.push({
        id: operation.id,
        call: operation.call,
        return: operation.return,
        place,
        own: operation.op !== null,
      });
    }
    const problem = realTimeProblem(placed, (a, b) => a - b);
    if (problem === null) return;
    const { early, seen } = problem;
    violated(
      'linearizability',
      `operation ${early.id}, called at ${early.call} us, took effect at index ${early.place}, although operation ${seen.id} had been answered at ${seen.return} us with index ${seen.place}`,
    );
  }
}

function sameEntry(known: Entry, decision: Decision<G>): boolean {
  return (
    known.session === decision.session &&
    known.sequence === decision.sequence &&
    bytesEqual(known.value, decision.value)
  );
}

function describe(entry: {
  session: number;
  sequence: number;
  value: Uint8Array;
  operation?: Operation<G> | null;
}): string {
  const what = entry.operation == null ? `0x${toHex(entry.value.slice(0, 12))}` : `operation ${entry.operation.id}`;
  return `${what} (session ${entry.session}/${entry.sequence})`;
}
