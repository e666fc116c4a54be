import type { VersionVector } from '@hypersync/interface';

/** Writes that a read is held against, per key, newest first: what is older has been judged before. */
const MOST_WRITES = 32;

/** The lane of writes without a session. */
const ALONE = -1;

/** How much of every lane is in somebody's causal past. A lane is a run of writes of one client, all acknowledged but the last. */
type Past = Map<number, number>;

interface Write {
  readonly name: string;
  readonly lane: number;
  readonly index: number;
  /** With itself. */
  readonly past: Past;
  /** What it replaces; null: everything that its client had seen, or more. */
  readonly context: VersionVector | null;
}

interface Session {
  readonly past: Past;
  lane: number;
  index: number;
  /** The last write has no answer (yet): its client does not know of it. */
  isOpen: boolean;
}

/**
 * The bad patterns of causal memory (Bouajjani, Enea, Guerraoui, Hamza, *On verifying causal consistency*, POPL 2017), for keys
 * that may hold several values at once. The causal order is recomputed from the clients' own trace, sessions and who read what
 * from whom, and takes nothing from what the mechanism says of causes. In a trace it has no cycles: who reads what was not
 * written yet reads a value out of thin air, which the caller has to notice.
 *
 * - WriteCOInitRead: nothing is read, though a write of the key is in the reader's causal past.
 * - A write in the reader's past is missing, and everything that is read is older than it: it was replaced by nothing. So are own
 *   writes not read, and reads that go backwards.
 * - WriteCORead: a value is read although a write that replaced it is in the reader's causal past.
 */
export class CausalMemory {
  readonly #sessions = new Map<number, Session>();
  readonly #writes = new Map<string, Write>();
  readonly #byKey = new Map<string, Write[]>();
  readonly #dotOf: (name: string) => { readonly node: string; readonly counter: number } | null;
  #lanes = 0;

  /** `dotOf`: under which dot a value is known by now, to compare with what a write says that it replaces. */
  constructor(dotOf: (name: string) => { readonly node: string; readonly counter: number } | null) {
    this.#dotOf = dotOf;
  }

  /** A value that may be read, of a client without a session: it is in nobody's past. */
  alone(name: string): void {
    this.#writes.set(name, { name, lane: ALONE, index: 0, past: new Map(), context: {} });
  }

  /** A client asks for a write of a value with this name. */
  asked(client: number, key: string, name: string, context: VersionVector | null): void {
    const session = this.#sessionOf(client);
    if (session.isOpen) [session.lane, session.index] = [this.#lanes++, 0];
    session.index++;
    session.isOpen = true;
    const past = new Map(session.past).set(session.lane, session.index);
    const write = { name, lane: session.lane, index: session.index, past, context };
    this.#writes.set(name, write);
    const writes = this.#byKey.get(key) ?? [];
    writes.unshift(write);
    if (writes.length > MOST_WRITES) writes.pop();
    this.#byKey.set(key, writes);
  }

  /** The client has the answer to its last write. */
  acknowledged(client: number, name: string): void {
    const write = this.#writes.get(name);
    if (write === undefined) return;
    const session = this.#sessionOf(client);
    if (write.lane === session.lane && write.index === session.index) session.isOpen = false;
    extend(session.past, write.past);
  }

  /** What is wrong with a read of these values by this client; null when it is in order. */
  read(client: number, key: string, names: readonly string[]): string | null {
    const session = this.#sessionOf(client);
    const found = names.map((name) => this.#writes.get(name)).filter((write) => write !== undefined);
    const known = (this.#byKey.get(key) ?? []).filter((write) => isIn(session.past, write));
    for (const write of known) {
      if (found.includes(write) || found.some((other) => !isIn(write.past, other))) continue;
      return found.length === 0
        ? `nothing is read under ${key}, although value ${write.name} is in the reader's past`
        : `only what came before value ${write.name} is read under ${key}, although that is in the reader's past`;
    }
    for (const value of found) {
      const by = [...known, ...found].find((write) => write !== value && this.#replaces(write, value));
      if (by !== undefined) return `value ${value.name} is read under ${key}, although ${by.name} replaced it`;
    }
    for (const write of found) extend(session.past, write.past);
    return null;
  }

  #replaces(later: Write, earlier: Write): boolean {
    if (!isIn(later.past, earlier)) return false;
    if (later.context === null) return true;
    const dot = this.#dotOf(earlier.name);
    return dot !== null && (later.context[dot.node] ?? 0) >= dot.counter;
  }

  #sessionOf(client: number): Session {
    const known = this.#sessions.get(client) ?? { past: new Map(), lane: this.#lanes++, index: 0, isOpen: false };
    this.#sessions.set(client, known);
    return known;
  }
}

function isIn(past: Past, { lane, index }: Write): boolean {
  return lane !== ALONE && (past.get(lane) ?? 0) >= index;
}

function extend(past: Past, other: Past): void {
  for (const [lane, index] of other) if (index > (past.get(lane) ?? 0)) past.set(lane, index);
}
