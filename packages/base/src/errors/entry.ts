/** Exit codes of every program: sysexits where one fits, then ours (documented in the generated table). */
export const EXIT_CODES = {
  0: 'ok',
  1: 'unexpected error',
  2: 'changes pending (plan --detailed-exitcode)',
  64: 'wrong usage',
  65: 'bad manifest or data',
  69: 'registry or peer unavailable',
  70: 'bug in this program',
  73: 'no space, or cannot create',
  75: 'try again (locked by another process)',
  77: 'not entitled',
  78: 'bad configuration',
  80: 'signature or trust failure',
  81: 'yanked',
  82: 'part of the fleet failed',
  83: 'no quorum',
  130: 'interrupted',
} as const;

export type ExitCode = keyof typeof EXIT_CODES;

/** One row of the error table; the page of a code is generated from it. */
export interface ErrorEntry {
  /** Short name of the situation, sentence case, no full stop. */
  readonly title: string;
  /** Why it happens, for a person who has never seen it. */
  readonly cause: string;
  /** What to do next. */
  readonly hint: string;
  readonly exit: ExitCode;
  readonly http: number;
}

export type ErrorTable = Readonly<Record<`HS-${number}`, ErrorEntry>>;
