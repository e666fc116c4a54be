import type { ErrorTable } from './entry.ts';

/** HS-17xx: the room publisher. */
export const PUBLISHER_ERRORS = {} as const satisfies ErrorTable;
