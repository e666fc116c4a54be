import { fromUtf8, sha512Hex, toUtf8, type JsonValue } from '@hypersync/base';
import { bundleBytes, packageUrl, PREDICATE_TYPE, STATEMENT_TYPE } from '@hypersync/trust';
import type { ArtifactEntry } from '@hypersync/manifest';
import { DSSEBundleBuilder } from '@sigstore/sign';
import { fakeTarball } from './vendor-archive.ts';
import type { FakeSigningKey } from './vendor-keys.ts';
import type { SignedJson } from './vendor-repository.ts';

/** One version of one package with everything that travels with it. */
export interface FakeArtifact {
  readonly entry: ArtifactEntry;
  /** Without `package/`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly tarball: Uint8Array;
  readonly bundle: Uint8Array;
}

export interface ArtifactRequest {
  readonly name: string;
  readonly version: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly key: FakeSigningKey;
  readonly builder: string;
  readonly source: string;
  /** Changes the statement before it is signed. */
  readonly statement?: (statement: SignedJson) => void;
  readonly payloadType?: string;
  /** Changes the finished bundle. */
  readonly editBundle?: (bundle: SignedJson) => void;
  /** Key name in the bundle; default the key's id. */
  readonly hint?: string;
  /** Instead of the archive of `files`: signed and listed as it is, while the list of files stays that of `files`. */
  readonly tarball?: Uint8Array;
}

/** Packs and signs. The entry states what was made, so a manifest made from it is honest even about a bad bundle. */
export async function makeArtifact(request: ArtifactRequest): Promise<FakeArtifact> {
  const tarball = request.tarball ?? fakeTarball(request.files);
  const bundle = await makeBundle(request, tarball);
  const files = [...request.files].map(([path, bytes]) => ({ path, size: bytes.length, sha512: sha512Hex(bytes) }));
  const entry: ArtifactEntry = {
    name: request.name,
    version: request.version,
    tarball: { size: tarball.length, sha512: sha512Hex(tarball) },
    files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
    bundle: { size: bundle.length, sha512: sha512Hex(bundle) },
  };
  return { entry, files: request.files, tarball, bundle };
}

async function makeBundle(request: ArtifactRequest, tarball: Uint8Array): Promise<Uint8Array> {
  const statement: SignedJson = {
    _type: STATEMENT_TYPE,
    subject: [{ name: packageUrl(request.name, request.version), digest: { sha512: sha512Hex(tarball) } }],
    predicateType: PREDICATE_TYPE,
    predicate: {
      buildDefinition: {
        buildType: 'https://hypersync.example/build/v1',
        externalParameters: { source: { uri: request.source } },
        resolvedDependencies: [],
      },
      runDetails: { builder: { id: request.builder } },
    },
  };
  request.statement?.(statement);
  const signer = {
    sign: async (data: Buffer) => ({
      signature: Buffer.from(request.key.sign(data)),
      key: { $case: 'publicKey' as const, publicKey: '', hint: request.hint ?? request.key.id },
    }),
  };
  const built = await new DSSEBundleBuilder({ signer, witnesses: [] }).create({
    data: Buffer.from(JSON.stringify(statement)),
    type: request.payloadType ?? 'application/vnd.in-toto+json',
  });
  const bytes = bundleBytes(built);
  if (request.editBundle === undefined) return bytes;
  const bundle = JSON.parse(fromUtf8(bytes)) as SignedJson;
  request.editBundle(bundle);
  return toUtf8(JSON.stringify(bundle));
}

/** The smallest files of a plugin package. `source` is the module's text. */
export function pluginFiles(id: string, version: string, source: string): Map<string, Uint8Array> {
  const name = `@hypersync/mechanism-${id}`;
  return filesOf({
    'package.json': json({ name, version, type: 'module', license: 'Apache-2.0', exports: './plugin.mjs' }),
    'plugin.mjs': source,
    'descriptor.json': json({ id, version, interfaceVersion: '1.0.0' }),
    'sbom.cdx.json': json({ bomFormat: 'CycloneDX', specVersion: '1.6', components: [] }),
    'README.md': `# ${name}\n`,
    LICENSE: 'Apache-2.0\n',
  });
}

export function runtimeFiles(version: string, source: string): Map<string, Uint8Array> {
  return filesOf({
    'package.json': json({ name: '@hypersync/runtime', version, type: 'module', license: 'Apache-2.0' }),
    'runtime.mjs': source,
    'sbom.cdx.json': json({ bomFormat: 'CycloneDX', specVersion: '1.6', components: [] }),
    LICENSE: 'Apache-2.0\n',
  });
}

function filesOf(texts: Record<string, string>): Map<string, Uint8Array> {
  return new Map(Object.entries(texts).map(([path, text]) => [path, toUtf8(text)]));
}

function json(value: JsonValue): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
