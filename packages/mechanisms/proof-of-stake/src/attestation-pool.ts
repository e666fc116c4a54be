import type { NodeId } from '@hypersync/interface';
import type { StateWriter } from '@hypersync/consensus-kit';
import type { Attestation } from './attestation.ts';
import type { ChainState } from './chain-state.ts';
import { isIncludable, type Rules } from './transition.ts';

/** Different attestations kept per validator and epoch; an honest one makes one. */
const VERSIONS = 2;

/** Verified attestations of the current and the last epoch, waiting for a block. Bounded per validator. */
export class AttestationPool {
  readonly #byValidator = new Map<NodeId, readonly Attestation[]>();

  add(attestation: Attestation): void {
    const { validator, data } = attestation;
    const known = this.#byValidator.get(validator) ?? [];
    const sameEpoch = known.filter((other) => other.data.target.epoch === data.target.epoch);
    if (sameEpoch.length < VERSIONS) this.#byValidator.set(validator, [...known, attestation]);
  }

  /** Forgets targets below `epoch`. */
  prune(epoch: number): void {
    for (const [validator, known] of this.#byValidator) {
      const kept = known.filter(({ data }) => data.target.epoch >= epoch);
      if (kept.length === 0) this.#byValidator.delete(validator);
      else if (kept.length < known.length) this.#byValidator.set(validator, kept);
    }
  }

  /** What counts in a block at `slot` on this branch, one per validator and epoch. */
  select(state: ChainState, slot: number, rules: Rules): Attestation[] {
    const chosen: Attestation[] = [];
    for (const id of rules.table.ids) {
      const taken = new Set<number>();
      for (const attestation of this.#byValidator.get(id) ?? []) {
        const { epoch } = attestation.data.target;
        if (taken.has(epoch) || !isIncludable(state, attestation, slot, rules)) continue;
        taken.add(epoch);
        chosen.push(attestation);
      }
    }
    return chosen;
  }

  get all(): Attestation[] {
    return [...this.#byValidator.values()].flat();
  }

  clone(): AttestationPool {
    const copy = new AttestationPool();
    for (const [id, known] of this.#byValidator) copy.#byValidator.set(id, known);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.map(this.#byValidator, (writer, known) => void writer.data(known.map(({ signature }) => signature)));
  }
}
