import type { NodeId } from '@hypersync/interface';
import type { StateWriter } from '@hypersync/consensus-kit';
import type { SignedStatement } from './evidence.ts';

/** A place where an honest member signs one thing only: height, round and kind of vote, for example. */
export type Slot = string | number;

/** What each member signed for each slot, the newest slots only: the first statement is what later ones are held against. */
export class StatementMemory {
  readonly #perMember: number;
  readonly #said = new Map<NodeId, Map<Slot, SignedStatement>>();

  constructor(perMember: number) {
    this.#perMember = perMember;
  }

  /** The first statement for this slot, if it is not this one; it is remembered. */
  enter(signer: NodeId, slot: Slot, statement: SignedStatement): SignedStatement | null {
    let said = this.#said.get(signer);
    if (said === undefined) this.#said.set(signer, (said = new Map()));
    const earlier = said.get(slot);
    if (earlier !== undefined) return earlier;
    said.set(slot, statement);
    if (said.size > this.#perMember) {
      for (const oldest of said.keys()) {
        said.delete(oldest);
        break;
      }
    }
    return null;
  }

  clear(): void {
    this.#said.clear();
  }

  clone(): StatementMemory {
    const copy = new StatementMemory(this.#perMember);
    for (const [signer, said] of this.#said) copy.#said.set(signer, new Map(said));
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.map(this.#said, (writer, said) => {
      writer.list([...said], (w, [slot, { payload, signature }]) => void w.data([slot, payload, signature]));
    });
  }
}
