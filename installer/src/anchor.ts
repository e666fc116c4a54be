import type { TrustAnchor } from '@hypersync/trust';

/** The publisher replaces this module when it bundles an installer for a vendor; run from source there is no anchor (HS-1201). */
export const anchor: TrustAnchor | null = null;
