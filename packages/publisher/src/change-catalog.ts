import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bytesEqual, HyperSyncError, LIMITS } from '@hypersync/base';
import { loadCatalog, type Catalog } from '@hypersync/manifest';
import { readState, STATE_PATH, stateBytes, type CatalogState, type PublishedArtifact } from './catalog-state.ts';
import { readBounded } from './durable-files.ts';
import { type KeyRole, type Keyring } from './keyring.ts';
import { npmSurface, packagePath } from './npm-surface.ts';
import { planPublication, type PublicationPlan } from './publication-plan.ts';
import { makeRelease } from './release.ts';
import { checkAsCustomer } from './self-check.ts';
import type { Signer } from './signer.ts';
import { lockTree } from './tree-lock.ts';
import { commitFiles, isInterrupted, recoverTree, type TreeFile } from './tree-transaction.ts';
import { readHeads, type TufHeads } from './tuf-author.ts';
import type { Workspace } from './workspace.ts';

/** What a change of the catalog wants: the next state, and files that go with it. */
export interface CatalogChange {
  readonly state: CatalogState;
  /** New tarballs and bundles, by path. */
  readonly artifacts: readonly TreeFile[];
  /** See `ReleaseRequest.resign`. */
  readonly resign?: ReadonlyMap<KeyRole, readonly Signer[]>;
  /** Metadata that becomes valid only after everything else, the next root. */
  readonly last?: readonly TreeFile[];
  /** With keys as they will be after the change; default the ring that was given. */
  readonly keyring?: Keyring;
  /** Runs under the lock, right before the tree is written. */
  readonly beforeCommit?: () => void;
}

export interface ChangeOptions {
  /** Shows what would be and writes nothing. */
  readonly dryRun?: boolean;
  /** How long to wait for another publisher, milliseconds. */
  readonly waitMs?: number;
  /** The catalog of manifests; default the manifests room. */
  readonly catalog?: Catalog;
  /** Told the plan before anything is written. */
  readonly onPlan?: (plan: PublicationPlan) => void;
  /** Told each change of the tree before it happens; tests die in it. */
  readonly onStep?: (step: string) => void;
}

export interface ChangeResult {
  readonly plan: PublicationPlan;
  /** False for a dry run, and when there was nothing to write. */
  readonly written: boolean;
  /** Files that were written, without the publisher's own. */
  readonly files: number;
  /** True when an interrupted publication was finished first. */
  readonly recovered: boolean;
}

const WAIT_MS = 60_000;

/**
 * The one way in which a registry tree changes: lock, finish what a dead publisher had decided, change, show, judge the
 * result as a customer, write. Throws HS-1709 while another publisher works, HS-1718 for a result that no client accepts.
 */
export async function changeCatalog(
  workspace: Workspace,
  keyring: Keyring,
  options: ChangeOptions,
  change: (state: CatalogState, context: { heads: TufHeads; catalog: Catalog; now: number }) => Promise<CatalogChange>,
): Promise<ChangeResult> {
  const { tree } = workspace.paths;
  const release = await lockTree(tree, options.waitMs ?? WAIT_MS);
  try {
    const recovered = options.dryRun === true ? false : recoverTree(tree, options.onStep);
    if (options.dryRun === true && isInterrupted(tree)) {
      workspace.onProgress({ step: 'note', detail: 'an interrupted publication will be finished first' });
    }
    const catalog = options.catalog ?? loadCatalog();
    const heads = readHeads(tree);
    const now = workspace.clock.now();
    const before = readState(tree, workspace.vendor);
    const wanted = await change(before, { heads, catalog, now });
    const ring = wanted.keyring ?? keyring;
    const made = await makeRelease({
      tree,
      vendor: workspace,
      catalog,
      keyring: ring,
      heads,
      state: wanted.state,
      now,
      resign: wanted.resign ?? new Map(),
    });
    const plan = planPublication(before, made.state, catalog, new Set(heads.tiers.keys()));
    options.onPlan?.(plan);
    if (options.dryRun === true) return { plan, written: false, files: 0, recovered };
    const files = filesToWrite(workspace, ring, catalog, wanted, made);
    if (files.length === 0) return { plan, written: false, files: 0, recovered };
    workspace.onProgress({ step: 'check', detail: 'as a customer would' });
    await checkAsCustomer(tree, workspace, files, now);
    workspace.onProgress({ step: 'write', detail: `${files.length} files` });
    wanted.beforeCommit?.();
    commitFiles(tree, files, options.onStep);
    return { plan, written: true, files: files.length - 1, recovered };
  } finally {
    release();
  }
}

/** In the order in which they become visible; what the tree already holds is left out. */
function filesToWrite(
  workspace: Workspace,
  keyring: Keyring,
  catalog: Catalog,
  wanted: CatalogChange,
  made: { readonly state: CatalogState; readonly files: readonly TreeFile[] },
): readonly TreeFile[] {
  const { tree } = workspace.paths;
  const fresh = new Map(wanted.artifacts.map((file) => [file.path, file.bytes]));
  const tarballOf = ({ entry }: PublishedArtifact): Uint8Array => {
    const path = packagePath(entry.name, entry.version, 'tgz');
    const bytes = fresh.get(path) ?? readBounded(join(tree, path), LIMITS.tarballBytes);
    if (bytes === null) throw new HyperSyncError('HS-1710', `${join(tree, path)} is missing.`);
    return bytes;
  };
  const surface = npmSurface(made.state, catalog, workspace, keyring.records, tarballOf);
  const state = { path: STATE_PATH, bytes: stateBytes(made.state) };
  const metadata = made.files.filter((file) => file.path !== 'tuf/metadata/timestamp.json');
  const timestamp = made.files.filter((file) => file.path === 'tuf/metadata/timestamp.json');
  const all = [...wanted.artifacts, ...surface, ...metadata, state, ...timestamp, ...(wanted.last ?? [])];
  return all.filter((file) => !holds(tree, file));
}

function holds(tree: string, file: TreeFile): boolean {
  const path = join(tree, file.path);
  if (!existsSync(path)) return false;
  const present = readBounded(path, Number.MAX_SAFE_INTEGER);
  return present !== null && bytesEqual(present, file.bytes);
}
