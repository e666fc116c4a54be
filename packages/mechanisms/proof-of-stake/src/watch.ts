import type { NodeId } from '@hypersync/interface';
import { hashKey, type StateWriter } from '@hypersync/consensus-kit';
import { attestationStatement, proposalStatement, type Attestation, type AttestationData } from './attestation.ts';
import { surrounds, type SignedStatement } from './offences.ts';

interface Seen extends SignedStatement {
  readonly data: AttestationData;
}

/** Two statements of one signer that an honest one does not both make. */
export type Contradiction = readonly [SignedStatement, SignedStatement];

/** Attestations remembered per validator, newest targets; the span over which surround votes are found. */
export const WATCH_EPOCHS = 128;
const WATCH_SLOTS = 256;

/** Watches every verified statement for offences. Memory per validator is bounded. */
export class Watch {
  /** Per validator: first attestation by target epoch. */
  readonly #attestations = new Map<NodeId, Map<number, Seen>>();
  /** Per proposer: first proposal by slot. */
  readonly #proposals = new Map<NodeId, Map<number, SignedStatement>>();

  attestation({ validator, data, signature }: Attestation): Contradiction | null {
    const seen = { payload: attestationStatement(data), signature, data };
    const history = entry(this.#attestations, validator);
    const found = this.#contradicting(history, seen);
    if (!history.has(data.target.epoch)) keep(history, data.target.epoch, seen, WATCH_EPOCHS);
    return found === null ? null : [found, seen];
  }

  #contradicting(history: ReadonlyMap<number, Seen>, seen: Seen): Seen | null {
    const same = history.get(seen.data.target.epoch);
    if (same !== undefined) return hashKey(same.payload) === hashKey(seen.payload) ? null : same;
    for (const other of history.values()) {
      if (surrounds(other.data, seen.data) || surrounds(seen.data, other.data)) return other;
    }
    return null;
  }

  proposal(proposer: NodeId, slot: number, root: Uint8Array, signature: Uint8Array): Contradiction | null {
    const seen = { payload: proposalStatement(slot, root), signature };
    const history = entry(this.#proposals, proposer);
    const other = history.get(slot);
    if (other === undefined) {
      keep(history, slot, seen, WATCH_SLOTS);
      return null;
    }
    return hashKey(other.payload) === hashKey(seen.payload) ? null : [other, seen];
  }

  /** The votes that we know, newest targets first: what convicts somebody whose other votes a peer knows. */
  newest(most: number): Attestation[] {
    const all = [...this.#attestations].flatMap(([validator, history]) =>
      [...history.values()].map(({ data, signature }) => ({ data, validator, signature })),
    );
    return all.sort((a, b) => b.data.target.epoch - a.data.target.epoch).slice(0, most);
  }

  clone(): Watch {
    const copy = new Watch();
    for (const [id, history] of this.#attestations) copy.#attestations.set(id, new Map(history));
    for (const [id, history] of this.#proposals) copy.#proposals.set(id, new Map(history));
    return copy;
  }

  writeTo(state: StateWriter): void {
    for (const histories of [this.#attestations, this.#proposals]) {
      state.map(histories, (w, history) => void w.map(history, (w2, { payload }) => void w2.bytes(payload)));
    }
  }
}

function entry<V>(map: Map<NodeId, Map<number, V>>, id: NodeId): Map<number, V> {
  let history = map.get(id);
  if (history === undefined) map.set(id, (history = new Map()));
  return history;
}

/** Adds, and drops the lowest once there are too many. */
function keep<V>(history: Map<number, V>, place: number, value: V, most: number): void {
  history.set(place, value);
  if (history.size > most) history.delete(Math.min(...history.keys()));
}
