import { HyperSyncError, toUtf8 } from '@hypersync/base';
import { claimsOf, type License, LICENSE_TYPE } from './license.ts';

/** What the vendor grants: a license, and who says so. Times are milliseconds since 1970. */
export interface LicenseTerms extends License {
  readonly vendor: string;
}

export interface LicenseSigner {
  readonly kid: string;
  /** Ed25519 over exactly these bytes, 64 bytes. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** A compact JWS (formats.md 4). Throws HS-1308 for terms that no verifier would accept. */
export async function issueLicense(terms: LicenseTerms, signer: LicenseSigner): Promise<string> {
  checkTerms(terms);
  const header = base64url(toUtf8(JSON.stringify({ alg: 'EdDSA', typ: LICENSE_TYPE, kid: signer.kid })));
  const signed = `${header}.${base64url(claimsOf(terms))}`;
  return `${signed}.${base64url(await signer.sign(toUtf8(signed)))}`;
}

function checkTerms(terms: LicenseTerms): void {
  const refuse = (what: string): never => {
    throw new HyperSyncError('HS-1308', `Cannot issue a license: ${what}.`);
  };
  for (const name of ['vendor', 'customer', 'serial', 'tier'] as const) {
    if (terms[name].trim() === '' || terms[name].length > 200) refuse(`${name} must have 1 to 200 characters`);
  }
  for (const name of ['nodes', 'issuedAt', 'notBefore', 'expires', 'graceDays', 'sequence', 'floor'] as const) {
    if (!Number.isSafeInteger(terms[name]) || terms[name] < 0) refuse(`${name} must be a whole number, 0 or more`);
  }
  if (terms.graceDays > 365) refuse('graceDays must be at most 365');
  if (terms.expires <= terms.notBefore) refuse('it would expire before it begins');
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
