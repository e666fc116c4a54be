import { HyperSyncError, isHyperSyncError, type ErrorCode } from '@hypersync/base';

type TrustCode = Extract<ErrorCode, `HS-12${string}`>;

/** Runs a step of the chain; whatever a library throws inside becomes this room's refusal, with the original as cause. */
export function refusing<T>(code: TrustCode, what: string, step: () => T): T {
  try {
    return step();
  } catch (thrown) {
    throw refusal(code, what, thrown);
  }
}

/** One of ours from this room stays as it is; anything else is a refusal with `code`. */
export function refusal(code: TrustCode, what: string, thrown: unknown): HyperSyncError {
  if (isHyperSyncError(thrown) && thrown.code.startsWith('HS-12')) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new HyperSyncError(code, `${what}: ${reason}`, { cause: thrown });
}
