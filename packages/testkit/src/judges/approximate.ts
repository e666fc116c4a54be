import { HyperSyncError, toHex } from '@hypersync/base';
import type { Decision, Op, Position } from '@hypersync/interface';
import type { SimNode } from '../simulator/node.ts';
import type { Operation } from '../simulator/operations.ts';
import { violated } from '../simulator/violation.ts';
import type { ApproximateSpace, PossibleInputs } from './approximate-space.ts';
import type { Judge, JudgedWorld } from './judge.ts';

type G = 'approximate';
type Vector = readonly number[];

interface Output {
  readonly vector: Vector;
  readonly bytes: string;
  readonly at: number;
}

/** A liar may keep agreements coming: at the end, everybody has the newest but for what ended so shortly ago, microseconds. */
const LAG = 500_000;
/** Sums of rounding errors in the judge's own distances. */
const SLACK = 1 + 1e-9;

/**
 * Approximate agreement: the honest outputs of one agreement lie within epsilon of each other, and where the honest inputs
 * allow; each node puts out one value per agreement for ever, in the order of the agreements, and its clients' readings each
 * take part in one.
 */
export class ApproximateJudge implements Judge<G> {
  readonly sweepsReads = false;
  readonly #world: JudgedWorld<G>;
  readonly #space: ApproximateSpace;
  /** Per agreement and node. */
  readonly #outputs = new Map<number, Map<string, Output>>();
  /** When the first honest node delivered it. */
  readonly #ended = new Map<number, number>();
  /** Per node the last agreement delivered, ever and in this incarnation. */
  readonly #last = new Map<string, number>();
  readonly #current = new Map<string, number>();
  /** Where a client's reading took part, and the other way round. */
  readonly #roundOf = new Map<Operation<G>, number>();
  readonly #taken = new Map<string, Operation<G>>();

  constructor(world: JudgedWorld<G>) {
    if (world.space === null)
      throw new HyperSyncError('HS-2104', 'approximate agreement is judged in a space: give one to the simulation');
    this.#world = world;
    this.#space = world.space;
  }

  get decisions(): number {
    return this.#outputs.size;
  }

  propose(operation: Operation<G>): Op<G> | null {
    return operation.kind === 'read' ? null : { kind: 'input', value: this.#space.draw(this.#world.random) };
  }

  deliver(node: SimNode<G>, { position, value }: Decision<G>): void {
    const { round } = position;
    this.#checkPosition(node, position);
    const vector = vectorOf(value);
    if (vector === null || vector.length !== this.#space.origin.length) {
      violated('validity', `${node.id} put out 0x${toHex(value)} in agreement ${round}, which is no vector`);
      return;
    }
    if (round <= (this.#current.get(node.id) ?? 0))
      violated('order', `${node.id} delivered agreement ${round} after ${this.#current.get(node.id)}`);
    if (round < (this.#last.get(node.id) ?? 0))
      violated('order', `${node.id} went back to agreement ${round} from ${this.#last.get(node.id)}`);
    this.#current.set(node.id, round);
    this.#last.set(node.id, round);
    const outputs = this.#outputs.get(round) ?? new Map<string, Output>();
    this.#outputs.set(round, outputs);
    if (!this.#ended.has(round)) this.#ended.set(round, this.#world.now);
    const output = { vector, bytes: toHex(value), at: outputs.get(node.id)?.at ?? this.#world.now };
    this.#compare(node, round, output, outputs);
    outputs.set(node.id, output);
    const problem = this.#space.validityProblem(this.#inputsOf(round), vector, this.#faulty);
    if (problem !== null) violated('validity', `${node.id} in agreement ${round}: ${problem}`);
  }

  get #faulty(): number {
    return this.#world.nodes.length - this.#world.honest.length;
  }

  #checkPosition(node: SimNode<G>, position: Position<G>): void {
    if (position.class !== 'approximate' || !Number.isSafeInteger(position.round) || position.round < 1)
      violated('contract', `${node.id} delivered at ${JSON.stringify(position)}, which is no agreement`);
    if (position.epsilon > this.#space.epsilon)
      violated('contract', `${node.id} promises ${position.epsilon} where ${this.#space.epsilon} was configured`);
  }

  #compare(node: SimNode<G>, round: number, output: Output, outputs: ReadonlyMap<string, Output>): void {
    for (const [other, known] of outputs) {
      const same = other === node.id || this.#space.epsilon === 0;
      const apart = this.#space.distance(known.vector, output.vector);
      const close = same ? known.bytes === output.bytes : apart <= this.#space.epsilon * SLACK;
      if (!close)
        violated(
          'agreement',
          `agreement ${round}: ${node.id} has [${output.vector.join(', ')}], ${other} had [${known.vector.join(', ')}], ${apart} apart`,
        );
    }
  }

  /**
   * What each honest node can have put into an agreement that ends now: its clients' readings that are not known to be replaced
   * by later ones, and the origin while none is known to have taken part.
   */
  #inputsOf(round: number): PossibleInputs {
    return this.#world.honest.map((node) => {
      const asked = this.#world.operations.all
        .filter(
          ({ node: asked, op, failed }) => asked === node.id && op !== null && !failed && this.#space.accepts(op.value),
        )
        .sort((a, b) => a.tried - b.tried || a.id - b.id);
      const settled = asked.findLastIndex((operation) => (this.#roundOf.get(operation) ?? Infinity) <= round);
      const vectors = asked.slice(Math.max(0, settled)).map(({ op }) => op!.value);
      return settled < 0 ? [this.#space.origin, ...vectors] : vectors;
    });
  }

  install(node: SimNode<G>): void {
    violated('contract', `${node.id} asked to install a state; approximate agreement holds its own`);
  }

  committed(operation: Operation<G>, node: SimNode<G>, { round }: Position<G>): void {
    const output = this.#outputs.get(round)?.get(node.id);
    if (output === undefined || this.#current.get(node.id) === undefined)
      violated('ticket', `${node.id} acknowledged a reading in agreement ${round}, which it had not delivered`);
    else if (output.at < operation.tried)
      violated('ticket', `${node.id} acknowledged a reading in agreement ${round}, which had ended before it came`);
    if (!this.#space.accepts(operation.op!.value))
      violated('validity', `${node.id} let [${operation.op!.value.join(', ')}] take part, which is no reading`);
    const place = `${node.id}/${round}`;
    const other = this.#taken.get(place);
    if (other !== undefined && other !== operation)
      violated('ticket', `${node.id} acknowledged two readings in agreement ${round}`);
    this.#taken.set(place, operation);
    this.#roundOf.set(operation, round);
  }

  values(operation: Operation<G>, node: SimNode<G>, position: Position<G>, values: readonly Uint8Array[]): boolean {
    const last = this.#last.get(node.id) ?? 0;
    const known = this.#outputs.get(last)?.get(node.id)?.bytes ?? '';
    const read = values.map((value) => toHex(value)).join(' ');
    if (position.round !== last || read !== known)
      violated(
        'order',
        `${node.id} reads [${read}] of agreement ${position.round}; its last was ${last} with [${known}]`,
      );
    this.#world.complete(operation, [read], position);
    return true;
  }

  crashed(node: SimNode<G>): void {
    this.#current.delete(node.id);
  }

  unsettled(): string | null {
    const owed = Math.max(
      0,
      ...[...this.#ended].filter(([, at]) => at <= this.#world.now - LAG).map(([round]) => round),
    );
    const behind = this.#world.live.find((node) => (this.#last.get(node.id) ?? 0) < owed);
    return behind === undefined ? null : `${behind.id} has delivered neither agreement ${owed} nor a later one`;
  }

  finish(): void {
    for (const [operation, round] of this.#roundOf)
      if (operation.failed) violated('ticket', `operation ${operation.id} was rejected, yet took part in ${round}`);
  }
}

/** Null for anything but a whole number of finite big-endian doubles. */
function vectorOf(bytes: Uint8Array): Vector | null {
  if (bytes.length % 8 !== 0) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const vector = Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i));
  return vector.every((value) => Number.isFinite(value)) ? vector : null;
}
