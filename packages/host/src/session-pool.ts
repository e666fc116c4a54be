/**
 * Client sessions for proposals in flight. Mechanisms remember the last sequence of a session, so each session carries one
 * proposal at a time; retries repeat its session and sequence and are decided once.
 */
export class SessionPool {
  readonly #free: { session: number; sequence: number }[] = [];
  #sessions = 0;

  async use<T>(body: (session: number, sequence: number) => Promise<T>): Promise<T> {
    const slot = this.#free.pop() ?? { session: ++this.#sessions, sequence: 0 };
    slot.sequence++;
    const result = await body(slot.session, slot.sequence);
    // Only after an answer: a session whose last proposal is still open somewhere must not go on.
    this.#free.push(slot);
    return result;
  }
}
