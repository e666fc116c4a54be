import { ByteReader, ByteWriter } from '../codec.ts';
import type { StateWriter } from '../state-writer.ts';

/** Sessions remembered; the one unused for longest makes room. */
const MAX_SESSIONS = 4_096;
/** Operations remembered per session: as many as a client may have in flight and still retry safely. */
const SESSION_DEPTH = 16;
const RECEIPT_BYTES = 65_536;

interface Receipt {
  readonly sequence: number;
  readonly receipt: Uint8Array;
}

/**
 * What was applied for whom, so that a retry with the same session and sequence is answered and not applied again. The
 * receipt is the mechanism's own note of the outcome. Sessions with number 0 are none.
 */
export class SessionTable {
  #sessions = new Map<number, readonly Receipt[]>();

  /** The receipt, or 'new', or 'forgotten' for one so old that nobody can say any more. */
  find(session: number, sequence: number): Uint8Array | 'new' | 'forgotten' {
    const receipts = session === 0 ? undefined : this.#sessions.get(session);
    if (receipts === undefined) return 'new';
    const found = receipts.find((receipt) => receipt.sequence === sequence);
    if (found !== undefined) return found.receipt;
    return receipts.length === SESSION_DEPTH && sequence < receipts[0]!.sequence ? 'forgotten' : 'new';
  }

  /** Notes an applied operation; returns the session's encoded record and the session that had to make room. */
  note(session: number, sequence: number, receipt: Uint8Array): { record: Uint8Array; evicted: number | null } {
    const known = this.#sessions.get(session) ?? [];
    let receipts = known.length < SESSION_DEPTH ? known.slice() : known.slice(1 - SESSION_DEPTH);
    // Nearly always it is the latest.
    if ((known.at(-1)?.sequence ?? -1) < sequence) receipts.push({ sequence, receipt });
    else receipts = [...known, { sequence, receipt }].sort((a, b) => a.sequence - b.sequence).slice(-SESSION_DEPTH);
    this.#sessions.delete(session); // to the end of the insertion order
    this.#sessions.set(session, receipts);
    const record = new ByteWriter().list(receipts, writeReceipt).finish();
    if (this.#sessions.size <= MAX_SESSIONS) return { record, evicted: null };
    const oldest = this.#sessions.keys().next().value!;
    this.#sessions.delete(oldest);
    return { record, evicted: oldest };
  }

  /** False on bytes that `note` did not write. */
  restore(session: number, record: Uint8Array): boolean {
    const reader = new ByteReader(record);
    const receipts = reader.list(SESSION_DEPTH, () => ({
      sequence: reader.varint(),
      receipt: reader.bytes(RECEIPT_BYTES),
    }));
    if (!reader.done()) return false;
    this.#sessions.set(session, receipts);
    return true;
  }

  clone(): SessionTable {
    const copy = new SessionTable();
    copy.#sessions = new Map(this.#sessions);
    return copy;
  }

  /** In order of use, since that decides who makes room. */
  writeTo(state: StateWriter): void {
    state.list([...this.#sessions], (writer, [session, receipts]) =>
      writer.varint(session).list(receipts, writeReceipt),
    );
  }
}

function writeReceipt(writer: ByteWriter, { sequence, receipt }: Receipt): void {
  writer.varint(sequence).bytes(receipt);
}
