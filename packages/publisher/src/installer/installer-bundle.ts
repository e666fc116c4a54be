import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toUtf8 } from '@hypersync/base';
import type { TrustAnchor } from '@hypersync/trust';
import { anchorModule } from '../build/artifact.ts';
import { bundle, readSourcePackage } from '../build/bundle.ts';
import { softwareBillOfMaterials } from '../build/sbom.ts';

/** The vendor's installer as files: `hyper-install.mjs`, its chunks and papers. Needs Node on the host. */
export type InstallerFiles = ReadonlyMap<string, Uint8Array>;

/**
 * Bundles `hyper-install` with the vendor's anchor in place of the empty one. Chunks stay chunks: what the program loads
 * late must not cost at start. Same sources and anchor, same bytes.
 */
export async function bundleInstaller(checkout: string, anchor: TrustAnchor): Promise<InstallerFiles> {
  const directory = join(checkout, 'installer');
  const subject = { ...readSourcePackage(directory), name: '@hypersync/installer' };
  const made = await bundle({
    checkout,
    entries: { 'hyper-install': join(directory, 'src', 'main.ts') },
    replace: new Map([[join(directory, 'src', 'anchor.ts'), anchorModule(JSON.stringify(anchor))]]),
    kind: 'program',
    together: ['program.ts', 'system.ts', 'commands/install.ts', 'fetch-artifacts.ts'].map((name) =>
      join(directory, 'src', name),
    ),
  });
  const files = new Map<string, Uint8Array>();
  for (const [name, text] of made.files) files.set(name, toUtf8(text));
  files.set(
    'package.json',
    toUtf8(
      `${JSON.stringify({ name: subject.name, version: subject.version, private: true, type: 'module' }, null, 2)}\n`,
    ),
  );
  files.set('LICENSE', readFileSync(join(checkout, 'LICENSE')));
  files.set('sbom.cdx.json', toUtf8(softwareBillOfMaterials(subject, made.modules, checkout)));
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Writes the files as `<out>/hyper-install/`, whole or not at all; an earlier bundle there is replaced. Returns its path. */
export function writeInstaller(files: InstallerFiles, out: string): string {
  const target = join(out, 'hyper-install');
  mkdirSync(out, { recursive: true });
  const stage = mkdtempSync(join(out, '.hyper-install-'));
  try {
    for (const [path, bytes] of files) {
      const file = join(stage, 'bundle', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes, { mode: path === 'hyper-install.mjs' ? 0o755 : 0o644 });
    }
    if (existsSync(target)) renameSync(target, join(stage, 'earlier'));
    renameSync(join(stage, 'bundle'), target);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
  return target;
}
