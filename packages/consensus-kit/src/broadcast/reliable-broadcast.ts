import { hashKey } from '../operations/hash-key.ts';
import { sha256 } from '../sha256.ts';
import type { StateWriter } from '../state-writer.ts';

/** Who takes part: `n` members, of which at most `f` lie; `self` is this member's index in the order of ids. */
export interface Committee {
  readonly n: number;
  readonly f: number;
  readonly self: number;
}

export type BroadcastStep = 'send' | 'echo' | 'ready';

/** What a member says in a broadcast. */
export interface BroadcastStatement {
  readonly step: BroadcastStep;
  readonly slot: number;
  readonly payload: Uint8Array;
}

interface Candidate {
  readonly payload: Uint8Array;
  echoes: number;
  readies: number;
}

interface Slot {
  readonly candidates: Map<string, Candidate>;
  readonly echoed: Set<number>;
  readonly readied: Set<number>;
  /** What its owner sent us first. */
  sent: string | null;
  saidEcho: boolean;
  saidReady: boolean;
  delivered: Uint8Array | null;
}

/**
 * Reliable broadcast (Bracha, "Asynchronous Byzantine agreement protocols", 1987) for many values at once: member `slot % n`
 * owns `slot`. With n > 3f: what one correct member delivers in a slot every correct member delivers, whatever its owner
 * does, and a correct owner's value is delivered. Needs only that the speaker of a statement is known, no signatures.
 *
 * The members' links must keep order and lose nothing (`AgreementSeries` sees to it); own statements are heard like others'.
 */
export class ReliableBroadcast {
  readonly #committee: Committee;
  readonly #slotLimit: number;
  readonly #accepts: (slot: number, payload: Uint8Array) => boolean;
  readonly #slots = new Map<number, Slot>();
  #says: BroadcastStatement[] = [];
  #fresh: number[] = [];
  #contradicting: number[] = [];

  /** `accepts` must depend on its arguments alone: a value that it refuses is not echoed, so never delivered. */
  constructor(committee: Committee, slots: number, accepts: (slot: number, payload: Uint8Array) => boolean) {
    if (committee.n <= 3 * committee.f) throw new RangeError(`no reliable broadcast among ${committee.n}`);
    this.#committee = committee;
    this.#slotLimit = slots;
    this.#accepts = accepts;
  }

  /** What this member owes to say since the last call, in order. */
  takeStatements(): BroadcastStatement[] {
    const says = this.#says;
    this.#says = [];
    return says;
  }

  /** Slots delivered since the last call. */
  takeDelivered(): number[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }

  /** Members that were heard to say two different things in one slot and step, since the last call. */
  takeContradicting(): number[] {
    const found = this.#contradicting;
    this.#contradicting = [];
    return found;
  }

  delivered(slot: number): Uint8Array | null {
    return this.#slots.get(slot)?.delivered ?? null;
  }

  /** This member's own value; once per slot. */
  send(slot: number, payload: Uint8Array): void {
    if (slot % this.#committee.n !== this.#committee.self) throw new RangeError(`slot ${slot} has another owner`);
    this.#says.push({ step: 'send', slot, payload });
  }

  /** This member has said so before it was restarted, and must not say it again, or otherwise. */
  recall({ step, slot }: BroadcastStatement): void {
    const state = this.#slot(slot);
    if (step === 'echo') state.saidEcho = true;
    if (step === 'ready') state.saidReady = true;
  }

  #slot(slot: number): Slot {
    const state = this.#slots.get(slot) ?? emptySlot();
    this.#slots.set(slot, state);
    return state;
  }

  /** False for a statement that nobody may make. */
  hear(from: number, { step, slot, payload }: BroadcastStatement): boolean {
    if (slot >= this.#slotLimit) return false;
    const state = this.#slot(slot);
    switch (step) {
      case 'send':
        return this.#heardSend(from, slot, state, payload);
      case 'echo':
        this.#heardEcho(from, state, payload);
        break;
      case 'ready':
        this.#heardReady(from, state, payload);
        break;
    }
    this.#advance(slot, state);
    return true;
  }

  #heardSend(from: number, slot: number, state: Slot, payload: Uint8Array): boolean {
    if (from !== slot % this.#committee.n || !this.#accepts(slot, payload)) return false;
    const key = keyOf(payload);
    if (state.sent !== null) {
      if (state.sent !== key) this.#contradicting.push(from);
      return true;
    }
    state.sent = key;
    if (!state.saidEcho) {
      state.saidEcho = true;
      this.#says.push({ step: 'echo', slot, payload });
    }
    return true;
  }

  #heardEcho(from: number, state: Slot, payload: Uint8Array): void {
    if (!this.#first(from, state.echoed)) return;
    candidateOf(state, payload).echoes++;
  }

  #heardReady(from: number, state: Slot, payload: Uint8Array): void {
    if (!this.#first(from, state.readied)) return;
    candidateOf(state, payload).readies++;
  }

  /** Links repeat nothing, so whoever takes one step twice in a slot does not follow the protocol. */
  #first(from: number, heard: Set<number>): boolean {
    if (heard.has(from)) this.#contradicting.push(from);
    else {
      heard.add(from);
      return true;
    }
    return false;
  }

  #advance(slot: number, state: Slot): void {
    const { n, f } = this.#committee;
    for (const { payload, echoes, readies } of state.candidates.values()) {
      if (!state.saidReady && (2 * echoes > n + f || readies > f)) {
        state.saidReady = true;
        this.#says.push({ step: 'ready', slot, payload });
      }
      if (state.delivered === null && readies > 2 * f) {
        state.delivered = payload;
        this.#fresh.push(slot);
      }
    }
  }

  clone(): ReliableBroadcast {
    const copy = new ReliableBroadcast(this.#committee, this.#slotLimit, this.#accepts);
    for (const [slot, state] of this.#slots)
      copy.#slots.set(slot, {
        ...state,
        candidates: new Map([...state.candidates].map(([key, candidate]) => [key, { ...candidate }])),
        echoed: new Set(state.echoed),
        readied: new Set(state.readied),
      });
    copy.#says = [...this.#says];
    copy.#fresh = [...this.#fresh];
    copy.#contradicting = [...this.#contradicting];
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.map(this.#slots, (writer, slot) => {
      writer.map(slot.candidates, (w, { echoes, readies }) => void w.data([echoes, readies]));
      writer.set(slot.echoed).set(slot.readied);
      writer.data([slot.sent, slot.saidEcho, slot.saidReady, slot.delivered]);
    });
    state.list(this.#says, (writer, { step, slot, payload }) => void writer.data([step, slot, payload]));
    state.data([this.#fresh, this.#contradicting]);
  }
}

function emptySlot(): Slot {
  return {
    candidates: new Map(),
    echoed: new Set(),
    readied: new Set(),
    sent: null,
    saidEcho: false,
    saidReady: false,
    delivered: null,
  };
}

function candidateOf(state: Slot, payload: Uint8Array): Candidate {
  const key = keyOf(payload);
  const known = state.candidates.get(key) ?? { payload, echoes: 0, readies: 0 };
  state.candidates.set(key, known);
  return known;
}

/** Short payloads are their own key. */
const SHORT = 256;

/** Two payloads never share a key; the first letter tells a short payload from a digest. */
function keyOf(payload: Uint8Array): string {
  if (payload.length <= SHORT) return `p${String.fromCharCode(...payload)}`;
  return `d${hashKey(sha256(payload))}`;
}
