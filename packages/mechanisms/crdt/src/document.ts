import { joinVectors, meetVectors, type Vector } from '@hypersync/consensus-kit';
import { decodeDelta, encodeDelta } from './delta.ts';
import { DeltaLog } from './delta-log.ts';
import type { Mutation } from './mutation.ts';
import { deltaOf, usedOtherwise, valuesOf } from './objects.ts';
import { ReplicaState } from './replica-state.ts';
import type { CrdtValue } from './value.ts';

/** How many dots of what changed lately are remembered, so that `missing` can be short. */
const LOG_DOTS = 65_536;

/**
 * The objects of one member without a cluster around them: bytes in, bytes out. For programs that bring their own transport
 * and storage, and to measure the types by themselves. One member is one author: two documents that act as the same member at the
 * same time give out the same dots and never agree again.
 */
export class CrdtDocument {
  readonly #self: number;
  readonly #members: number;
  #state: ReplicaState;
  #log: DeltaLog;

  /** `self` is this member's number, below `members`. */
  constructor(self: number, members: number) {
    this.#self = self;
    this.#members = members;
    this.#state = new ReplicaState(members);
    this.#log = new DeltaLog(this.#state.vector, LOG_DOTS);
  }

  /** From what `save` gave; null on anything else. */
  static load(bytes: Uint8Array, self: number, members: number): CrdtDocument | null {
    const whole = decodeDelta(bytes, members);
    const document = new CrdtDocument(self, members);
    const isWhole = whole !== null && whole.base.every((counter) => counter === 0);
    if (!isWhole || !document.#state.restore(whole.upTo, whole.entries, whole.parts)) return null;
    document.#log = new DeltaLog(whole.upTo, LOG_DOTS);
    return document;
  }

  /** What this document includes. */
  get vector(): Vector {
    return this.#state.vector;
  }

  /** Does it here and returns the delta for the others. Throws RangeError where the mutation is impossible in this state. */
  mutate(name: string, mutation: Mutation, wall: number = 0): Uint8Array {
    const isOther = usedOtherwise(this.#state, name, mutation);
    const delta = isOther ? null : deltaOf(this.#state, name, mutation, this.#self, wall);
    if (delta === null)
      throw new RangeError(`${mutation.type} ${mutation.action} is impossible in the state of '${name}'`);
    this.#log.record(this.#state.join(delta)!, this.#state.vector);
    return encodeDelta(delta);
  }

  /** Joins a delta. `early`: not before this document includes what the delta builds on; `bad`: no correct member wrote it. */
  apply(bytes: Uint8Array): 'joined' | 'early' | 'bad' {
    const delta = decodeDelta(bytes, this.#members);
    if (delta === null) return 'bad';
    if (!this.#state.accepts(delta)) return 'early';
    const change = this.#state.join(delta);
    if (change === null) return 'bad';
    this.#log.record(change, this.#state.vector);
    return 'joined';
  }

  /** What a document with that vector lacks, as one delta. */
  missing(theirs: Vector): Uint8Array {
    return encodeDelta(this.#log.missing(this.#state, theirs).delta);
  }

  /** One value per type that stands under the name. */
  read(name: string): CrdtValue[] {
    return valuesOf(this.#state.node(name));
  }

  names(): string[] {
    return this.#state.names();
  }

  /** Digest of what is to be seen and of the vector: equal documents, equal roots. */
  root(): string {
    return this.#state.root();
  }

  /**
   * Forgets deleted elements and the log as far as causal stability allows: `vectors` is what each member is known to have made
   * durable, in the order of the members.
   */
  compact(vectors: readonly Vector[]): void {
    const known = meetVectors(vectors);
    this.#state.collectGarbage(known, vectors.reduce(joinVectors, this.#state.vector));
    this.#log.prune(known);
  }

  /** Everything, for `load`. Once compacted, in proportion to what is to be seen. */
  save(): Uint8Array {
    return encodeDelta(this.#state.tombstones === 0 ? this.#state.canonical() : this.#state.whole());
  }
}
