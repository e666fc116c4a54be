import type { StateWriter } from '@hypersync/consensus-kit';
import type { Micros } from '@hypersync/interface';
import { nameOf } from './rumour.ts';
import { MOST_SPANS, type Span } from './rumour-store.ts';

/** Heartbeats for which a rumour is advertised (GossipSub's gossip history). */
const WINDOWS = 3;
/** Rumours that one heartbeat's window remembers; the rest is left to push-pull. */
const WINDOW_SIZE = 4_096;
/** Heartbeats within which what was promised has to come; then it is asked for again where it is advertised next. */
const PATIENCE = 1;
/** Promises outstanding, of all peers together. */
const MOST_PROMISES = 4_096;
/** Advertisements of one peer that are looked at between two heartbeats. */
const MOST_ADVERTS = 10;

interface Name {
  readonly origin: number;
  readonly counter: number;
}

/**
 * Lazy push: what has come lately is advertised to some members outside the mesh (IHAVE), and who lacks it asks for it
 * (IWANT). One peer is asked at a time; who advertises and does not deliver has broken a promise.
 */
export class LazyPush {
  /** Latest first. */
  #windows: Name[][] = [[]];
  #promises = new Map<string, { readonly from: number; readonly until: Micros }>();
  #adverts = new Map<number, number>();
  readonly #patience: Micros;

  constructor(heartbeat: Micros) {
    this.#patience = PATIENCE * heartbeat;
  }

  get promises(): number {
    return this.#promises.size;
  }

  /** A rumour has come here, from wherever. */
  arrived({ origin, counter }: Name): void {
    const window = this.#windows[0]!;
    if (window.length < WINDOW_SIZE) window.push({ origin, counter });
    this.#promises.delete(nameOf(origin, counter));
  }

  /** What is advertised now, as spans in the order of origin and number. */
  get news(): readonly Span[] {
    const names = this.#windows.flat().sort((a, b) => a.origin - b.origin || a.counter - b.counter);
    const spans: Span[] = [];
    for (const { origin, counter } of names) {
      const last = spans.at(-1);
      if (last?.origin === origin && last.to === counter - 1) spans[spans.length - 1] = { ...last, to: counter };
      else if (last?.origin !== origin || last.to < counter) spans.push({ origin, from: counter, to: counter });
    }
    return spans.slice(0, MOST_SPANS);
  }

  /** A heartbeat has passed: forgets the oldest window; returns who has broken a promise, once for each. */
  beat(now: Micros): readonly number[] {
    this.#windows = [[], ...this.#windows.slice(0, WINDOWS - 1)];
    this.#adverts.clear();
    const broken: number[] = [];
    for (const [name, { from, until }] of this.#promises) {
      if (now < until) continue;
      this.#promises.delete(name);
      broken.push(from);
    }
    return broken;
  }

  /** `from` advertises; returns what to ask it for: what of a span is `lacking` here, and nobody else has promised. */
  advertised(
    now: Micros,
    from: number,
    spans: readonly Span[],
    lacking: (span: Span) => readonly number[],
  ): readonly Span[] {
    const adverts = (this.#adverts.get(from) ?? 0) + 1;
    this.#adverts.set(from, adverts);
    if (adverts > MOST_ADVERTS) return [];
    const wanted: Span[] = [];
    for (const span of spans) {
      const { origin } = span;
      for (const counter of lacking(span)) {
        const name = nameOf(origin, counter);
        if (this.#promises.has(name) || this.#promises.size >= MOST_PROMISES) continue;
        const last = wanted.at(-1);
        if (last?.origin === origin && last.to === counter - 1) wanted[wanted.length - 1] = { ...last, to: counter };
        else if (wanted.length < MOST_SPANS) wanted.push({ origin, from: counter, to: counter });
        else continue;
        this.#promises.set(name, { from, until: now + this.#patience });
      }
    }
    return wanted;
  }

  clone(): LazyPush {
    const copy = new LazyPush(this.#patience / PATIENCE);
    copy.#windows = this.#windows.map((window) => [...window]);
    copy.#promises = new Map(this.#promises);
    copy.#adverts = new Map(this.#adverts);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.list(this.#windows, (writer, window) =>
      writer.list(window, (inner, { origin, counter }) => inner.varint(origin).varint(counter)),
    );
    state.map(this.#promises, (writer, { from, until }) => writer.data([from, until]));
    state.data(this.#adverts);
  }
}
