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
