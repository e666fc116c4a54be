import type { ErrorTable } from './entry.ts';

/** HS-20xx: the room host. */
export const HOST_ERRORS = {} as const satisfies ErrorTable;
