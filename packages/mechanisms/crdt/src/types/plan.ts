import type { Entry } from '../entry.ts';

/** What one mutation does to the state: at most one new entry (it has one dot), and the observed entries it removes. */
export interface Plan {
  readonly add: { readonly field: string; readonly payload: Uint8Array } | null;
  readonly remove: readonly Entry[];
}
