import type { ErrorTable } from './entry.ts';

/** HS-16xx: the room installer. */
export const INSTALLER_ERRORS = {} as const satisfies ErrorTable;
