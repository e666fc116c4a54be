import { createPublicKey, type KeyObject } from 'node:crypto';
import { canonicalJsonBytes, HyperSyncError, LIMITS, parseJson } from '@hypersync/base';
import type { PackageRule, SignerKey, SignerPolicy } from '@hypersync/manifest';
import {
  BUNDLE_V03_MEDIA_TYPE,
  bundleFromJSON,
  bundleToJSON,
  type Bundle,
  type BundleWithDsseEnvelope,
} from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { refusing } from './refusal.ts';

const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** The statement's bytes, signed by `keyId` of the policy. */
export interface OpenedEnvelope {
  readonly keyId: string;
  readonly payload: Uint8Array;
}

/**
 * A Sigstore bundle (v0.3) that holds a DSSE envelope with exactly one signature by a key. The policy decides the mode
 * and the keys, never the bundle. Throws HS-1213 (form), HS-1214 (signer), HS-1215 (signature).
 */
export function openEnvelope(name: string, bytes: Uint8Array, rule: PackageRule, policy: SignerPolicy): OpenedEnvelope {
  const what = `The signature bundle of ${name}`;
  const bundle = parseBundle(bytes, what);
  const { hint, envelope } = checkMode(bundle, rule, what);
  const key = signerKey(hint, rule, policy, name);
  refusing('HS-1215', what, () => {
    const material = toTrustMaterial(TrustedRoot.fromJSON({}), () => ({ publicKey: key, validFor: () => true }));
    // No log and no timestamp: the mode is by key, and `checkMode` refused whatever could count as one.
    new Verifier(material, { tlogThreshold: 0, timestampThreshold: 0 }).verify(toSignedEntity(bundle));
  });
  return { keyId: hint, payload: envelope.payload };
}

function parseBundle(bytes: Uint8Array, what: string): Bundle {
  return refusing('HS-1213', what, () => {
    const value = parseJson(bytes, { maxBytes: LIMITS.bundleBytes, maxDepth: LIMITS.manifestDepth, source: what });
    return bundleFromJSON(value);
  });
}

function checkMode(bundle: Bundle, rule: PackageRule, what: string) {
  const refuse = (problem: string) => new HyperSyncError('HS-1213', `${what} ${problem}.`);
  if (bundle.mediaType !== BUNDLE_V03_MEDIA_TYPE) throw refuse('is not a Sigstore bundle v0.3');
  const { content, tlogEntries, timestampVerificationData } = bundle.verificationMaterial;
  if (rule.mode !== 'public-key' || content.$case !== 'publicKey')
    throw refuse(`is not signed in the mode ${rule.mode}`);
  // What is not checked in this mode must not be there, so that nobody takes it for checked (N08, N10, N11, N14).
  if (tlogEntries.length > 0 || (timestampVerificationData?.rfc3161Timestamps.length ?? 0) > 0) {
    throw refuse('carries log entries or timestamps, which the policy does not ask for');
  }
  // Exactly one signature: @sigstore/bundle refuses any other number (N21).
  if (!isEnvelope(bundle)) throw refuse('holds no DSSE envelope');
  const envelope = bundle.content.dsseEnvelope;
  if (envelope.payloadType !== PAYLOAD_TYPE) {
    throw refuse(`signs a payload of type ${JSON.stringify(envelope.payloadType.slice(0, 60))}`);
  }
  return { hint: content.publicKey.hint, envelope };
}

function isEnvelope(bundle: Bundle): bundle is BundleWithDsseEnvelope {
  return bundle.content.$case === 'dsseEnvelope';
}

function signerKey(hint: string, rule: PackageRule, policy: SignerPolicy, name: string): KeyObject {
  const refuse = (problem: string) =>
    new HyperSyncError('HS-1214', `${name} is signed by the key ${JSON.stringify(hint.slice(0, 64))}, ${problem}.`);
  if (!rule.keys.includes(hint)) throw refuse('which may not sign this package');
  const keys = policy.keys.filter((key) => key.id === hint);
  const [key] = keys;
  if (key === undefined || keys.length !== 1) throw refuse(`which the policy names ${keys.length} times`);
  if (key.revoked) throw refuse('which is revoked');
  return refusing('HS-1214', `The key ${key.id}`, () => publicKeyOf(key));
}

function publicKeyOf(key: SignerKey): KeyObject {
  const object = createPublicKey({ key: Buffer.from(key.spki, 'base64'), format: 'der', type: 'spki' });
  const curve = object.asymmetricKeyDetails?.namedCurve;
  const fits = {
    'ecdsa-p256-sha256': object.asymmetricKeyType === 'ec' && curve === 'prime256v1',
    ed25519: object.asymmetricKeyType === 'ed25519',
    'ml-dsa-87': String(object.asymmetricKeyType) === 'ml-dsa-87',
  }[key.algorithm];
  if (!fits) throw new HyperSyncError('HS-1214', `The key ${key.id} is not of the algorithm ${key.algorithm}.`);
  return object;
}

/** The bytes in which a bundle is published: canonical JSON, so that signing again gives the same form. */
export function bundleBytes(bundle: Bundle): Uint8Array {
  return canonicalJsonBytes(bundleToJSON(bundle));
}
