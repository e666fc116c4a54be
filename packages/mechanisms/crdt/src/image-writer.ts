import type { FrontierCut, SessionTable, StableOutput, Vector } from '@hypersync/consensus-kit';
import type { Epoch, NodeId } from '@hypersync/interface';
import * as image from './image.ts';
import type { Change, ReplicaState } from './replica-state.ts';

/** Writes the durable image as the state in memory changes. */
export class ImageWriter {
  readonly #output: StableOutput<'convergent'>;

  constructor(output: StableOutput<'convergent'>) {
    this.#output = output;
  }

  begin(epoch: Epoch, members: readonly NodeId[], vector: Vector): void {
    this.#output.put(image.META, image.encodeMeta(epoch, members));
    this.#output.put(image.CLOCK, image.encodeClock(vector));
  }

  change({ added, removed }: Change, vector: Vector): void {
    for (const entry of removed) this.#output.delete(image.entryKey(entry));
    for (const entry of added) this.#output.put(image.entryKey(entry), image.encodeEntry(entry));
    this.#output.put(image.CLOCK, image.encodeClock(vector));
  }

  /** What has become of sequences since the last time. */
  runs(state: ReplicaState): void {
    const { touched, gone } = state.takeRunChanges();
    for (const dot of gone) this.#output.delete(image.runKey(dot));
    for (const run of touched) {
      this.#output.put(image.runKey({ author: run.author, counter: run.start }), image.encodeRun(run));
    }
  }

  session(sessions: SessionTable, session: number, sequence: number, receipt: Uint8Array): void {
    const { record, evicted } = sessions.note(session, sequence, receipt);
    this.#output.put(image.sessionKey(session), record);
    if (evicted !== null) this.#output.delete(image.sessionKey(evicted));
  }

  cut(cut: FrontierCut): void {
    this.#output.put(image.CUT, image.encodeCut(cut));
  }
}
