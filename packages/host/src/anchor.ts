import type { TrustAnchor } from '@hypersync/trust';

/** Whom this runtime trusts. The publisher replaces this module with the vendor's anchor; from source it trusts nobody. */
export const anchor: TrustAnchor | null = null;
