import { isHyperSyncError } from '@hypersync/base';

/**
 * Client sessions for proposals in flight. Mechanisms remember the last sequence of a session, so each session carries one
 * proposal at a time; retries repeat its session and sequence and are decided once.
 */
export class SessionPool {
  readonly #free: { session: number; sequence: number }[] = [];
  #sessions = 0;

  /** A session goes on only after an answer (a rejection is one): what is still open somewhere must stay its last. */
  async use<T>(body: (session: number, sequence: number) => Promise<T>): Promise<T> {
    const slot = this.#free.pop() ?? { session: ++this.#sessions, sequence: 0 };
    slot.sequence++;
    try {
      const result = await body(slot.session, slot.sequence);
      this.#free.push(slot);
      return result;
    } catch (error) {
      if (isHyperSyncError(error) && error.code === 'HS-2018') this.#free.push(slot);
      throw error;
    }
  }
}
