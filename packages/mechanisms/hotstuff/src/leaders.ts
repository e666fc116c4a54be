import type { Epoch, NodeId } from '@hypersync/interface';
import { type ByteReader, ByteWriter, type StateWriter, type WeightTable } from '@hypersync/consensus-kit';

/** What the committed chain says about a member as a leader. */
interface Standing {
  /** Windows in which it failed since it last succeeded, at most `MAX_STRIKES`. */
  readonly strikes: number;
  readonly lastStrike: number;
  /** It does not lead in windows up to this one. */
  readonly outUntil: number;
}

const GOOD: Standing = { strikes: 0, lastStrike: -1, outUntil: -1 };
const MAX_STRIKES = 5;
/** So many rounds before a window its leaders are settled: enough for every healthy member to have committed up to there. */
const SETTLED_BEFORE = 6;
/** Windows whose leaders are remembered. */
const KEPT_WINDOWS = 8;

/**
 * Who leads which round: in turn, without those that recently failed or are proven to have lied. Everything is derived from the committed chain, so
 * that all members that have committed the same agree: a round that the chain skips is a failure of its leader, a
 * committed block a success. Rounds come in windows; a failing leader stays out for 1, 2, 4, ... windows, and never are
 * as many out as could stop the others. Members that lag behind in committing may name other leaders for a while: that
 * costs rounds, never safety, and time-outs bring them up to date.
 */
export class LeaderSchedule {
  readonly #table: WeightTable;
  readonly #epoch: Epoch;
  readonly #windowRounds: number;
  #lastRound = 0;
  readonly #standings = new Map<NodeId, Standing>();
  /** Those whom the chain holds proof against. */
  readonly #convicted = new Set<NodeId>();
  /** Leaders in turn, of windows that are settled. */
  readonly #settled = new Map<number, readonly NodeId[]>();
  #nextWindow = 0;
  /** Of windows that are not: what is known now. */
  #tentative: { readonly window: number; readonly leaders: readonly NodeId[] } | null = null;

  constructor(table: WeightTable, epoch: Epoch) {
    this.#table = table;
    this.#epoch = epoch;
    this.#windowRounds = Math.max(4, table.size);
  }

  leaderOf(round: number): NodeId {
    const window = this.#windowOf(round);
    const leaders = this.#settled.get(window) ?? this.#tentativeLeaders(window);
    return leaders[(round + this.#epoch) % leaders.length]!;
  }

  #windowOf(round: number): number {
    return Math.floor((round - 1) / this.#windowRounds);
  }

  #tentativeLeaders(window: number): readonly NodeId[] {
    if (this.#tentative?.window !== window) this.#tentative = { window, leaders: this.#leadersIn(window) };
    return this.#tentative.leaders;
  }

  /** A block of this round was committed; blocks come in the order of the chain. */
  committed(round: number, author: NodeId): void {
    for (let skipped = this.#lastRound + 1; skipped < round; skipped++) {
      this.#settleUpTo(skipped);
      this.#failed(this.leaderOf(skipped), this.#windowOf(skipped));
    }
    this.#settleUpTo(round);
    this.#standings.delete(author);
    this.#lastRound = round;
    this.#tentative = null;
  }

  /** The committed chain holds proof that this member lied: it leads no more in this epoch. */
  convict(id: NodeId): void {
    this.#convicted.add(id);
    this.#tentative = null;
  }

  isConvicted(id: NodeId): boolean {
    return this.#convicted.has(id);
  }

  /** Everything before `round` is known: windows that depend on nothing else are settled. */
  #settleUpTo(round: number): void {
    while (this.#nextWindow * this.#windowRounds + 1 - SETTLED_BEFORE <= round) {
      this.#settled.set(this.#nextWindow, this.#leadersIn(this.#nextWindow));
      this.#settled.delete(this.#nextWindow - KEPT_WINDOWS);
      this.#nextWindow++;
    }
  }

  #failed(leader: NodeId, window: number): void {
    const { strikes, lastStrike } = this.#standings.get(leader) ?? GOOD;
    if (lastStrike === window) return;
    const next = Math.min(MAX_STRIKES, strikes + 1);
    this.#standings.set(leader, { strikes: next, lastStrike: window, outUntil: window + 1 + (1 << (next - 1)) });
  }

  #leadersIn(window: number): readonly NodeId[] {
    const out = new Set<NodeId>();
    const failing = [...this.#standings].filter(([, { outUntil }]) => outUntil >= window);
    failing.sort(([a, x], [b, y]) => (x.strikes !== y.strikes ? y.strikes - x.strikes : a < b ? -1 : 1));
    for (const id of [...[...this.#convicted].sort(), ...failing.map(([failed]) => failed)]) {
      if (out.has(id)) continue;
      const weight = this.#table.tally(out) + this.#table.weightOf(id);
      if (3 * weight < this.#table.total) out.add(id);
    }
    return this.#table.ids.filter((id) => !out.has(id));
  }

  /** Members that do not lead in the window of this round. */
  skippedIn(round: number): NodeId[] {
    const window = this.#windowOf(round);
    const leaders = this.#settled.get(window) ?? this.#leadersIn(window);
    return this.#table.ids.filter((id) => !leaders.includes(id));
  }

  /** Canonical, for snapshots: equal chains give equal bytes. */
  encode(): Uint8Array {
    const writer = new ByteWriter(256).varint(this.#lastRound).varint(this.#nextWindow);
    const standings = [...this.#standings].sort(([a], [b]) => (a < b ? -1 : 1));
    writer.list(standings, (w, [id, { strikes, lastStrike, outUntil }]) => {
      w.varint(this.#table.ids.indexOf(id)).varint(strikes).varint(lastStrike).varint(outUntil);
    });
    writer.list([...this.#convicted].sort(), (w, id) => void w.varint(this.#table.ids.indexOf(id)));
    writer.list([...this.#settled.values()], (w, leaders) => {
      w.list(leaders, (w2, id) => void w2.varint(this.#table.ids.indexOf(id)));
    });
    return writer.finish();
  }

  static decode(reader: ByteReader, table: WeightTable, epoch: Epoch): LeaderSchedule {
    const schedule = new LeaderSchedule(table, epoch);
    schedule.#lastRound = reader.varint();
    schedule.#nextWindow = reader.varint();
    const member = (): NodeId => table.ids[reader.varint(table.size - 1)]!;
    reader.list(table.size, (r) => {
      const id = member();
      schedule.#standings.set(id, { strikes: r.varint(), lastStrike: r.varint(), outUntil: r.varint() });
    });
    for (const id of reader.list(table.size, member)) schedule.#convicted.add(id);
    const settled = reader.list(KEPT_WINDOWS, (r) => {
      const leaders = r.list(table.size, member);
      if (leaders.length === 0) r.fail();
      return leaders;
    });
    const first = schedule.#nextWindow - settled.length;
    settled.forEach((leaders, i) => schedule.#settled.set(first + i, leaders));
    return schedule;
  }

  clone(): LeaderSchedule {
    const copy = new LeaderSchedule(this.#table, this.#epoch);
    copy.#lastRound = this.#lastRound;
    copy.#nextWindow = this.#nextWindow;
    for (const [id, standing] of this.#standings) copy.#standings.set(id, standing);
    for (const id of this.#convicted) copy.#convicted.add(id);
    for (const [window, leaders] of this.#settled) copy.#settled.set(window, leaders);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.bytes(this.encode());
  }
}
