/** What the vendor grants. Times are milliseconds since 1970. */
export interface LicenseTerms {
  readonly vendor: string;
  readonly customer: string;
  readonly serial: string;
  readonly tier: string;
  readonly nodes: number;
  readonly issuedAt: number;
  readonly notBefore: number;
  readonly expires: number;
  readonly graceDays: number;
  readonly sequence: number;
  readonly floor: number;
}

export interface LicenseSigner {
  readonly kid: string;
  /** Ed25519 over exactly these bytes, 64 bytes. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** A compact JWS, see formats.md 4. */
export async function issueLicense(_terms: LicenseTerms, _signer: LicenseSigner): Promise<string> {
  throw new Error('not written yet');
}
