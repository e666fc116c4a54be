/** One operation as the search sees it: an interval of time, and what it does to a state. */
export interface Interval {
  readonly call: number;
  /** Infinity: nobody knows whether it happened; it may take effect at any later time, or never. */
  readonly return: number;
}

/** A sequential specification over states that are compared by `===`: numbers or strings. */
export interface Model<Operation, State extends string | number> {
  readonly initial: State;
  /** The next state, or null when this answer is impossible in this state. */
  step(state: State, operation: Operation): State | null;
}

export interface SearchLimits {
  /** Pairs of (operations taken, state) that one search may visit. */
  readonly mostStates: number;
  /** Asked now and then; true ends the search without a verdict. */
  readonly expired?: () => boolean;
}

/**
 * `ordered`: an order exists, and this is one. `none`: none exists, and this is the longest beginning of one that was found.
 * `gave-up`: the limits came first. Orders are positions in the list given.
 */
export interface SearchResult {
  readonly verdict: 'ordered' | 'none' | 'gave-up';
  readonly order: readonly number[];
  /** Pairs of (operations taken, state) that were visited. */
  readonly states: number;
}

const ASK_EVERY = 4096;

/** A call or a return in a list by time. A call's `match` is its return; a return's is null. */
interface Link {
  readonly slot: number;
  match: Link | null;
  previous: Link | null;
  next: Link | null;
}

/**
 * Is there an order of all answered operations (and some of the others) that respects real time and the model? Wing, Gong 1993
 * with the memoisation of Lowe 2017.
 */
export function searchOrder<Operation extends Interval, State extends string | number>(
  operations: readonly Operation[],
  model: Model<Operation, State>,
  limits: SearchLimits,
): SearchResult {
  const byCall = [...operations.keys()].sort((a, b) => operations[a]!.call - operations[b]!.call);
  const inOrder = byCall.map((index) => operations[index]!);
  const head = linkByTime(inOrder);
  const taken = new TakenSet(inOrder.length);
  const seen = new Set<string>();
  const end = (verdict: SearchResult['verdict'], slots: readonly number[]): SearchResult => ({
    verdict,
    order: slots.map((slot) => byCall[slot]!),
    states: seen.size,
  });
  const stack: { readonly call: Link; readonly state: State }[] = [];
  let state = model.initial;
  let longest: number[] = [];
  let answered = inOrder.filter((operation) => Number.isFinite(operation.return)).length;
  let at = head.next;
  for (let turns = 0; answered > 0; turns++) {
    if (seen.size >= limits.mostStates || (turns % ASK_EVERY === 0 && limits.expired?.() === true))
      return end('gave-up', longest);
    if (at === null || at.match === null) {
      // a return that must come first but cannot: undo the last choice and try the one after it
      const last = stack.pop();
      if (last === undefined) return end('none', longest);
      state = last.state;
      taken.remove(last.call.slot);
      if (Number.isFinite(inOrder[last.call.slot]!.return)) answered++;
      relink(last.call);
      at = last.call.next;
      continue;
    }
    const next = model.step(state, inOrder[at.slot]!);
    if (next !== null && taken.tryAdd(at.slot, next, seen)) {
      stack.push({ call: at, state });
      state = next;
      unlink(at);
      if (Number.isFinite(inOrder[at.slot]!.return)) answered--;
      if (stack.length > longest.length) longest = stack.map(({ call }) => call.slot);
      at = head.next;
    } else at = at.next;
  }
  const order = stack.map(({ call }) => call.slot);
  return end('ordered', order);
}

/** Calls and returns in the order of time; at equal times calls come first, which only allows more orders. */
function linkByTime(inOrder: readonly Interval[]): Link {
  const links: { time: number; link: Link }[] = [];
  for (const [slot, operation] of inOrder.entries()) {
    const back: Link = { slot, match: null, previous: null, next: null };
    links.push({ time: operation.call, link: { ...back, match: back } });
    links.push({ time: operation.return, link: back });
  }
  links.sort((a, b) => compareTimes(a.time, b.time) || Number(a.link.match === null) - Number(b.link.match === null));
  const head: Link = { slot: -1, match: null, previous: null, next: null };
  let last = head;
  for (const { link } of links) {
    link.previous = last;
    last.next = link;
    last = link;
  }
  return head;
}

/** Not the difference: that of two infinities is not a number. */
function compareTimes(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function unlink(call: Link): void {
  for (const link of [call, call.match!]) {
    link.previous!.next = link.next;
    if (link.next !== null) link.next.previous = link.previous;
  }
}

function relink(call: Link): void {
  for (const link of [call.match!, call]) {
    link.previous!.next = link;
    if (link.next !== null) link.next.previous = link;
  }
}

/** The set of operations ordered so far. Slots go by time of call, so all below `base` are in and a window says the rest. */
class TakenSet {
  readonly #taken: Uint8Array;
  #base = 0;
  #top = 0;

  constructor(size: number) {
    this.#taken = new Uint8Array(size);
  }

  /** Adds the slot, unless this set has been reached with this state before. */
  tryAdd(slot: number, state: string | number, seen: Set<string>): boolean {
    this.#taken[slot] = 1;
    const [base, top] = [this.#base, this.#top];
    while (this.#taken[this.#base] === 1) this.#base++;
    this.#top = Math.max(top, slot + 1);
    const key = `${this.#base}:${this.#window()}:${state}`;
    if (!seen.has(key)) {
      seen.add(key);
      return true;
    }
    this.#taken[slot] = 0;
    this.#base = base;
    this.#top = top;
    return false;
  }

  remove(slot: number): void {
    this.#taken[slot] = 0;
    if (slot < this.#base) this.#base = slot;
    while (this.#top > this.#base && this.#taken[this.#top - 1] === 0) this.#top--;
  }

  #window(): string {
    let text = '';
    for (let i = this.#base; i < this.#top; i += 15) {
      let bits = 0;
      for (let k = i; k < this.#top && k < i + 15; k++) bits |= this.#taken[k]! << (k - i);
      text += String.fromCharCode(bits);
    }
    return text;
  }
}
