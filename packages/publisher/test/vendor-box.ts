import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixedClock } from '@hypersync/base';
import { secretOf, type Secret } from '@hypersync/registry-client';
import {
  memoryMetadataStore,
  openTrustedCatalog,
  type MetadataStore,
  type TrustAnchor,
  type TrustedCatalog,
} from '@hypersync/trust';
import {
  buildPackages,
  initWorkspace,
  openWorkspace,
  publish,
  type StoredBuild,
  type Workspace,
} from '../src/index.ts';
import { readBounded } from '../src/durable-files.ts';
import { anchorFrom } from '../src/self-check.ts';

export const CORE = ['crdt', 'gossip', 'merkle-tree', 'simple-bft', 'vector-clock'];
export const NOW = Date.parse('2030-01-01T00:00:00Z');

/** A vendor in a temporary folder, with a small checkout to build from. */
export interface VendorBox {
  readonly box: string;
  readonly checkout: string;
  readonly workspace: Workspace;
  readonly passphrase: Secret;
  readonly clock: ReturnType<typeof fixedClock>;
  build(version?: string, only?: readonly string[]): Promise<readonly StoredBuild[]>;
  /** A customer with an installer made when root `rootVersion` was the newest. */
  client(options?: { store?: MetadataStore; rootVersion?: number; anchor?: TrustAnchor }): Promise<TrustedCatalog>;
  addMechanism(id: string, text?: string): void;
  remove(): void;
}

const PASSPHRASE = secretOf('correct horse battery');

/** A new vendor with nothing built. */
export async function makeVendorBox(mechanisms: readonly string[] = CORE): Promise<VendorBox> {
  const box = mkdtempSync(join(tmpdir(), 'hyper publish '));
  const write = writerIn(join(box, 'checkout'));
  write('LICENSE', 'license\n');
  for (const id of mechanisms) writeMechanism(write, id, '');
  const entries = { runtime: 'src/main.ts' };
  const hypersync = { kind: 'runtime', entries, selfContained: [], interfaceRange: '^1.0.0' };
  const host = { name: '@hypersync/host', version: '0.1.0', type: 'module', hypersync };
  write('packages/host/package.json', JSON.stringify(host));
  write('packages/host/src/anchor.ts', 'export const anchor = null;\n');
  write('packages/host/src/main.ts', "import { anchor } from './anchor.ts';\nconsole.log(anchor);\n");
  const clock = fixedClock(NOW);
  const facts = { vendor: 'Acme', registry: 'https://registry.acme.example' };
  await initWorkspace({ directory: join(box, 'vendor'), ...facts, passphrase: PASSPHRASE, clock });
  return openBox(box);
}

const templates = new Map<string, Promise<VendorBox>>();

/** A vendor of its own for one test, copied from one that was made once per file. */
export async function vendorThat(has: 'built' | 'published'): Promise<VendorBox> {
  const making = templates.get(has) ?? make(has);
  templates.set(has, making);
  const template = await making;
  const box = mkdtempSync(join(tmpdir(), 'hyper publish '));
  cpSync(template.box, box, { recursive: true, preserveTimestamps: true });
  return openBox(box);
}

export function removeTemplates(): void {
  for (const making of templates.values()) void making.then((template) => template.remove());
  templates.clear();
}

async function make(has: 'built' | 'published'): Promise<VendorBox> {
  const vendor = await makeVendorBox();
  await vendor.build();
  if (has === 'published') await publish(vendor.workspace, vendor.passphrase);
  return vendor;
}

function writerIn(folder: string) {
  return (path: string, text: string): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
}

function writeMechanism(write: ReturnType<typeof writerIn>, id: string, text: string): void {
  const room = `packages/mechanisms/${id}`;
  const manifest = { name: `@hypersync/mechanism-${id}`, version: '1.0.0', license: 'Apache-2.0', type: 'module' };
  write(`${room}/package.json`, JSON.stringify(manifest));
  write(`${room}/README.md`, `# ${id}\n`);
  write(
    `${room}/src/index.ts`,
    `const descriptor = { id: '${id}', version: 'unset', interfaceVersion: '1.0.0' };\nexport default { descriptor, create: () => null };\n${text}`,
  );
}

function openBox(box: string): VendorBox {
  const checkout = join(box, 'checkout');
  const clock = fixedClock(NOW);
  const workspace = openWorkspace({ directory: join(box, 'vendor'), clock });
  return {
    box,
    checkout,
    workspace,
    passphrase: PASSPHRASE,
    clock,
    addMechanism: (id, text = '') => writeMechanism(writerIn(checkout), id, text),
    build: (version, only) =>
      buildPackages(workspace, {
        source: checkout,
        ...(version === undefined ? {} : { version }),
        ...(only === undefined ? {} : { only }),
      }),
    client: ({ store, rootVersion, anchor } = {}) =>
      openTrustedCatalog({
        anchor: anchor ?? anchorFrom(workspace.paths.tree, workspace, rootVersion ?? 1, 0),
        source: { fetch: async (path, maxBytes) => readBounded(join(workspace.paths.tree, 'tuf', path), maxBytes) },
        store: store ?? memoryMetadataStore(),
        clock,
      }),
    remove: () => rmSync(box, { recursive: true, force: true }),
  };
}

/** Every file of a folder with its text, for "nothing changed" checks. */
export function readTree(directory: string, skip: (path: string) => boolean = () => false): Map<string, string> {
  const files = new Map<string, string>();
  const { readdirSync, readFileSync } = process.getBuiltinModule('node:fs');
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name).slice(directory.length + 1);
    if (!skip(path)) files.set(path, readFileSync(join(directory, path), 'latin1'));
  }
  return files;
}
