import type { ErrorTable } from './entry.ts';

/** HS-11xx: the room manifest. */
export const MANIFEST_ERRORS = {} as const satisfies ErrorTable;
