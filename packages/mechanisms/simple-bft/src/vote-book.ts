import type { Misbehaviour, NodeId } from '@hypersync/interface';
import { hashKey, type StateWriter, type WeightTable } from '@hypersync/consensus-kit';
import { makeEvidence } from './evidence.ts';
import { makeCertificate, NO_HASH, voteStatement, type Certificate, type Vote, type VoteKind } from './vote.ts';

interface Cast {
  readonly hash: Uint8Array;
  readonly key: string;
  readonly signature: Uint8Array;
}

/** What one member signed for one height. Only the first of each kind counts; a second is evidence. */
type Sheet = Partial<Record<VoteKind, Cast>>;

/** Kinds that may contradict a vote of the kind. */
const CONTRADICTING = {
  notarize: ['notarize'],
  dummy: ['finalize'],
  finalize: ['finalize', 'dummy'],
} as const satisfies Record<VoteKind, readonly VoteKind[]>;

/** Votes ahead of this node's iteration are kept this far; whoever is further behind catches up by certificates. */
export const VOTE_HORIZON = 64;

/** Verified votes by height and voter; a member takes three places per height at most. */
export class VoteBook {
  readonly #table: WeightTable;
  readonly #heights = new Map<number, Map<NodeId, Sheet>>();
  /** Whom we have accused, and of what, so that each offence is reported once. */
  readonly #accused = new Set<string>();

  constructor(table: WeightTable) {
    this.#table = table;
  }

  /** Records a verified vote and returns the misbehaviour that it proves, if any. */
  add(voter: NodeId, vote: Vote, signature: Uint8Array): Misbehaviour | null {
    let sheets = this.#heights.get(vote.height);
    if (sheets === undefined) this.#heights.set(vote.height, (sheets = new Map()));
    let sheet = sheets.get(voter);
    if (sheet === undefined) sheets.set(voter, (sheet = {}));
    const key = hashKey(vote.hash);
    const known = sheet[vote.kind];
    if (known?.key === key) return null;
    const misbehaviour = this.#contradiction(voter, vote, signature, sheet);
    if (known === undefined) sheet[vote.kind] = { hash: vote.hash, key, signature };
    return misbehaviour;
  }

  #contradiction(voter: NodeId, vote: Vote, signature: Uint8Array, sheet: Sheet): Misbehaviour | null {
    for (const kind of CONTRADICTING[vote.kind]) {
      const cast = sheet[kind];
      if (cast === undefined) continue;
      const payload = voteStatement({ kind, height: vote.height, hash: cast.hash });
      const first = { payload, signature: cast.signature };
      const found = makeEvidence(voter, first, { payload: voteStatement(vote), signature });
      if (found === null) continue;
      const charge = `${vote.height}/${voter}/${found.kind}`;
      if (this.#accused.has(charge)) return null;
      this.#accused.add(charge);
      return found;
    }
    return null;
  }

  has(voter: NodeId, vote: Vote): boolean {
    const cast = this.#heights.get(vote.height)?.get(voter)?.[vote.kind];
    return cast !== undefined && cast.key === hashKey(vote.hash);
  }

  hasNotarized(voter: NodeId, height: number): boolean {
    return this.#heights.get(height)?.get(voter)?.notarize !== undefined;
  }

  /** A certificate for exactly this vote once more than two thirds of the weight stand under it; null until then. */
  certificate(vote: Vote): Certificate | null {
    const key = hashKey(vote.hash);
    const signatures = new Map<NodeId, Uint8Array>();
    for (const [voter, sheet] of this.#heights.get(vote.height) ?? []) {
      const cast = sheet[vote.kind];
      if (cast?.key === key) signatures.set(voter, cast.signature);
    }
    return this.#table.hasByzantineQuorum(signatures.keys()) ? makeCertificate(vote, signatures) : null;
  }

  /** The votes of one member for one height, as they were signed. */
  votesOf(voter: NodeId, height: number): readonly { readonly vote: Vote; readonly signature: Uint8Array }[] {
    const sheet = this.#heights.get(height)?.get(voter) ?? {};
    return (['notarize', 'dummy', 'finalize'] as const).flatMap((kind) => {
      const cast = sheet[kind];
      const hash = cast?.hash ?? NO_HASH;
      return cast === undefined ? [] : [{ vote: { kind, height, hash }, signature: cast.signature }];
    });
  }

  /** True when somebody accepted a block or gave up at this height: its iteration must be brought to an end. */
  isStirred(height: number): boolean {
    for (const sheet of this.#heights.get(height)?.values() ?? []) {
      if (sheet.notarize !== undefined || sheet.dummy !== undefined) return true;
    }
    return false;
  }

  /** Forgets all heights up to and with `height`. */
  forgetUpTo(height: number): void {
    for (const known of this.#heights.keys()) if (known <= height) this.#heights.delete(known);
    for (const charge of this.#accused) if (Number.parseInt(charge, 10) <= height) this.#accused.delete(charge);
  }

  clone(): VoteBook {
    const copy = new VoteBook(this.#table);
    for (const [height, sheets] of this.#heights) {
      copy.#heights.set(height, new Map([...sheets].map(([voter, sheet]) => [voter, { ...sheet }])));
    }
    for (const charge of this.#accused) copy.#accused.add(charge);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.map(this.#heights, (writer, sheets) => {
      writer.map(
        sheets,
        (w, sheet) => void w.data(sheet as Record<string, { hash: Uint8Array; signature: Uint8Array }>),
      );
    });
    state.set(this.#accused);
  }
}
