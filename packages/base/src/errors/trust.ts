import type { ErrorTable } from './entry.ts';

/** HS-12xx: the room trust. */
export const TRUST_ERRORS = {
} as const satisfies ErrorTable;
