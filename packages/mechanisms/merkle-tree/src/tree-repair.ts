import type { StateWriter, Vector } from '@hypersync/consensus-kit';
import type { Micros } from '@hypersync/interface';
import { sameBytes } from './hex.ts';
import type { KeyedSet } from './keyed-set.ts';
import { PullSession } from './pull-session.ts';
import { answerBytes, answerRange, type Answer } from './range-diff.ts';
import { rowBytes, type Row } from './row.ts';
import { find, type Tree } from './search-tree.ts';
import { ServedTrees } from './served-trees.ts';
import type { Message } from './wire.ts';

type MessageOf<T extends Message['type']> = Extract<Message, { type: T }>;

export interface RepairLimits {
  readonly maxPartBytes: number;
  readonly maxTransferBytes: number;
  /** How long to wait for an answer before asking again. */
  readonly patience: Micros;
}

/** What an answer led to. */
export type Progress =
  | { readonly kind: 'ask'; readonly message: Message }
  | { readonly kind: 'done'; readonly rows: Iterable<Row>; readonly vector: Vector }
  | { readonly kind: 'failed' };

/** Both sides of comparing trees: one session as the one who lacks something, any number as the one who has it. */
export class TreeRepair {
  readonly #limits: RepairLimits;
  #served = new ServedTrees();
  #pull: PullSession | null = null;
  #finished = 0;

  constructor(limits: RepairLimits) {
    this.#limits = limits;
  }

  get active(): boolean {
    return this.#pull !== null;
  }

  /** Trees read to the end. */
  get finished(): number {
    return this.#finished;
  }

  /** The peer is being told of this tree and may come to read it. */
  offer(peer: number, tree: Tree): void {
    this.#served.offer(peer, tree);
  }

  /** As much as fits one message, and at least one item. */
  answer(peer: number, { root, ask }: MessageOf<'ask'>): Message {
    const tree = this.#served.find(peer, root);
    if (tree === undefined) return { type: 'gone', root };
    const rows: Row[] = [];
    const answers: Answer[] = [];
    let budget = this.#limits.maxPartBytes;
    for (const key of ask.keys) {
      const row = budget > 0 ? find(tree, key) : undefined;
      if (row === undefined) continue;
      rows.push(row);
      budget -= rowBytes(row);
    }
    for (const range of ask.ranges) {
      if (budget <= 0) break;
      const answer = answerRange(tree, range, budget);
      answers.push(answer);
      budget -= answerBytes(answer);
    }
    return { type: 'answer', root, number: ask.number, answers, rows };
  }

  /** Starts to read the peer's tree; null while another is being read. */
  begin(now: Micros, peer: number, root: Uint8Array, vector: Vector): Message | null {
    if (this.#pull !== null) return null;
    this.#pull = new PullSession(now, peer, root, vector, this.#limits.maxTransferBytes);
    return { type: 'ask', root, ask: this.#pull.nextAsk() };
  }

  /** Null for an answer that nobody waits for. */
  answered(now: Micros, peer: number, set: KeyedSet, answer: MessageOf<'answer'>): Progress | null {
    const pull = this.#pull;
    if (pull === null || pull.peer !== peer || !sameBytes(pull.root, answer.root) || !pull.awaits(answer.number))
      return null;
    if (!pull.receive(now, set, answer.answers, answer.rows)) {
      this.#pull = null;
      return { kind: 'failed' };
    }
    if (!pull.complete) return { kind: 'ask', message: { type: 'ask', root: pull.root, ask: pull.nextAsk() } };
    this.#pull = null;
    this.#finished++;
    return { kind: 'done', rows: pull.rows, vector: pull.vector };
  }

  /** The peer has the tree no more; the next digest starts anew. */
  gone(peer: number, root: Uint8Array): void {
    if (this.#pull?.peer === peer && sameBytes(this.#pull.root, root)) this.#pull = null;
  }

  /** What to ask again, and whom. Gives up a peer that stays silent. */
  overdue(now: Micros): { readonly peer: number; readonly message: Message } | null {
    const pull = this.#pull;
    const verdict = pull?.overdue(now, this.#limits.patience) ?? null;
    if (verdict === 'dead') this.#pull = null;
    if (pull === null || verdict !== 'ask') return null;
    return { peer: pull.peer, message: { type: 'ask', root: pull.root, ask: pull.nextAsk() } };
  }

  get deadline(): Micros {
    return this.#pull?.deadline(this.#limits.patience) ?? Number.POSITIVE_INFINITY;
  }

  clone(): TreeRepair {
    const copy = new TreeRepair(this.#limits);
    copy.#served = this.#served.clone();
    copy.#pull = this.#pull?.clone() ?? null;
    copy.#finished = this.#finished;
    return copy;
  }

  writeTo(state: StateWriter): void {
    this.#served.writeTo(state);
    state.varint(this.#finished);
    state.bool(this.#pull !== null);
    this.#pull?.writeTo(state);
  }
}
