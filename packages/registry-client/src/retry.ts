import { errorFrom, LIMITS, type Random } from '@hypersync/base';
import { setTimeout as delay } from 'node:timers/promises';
import { isTransient } from './failures.ts';

/** Waiting as a parameter, so that tests need no real time. */
export type Wait = (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;

export const realWait: Wait = async (milliseconds, signal) => {
  await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
};

export interface RetryPolicy {
  readonly random: Random;
  readonly wait: Wait;
  readonly signal: AbortSignal | undefined;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Repeats what failed for a reason that may pass, at most `LIMITS.downloadRetries` times. Pauses double and are drawn
 * from their whole range ("full jitter"), so that a fleet that failed together does not come back together.
 */
export async function withRetries<T>(policy: RetryPolicy, attempt: () => Promise<T>): Promise<T> {
  for (let failed = 0; ; failed++) {
    try {
      return await attempt();
    } catch (thrown) {
      const error = errorFrom(thrown);
      if (!isTransient(error) || failed === LIMITS.downloadRetries) throw error;
      const asked = error.details['retryAfter'];
      const ceiling = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failed);
      const pause =
        typeof asked === 'number' ? Math.min(LONGEST_PAUSE_MS, asked * 1000) : ceiling * fraction(policy.random);
      await policy.wait(pause, policy.signal);
    }
  }
}

/** Uniform in [0, 1), 16 bits fine. */
function fraction(random: Random): number {
  const [high = 0, low = 0] = random.bytes(2);
  return (high * 256 + low) / 65536;
}
