import { sha512Hex, toUtf8 } from '@hypersync/base';
import type { EvidenceDemand } from '@hypersync/manifest';
import {
  createFakeVendor,
  fakeSigningKey,
  type ArtifactRequest,
  type FakeArtifact,
  type FakeVendor,
  type SignedJson,
} from '@hypersync/testkit';
import { verifyArtifact, verifyEvidence, type ArtifactClaim, type VerifiedArtifact } from '@hypersync/trust';
import { beforeAll, expect, test } from 'vitest';
import { expectRefusal } from './support.ts';

const STRICT: EvidenceDemand = { bundle: true, provenance: true, license: true };
let vendor: FakeVendor;

beforeAll(async () => {
  vendor = await createFakeVendor({ tiers: ['core'], mechanisms: ['gossip'] });
});

function check(artifact: FakeArtifact, claim: Partial<ArtifactClaim> = {}, evidence = STRICT): VerifiedArtifact {
  const { entry, tarball, bundle } = artifact;
  const revocations = { schemaVersion: 1, kind: 'revocations', yanked: vendor.revocations } as const;
  return verifyArtifact({ entry, tarball, bundle, ...claim }, { policy: vendor.policy, evidence, revocations });
}

const made = (edit: Partial<ArtifactRequest> = {}) => vendor.addPlugin('gossip', '1.0.0', edit);
const provenance = (statement: SignedJson): SignedJson => statement['predicate'];

test('an honest artifact is admitted, with the keys and the provenance that proved it', async () => {
  expect(check(await made()).evidence).toEqual({
    keys: ['plugins-1'],
    mode: 'public-key',
    provenance: { builder: 'https://vendor.example/builders/release', source: 'https://vendor.example/hypersync' },
  });
  expect(check(await made(), {}, { ...STRICT, provenance: false }).evidence.provenance).toBeNull();
});

test.each(['ed25519', 'ml-dsa-87'] as const)(
  'a key of the algorithm %s is checked with that algorithm',
  async (algorithm) => {
    const other = await createFakeVendor({ tiers: ['core'], mechanisms: [] });
    const key = fakeSigningKey('other-1', algorithm);
    const artifact = await other.addPlugin('gossip', '1.0.0', { key });
    other.policy.keys.push({ id: key.id, algorithm, spki: key.spki, revoked: false });
    other.policy.rules.splice(0, 9, { ...other.policy.rules[1]!, keys: [key.id] });
    const revocations = { schemaVersion: 1, kind: 'revocations', yanked: [] } as const;
    const { entry, tarball, bundle } = artifact;
    const rules = { policy: other.policy, evidence: STRICT, revocations };
    expect(verifyArtifact({ entry, tarball, bundle }, rules).evidence.keys).toEqual(['other-1']);
    const mislabelled = {
      ...other.policy,
      keys: [{ ...other.policy.keys[1]!, algorithm: 'ecdsa-p256-sha256' as const }],
    };
    await expectRefusal(
      () => verifyArtifact({ entry, tarball, bundle }, { ...rules, policy: mislabelled }),
      'HS-1214',
      'not of the algorithm',
    );
  },
);

/** A bundle made by `edit` that has to be refused although the manifest lists its bytes. */
const refused: [string, Partial<ArtifactRequest>, string, string][] = [
  [
    'N06: another subject name',
    { statement: (s) => void (s['subject'][0].name = 'pkg:npm/%40hypersync/mechanism-raft@1.0.0') },
    'HS-1216',
    'subject name',
  ],
  [
    'N06: another version',
    { statement: (s) => void (s['subject'][0].name = 'pkg:npm/%40hypersync/mechanism-gossip@1.0.1') },
    'HS-1216',
    'subject name',
  ],
  [
    'N06: another digest',
    { statement: (s) => void (s['subject'][0].digest.sha512 = 'ab'.repeat(64)) },
    'HS-1216',
    'subject digest',
  ],
  [
    'N06: a digest of another algorithm only',
    { statement: (s) => void (s['subject'][0].digest = { sha256: 'ab'.repeat(32) }) },
    'HS-1216',
    'subject digest',
  ],
  ['N06: no subject', { statement: (s) => void (s['subject'] = []) }, 'HS-1216', 'exactly one subject'],
  [
    'N14: 1,025 subjects',
    { statement: (s) => void (s['subject'] = Array.from({ length: 1025 }, () => s['subject'][0])) },
    'HS-12',
    '',
  ],
  [
    'N05: another builder',
    { statement: (s) => void (provenance(s)['runDetails'].builder.id = 'https://evil.example/builder') },
    'HS-1217',
    'builder',
  ],
  [
    'N05: another source',
    {
      statement: (s) => void (provenance(s)['buildDefinition'].externalParameters.source.uri = 'https://evil.example'),
    },
    'HS-1217',
    'source',
  ],
  [
    'N15: a source that only contains the right one',
    { source: 'https://evil.example/?x=https://vendor.example/hypersync' },
    'HS-1217',
    'source',
  ],
  [
    'N15: a builder that only starts with the right one',
    { builder: 'https://vendor.example/builders/release.evil.example' },
    'HS-1217',
    'builder',
  ],
  ['N09: no provenance where it is demanded', { statement: (s) => void delete s['predicate'] }, 'HS-1217', 'absent'],
  [
    'N12: another statement type',
    { statement: (s) => void (s['_type'] = 'https://in-toto.io/Statement/v0.1') },
    'HS-1216',
    '_type',
  ],
  [
    'N12: another predicate type',
    { statement: (s) => void (s['predicateType'] = 'https://example.com/sbom') },
    'HS-1216',
    'predicateType',
  ],
  ['N12: another payload type', { payloadType: 'text/plain' }, 'HS-1213', 'payload of type'],
  ['N12: a payload that is no JSON', { editBundle: resigned('not JSON') }, 'HS-1216', 'statement'],
  ['N12: a payload with a key twice', { editBundle: resigned('{"_type":"a","_type":"b"}') }, 'HS-1216', 'twice'],
  [
    'a changed payload',
    { editBundle: (b) => void (b['dsseEnvelope'].payload = Buffer.from('{}').toString('base64')) },
    'HS-1215',
    '',
  ],
  [
    'a changed signature',
    { editBundle: (b) => void (b['dsseEnvelope'].signatures[0].sig = Buffer.from('x').toString('base64')) },
    'HS-1215',
    '',
  ],
  ['no signature', { editBundle: (b) => void (b['dsseEnvelope'].signatures = []) }, 'HS-1213', ''],
  [
    'N21: two signatures',
    { editBundle: (b) => void b['dsseEnvelope'].signatures.push(b['dsseEnvelope'].signatures[0]) },
    'HS-1213',
    '',
  ],
  ['N07: the key of another vendor', { key: fakeSigningKey('plugins-1') }, 'HS-1215', ''],
  ['an unknown key name', { hint: 'plugins-9' }, 'HS-1214', 'may not sign'],
  ['a key name of the prototype', { hint: 'constructor' }, 'HS-1214', 'may not sign'],
  ['N13: a certificate where a key is expected', { editBundle: asCertificate }, 'HS-1213', 'mode'],
  [
    'N13: a bundle of an old media type',
    { editBundle: (b) => void (b['mediaType'] = 'application/vnd.dev.sigstore.bundle+json;version=0.1') },
    'HS-1213',
    '',
  ],
  [
    'N10, N11: a log entry that nobody asked for',
    { editBundle: (b) => void (b['verificationMaterial'].tlogEntries = [logEntry()]) },
    'HS-1213',
    '',
  ],
  [
    'N14: 33 log entries',
    { editBundle: (b) => void (b['verificationMaterial'].tlogEntries = Array.from({ length: 33 }, logEntry)) },
    'HS-1213',
    '',
  ],
  [
    'N08: a timestamp that nobody asked for',
    {
      editBundle: (b) =>
        void (b['verificationMaterial'].timestampVerificationData = {
          rfc3161Timestamps: [{ signedTimestamp: 'MAA=' }],
        }),
    },
    'HS-1213',
    'timestamps',
  ],
  ['a bare message signature', { editBundle: asMessageSignature }, 'HS-1213', 'DSSE'],
  ['an empty object', { editBundle: (b) => Object.keys(b).forEach((key) => delete b[key]) }, 'HS-1213', ''],
];

/** Good signature over another payload. */
function resigned(payload: string): (bundle: SignedJson) => void {
  return (bundle) => {
    const envelope = bundle['dsseEnvelope'];
    const pae = `DSSEv1 ${envelope.payloadType.length} ${envelope.payloadType} ${payload.length} ${payload}`;
    envelope.payload = Buffer.from(payload).toString('base64');
    envelope.signatures[0].sig = Buffer.from(vendor.signingKey.sign(Buffer.from(pae))).toString('base64');
  };
}
function asCertificate(bundle: SignedJson): void {
  delete bundle['verificationMaterial'].publicKey;
  bundle['verificationMaterial'].certificate = { rawBytes: 'MAA=' };
}
function asMessageSignature(bundle: SignedJson): void {
  const { sig } = bundle['dsseEnvelope'].signatures[0];
  delete bundle['dsseEnvelope'];
  bundle['messageSignature'] = { messageDigest: { algorithm: 'SHA2_256', digest: 'YWJj' }, signature: sig };
}
function logEntry(): unknown {
  return {
    logIndex: '1',
    logId: { keyId: 'YWJj' },
    kindVersion: { kind: 'dsse', version: '0.0.1' },
    integratedTime: '1700000000',
    inclusionPromise: { signedEntryTimestamp: 'YWJj' },
    inclusionProof: { logIndex: '1', rootHash: 'YWJj', treeSize: '2', hashes: [], checkpoint: { envelope: 'x' } },
    canonicalizedBody: 'YWJj',
  };
}

test.each(refused)('%s: refused', async (_name, edit, code, words) => {
  const artifact = await made(edit);
  await expectRefusal(() => check(artifact), code, words);
});

test('N18: another tarball, and another bundle, than the manifest lists', async () => {
  const artifact = await made();
  await expectRefusal(() => check(artifact, { tarball: toUtf8('other') }), 'HS-1211', '5 bytes; the signed manifest');
  const changed = artifact.tarball.slice();
  changed[20] = (changed[20] ?? 0) ^ 1;
  await expectRefusal(() => check(artifact, { tarball: changed }), 'HS-1211', 'SHA-512');
  const spaced = Buffer.concat([artifact.bundle, Buffer.from(' ')]);
  await expectRefusal(() => check(artifact, { bundle: spaced }), 'HS-1211', 'bundle');
});

test('N01: the evidence of another package, though its bytes are listed, is refused', async () => {
  const [gossip, crdt] = [await made(), await vendor.addPlugin('crdt', '1.0.0')];
  const entry = { ...gossip.entry, bundle: crdt.entry.bundle };
  await expectRefusal(() => check({ ...gossip, entry, bundle: crdt.bundle }), 'HS-1216', 'subject name');
});

test('N14: an oversized bundle is refused before it is read', async () => {
  const artifact = await made();
  const huge = new Uint8Array(128 * 1024 + 1);
  const entry = { ...artifact.entry, bundle: { size: huge.length, sha512: sha512Hex(huge) } };
  await expectRefusal(() => check({ ...artifact, entry, bundle: huge }), 'HS-1211', 'more than 131072');
});

test('a revoked key verifies nothing, and a package without a rule has no signer', async () => {
  const artifact = await made();
  const policy = { ...vendor.policy, keys: vendor.policy.keys.map((key) => ({ ...key, revoked: true })) };
  const rules = { evidence: STRICT, revocations: { schemaVersion: 1, kind: 'revocations', yanked: [] } } as const;
  const { entry, tarball, bundle } = artifact;
  const claim = { entry, tarball, bundle };
  await expectRefusal(() => verifyArtifact(claim, { ...rules, policy }), 'HS-1214', 'revoked');
  await expectRefusal(
    () => verifyArtifact(claim, { ...rules, policy: { ...vendor.policy, rules: [] } }),
    'HS-1214',
    '0 rules',
  );
  const twice = { ...vendor.policy, rules: [...vendor.policy.rules, ...vendor.policy.rules] };
  await expectRefusal(() => verifyArtifact(claim, { ...rules, policy: twice }), 'HS-1214', '2 rules');
  const two = { ...vendor.policy, keys: [...vendor.policy.keys, ...vendor.policy.keys] };
  await expectRefusal(() => verifyArtifact(claim, { ...rules, policy: two }), 'HS-1214', 'names 2 times');
});

test('a quarantined version is refused with reason and replacement; a blocked one is the installer’s to judge', async () => {
  const artifact = await made();
  const yank = {
    package: artifact.entry.name,
    version: '1.0.0',
    reason: 'loses votes',
    replacement: '1.0.1',
    at: '2030-01-01T00:00:00Z',
  };
  vendor.revocations.push({ ...yank, level: 'block' });
  expect(check(artifact).entry.version).toBe('1.0.0');
  vendor.revocations.splice(0, 1, { ...yank, level: 'quarantine' });
  await expectRefusal(() => check(artifact), 'HS-1212', 'loses votes Use 1.0.1 instead');
  vendor.revocations.length = 0;
});

test('at load, the same evidence is judged without the tarball', async () => {
  const artifact = await made();
  const rules = {
    policy: vendor.policy,
    evidence: STRICT,
    revocations: { schemaVersion: 1, kind: 'revocations', yanked: [] },
  } as const;
  expect(verifyEvidence(artifact.entry, artifact.bundle, rules)).toEqual(check(artifact).evidence);
  const other = { ...artifact.entry, tarball: { ...artifact.entry.tarball, sha512: 'ab'.repeat(64) } };
  await expectRefusal(() => verifyEvidence(other, artifact.bundle, rules), 'HS-1216', 'subject digest');
});
