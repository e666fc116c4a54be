import { fakeSigningKey, type ArtifactRequest, type SignedJson } from '@hypersync/testkit';
import type { AttackCase, AttackRow, Bench } from './bench.ts';

/** The attacker's plugin goes into the next release; the manifest lists honestly what was made. */
function plugin(label: string, expected: string, edit: (bench: Bench) => Partial<ArtifactRequest>): AttackCase {
  return {
    label,
    expected,
    arrange: async (bench) => {
      await bench.vendor.addPlugin('raft', '1.1.0', edit(bench));
      bench.vendor.publish();
    },
  };
}

const bundleEdit = (label: string, expected: string, editBundle: (bundle: SignedJson) => void): AttackCase =>
  plugin(label, expected, () => ({ editBundle }));
const statementEdit = (label: string, expected: string, statement: (statement: SignedJson) => void): AttackCase =>
  plugin(label, expected, () => ({ statement }));

/** D2: what is signed, by whom, about what. */
export const ARTIFACT_ROWS: readonly AttackRow[] = [
  {
    id: 'N01',
    name: 'the signature of another package',
    cases: [
      {
        label: 'the bundle of paxos on raft, listed as raft’s',
        arrange: async ({ vendor }) => {
          const [raft, paxos] = [vendor.offered.get('raft'), vendor.offered.get('paxos')];
          if (raft === undefined || paxos === undefined) throw new Error('the vendor offers no raft and paxos');
          const swapped = { ...raft, bundle: paxos.bundle, entry: { ...raft.entry, bundle: paxos.entry.bundle } };
          vendor.offered.set('raft', swapped);
          vendor.artifacts.set('@hypersync/mechanism-raft@1.0.0', swapped);
          vendor.publish();
        },
        expected: 'HS-1216',
      },
    ],
  },
  {
    id: 'N02',
    name: 'a key that is no longer in force',
    cases: [
      {
        label: 'revoked in the signed policy',
        arrange: ({ vendor }) => {
          vendor.policy.keys = vendor.policy.keys.map((key) => ({ ...key, revoked: true }));
          vendor.publish();
        },
        expected: 'HS-1214',
      },
    ],
  },
  {
    id: 'N03',
    name: 'no signature at all',
    cases: [
      bundleEdit(
        'a bundle with an empty list of signatures',
        'HS-1213',
        (bundle) => (bundle['dsseEnvelope'].signatures = []),
      ),
    ],
  },
  {
    id: 'N05',
    name: 'provenance of a stranger',
    cases: [
      statementEdit('another source', 'HS-1217', ({ predicate }) => {
        predicate.buildDefinition.externalParameters.source.uri = 'https://attacker.example/hypersync';
      }),
      statementEdit(
        'another builder',
        'HS-1217',
        ({ predicate }) => (predicate.runDetails.builder.id = 'https://attacker.example/ci'),
      ),
      statementEdit('none', 'HS-1217', (statement) => (statement['predicate'] = {})),
    ],
  },
  {
    id: 'N06',
    name: 'a statement about something else',
    cases: [
      statementEdit('another digest', 'HS-1216', ({ subject }) => (subject[0].digest.sha512 = 'ab'.repeat(64))),
      statementEdit(
        'another version',
        'HS-1216',
        ({ subject }) => (subject[0].name = 'pkg:npm/%40hypersync/mechanism-raft@9.9.9'),
      ),
      statementEdit('no subject', 'HS-1216', (statement) => (statement['subject'] = [])),
      statementEdit(
        'only a weaker digest',
        'HS-1216',
        ({ subject }) => (subject[0].digest = { sha1: 'ab'.repeat(20) }),
      ),
      statementEdit(
        'another kind of statement',
        'HS-1216',
        (statement) => (statement['predicateType'] = 'https://attacker.example/v1'),
      ),
    ],
  },
  {
    id: 'N07',
    name: 'a bundle of another trust domain',
    cases: [
      plugin('signed by a key that the policy does not know', 'HS-1214', () => ({ key: fakeSigningKey('staging-1') })),
      plugin('signed by a stranger under our key’s name', 'HS-1215', ({ vendor }) => ({
        key: fakeSigningKey(vendor.signingKey.id),
      })),
    ],
  },
  {
    id: 'N08',
    name: 'a time that nobody vouches for',
    cases: [
      bundleEdit('a log entry with integratedTime and only an inclusion proof', 'HS-1213', (bundle) => {
        const inclusionProof = {
          logIndex: '1',
          rootHash: 'AAAA',
          treeSize: '2',
          hashes: [],
          checkpoint: { envelope: '' },
        };
        bundle['mediaType'] = 'application/vnd.dev.sigstore.bundle+json;version=0.2';
        bundle['verificationMaterial'].tlogEntries = [
          { logIndex: '1', integratedTime: '1893456000', canonicalizedBody: 'AAAA', inclusionProof },
        ];
      }),
      bundleEdit('a timestamp of somebody’s authority', 'HS-1213', (bundle) => {
        bundle['verificationMaterial'].timestampVerificationData = { rfc3161Timestamps: [{ signedTimestamp: 'AAAA' }] };
      }),
    ],
  },
  {
    id: 'N09',
    name: 'certificates, whose extensions would have to be judged',
    cases: [
      bundleEdit('a chain of certificates where the policy demands a key', 'HS-1213', (bundle) => {
        const { tlogEntries } = bundle['verificationMaterial'];
        const certificates = [{ rawBytes: 'AAAA' }];
        bundle['verificationMaterial'] = { tlogEntries, x509CertificateChain: { certificates } };
      }),
    ],
  },
  {
    id: 'N10',
    name: 'a log entry that has nothing to do with it',
    cases: [
      bundleEdit('an entry where none is expected', 'HS-1213', (bundle) => {
        bundle['verificationMaterial'].tlogEntries = [{ logIndex: '1', canonicalizedBody: 'AAAA' }];
      }),
    ],
  },
  {
    id: 'N12',
    name: 'a payload that does not parse',
    cases: [
      plugin('another payload type', 'HS-1213', () => ({ payloadType: 'text/plain' })),
      bundleEdit('a payload that was changed after signing', 'HS-1215', (bundle) => {
        bundle['dsseEnvelope'].payload = Buffer.from('{"not":"ours"}').toString('base64');
      }),
      bundleEdit('a payload that is no base64', 'HS-1213', (bundle) => (bundle['dsseEnvelope'].payload = '*')),
    ],
  },
  {
    id: 'N13',
    name: 'a key or certificate smuggled in by the bundle',
    cases: [
      bundleEdit('a certificate instead of the key’s name', 'HS-1213', (bundle) => {
        const { tlogEntries } = bundle['verificationMaterial'];
        bundle['verificationMaterial'] = { tlogEntries, certificate: { rawBytes: 'AAAA' } };
      }),
      bundleEdit(
        'an unknown key hint',
        'HS-1214',
        (bundle) => (bundle['verificationMaterial'].publicKey.hint = 'mine'),
      ),
    ],
  },
  {
    id: 'N14',
    name: 'an oversized bundle',
    cases: [
      statementEdit('a thousand subjects', 'HS-1211', (statement) => {
        statement['subject'] = Array.from({ length: 1025 }, () => statement['subject'][0]);
      }),
      bundleEdit('33 log entries', 'HS-1213', (bundle) => {
        bundle['verificationMaterial'].tlogEntries = Array.from({ length: 33 }, () => ({ logIndex: '1' }));
      }),
      bundleEdit('a megabyte of padding', 'HS-1211', (bundle) => (bundle['padding'] = 'x'.repeat(1024 * 1024))),
    ],
  },
  {
    id: 'N11',
    name: 'one signature counted twice',
    cases: [
      bundleEdit('two copies in one envelope', 'HS-1213', (bundle) => {
        bundle['dsseEnvelope'].signatures.push(bundle['dsseEnvelope'].signatures[0]);
      }),
      bundleEdit('two copies of one log entry', 'HS-1213', (bundle) => {
        const entry = { logIndex: '1', integratedTime: '1893456000', canonicalizedBody: 'AAAA' };
        bundle['verificationMaterial'].tlogEntries = [entry, entry];
      }),
    ],
  },
  {
    id: 'N18',
    name: 'other bytes under the same version',
    cases: [
      {
        label: 'the registry serves a changed tarball',
        arrange: async ({ vendor }) => {
          const raft = vendor.artifacts.get('@hypersync/mechanism-raft@1.0.0');
          if (raft === undefined) throw new Error('the vendor has no raft');
          const tarball = raft.tarball.slice();
          tarball[tarball.length - 1] = (tarball.at(-1) ?? 0) ^ 1;
          vendor.artifacts.set('@hypersync/mechanism-raft@1.0.0', { ...raft, tarball });
        },
        expected: 'HS-1211',
      },
    ],
  },
  {
    id: 'N31',
    name: 'a trust downgrade',
    cases: [
      {
        label: 'the tier demands provenance, the new release has none',
        before: 'installed',
        arrange: async ({ vendor }) => {
          await vendor.addPlugin('paxos', '1.1.0', {
            statement: (statement) => delete statement['predicate'].runDetails,
          });
          vendor.publish();
        },
        expected: 'HS-1217',
      },
    ],
  },
];
