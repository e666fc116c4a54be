import type { VerifiedArtifact } from '@hypersync/trust';
import type { LockFile } from '@hypersync/manifest';

/** A verified artifact with its unpacked files (path without `package/`), or null when the store already holds the tree. */
export interface GenerationArtifact {
  readonly artifact: VerifiedArtifact;
  readonly files: ReadonlyMap<string, Uint8Array> | null;
}

/** Everything a new generation is made of. The store checks every file against the artifact's signed list while writing. */
export interface GenerationContent {
  /** Without `generation` and `created`, which the transaction decides. */
  readonly lock: Omit<LockFile, 'generation' | 'created'>;
  readonly manifest: Uint8Array;
  /** Signed metadata by flat name, bundles among them. */
  readonly metadata: ReadonlyMap<string, Uint8Array>;
  readonly runtime: GenerationArtifact;
  readonly plugins: ReadonlyMap<string, GenerationArtifact>;
}

export type TransactionEvent =
  | { readonly event: 'tree-written'; readonly name: string; readonly bytes: number }
  | { readonly event: 'generation-written'; readonly generation: number }
  | { readonly event: 'switched'; readonly from: number | null; readonly to: number }
  | { readonly event: 'healed'; readonly what: string };
