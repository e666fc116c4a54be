import type { ErrorTable } from './entry.ts';

/** HS-13xx: the room entitlement. */
export const ENTITLEMENT_ERRORS = {
} as const satisfies ErrorTable;
