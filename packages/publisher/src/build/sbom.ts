import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { canonicalJson, sha256Hex, toUtf8 } from '@hypersync/base';
import { readSourcePackage, type SourcePackage } from './bundle.ts';

/**
 * A CycloneDX 1.6 bill of materials: every package with a module in the bundle. No time and no random serial number, so
 * that it is as reproducible as the bundle; the serial is derived from the content.
 */
export function softwareBillOfMaterials(subject: SourcePackage, modules: readonly string[], checkout: string): string {
  const roots = new Set(
    modules.filter((id) => id.startsWith('/') || /^[A-Za-z]:/.test(id)).map((id) => packageRoot(id, checkout)),
  );
  const packages = [...roots]
    .filter((root) => root !== null)
    .map((root) => readSourcePackage(root))
    .filter((pack) => pack.name !== subject.name);
  const components = packages.map(component).sort((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1));
  const main = component(subject);
  const body = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: main },
    components,
    dependencies: [{ ref: main['bom-ref'], dependsOn: components.map((entry) => entry['bom-ref']) }],
  };
  return `${JSON.stringify({ ...body, serialNumber: `urn:uuid:${uuidOf(canonicalJson(body))}` }, null, 2)}\n`;
}

function component(pack: SourcePackage) {
  const purl = `pkg:npm/${pack.name.replace('@', '%40')}@${pack.version}`;
  return {
    type: 'library',
    'bom-ref': purl,
    name: pack.name,
    version: pack.version,
    purl,
    ...(pack.license === undefined ? {} : { licenses: [{ license: { id: pack.license } }] }),
  };
}

/** The folder of the nearest package.json with a name and a version; null for modules outside the checkout. */
function packageRoot(module: string, checkout: string): string | null {
  for (let folder = dirname(module); !relative(checkout, folder).startsWith('..'); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) {
      const pack = readSourcePackage(folder) as Partial<SourcePackage>;
      if (pack.name !== undefined && pack.version !== undefined) return folder;
    }
    if (folder === checkout) break;
  }
  return null;
}

/** A version 8 UUID (RFC 9562: content of our own choice) from a digest. */
function uuidOf(text: string): string {
  const hex = sha256Hex(toUtf8(text)).slice(0, 32).split('');
  hex[12] = '8';
  hex[16] = (8 + (Number.parseInt(hex[16] ?? '0', 16) % 4)).toString(16);
  const digits = hex.join('');
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
    '-',
  );
}
