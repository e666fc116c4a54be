import type { Micros, NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, type StateWriter } from '@hypersync/consensus-kit';

/** What can be told about a member. All but `convicted` is this node's own view. */
export type AuditKind = 'suspected' | 'standing' | 'proven' | 'refuted' | 'decided' | 'convicted' | 'released';

const KINDS: readonly AuditKind[] = ['suspected', 'standing', 'proven', 'refuted', 'decided', 'convicted', 'released'];

/** One line of the trail. Repetitions of the same thing in a row are one line with a count. */
export interface AuditEntry {
  /** Order of the first occurrence; gaps are lines that were pushed out. */
  readonly sequence: number;
  readonly member: NodeId;
  readonly kind: AuditKind;
  /** The suspicion, standing or offence; for `refuted` the one who was accused. */
  readonly detail: string;
  readonly first: Micros;
  readonly last: Micros;
  readonly count: number;
  /** The encoded evidence where there is any, else empty. */
  readonly proof: Uint8Array;
}

const VERSION = 1;
const MAX_DETAIL = 128;
const MAX_LINES = 1 << 20;
const NO_PROOF = new Uint8Array(0);

/**
 * What a guard saw and did, for those who look into it later. Bounded per member, so that nobody can push out what is
 * known about others, and lines with evidence go last.
 */
export class AuditTrail {
  readonly #perMember: number;
  readonly #maxProof: number;
  #next = 1;
  #lines = new Map<NodeId, AuditEntry[]>();

  constructor(perMember: number, maxProof: number) {
    this.#perMember = perMember;
    this.#maxProof = maxProof;
  }

  note(now: Micros, member: NodeId, kind: AuditKind, detail: string, count = 1, proof: Uint8Array = NO_PROOF): void {
    let lines = this.#lines.get(member);
    if (lines === undefined) this.#lines.set(member, (lines = []));
    const at = lines.findLastIndex((line) => line.kind === kind && line.detail === detail);
    const known = lines[at];
    if (known !== undefined && proof.length === 0 && (kind === 'suspected' || at === lines.length - 1)) {
      lines[at] = { ...known, last: now, count: known.count + count };
      return;
    }
    lines.push({ sequence: this.#next++, member, kind, detail, first: now, last: now, count, proof });
    if (lines.length > this.#perMember) {
      const weakest = lines.findIndex((line) => line.proof.length === 0);
      lines.splice(Math.max(0, weakest), 1);
    }
  }

  /** Oldest first. */
  entries(): AuditEntry[] {
    return [...this.#lines.values()].flat().sort((a, b) => a.sequence - b.sequence);
  }

  encode(): Uint8Array {
    return new ByteWriter(1024)
      .u8(VERSION)
      .list(this.entries(), (w, line) => {
        w.varint(line.sequence).string(line.member).u8(KINDS.indexOf(line.kind)).string(line.detail);
        w.varint(line.first).varint(line.last).varint(line.count).bytes(line.proof);
      })
      .finish();
  }

  /** Takes over an exported trail in place of this one's; false, and unchanged, when the bytes are not one. */
  restore(bytes: Uint8Array): boolean {
    const reader = new ByteReader(bytes);
    if (reader.u8() !== VERSION) reader.fail();
    const lines = new Map<NodeId, AuditEntry[]>();
    let last = 0;
    const all = reader.list(MAX_LINES, (r) => readLine(r, this.#maxProof));
    for (const line of all) {
      const own = lines.get(line.member);
      if (own === undefined) lines.set(line.member, [line]);
      else own.push(line);
      if (line.sequence <= last || (own?.length ?? 1) > this.#perMember) reader.fail();
      last = line.sequence;
    }
    if (!reader.done()) return false;
    this.#lines = lines;
    this.#next = last + 1;
    return true;
  }

  clone(): AuditTrail {
    const copy = new AuditTrail(this.#perMember, this.#maxProof);
    copy.#next = this.#next;
    for (const [member, lines] of this.#lines) copy.#lines.set(member, [...lines]);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.varint(this.#next).bytes(this.encode());
  }
}

function readLine(r: ByteReader, maxProof: number): AuditEntry {
  const sequence = r.varint();
  const member = r.string(64);
  const kind = KINDS[r.u8()];
  if (kind === undefined) r.fail();
  const detail = r.string(MAX_DETAIL);
  const [first, last, count] = [r.varint(), r.varint(), r.varint()];
  return { sequence, member, kind: kind ?? 'suspected', detail, first, last, count, proof: r.bytes(maxProof) };
}
