import type { ErrorTable } from './entry.ts';

/** HS-15xx: the room store. */
export const STORE_ERRORS = {} as const satisfies ErrorTable;
