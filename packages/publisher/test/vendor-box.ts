import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
import { buildPackages, initWorkspace, type StoredBuild, type Workspace } from '../src/index.ts';
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

export async function makeVendorBox(mechanisms: readonly string[] = CORE): Promise<VendorBox> {
  const box = mkdtempSync(join(tmpdir(), 'hyper publish '));
  const checkout = join(box, 'checkout');
  const write = (path: string, text: string): void => {
    mkdirSync(join(checkout, path, '..'), { recursive: true });
    writeFileSync(join(checkout, path), text);
  };
  const addMechanism = (id: string, text = ''): void => {
    const room = `packages/mechanisms/${id}`;
    write(
      `${room}/package.json`,
      JSON.stringify({ name: `@hypersync/mechanism-${id}`, version: '1.0.0', license: 'Apache-2.0', type: 'module' }),
    );
    write(`${room}/README.md`, `# ${id}\n`);
    write(
      `${room}/src/index.ts`,
      `const descriptor = { id: '${id}', version: 'unset', interfaceVersion: '1.0.0' };\nexport default { descriptor, create: () => null };\n${text}`,
    );
  };
  write('LICENSE', 'license\n');
  for (const id of mechanisms) addMechanism(id);
  const hypersync = {
    kind: 'runtime',
    entries: { runtime: 'src/main.ts' },
    selfContained: [],
    interfaceRange: '^1.0.0',
  };
  write(
    'packages/host/package.json',
    JSON.stringify({ name: '@hypersync/host', version: '0.1.0', type: 'module', hypersync }),
  );
  write('packages/host/src/anchor.ts', 'export const anchor = null;\n');
  write('packages/host/src/main.ts', "import { anchor } from './anchor.ts';\nconsole.log(anchor);\n");
  const [clock, passphrase] = [fixedClock(NOW), secretOf('correct horse battery')];
  const workspace = await initWorkspace({
    directory: join(box, 'vendor'),
    vendor: 'Acme',
    registry: 'https://registry.acme.example',
    passphrase,
    clock,
  });
  return {
    box,
    checkout,
    workspace,
    passphrase,
    clock,
    addMechanism,
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
    remove: () => {
      chmodSync(box, 0o700);
      rmSync(box, { recursive: true, force: true });
    },
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
