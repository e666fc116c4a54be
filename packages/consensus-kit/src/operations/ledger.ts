import type { Epoch, NodeId, StopSign } from '@hypersync/interface';
import { ByteReader, ByteWriter } from '../codec.ts';
import { RecentKeys } from '../recent-keys.ts';
import type { StateWriter } from '../state-writer.ts';
import { hashKey } from './hash-key.ts';
import { retryKey, type Bundle, type Operation } from './bundle.ts';

/** An origin never has more undecided numbers than this, so a number this far behind its highest was decided or is void. */
export const ORIGIN_WINDOW = 1024;
/** Retries of session operations are recognised among this many decided ones, the newest. */
export const SESSION_MEMORY = 16_384;
const MAX_STOP_METADATA = 64 * 1024;
const MAX_ORIGINS = 4096;

/** What became of one operation of a decided bundle. `index` is its decision, or the one it repeats, or the place of a read. */
export interface Applied {
  readonly operation: Operation;
  /** Its place within the bundle, from 0. */
  readonly place: number;
  readonly result: 'delivered' | 'duplicate' | 'read' | 'accused' | 'stopped' | 'sealed' | 'invalid';
  readonly index: number;
}

interface OriginWindow {
  readonly incarnation: number;
  highest: number;
  /** Numbers applied, those above `highest - ORIGIN_WINDOW`. */
  readonly recent: Set<number>;
}

export interface LedgerOptions {
  readonly epoch: Epoch;
  /** Do these origins together suffice to end the epoch? Default: any one does. */
  readonly mayStop?: (origins: ReadonlySet<NodeId>) => boolean;
}

/**
 * Turns decided bundles into decisions, each operation once: a pure function of the decided order, hence equal on every
 * correct node. Replays of a bundle are recognised exactly (per origin: incarnation, highest number and the numbers
 * within a window below it); client retries through other bundles within `SESSION_MEMORY`.
 */
export class Ledger {
  /** Index of the last decision. */
  index = 0;
  /** Set once a stop sign was decided; nothing is delivered after it. */
  sealed: StopSign | null = null;
  readonly #options: LedgerOptions;
  readonly #origins = new Map<NodeId, OriginWindow>();
  /** Retry key to index, oldest first. */
  #sessions = new RecentKeys<number>(SESSION_MEMORY);

  /** The stop sign that each origin wants, by its encoding; the newest wish of an origin counts. */
  readonly #stops = new Map<NodeId, string>();

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** True when applying the bundle would do nothing: it was applied, or its origin has moved past it, or all is sealed. */
  isDecided(bundle: Pick<Bundle, 'origin' | 'incarnation' | 'number'>): boolean {
    const window = this.#origins.get(bundle.origin);
    if (this.sealed !== null) return true;
    if (window === undefined || bundle.incarnation > window.incarnation) return false;
    if (bundle.incarnation < window.incarnation) return true;
    return bundle.number <= window.highest - ORIGIN_WINDOW || window.recent.has(bundle.number);
  }

  /** True when exactly this bundle number was applied, as far as the window remembers. */
  wasApplied(bundle: Pick<Bundle, 'origin' | 'incarnation' | 'number'>): boolean {
    const window = this.#origins.get(bundle.origin);
    return window?.incarnation === bundle.incarnation && window.recent.has(bundle.number);
  }

  /** The decision that a session operation already has, or null. */
  indexOf(operation: Operation): number | null {
    const key = retryKey(operation);
    return key === null ? null : (this.#sessions.get(key) ?? null);
  }

  /** Applies one decided bundle. Empty when `isDecided`. */
  apply(bundle: Bundle): Applied[] {
    if (this.isDecided(bundle)) return [];
    this.#note(bundle);
    return bundle.operations.map((operation, place) => ({
      operation,
      place,
      ...this.#applyOne(operation, bundle.origin),
    }));
  }

  #applyOne(operation: Operation, origin: NodeId): Pick<Applied, 'result' | 'index'> {
    if (this.sealed !== null) return { result: 'sealed', index: this.index };
    if (operation.kind === 'read') return { result: 'read', index: this.index };
    if (operation.kind === 'accuse') return { result: 'accused', index: this.index };
    if (operation.kind === 'stop') return { result: this.#stop(operation.value, origin), index: this.index };
    const key = retryKey(operation);
    const earlier = key === null ? undefined : this.#sessions.get(key);
    if (earlier !== undefined) return { result: 'duplicate', index: earlier };
    this.index++;
    if (key !== null) this.#sessions.add(key, this.index);
    return { result: 'delivered', index: this.index };
  }

  #stop(encoded: Uint8Array, origin: NodeId): 'stopped' | 'invalid' {
    const sign = decodeStopSign(encoded);
    if (sign === null || sign.nextEpoch <= this.#options.epoch) return 'invalid';
    const wish = hashKey(encoded);
    this.#stops.set(origin, wish);
    const origins = new Set([...this.#stops].filter(([, other]) => other === wish).map(([id]) => id));
    if (this.#options.mayStop?.(origins) ?? true) this.sealed = sign;
    return 'stopped';
  }

  #note(bundle: Bundle): void {
    let window = this.#origins.get(bundle.origin);
    if (window?.incarnation !== bundle.incarnation) {
      window = { incarnation: bundle.incarnation, highest: 0, recent: new Set() };
      this.#origins.set(bundle.origin, window);
    }
    window.recent.add(bundle.number);
    if (bundle.number <= window.highest) return;
    window.highest = bundle.number;
    const floor = window.highest - ORIGIN_WINDOW;
    for (const number of window.recent) if (number <= floor) window.recent.delete(number);
  }

  /** Canonical: equal ledgers give equal bytes, so that a digest of them can be certified. */
  encode(): Uint8Array {
    const writer = new ByteWriter(1024).varint(this.index);
    writer.bytes(this.sealed === null ? new Uint8Array(0) : encodeStopSign(this.sealed));
    const origins = [...this.#origins].sort(([a], [b]) => (a < b ? -1 : 1));
    writer.list(origins, (w, [id, window]) => {
      w.string(id).varint(window.incarnation).varint(window.highest);
      w.list(
        [...window.recent].sort((a, b) => a - b),
        (w2, number) => void w2.varint(window.highest - number),
      );
    });
    writer.list([...this.#sessions.entries()], (w, [key, index]) => void w.string(key).varint(index));
    const stops = [...this.#stops].sort(([a], [b]) => (a < b ? -1 : 1));
    writer.list(stops, (w, [id, wish]) => void w.string(id).string(wish));
    return writer.finish();
  }

  /** The inverse, bounded; null for anything else. */
  static decode(bytes: Uint8Array, options: LedgerOptions): Ledger | null {
    const ledger = new Ledger(options);
    const reader = new ByteReader(bytes);
    ledger.index = reader.varint();
    const stop = reader.bytes(MAX_STOP_METADATA + 16);
    if (stop.length > 0) {
      ledger.sealed = decodeStopSign(stop);
      if (ledger.sealed === null) reader.fail();
    }
    reader.list(MAX_ORIGINS, (r) => {
      const id = r.string(64);
      const incarnation = r.varint();
      const highest = r.varint();
      const recent = new Set(r.list(ORIGIN_WINDOW, (r2) => highest - r2.varint(ORIGIN_WINDOW)));
      ledger.#origins.set(id, { incarnation, highest, recent });
    });
    reader.list(SESSION_MEMORY, (r) => {
      const key = r.string(64);
      ledger.#sessions.add(key, r.varint());
    });
    reader.list(MAX_ORIGINS, (r) => {
      const id = r.string(64);
      ledger.#stops.set(id, r.string(2 * MAX_STOP_METADATA + 64));
    });
    return reader.done() ? ledger : null;
  }

  clone(): Ledger {
    const copy = new Ledger(this.#options);
    copy.index = this.index;
    copy.sealed = this.sealed;
    for (const [id, window] of this.#origins) copy.#origins.set(id, { ...window, recent: new Set(window.recent) });
    copy.#sessions = this.#sessions.clone();
    for (const [id, wish] of this.#stops) copy.#stops.set(id, wish);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.bytes(this.encode());
  }
}

export function encodeStopSign(sign: StopSign): Uint8Array {
  return new ByteWriter(sign.metadata.length + 16).varint(sign.nextEpoch).bytes(sign.metadata).finish();
}

export function decodeStopSign(bytes: Uint8Array): StopSign | null {
  const reader = new ByteReader(bytes);
  const sign = { nextEpoch: reader.varint(), metadata: reader.bytes(MAX_STOP_METADATA) };
  return reader.done() ? sign : null;
}
