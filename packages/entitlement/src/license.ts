import { createPublicKey, verify } from 'node:crypto';
import { HyperSyncError, LIMITS, parseJson, toUtf8 } from '@hypersync/base';

/** Slug of a tier. This room knows tiers only by name and by the order that its callers pass in. */
export type TierName = string;

/** Body of `license-keys.json`. */
export interface LicenseKeySet {
  readonly schemaVersion: 1;
  readonly kind: 'license-keys';
  readonly vendor: string;
  /** Ed25519 JWKs with `kid`. */
  readonly keys: readonly LicenseKey[];
  readonly revokedSerials: readonly string[];
}

export interface LicenseKey {
  readonly kid: string;
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
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
  /** Counts the licenses of a customer; a later one takes the place of those before it. */
  readonly sequence: number;
  /** No manifest with a lower release counter is acceptable to this customer. */
  readonly floor: number;
}

export const LICENSE_AUDIENCE = 'hypersync';
export const LICENSE_TYPE = 'hypersync-license+jwt';

/** Throws HS-1003 for bytes that are no JSON, HS-1309 for another form. */
export function parseLicenseKeys(bytes: Uint8Array, source: string): LicenseKeySet {
  const value = parseJson(bytes, {
    maxBytes: LIMITS.policyBytes,
    maxDepth: LIMITS.manifestDepth,
    source,
  }) as Partial<LicenseKeySet> | null;
  const wellFormed =
    value?.schemaVersion === 1 &&
    value.kind === 'license-keys' &&
    typeof value.vendor === 'string' &&
    Array.isArray(value.keys) &&
    value.keys.every(isLicenseKey) &&
    Array.isArray(value.revokedSerials) &&
    value.revokedSerials.every((serial) => typeof serial === 'string');
  if (!wellFormed) throw new HyperSyncError('HS-1309', `${source}: not a list of license keys of schema version 1.`);
  return value as LicenseKeySet;
}

function isLicenseKey(value: unknown): value is LicenseKey {
  const key = value as Partial<LicenseKey> | null;
  return (
    key !== null &&
    typeof key === 'object' &&
    key.kty === 'OKP' &&
    key.crv === 'Ed25519' &&
    typeof key.kid === 'string' &&
    typeof key.x === 'string'
  );
}

/** Signature, form, audience, issuer, revocation; not the dates: those are `licenseState`'s. Throws HS-1306 or HS-1307. */
export async function verifyLicense(token: string, keys: LicenseKeySet): Promise<License> {
  const license = genuineLicense(token, keys);
  if (keys.revokedSerials.includes(license.serial)) {
    throw new HyperSyncError(
      'HS-1307',
      `License ${license.serial} of ${license.customer} was revoked by ${keys.vendor}.`,
      {
        details: { serial: license.serial, customer: license.customer },
      },
    );
  }
  return license;
}

/**
 * Throws HS-1310 where `kept`, the token that an installation used before, is a later license of the same customer: what
 * the vendor took back by issuing anew must not come back by keeping an old file (attack L05). A revoked token counts, for
 * it was issued; one that no published key signed does not, or whoever stole a key could lock a customer out.
 */
export function refuseSuperseded(license: License, kept: string, keys: LicenseKeySet): void {
  let later: License;
  try {
    later = genuineLicense(kept, keys);
  } catch {
    return;
  }
  if (later.customer !== license.customer || later.sequence <= license.sequence) return;
  throw new HyperSyncError(
    'HS-1310',
    `License ${license.serial} is number ${license.sequence} of ${license.customer}; number ${later.sequence} (${later.serial}) was used here already.`,
    { details: { serial: license.serial, sequence: license.sequence, later: later.sequence } },
  );
}

function genuineLicense(token: string, keys: LicenseKeySet): License {
  const compact = token.trim();
  if (compact.length > LIMITS.licenseBytes || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(compact)) {
    throw new HyperSyncError('HS-1306', 'The license is not a signed token (three parts of base64url).');
  }
  return licenseFromClaims(signedPayload(compact, keys), keys.vendor);
}

/**
 * A compact JWS (RFC 7515, RFC 8037) of the one form that there is: EdDSA, our type, a published key, nothing critical. Node
 * verifies; a library for every algorithm, on Web Crypto, would cost a start 6 ms.
 */
function signedPayload(compact: string, keys: LicenseKeySet): Uint8Array {
  const refuse = (what: string, cause?: unknown): never => {
    throw new HyperSyncError('HS-1306', `The license does not verify: ${what}.`, cause === undefined ? {} : { cause });
  };
  const parts = compact.split('.').map((part) => Buffer.from(part, 'base64url'));
  const [header, payload, signature] = parts as [Buffer, Buffer, Buffer];
  // Base64 has spare bits that a decoder ignores; one license has one spelling.
  if (parts.map((part) => part.toString('base64url')).join('.') !== compact) refuse('its base64url is not canonical');
  const { alg, typ, kid, crit } = readHeader(header);
  // Only this: `none` and HMAC with the public key as a secret are the classic forgeries (attack L02).
  if (alg !== 'EdDSA') refuse(`alg is ${JSON.stringify(alg ?? null)}`);
  if (typ !== LICENSE_TYPE) refuse(`typ is ${JSON.stringify(typ ?? null)}`);
  if (crit !== undefined) refuse('it has a critical header that nobody here understands');
  const key = keys.keys.find((candidate) => candidate.kid === kid);
  if (key === undefined) return refuse(`no published key ${JSON.stringify(kid ?? null)}`);
  const signed = toUtf8(compact.slice(0, compact.lastIndexOf('.')));
  let genuine: boolean;
  try {
    const jwk = { kty: key.kty, crv: key.crv, x: key.x };
    genuine = verify(null, signed, createPublicKey({ key: jwk, format: 'jwk' }), signature);
  } catch (cause) {
    return refuse(`the published key ${JSON.stringify(kid)} cannot be used`, cause);
  }
  return genuine ? payload : refuse('its signature is not by the key that it names');
}

function readHeader(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const limits = { maxBytes: LIMITS.licenseBytes, maxDepth: 4, source: 'the header of the license' };
  let value: unknown;
  try {
    value = parseJson(bytes, limits);
  } catch (cause) {
    throw new HyperSyncError('HS-1306', `The license does not verify: ${(cause as Error).message}`, { cause });
  }
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function licenseFromClaims(payload: Uint8Array, vendor: string): License {
  const claims = parseJson(payload, { maxBytes: LIMITS.licenseBytes, maxDepth: 4, source: 'license' }) as Record<
    string,
    unknown
  >;
  const text = (name: string): string => {
    const value = claims[name];
    if (typeof value !== 'string' || value === '' || value.length > 200) throw claimError(name);
    return value;
  };
  const whole = (name: string): number => {
    const value = claims[name];
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw claimError(name);
    return value;
  };
  if (text('aud') !== LICENSE_AUDIENCE) throw claimError('aud');
  if (text('iss') !== vendor) throw claimError('iss');
  return {
    customer: text('sub'),
    serial: text('jti'),
    tier: text('tier'),
    nodes: whole('nodes'),
    issuedAt: whole('iat') * 1000,
    notBefore: whole('nbf') * 1000,
    expires: whole('exp') * 1000,
    graceDays: whole('grace'),
    sequence: whole('seq'),
    floor: whole('floor'),
  };
}

function claimError(name: string): HyperSyncError {
  return new HyperSyncError('HS-1306', `The license’s claim "${name}" is missing or not what this vendor issues.`, {
    details: { claim: name },
  });
}

/** The claims that `licenseFromClaims` reads back. */
export function claimsOf(terms: License & { readonly vendor: string }): Uint8Array {
  const seconds = (ms: number): number => Math.floor(ms / 1000);
  return toUtf8(
    JSON.stringify({
      iss: terms.vendor,
      aud: LICENSE_AUDIENCE,
      sub: terms.customer,
      jti: terms.serial,
      iat: seconds(terms.issuedAt),
      nbf: seconds(terms.notBefore),
      exp: seconds(terms.expires),
      tier: terms.tier,
      nodes: terms.nodes,
      grace: terms.graceDays,
      seq: terms.sequence,
      floor: terms.floor,
    }),
  );
}
