import type { NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter } from '../codec.ts';
import type { StateWriter } from '../state-writer.ts';

interface Waiting<M> {
  readonly from: NodeId;
  readonly message: M;
  readonly bytes: number;
}

/** Messages whose signatures are being checked: bounded in bytes per peer, so that a flooding peer only drowns itself. */
export class Inbox<M> {
  readonly #maxBytes: number;
  #next = 1;
  readonly #waiting = new Map<number, Waiting<M>>();
  readonly #bytes = new Map<NodeId, number>();

  constructor(maxBytesPerPeer: number) {
    this.#maxBytes = maxBytesPerPeer;
  }

  /** The tag under which the message waits; null when its sender has too much waiting. */
  enter(from: NodeId, message: M, bytes: number): Uint8Array | null {
    const total = (this.#bytes.get(from) ?? 0) + bytes;
    if (total > this.#maxBytes) return null;
    this.#bytes.set(from, total);
    const place = this.#next++;
    this.#waiting.set(place, { from, message, bytes });
    return new ByteWriter(8).varint(place).finish();
  }

  leave(tag: Uint8Array): Waiting<M> | null {
    const place = new ByteReader(tag).varint();
    const waiting = this.#waiting.get(place);
    if (waiting === undefined) return null;
    this.#waiting.delete(place);
    this.#bytes.set(waiting.from, (this.#bytes.get(waiting.from) ?? 0) - waiting.bytes);
    return waiting;
  }

  clone(): Inbox<M> {
    const copy = new Inbox<M>(this.#maxBytes);
    copy.#next = this.#next;
    for (const [place, waiting] of this.#waiting) copy.#waiting.set(place, waiting);
    for (const [id, bytes] of this.#bytes) copy.#bytes.set(id, bytes);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#next, this.#bytes]);
    state.map(this.#waiting, (writer, { from, bytes }) => void writer.data([from, bytes]));
  }
}
