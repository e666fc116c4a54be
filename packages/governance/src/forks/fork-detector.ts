import type { NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, type StateWriter } from '@hypersync/consensus-kit';
import { Durations, type Metric, type Stopwatch } from '../metrics.ts';
import type { ForkInfo, Replay, Vertex } from './branch.ts';
import { Lane, type LaneLimits, type VertexRefusal } from './lane.ts';
import { isVertex } from './vertex-tree.ts';

export interface ForkDetectorOptions {
  /**
   * `chain`: two vertices on one parent are a fork. `dag`: every author has a lane of its own, and a fork is two vertices
   * of one author on one parent of its own; the first round is 1.
   */
  readonly layout: 'chain' | 'dag';
  /** Where a chain begins; not for a DAG. */
  readonly root?: Vertex;
  readonly limits?: Partial<LaneLimits & { readonly maxLanes: number }>;
  readonly stopwatch?: Stopwatch;
}

export interface VertexOutcome {
  readonly kind: 'extended' | 'forked' | 'known' | VertexRefusal;
  /** The sequence of the fork that it belongs to. */
  readonly fork: number | null;
}

const DEFAULT_LIMITS = { maxVertices: 65_536, maxBranches: 16, finalMemory: 256, maxLanes: 4096 };
const VERSION = 1;
const MAX_FAILED = 256;
const CHAIN = '';

/**
 * Notices when a history parts and says which branch to follow: the longer, then the heavier, then the one with the lower
 * hash; whatever was finalized stays. A building block for chains and DAGs without finality of their own, and evidence
 * elsewhere; it never overrides what a mechanism has decided. Vertices come verified; equal sets of vertices give equal
 * answers in whatever order they came. Bounded.
 */
export class ForkDetector {
  readonly #options: ForkDetectorOptions;
  readonly #limits: LaneLimits & { readonly maxLanes: number };
  #lanes = new Map<string, Lane>();
  /** Vertices against the finalized prefix, as forks that nothing can resolve. */
  #failed: ForkInfo[] = [];
  readonly #durations: Durations;
  #detected = 0;
  #resolved = 0;
  #failures = 0;

  /** Throws RangeError for a chain without a well-formed root, and for limits out of range. */
  constructor(options: ForkDetectorOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    for (const [key, value] of Object.entries(this.#limits)) {
      if (!Number.isInteger(value) || value < 1 || value > 1 << 20)
        throw new RangeError(`forks.${key}: an integer from 1 to ${1 << 20}, not ${value}`);
    }
    this.#durations = new Durations(options.stopwatch ?? null);
    if (options.layout === 'dag') return;
    if (options.root === undefined || !isVertex(options.root))
      throw new RangeError('forks.root: a chain begins somewhere');
    this.#lanes.set(CHAIN, new Lane(options.root, this.#limits));
  }

  #laneOf(author: NodeId | null): Lane | null {
    return this.#lanes.get(this.#options.layout === 'chain' ? CHAIN : (author ?? '')) ?? null;
  }

  /** O(1). Parents come before children: after `unknown-parent`, fetch the parent and come again. */
  addVertex(vertex: Vertex): VertexOutcome {
    if (!isVertex(vertex)) return { kind: 'malformed', fork: null };
    const lane = this.#laneOf(vertex.author) ?? this.#openLane(vertex.author);
    if (lane === null) return { kind: 'full', fork: null };
    const before = lane.forkCount;
    const kind = lane.insert(vertex);
    if (lane.forkCount > before) this.#detected++;
    if (kind === 'contradicts-final') this.#fail(lane, vertex);
    return { kind, fork: lane.forkOf(vertex.hash) };
  }

  #openLane(author: NodeId): Lane | null {
    if (this.#options.layout === 'chain' || author === '' || this.#lanes.size >= this.#limits.maxLanes) return null;
    const lane = new Lane({ hash: '', parent: '', sequence: 0, author, weight: 0 }, this.#limits);
    this.#lanes.set(author, lane);
    return lane;
  }

  #fail(lane: Lane, { sequence, author }: Vertex): void {
    this.#failures++;
    const known = this.#failed.some((info) => info.sequence === sequence && info.author === author);
    if (known || this.#failed.length >= MAX_FAILED) return;
    this.#failed.push({ sequence, author, status: 'failed', branches: [], winner: lane.finalAt(sequence) });
  }

  /**
   * Takes two vertices that somebody says are in conflict. Returns the fork that parts them, or null when they are in none
   * (they are the same, or one is not of this sequence, or could not be taken).
   */
  detectFork(sequence: number, first: Vertex, second: Vertex): ForkInfo | null {
    if (first.sequence !== sequence || second.sequence !== sequence || first.hash === second.hash) return null;
    const outcomes = [this.addVertex(first), this.addVertex(second)];
    if (outcomes.some(({ kind }) => kind === 'contradicts-final'))
      return this.#failed.find((info) => info.sequence === sequence) ?? null;
    const at = outcomes.find(({ fork }) => fork !== null)?.fork;
    return at === undefined || at === null ? null : this.getFork(at, first.author);
  }

  /** More weight for a vertex, as votes come in; each voter once, which the caller sees to. False for an unknown vertex. */
  support(hash: string, weight: number, author: NodeId | null = null): boolean {
    return this.#laneOf(author)?.support(hash, weight) ?? false;
  }

  /** Names the winner; it is not yet followed. Null where there is no fork. O(b x l). */
  resolveFork(sequence: number, author: NodeId | null = null): ForkInfo | null {
    const lane = this.#laneOf(author);
    if (lane === null) return null;
    const wasActive = lane.statusOf(sequence) === 'active';
    const winner = this.#durations.time(() => lane.resolve(sequence));
    if (winner !== null && wasActive) this.#resolved++;
    return winner === null ? null : this.getFork(sequence, author);
  }

  /** Follows the winner: what the application has to take back, and to apply. Null where there is no fork. */
  reconcileChain(sequence: number, author: NodeId | null = null): Replay | null {
    return this.resolveFork(sequence, author) === null ? null : this.#laneOf(author)!.reconcile(sequence);
  }

  /** The hash being followed at this sequence, also a final one as far as remembered; null for none. O(1). */
  getCanonical(sequence: number, author: NodeId | null = null): string | null {
    const lane = this.#laneOf(author);
    return lane?.canonicalAt(sequence) ?? lane?.finalAt(sequence) ?? null;
  }

  /**
   * Nothing up to this vertex changes any more, however long a branch others come up with. Returns how to come back to it
   * if another branch was being followed. Throws RangeError for an unknown vertex.
   */
  finalize(hash: string, author: NodeId | null = null): Replay {
    const lane = this.#laneOf(author);
    if (lane === null) throw new RangeError(`no lane of ${author}`);
    return lane.finalize(hash);
  }

  /** Forgets the losing branches of reconciled forks before `sequence`, and failed ones. Returns how many forks. */
  cleanup(before: number): number {
    let cleaned = 0;
    for (const lane of this.#lanes.values()) cleaned += lane.cleanup(before);
    const kept = this.#failed.filter(({ sequence }) => sequence >= before);
    cleaned += this.#failed.length - kept.length;
    this.#failed = kept;
    return cleaned;
  }

  /** Null where there is no fork. */
  getFork(sequence: number, author: NodeId | null = null): ForkInfo | null {
    const lane = this.#laneOf(author);
    const status = lane?.statusOf(sequence) ?? null;
    if (lane === null || status === null) return null;
    const owner = this.#options.layout === 'chain' ? null : author;
    return { sequence, author: owner, status, branches: lane.branches(sequence), winner: lane.winnerOf(sequence) };
  }

  /** All that are known, ascending, lane by lane; then those that failed. */
  forks(): readonly ForkInfo[] {
    const all: ForkInfo[] = [];
    for (const [key, lane] of [...this.#lanes].sort(([a], [b]) => (a < b ? -1 : 1))) {
      for (const sequence of lane.forks()) all.push(this.getFork(sequence, key)!);
    }
    return [...all, ...this.#failed];
  }

  metrics(): readonly Metric[] {
    let active = 0;
    for (const lane of this.#lanes.values())
      active += lane.forks().filter((sequence) => lane.statusOf(sequence) === 'active').length;
    const counter = (name: string, help: string, value: number): Metric => ({ name, type: 'counter', help, value });
    return [
      counter('fork_detector_forks_detected_total', 'Forks noticed.', this.#detected),
      counter('fork_detector_forks_resolved_total', 'Forks whose winner was named.', this.#resolved),
      counter('fork_detector_forks_failed_total', 'Vertices against the finalized prefix.', this.#failures),
      { name: 'fork_detector_active_forks', type: 'gauge', help: 'Forks not resolved.', value: active },
      {
        name: 'fork_detector_resolution_duration_seconds',
        type: 'histogram',
        help: 'Time to name a winner.',
        value: this.#durations.distribution(),
      },
    ];
  }

  /** The whole state but counters; equal histories give equal bytes. */
  encode(): Uint8Array {
    const lanes = [...this.#lanes].sort(([a], [b]) => (a < b ? -1 : 1));
    const writer = new ByteWriter(4096).u8(VERSION);
    writer.list(lanes, (w, [key, lane]) => {
      w.string(key);
      lane.write(w);
    });
    return writer
      .list(this.#failed, (w, { sequence, author, winner }) => {
        w.varint(sequence)
          .string(author ?? '')
          .string(winner ?? '');
      })
      .finish();
  }

  /** False, and unchanged, unless the bytes come from `encode` of a detector with the same layout, within the limits. */
  restore(bytes: Uint8Array): boolean {
    const reader = new ByteReader(bytes);
    if (reader.u8() !== VERSION) reader.fail();
    const lanes = new Map<string, Lane>();
    let previous: string | null = null;
    reader.list(this.#limits.maxLanes, (r) => {
      const key = r.string(64);
      const lane = Lane.read(r, this.#limits);
      if (
        lane === null ||
        (previous !== null && key <= previous) ||
        (key === CHAIN) !== (this.#options.layout === 'chain')
      )
        r.fail();
      else lanes.set(key, lane);
      previous = key;
    });
    const failed = reader.list(MAX_FAILED, (r): ForkInfo => {
      const [sequence, author, winner] = [r.varint(), r.string(64), r.string(128)];
      return { sequence, author, status: 'failed', branches: [], winner: winner === '' ? null : winner };
    });
    if (!reader.done() || (this.#options.layout === 'chain' && lanes.size !== 1)) return false;
    this.#lanes = lanes;
    this.#failed = failed;
    return true;
  }

  clone(): ForkDetector {
    const copy = new ForkDetector(this.#options);
    copy.#lanes = new Map([...this.#lanes].map(([key, lane]) => [key, lane.clone()]));
    copy.#failed = [...this.#failed];
    copy.#detected = this.#detected;
    copy.#resolved = this.#resolved;
    copy.#failures = this.#failures;
    return copy;
  }

  /** Adds the whole state to a fingerprint. */
  writeTo(state: StateWriter): void {
    state.bytes(this.encode()).data([this.#detected, this.#resolved, this.#failures]);
  }
}
