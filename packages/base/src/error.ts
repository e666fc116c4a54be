import { ERRORS, type ErrorCode, type ExitCode } from './errors/table.ts';

/** Facts for machines: printed under `details` in JSON output. Never put a secret here. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/**
 * The one error class of the project. `message` says what happened and where, `hint` what to do next; the code is
 * stable and decides exit code and HTTP status through the table. Compare `code`, never the message or the class.
 */
export class HyperSyncError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly details: ErrorDetails;

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; details?: ErrorDetails; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HyperSyncError';
    this.code = code;
    this.hint = options.hint ?? ERRORS[code].hint;
    this.details = options.details ?? {};
  }

  get exitCode(): ExitCode {
    return ERRORS[this.code].exit;
  }

  get httpStatus(): number {
    return ERRORS[this.code].http;
  }

  /** The form that `--output json` and problem+json share. */
  toJSON(): { code: ErrorCode; title: string; message: string; hint: string; details: ErrorDetails } {
    return {
      code: this.code,
      title: ERRORS[this.code].title,
      message: this.message,
      hint: this.hint,
      details: this.details,
    };
  }
}

/** True for our errors, also when they come from another copy of this module (bundles, workers). */
export function isHyperSyncError(value: unknown): value is HyperSyncError {
  return (
    value instanceof Error && value.name === 'HyperSyncError' && typeof (value as { code?: unknown }).code === 'string'
  );
}

/** Anything thrown, as one of ours: an unknown error becomes HS-1001 with the original as its cause. */
export function errorFrom(thrown: unknown): HyperSyncError {
  if (isHyperSyncError(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new HyperSyncError('HS-1001', message, { cause: thrown });
}
