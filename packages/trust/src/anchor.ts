import { HyperSyncError } from '@hypersync/base';

/**
 * What an installer or runtime is born with; nothing at run time can replace it. Null in programs run from source,
 * which then refuse (HS-1201).
 */
export interface TrustAnchor {
  readonly vendor: string;
  /** The exact bytes of a root.json, as text. The chain is replayed from it at every start. */
  readonly root: string;
  /** Base address of the registry, without a trailing slash. */
  readonly registry: string;
  /** Release counter below which no manifest is accepted: stops a restored old snapshot of a machine (attack T33). */
  readonly floor: number;
}

/** The anchor, or HS-1201 in a program that was started from source. */
export function requireAnchor(anchor: TrustAnchor | null): TrustAnchor {
  if (anchor !== null) return anchor;
  throw new HyperSyncError('HS-1201', 'This program runs from source and has no trust anchor.');
}
