import type { DotRange } from '../dots.ts';
import type { Content } from '../sequence/content.ts';
import type { Spot } from '../sequence/sequence.ts';

/** What one mutation does to the state: at most one new entry or one new run, and the observed dots it removes. */
export interface Plan {
  readonly add?: { readonly field: string; readonly payload: Uint8Array };
  readonly insert?: { readonly spot: Spot; readonly content: Content };
  readonly remove: readonly DotRange[];
}
