/** Slug of a tier. This room knows tiers only by name and by the order that its callers pass in. */
export type TierName = string;

/** Body of `license-keys.json`. */
export interface LicenseKeySet {
  readonly schemaVersion: 1;
  readonly kind: 'license-keys';
  readonly vendor: string;
  /** Ed25519 JWKs with `kid`. */
  readonly keys: readonly { readonly kid: string; readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }[];
  readonly revokedSerials: readonly string[];
}

/** A license whose signature verified. Times are milliseconds since 1970. */
export interface License {
  readonly customer: string;
  readonly serial: string;
  readonly tier: TierName;
  /** 0: as many as the tier allows. */
  readonly nodes: number;
  readonly issuedAt: number;
  readonly notBefore: number;
  readonly expires: number;
  readonly graceDays: number;
  readonly sequence: number;
  /** No manifest with a lower release counter is acceptable to this customer. */
  readonly floor: number;
}

export function parseLicenseKeys(_bytes: Uint8Array, _source: string): LicenseKeySet {
  throw new Error('not written yet');
}

/** Signature, form, audience, issuer, revocation; not the dates: those are `licenseState`'s. Throws HS-13xx. */
export async function verifyLicense(_token: string, _keys: LicenseKeySet): Promise<License> {
  throw new Error('not written yet');
}
