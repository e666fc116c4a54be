import type { ErrorTable } from './entry.ts';

/** HS-21xx: interface, consensus-kit and the mechanisms. */
export const CONSENSUS_ERRORS = {} as const satisfies ErrorTable;
