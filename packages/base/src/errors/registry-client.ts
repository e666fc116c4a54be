import type { ErrorTable } from './entry.ts';

/** HS-14xx: the room registry-client. */
export const REGISTRY_CLIENT_ERRORS = {} as const satisfies ErrorTable;
