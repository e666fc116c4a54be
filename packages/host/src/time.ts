import type { Micros } from '@hypersync/interface';

/** Time as a driver needs it; a parameter, so that tests can hold it. */
export interface Time {
  /** Microseconds on a clock that never goes back. */
  monotonic(): Micros;
  /** Microseconds since 1970 and how far that may be off. */
  wall(): { readonly at: Micros; readonly uncertainty: Micros };
  /** Calls back once, later than now and not before `at` (monotonic). Returns what cancels it. */
  wake(at: Micros, callback: () => void): () => void;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** This machine's clocks. One process has one clock, so its nodes' uncertainty is only the resolution. */
export const systemTime: Time = {
  monotonic: () => Math.floor(performance.now() * 1000),
  wall: () => ({ at: Math.floor((performance.timeOrigin + performance.now()) * 1000), uncertainty: 1000 }),
  wake(at, callback) {
    let cancel = (): void => {};
    const arm = (): void => {
      const ms = (at - systemTime.monotonic()) / 1000;
      if (ms <= 0) {
        const immediate = setImmediate(callback);
        cancel = () => clearImmediate(immediate);
      } else {
        // Timers may be early by a fraction of a millisecond, a driver never: look again.
        const timer = setTimeout(arm, Math.min(Math.ceil(ms), LONGEST_TIMER_MS));
        cancel = () => clearTimeout(timer);
      }
    };
    arm();
    return () => cancel();
  },
};
