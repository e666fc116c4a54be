import type {
  Effects,
  Input,
  MechanismPlugin,
  NodeId,
  Outcome,
  Position,
  StopSign,
  Ticket,
} from '@hypersync/interface';
import { violated } from '../simulator/violation.ts';

/** Classes whose worlds are small enough to be searched through. */
export type ExploredClass = 'total-order' | 'register';

/** What clients ask and have been told on one path: part of its state, copied with it. */
export interface Promises {
  propose(node: NodeId, index: number): Input;
  read(node: NodeId): Input;
  stop(): Input;
  /** Holds what a step says against all that was said before. `applied`: what this node's application had; returns what it has. */
  judge(node: NodeId, applied: number, effects: Effects): number;
  clone(): Promises;
  /** Equal promises, equal data. */
  key(): unknown;
}

export function isExplored(plugin: MechanismPlugin): plugin is MechanismPlugin<ExploredClass> {
  const { guarantee } = plugin.descriptor;
  return guarantee === 'total-order' || guarantee === 'register';
}

const KEY = 'x';
const SIGN: StopSign = { nextEpoch: 2, metadata: new Uint8Array(0) };

export function promisesOf(guarantee: ExploredClass): Promises {
  return guarantee === 'register' ? new RegisterPromises() : new LogPromises();
}

/** One log for all; what was acknowledged at an index stays there; nothing comes after the end of the epoch. */
class LogPromises implements Promises {
  /** Names of what was delivered, by index. */
  #log: string[] = [];
  #promised = new Map<number, string>();
  /** Tickets of reads, with the least index that their answers must have. */
  #reads = new Map<Ticket, number>();
  #stops = new Set<Ticket>();
  /** Number of decisions in the epoch, once somebody sealed it. */
  #end: number | null = null;
  #asked = 0;

  propose(_node: NodeId, index: number): Input {
    const n = ++this.#asked;
    const op = { kind: 'append', value: Uint8Array.of(n) } as const;
    return { t: 'propose', ticket: n, op, session: index + 1, sequence: n };
  }

  read(): Input {
    const ticket = ++this.#asked;
    this.#reads.set(ticket, Math.max(0, ...this.#promised.keys()));
    return { t: 'read', ticket, level: 'linearizable', key: '' };
  }

  stop(): Input {
    const ticket = ++this.#asked;
    this.#stops.add(ticket);
    return { t: 'stop', ticket, sign: SIGN };
  }

  judge(node: NodeId, applied: number, effects: Effects<'total-order'>): number {
    let last = applied;
    for (const { position, session, sequence } of effects.deliver) {
      if (position.index !== last + 1) violated('order', `${node} delivered index ${position.index} after ${last}`);
      last = position.index;
      this.#delivered(node, last, `${session}/${sequence}`);
    }
    for (const { ticket, outcome } of effects.resolve) this.#resolved(node, ticket, outcome);
    if (effects.sealed !== null) this.#sealed(node, effects.sealed.position.index);
    return last;
  }

  #delivered(node: NodeId, index: number, name: string): void {
    const known = this.#log[index - 1];
    if (known !== undefined && known !== name)
      violated('agreement', `${node} delivered ${name} at index ${index}, others have ${known}`);
    const promised = this.#promised.get(index);
    if (promised !== undefined && promised !== name)
      violated('durability', `index ${index} was acknowledged for ${promised}, ${node} delivered ${name}`);
    if (this.#end !== null && index > this.#end)
      violated('order', `${node} delivered index ${index} of an epoch that ended with ${this.#end}`);
    this.#log[index - 1] = name;
  }

  #resolved(node: NodeId, ticket: Ticket, outcome: Outcome<'total-order'>): void {
    const least = this.#reads.get(ticket);
    if (least !== undefined && outcome.kind === 'values' && outcome.position.index < least)
      violated('linearizability', `${node} read at index ${outcome.position.index}, ${least} was acknowledged before`);
    if (outcome.kind !== 'committed' || this.#stops.has(ticket)) return;
    const { index } = outcome.position;
    const known = this.#log[index - 1];
    const named = known === undefined || known.endsWith(`/${ticket}`);
    if (!named)
      violated('durability', `${node} acknowledged proposal ${ticket} at index ${index}, where ${known} was delivered`);
    if (known !== undefined) this.#promised.set(index, known);
  }

  #sealed(node: NodeId, index: number): void {
    if (this.#log.length > index || (this.#end ?? index) !== index)
      violated('order', `${node} sealed after index ${index}, others after ${this.#end ?? this.#log.length}`);
    this.#end = index;
  }

  clone(): LogPromises {
    const copy = new LogPromises();
    copy.#log = [...this.#log];
    copy.#promised = new Map(this.#promised);
    copy.#reads = new Map(this.#reads);
    copy.#stops = new Set(this.#stops);
    copy.#end = this.#end;
    copy.#asked = this.#asked;
    return copy;
  }

  key(): unknown {
    return [this.#log, [...this.#promised], [...this.#reads], [...this.#stops], this.#end];
  }
}

interface Tag {
  readonly ts: number;
  readonly writer: NodeId;
}

const UNWRITTEN: Tag = { ts: 0, writer: '' };

function isAbove(a: Tag, b: Tag): boolean {
  return a.ts !== b.ts ? a.ts > b.ts : a.writer > b.writer;
}

/**
 * One register. Tags are the order in which operations take effect: a tag has one value, a read's tag is not below, and a
 * write's is above, that of every operation that was over when it began. That is linearizability (Lynch, Shvartsman 1997).
 */
class RegisterPromises implements Promises {
  /** Open operations, with the largest tag that was complete when they began. */
  #open = new Map<Ticket, { readonly value: number | null; readonly above: Tag }>();
  #complete: Tag = UNWRITTEN;
  #values = new Map<string, number>();
  #asked = 0;

  propose(_node: NodeId, index: number): Input {
    const n = ++this.#asked;
    this.#open.set(n, { value: n, above: this.#complete });
    const op = { kind: 'write', key: KEY, value: Uint8Array.of(n) } as const;
    return { t: 'propose', ticket: n, op, session: index + 1, sequence: n };
  }

  read(): Input {
    const ticket = ++this.#asked;
    this.#open.set(ticket, { value: null, above: this.#complete });
    return { t: 'read', ticket, level: 'linearizable', key: KEY };
  }

  stop(): Input {
    return { t: 'stop', ticket: ++this.#asked, sign: SIGN };
  }

  judge(node: NodeId, applied: number, effects: Effects<'register'>): number {
    for (const { ticket, outcome } of effects.resolve) this.#resolved(node, ticket, outcome);
    return applied;
  }

  #resolved(node: NodeId, ticket: Ticket, outcome: Outcome<'register'>): void {
    const asked = this.#open.get(ticket);
    this.#open.delete(ticket);
    if (asked === undefined || outcome.kind === 'rejected' || outcome.kind === 'unknown') return;
    const { position } = outcome;
    const value = outcome.kind === 'committed' ? asked.value! : (outcome.values[0]?.[0] ?? 0);
    const late = asked.value === null ? isAbove(asked.above, position) : !isAbove(position, asked.above);
    if (late)
      violated(
        'linearizability',
        `${node} answered ${asked.value === null ? 'a read' : 'a write'} with tag ${nameOf(position)}, ${nameOf(asked.above)} was complete before it began`,
      );
    const known = this.#values.get(nameOf(position)) ?? value;
    if (known !== value) violated('agreement', `${node} has ${value} under tag ${nameOf(position)}, others ${known}`);
    this.#values.set(nameOf(position), value);
    if (isAbove(position, this.#complete)) this.#complete = { ts: position.ts, writer: position.writer };
  }

  clone(): RegisterPromises {
    const copy = new RegisterPromises();
    copy.#open = new Map(this.#open);
    copy.#complete = this.#complete;
    copy.#values = new Map(this.#values);
    copy.#asked = this.#asked;
    return copy;
  }

  key(): unknown {
    return [
      [...this.#open].sort(([a], [b]) => a - b),
      this.#complete,
      [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1)),
    ];
  }
}

function nameOf({ ts, writer }: Tag | Position<'register'>): string {
  return `${ts}.${writer}`;
}
