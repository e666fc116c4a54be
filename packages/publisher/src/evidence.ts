import { createHash } from 'node:crypto';
import { sha512Hex, sha512Integrity, toUtf8 } from '@hypersync/base';
import { bundleBytes, packageUrl, PREDICATE_TYPE, STATEMENT_TYPE } from '@hypersync/trust';
import { DSSEBundleBuilder } from '@sigstore/sign';
import type { Signer } from './signer.ts';
import type { VendorFacts } from './workspace.ts';

/** What a statement is about. */
export interface StatementSubject {
  readonly name: string;
  readonly version: string;
  readonly tarball: Uint8Array;
}

/** In-toto statement with SLSA v1 provenance. Builder and source are what the signed policy demands. */
export function provenanceStatement(subject: StatementSubject, vendor: VendorFacts): unknown {
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: packageUrl(subject.name, subject.version), digest: { sha512: sha512Hex(subject.tarball) } }],
    predicateType: PREDICATE_TYPE,
    predicate: {
      buildDefinition: {
        buildType: 'https://hypersync.io/build-types/reproducible-bundle/v1',
        externalParameters: { source: { uri: vendor.source }, package: subject.name, version: subject.version },
        internalParameters: {},
        resolvedDependencies: [],
      },
      runDetails: { builder: { id: vendor.builder } },
    },
  };
}

/** A Sigstore bundle (DSSE, one signature, key mode) over the provenance of a package. */
export async function signEvidence(
  subject: StatementSubject,
  vendor: VendorFacts,
  signer: Signer,
): Promise<Uint8Array> {
  const adapter = {
    sign: async (message: Buffer) => ({
      signature: Buffer.from(await signer.sign(message)),
      key: { $case: 'publicKey' as const, publicKey: '', hint: signer.id },
    }),
  };
  const builder = new DSSEBundleBuilder({ signer: adapter, witnesses: [] });
  const data = Buffer.from(toUtf8(JSON.stringify(provenanceStatement(subject, vendor))));
  return bundleBytes(await builder.create({ data, type: 'application/vnd.in-toto+json' }));
}

/** npm's name of a registry key: base64 of the SHA-256 of its SPKI, unpadded. */
export function npmKeyId(spki: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(spki).digest('base64').replace(/=+$/, '')}`;
}

/** npm's registry signature: over `name@version:integrity`. */
export async function signForNpm(
  subject: StatementSubject,
  signer: Signer,
): Promise<{ readonly keyid: string; readonly sig: string }> {
  const text = `${subject.name}@${subject.version}:${sha512Integrity(sha512Hex(subject.tarball))}`;
  const sig = Buffer.from(await signer.sign(toUtf8(text))).toString('base64');
  return { keyid: npmKeyId(signer.publicKey), sig };
}
