import type { ErrorTable } from './entry.ts';

/** HS-18xx: the room registry. */
export const REGISTRY_ERRORS = {} as const satisfies ErrorTable;
