import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha512Hex, toUtf8 } from '@hypersync/base';

export interface Component {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/**
 * CycloneDX 1.6: every package of which a byte is in the bundle. No time and no serial number, which would make two
 * builds differ.
 */
export function softwareBill(
  subject: Component,
  modules: readonly string[],
  files: ReadonlyMap<string, Uint8Array>,
): Uint8Array {
  const components = componentsOf(modules).filter((component) => component.name !== subject.name);
  const bom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: entryOf('application', subject) },
    components: components.map((component) => entryOf('library', component)),
    properties: [...files]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, bytes]) => ({ name: `sha512:${path}`, value: sha512Hex(bytes) })),
    dependencies: [
      { ref: packageUrlOf(subject), dependsOn: components.map(packageUrlOf) },
      ...components.map((component) => ({ ref: packageUrlOf(component) })),
    ],
  };
  return toUtf8(`${JSON.stringify(bom, null, 2)}\n`);
}

/** The packages that own these files, by name. */
export function componentsOf(modules: readonly string[]): readonly Component[] {
  const found = new Map<string, Component>();
  const owners = new Map<string, Component | null>();
  for (const path of modules) {
    const owner = path.startsWith('/') || /^[A-Za-z]:/.test(path) ? ownerOf(dirname(path), owners) : null;
    if (owner !== null) found.set(`${owner.name}@${owner.version}`, owner);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, component]) => component);
}

function ownerOf(directory: string, known: Map<string, Component | null>): Component | null {
  const cached = known.get(directory);
  if (cached !== undefined) return cached;
  const file = join(directory, 'package.json');
  const body = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : null;
  const { name, version, license } = body ?? {};
  let owner: Component | null = null;
  if (typeof name === 'string' && typeof version === 'string') {
    owner = { name, version, license: typeof license === 'string' ? license : 'NOASSERTION' };
  } else if (dirname(directory) !== directory) {
    owner = ownerOf(dirname(directory), known);
  }
  known.set(directory, owner);
  return owner;
}

function entryOf(type: string, component: Component): unknown {
  const { name, version, license } = component;
  const purl = packageUrlOf(component);
  const licenses = license === 'NOASSERTION' ? {} : { licenses: [{ expression: license }] };
  return { type, 'bom-ref': purl, name, version, purl, ...licenses };
}

function packageUrlOf({ name, version }: Component): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}
