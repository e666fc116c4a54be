import type { ErrorTable } from './entry.ts';

/** HS-12xx: the room trust. */
export const TRUST_ERRORS = {
  'HS-1201': {
    title: 'No trust anchor',
    cause:
      "This program was started from source, so it carries no vendor's root of trust, and nothing at run time can give it one.",
    hint: 'Use the installer bundle that your vendor made (hyper-publish installer); only a bundle knows whom to trust.',
    exit: 80,
    http: 500,
  },
  'HS-1202': {
    title: 'Root of trust refused',
    cause: 'A root.json in the chain is not signed by enough keys of the root before it, or not by enough of its own.',
    hint: 'Treat the registry as hostile until the vendor confirms the key rotation; what is installed keeps running.',
    exit: 80,
    http: 502,
  },
  'HS-1203': {
    title: 'Root version out of order',
    cause: 'The root chain has to grow by exactly one version at a time, and the registry offered another version.',
    hint: 'The registry is broken or lying; tell the vendor and try again later.',
    exit: 80,
    http: 502,
  },
  'HS-1204': {
    title: 'Root of trust went back',
    cause: 'This host has already accepted a newer root than the one that can be reached now.',
    hint: 'The registry withholds a newer root, or the trust folder was damaged; fetch from the real registry and try again.',
    exit: 80,
    http: 502,
  },
  'HS-1205': {
    title: 'Metadata is not signed by enough trusted keys',
    cause: 'The role that the message names carries too few valid signatures of the keys that the chain trusts for it.',
    hint: 'Treat the registry as hostile; nothing was changed. Ask the vendor whether the keys of this role were rotated.',
    exit: 80,
    http: 502,
  },
  'HS-1206': {
    title: 'Rollback refused',
    cause:
      'The registry offered signed metadata older than what this host has already accepted, or dropped a role that existed.',
    hint: 'An old copy is being replayed, or a mirror is stale; use the real registry and try again.',
    exit: 80,
    http: 502,
  },
  'HS-1207': {
    title: 'Freeze: metadata has expired',
    cause:
      'The signed metadata is past its expiry. Somebody keeps newer metadata from this host, or the vendor did not renew it.',
    hint: 'Check the clock of this host, then ask the vendor to publish a fresh timestamp.',
    exit: 80,
    http: 502,
  },
  'HS-1208': {
    title: 'File differs from its signed listing',
    cause:
      'A metadata file or target has another length, digest or version than the role that lists it says (mix-and-match).',
    hint: 'A mirror is being updated right now or the file was changed; try again once, then treat the registry as hostile.',
    exit: 80,
    http: 502,
  },
  'HS-1209': {
    title: 'The vendor publishes no such tier',
    cause: 'The signed catalog has no delegation for this tier.',
    hint: 'Choose a tier that the vendor publishes; the message names them.',
    exit: 80,
    http: 404,
  },
  'HS-1210': {
    title: 'Malformed signed metadata',
    cause:
      'A trust file is not what its format says: wrong type, impossible threshold, strange role name, key used twice.',
    hint: 'The registry or the trust folder is broken; nothing was changed. Fetch again from the real registry.',
    exit: 80,
    http: 502,
  },
  'HS-1211': {
    title: 'Artifact differs from the signed manifest',
    cause: 'The tarball or the signature bundle has another size or SHA-512 digest than the tier manifest lists.',
    hint: 'Download it again; if it stays so, the registry changed the bytes of a published version: tell the vendor.',
    exit: 80,
    http: 502,
  },
  'HS-1212': {
    title: 'Version is quarantined',
    cause: 'The vendor withdrew this version for safety: it is neither installed nor loaded.',
    hint: 'Upgrade to the replacement that the message names, or roll back to a generation without this version.',
    exit: 81,
    http: 410,
  },
  'HS-1213': {
    title: 'Signature bundle refused',
    cause:
      'The bundle is malformed, is of another kind than the policy expects, or holds other than exactly one signature.',
    hint: 'The evidence of this artifact is unusable; nothing was changed. Tell the vendor which package it is.',
    exit: 80,
    http: 502,
  },
  'HS-1214': {
    title: 'Signer is not allowed',
    cause:
      "The key that signed this package is unknown, revoked, or not among those that the vendor's policy names for it.",
    hint: 'If the vendor rotated keys, the package has to be signed again; otherwise treat it as forged.',
    exit: 80,
    http: 502,
  },
  'HS-1215': {
    title: 'Signature is wrong',
    cause: 'The signature in the bundle does not fit the signed statement and the key.',
    hint: 'The bundle was changed or forged; nothing was changed on this host.',
    exit: 80,
    http: 502,
  },
  'HS-1216': {
    title: 'Statement is about something else',
    cause: 'The signed statement names another package, version, digest or statement type than the artifact at hand.',
    hint: 'Evidence of one artifact was attached to another; treat the registry as hostile.',
    exit: 80,
    http: 502,
  },
  'HS-1217': {
    title: 'Provenance does not match the policy',
    cause:
      'The artifact was signed by a known key, but built by another builder or from another source than the policy demands.',
    hint: 'Ask the vendor where this version was built; do not install it until builder and source match.',
    exit: 80,
    http: 502,
  },
  'HS-1218': {
    title: 'Trust metadata is missing',
    cause:
      'The registry has no file where the trust chain needs one; perhaps the address is not that of a HyperSync registry.',
    hint: 'Check the registry address; if it is right, the publication is incomplete: tell the vendor.',
    exit: 69,
    http: 502,
  },
  'HS-1219': {
    title: 'Release is older than acceptable',
    cause:
      "The manifest's release counter lies below the floor compiled into this program, stated in the license, or already accepted.",
    hint: 'An old state of the catalog is being replayed (or a restored machine image); use the real registry.',
    exit: 80,
    http: 502,
  },
  'HS-1220': {
    title: 'Endless trust metadata',
    cause: 'A trust file is longer than its limit, or the root chain has more rotations than are followed in one run.',
    hint: 'Treat the registry as hostile; the limits are far above honest sizes. A very old installer needs a new bundle.',
    exit: 80,
    http: 502,
  },
} as const satisfies ErrorTable;
