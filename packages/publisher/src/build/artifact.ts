import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromUtf8, HyperSyncError, sha512Hex, toUtf8, type JsonObject } from '@hypersync/base';
import type { ArtifactFile } from '@hypersync/manifest';
import { bundle, readSourcePackage } from './bundle.ts';
import { softwareBillOfMaterials } from './sbom.ts';
import { packTarball } from './tarball.ts';

/** A package ready to be signed and published. */
export interface BuiltArtifact {
  readonly kind: 'plugin' | 'runtime';
  /** npm name. */
  readonly name: string;
  readonly version: string;
  /** Mechanism id for a plugin, null for the runtime. */
  readonly mechanism: string | null;
  /** Version of the interface that a plugin was built for, range of those that the runtime drives. */
  readonly interface: string;
  readonly tarball: Uint8Array;
  readonly sha512: string;
  readonly files: readonly ArtifactFile[];
  /** The package.json inside: what a packument repeats. */
  readonly manifest: JsonObject;
}

export interface BuildRequest {
  readonly checkout: string;
  /** Folder of the source package, absolute. */
  readonly directory: string;
  /** Default: the version of its package.json. */
  readonly version?: string;
}

/** The parts of a plugin's descriptor that this room reads; the host checks the whole. */
interface PluginModule {
  readonly default: { readonly descriptor: { readonly id: string; readonly interfaceVersion: string } };
}

/** One self-contained `plugin.mjs` and its papers. Throws HS-1708, HS-1713. */
export async function buildPlugin(request: BuildRequest): Promise<BuiltArtifact> {
  const source = readSourcePackage(request.directory);
  const subject = { ...source, version: request.version ?? source.version };
  const entry = join(request.directory, 'src', 'index.ts');
  // The version has one home, package.json (or --version): the entry that is bundled stamps it on the descriptor.
  const stamp = join(request.directory, 'src', 'stamped-entry.ts');
  const text = [
    `import plugin from ${JSON.stringify('./index.ts')};`,
    `const descriptor = Object.freeze({ ...plugin.descriptor, version: ${JSON.stringify(subject.version)} });`,
    'export default Object.freeze({ ...plugin, descriptor });',
  ].join('\n');
  const made = await bundle({
    checkout: request.checkout,
    entries: { plugin: stamp },
    replace: new Map([[stamp, text]]),
    kind: 'plugin',
  });
  const code = made.files.get('plugin.mjs') ?? '';
  const { default: plugin } = (await import(
    `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`
  )) as PluginModule;
  const expected = `@hypersync/mechanism-${plugin.descriptor.id}`;
  if (expected !== subject.name) {
    throw new HyperSyncError(
      'HS-1713',
      `${entry} describes the mechanism ${plugin.descriptor.id}, but its package is ${subject.name}.`,
    );
  }
  const files = papers(
    request,
    subject,
    made.modules.filter((id) => id !== stamp),
  );
  files.set('plugin.mjs', toUtf8(code));
  files.set('descriptor.json', toUtf8(`${JSON.stringify(plugin.descriptor, null, 2)}\n`));
  return finish(
    { kind: 'plugin', ...subject, mechanism: plugin.descriptor.id, interface: plugin.descriptor.interfaceVersion },
    files,
  );
}

/** `anchor` becomes the text of `src/anchor.ts`: what the runtime trusts is compiled into it. */
export async function buildRuntime(
  request: BuildRequest & { readonly anchor: string; readonly name: string; readonly interfaceRange: string },
): Promise<BuiltArtifact> {
  const source = readSourcePackage(request.directory);
  const subject = { ...source, name: request.name, version: request.version ?? source.version };
  const { checkout, directory } = request;
  const { entries, alone } = runtimeEntries(directory);
  const replace = new Map([[join(directory, 'src', 'anchor.ts'), anchorModule(request.anchor)]]);
  const modules = new Set<string>();
  const code = new Map<string, string>();
  for (const group of entryGroups(entries, alone)) {
    const made = await bundle({ checkout, entries: group, replace, kind: 'program', chunks: !isAlone(group, alone) });
    for (const module of made.modules) modules.add(module);
    for (const [name, text] of made.files) code.set(name, text);
  }
  const files = papers(request, subject, [...modules].sort());
  for (const [name, text] of code) files.set(name, toUtf8(text));
  return finish({ kind: 'runtime', ...subject, mechanism: null, interface: request.interfaceRange }, files);
}

/** Replaces an `anchor.ts`; `json` is the anchor as JSON. */
export function anchorModule(json: string): string {
  return `export const anchor = Object.freeze(${json});\n`;
}

/**
 * What the runtime's own package says to bundle: output name to absolute entry path, and which of them are evaluated from
 * their text, so that each has to be one file.
 */
function runtimeEntries(directory: string): {
  readonly entries: Readonly<Record<string, string>>;
  readonly alone: readonly string[];
} {
  const { hypersync = {} } = readSourcePackage(directory) as {
    readonly hypersync?: { kind?: string; entries?: Record<string, string>; selfContained?: readonly string[] };
  };
  if (hypersync.kind !== 'runtime' || hypersync.entries === undefined) {
    throw new HyperSyncError(
      'HS-1713',
      `${join(directory, 'package.json')} has no "hypersync" field of kind "runtime" with entries.`,
    );
  }
  const entries = Object.entries(hypersync.entries).map(([name, path]) => [name, join(directory, path)] as const);
  return { entries: Object.fromEntries(entries), alone: hypersync.selfContained ?? [] };
}

/** The entries that may share chunks, together; each of the others on its own. */
function entryGroups(
  entries: Readonly<Record<string, string>>,
  alone: readonly string[],
): readonly Readonly<Record<string, string>>[] {
  const shared = Object.entries(entries).filter(([name]) => !alone.includes(name));
  const single = Object.entries(entries).filter(([name]) => alone.includes(name));
  return [Object.fromEntries(shared), ...single.map(([name, path]) => ({ [name]: path }))].filter(
    (group) => Object.keys(group).length > 0,
  );
}

function isAlone(group: Readonly<Record<string, string>>, alone: readonly string[]): boolean {
  return Object.keys(group).every((name) => alone.includes(name));
}

/** What every package carries beside its code: a manifest without scripts and dependencies, license, README, SBOM. */
function papers(
  request: BuildRequest,
  subject: {
    readonly name: string;
    readonly version: string;
    readonly description?: string;
    readonly license?: string;
  },
  modules: readonly string[],
): Map<string, Uint8Array> {
  const manifest = {
    name: subject.name,
    version: subject.version,
    description: subject.description ?? `HyperSync: ${subject.name.replace('@hypersync/', '')}`,
    license: subject.license ?? 'Apache-2.0',
    type: 'module',
    engines: { node: '>=24.15' },
  };
  return new Map<string, Uint8Array>([
    ['package.json', toUtf8(`${JSON.stringify(manifest, null, 2)}\n`)],
    ['LICENSE', readSourceFile(join(request.checkout, 'LICENSE'))],
    ['README.md', readme(join(request.directory, 'README.md'), subject.name)],
    ['sbom.cdx.json', toUtf8(softwareBillOfMaterials(subject, modules, request.checkout))],
  ]);
}

function readme(path: string, name: string): Uint8Array {
  return existsSync(path) ? readSourceFile(path) : toUtf8(`# ${name}\n`);
}

function readSourceFile(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (cause) {
    throw new HyperSyncError('HS-1713', `${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

async function finish(
  about: Pick<BuiltArtifact, 'kind' | 'name' | 'version' | 'mechanism' | 'interface'>,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<BuiltArtifact> {
  const tarball = await packTarball(files);
  const { kind, name, version, mechanism } = about;
  return {
    kind,
    name,
    version,
    mechanism,
    interface: about.interface,
    tarball: tarball.bytes,
    sha512: sha512Hex(tarball.bytes),
    files: tarball.files,
    manifest: JSON.parse(fromUtf8(files.get('package.json') ?? new Uint8Array())) as JsonObject,
  };
}
