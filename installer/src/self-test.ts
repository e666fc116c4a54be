import { HyperSyncError, parseJson, toUtf8, type JsonValue } from '@hypersync/base';
import { checkInterrupted, type Context } from './context.ts';
import type { SelfTestOutcome } from './environment.ts';

/** What the runtime said, for `validate` and the details of a failure. */
export interface SelfTestReport {
  readonly ok: true;
  readonly milliseconds: number;
  /** The runtime's own JSON. */
  readonly runtime: JsonValue;
}

const OUTPUT_BYTES = 1024 * 1024;

/**
 * Starts the current generation's own runtime as a process, which loads every plugin and decides values with it. Throws
 * HS-1608 or HS-1609; HS-1006 when the user interrupted.
 */
export async function runSelfTest(context: Context, entry: string): Promise<SelfTestReport> {
  const { environment, settings, report, store } = context;
  report.progress({
    event: 'phase',
    phase: 'self-test',
    message: 'Self-test: the runtime loads every plugin and decides with it',
  });
  const begin = performance.now();
  const outcome = await environment.spawnSelfTest({
    runtime: `${store.root}/current/runtime/${entry}`,
    root: store.root,
    timeoutMs: settings.selfTestTimeoutMs,
    signal: environment.interrupted,
  });
  checkInterrupted(context);
  const runtime = said(outcome);
  if (outcome.timedOut) {
    throw new HyperSyncError(
      'HS-1609',
      `The self-test did not end within ${settings.selfTestTimeoutMs / 1000} seconds.`,
    );
  }
  if (outcome.exitCode === 0 && isOk(runtime)) {
    return { ok: true, milliseconds: Math.round(performance.now() - begin), runtime };
  }
  const ended = outcome.exitCode === null ? 'was killed' : `ended with exit code ${outcome.exitCode}`;
  throw new HyperSyncError('HS-1608', `The self-test ${ended}.${reason(runtime, outcome)}`, {
    details: { exitCode: outcome.exitCode, runtime, stderr: outcome.stderr.slice(-2000) },
  });
}

function said({ stdout }: SelfTestOutcome): JsonValue {
  try {
    return parseJson(toUtf8(stdout.trim()), { maxBytes: OUTPUT_BYTES, maxDepth: 16, source: 'the self-test' });
  } catch {
    return null;
  }
}

/** A runtime that ends well without saying so has not tested anything. */
function isOk(value: JsonValue): boolean {
  return (value as { readonly ok?: unknown } | null)?.ok === true;
}

interface Said {
  readonly error?: { readonly message?: unknown } | null;
  readonly mechanisms?: readonly {
    readonly mechanism: string;
    readonly error?: { readonly message?: unknown } | null;
  }[];
}

/** The first mechanism that failed, the runtime's own error, or the last thing that it wrote. */
function reason(runtime: JsonValue, { stderr }: SelfTestOutcome): string {
  const told = runtime as Said | null;
  const failed = Array.isArray(told?.mechanisms)
    ? told.mechanisms.find((one) => one.error?.message !== undefined)
    : null;
  const message = failed?.error?.message ?? told?.error?.message;
  const last = stderr.trim().split('\n').at(-1) ?? '';
  const words = typeof message === 'string' ? `${failed == null ? '' : `${failed.mechanism}: `}${message}` : last;
  return words === '' ? '' : ` It said: ${words.slice(0, 300)}`;
}
