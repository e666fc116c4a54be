import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bytesEqual, HyperSyncError, LIMITS } from '@hypersync/base';
import { loadCatalog, type Catalog } from '@hypersync/manifest';
import type { Secret } from '@hypersync/registry-client';
import { readState, STATE_PATH, stateBytes, type CatalogState, type PublishedArtifact } from './catalog-state.ts';
import { readBounded } from './durable-files.ts';
import { adoptKeys, keyListDigest, openKeyring, writeKeys, type KeyRole, type Keyring } from './keyring.ts';
import { npmSurface, packagePath } from './npm-surface.ts';
import { planPublication, type PublicationPlan } from './publication-plan.ts';
import { makeRelease, nextRelease } from './release.ts';
import { checkAsCustomer } from './self-check.ts';
import type { Signer } from './signer.ts';
import { lockTree } from './tree-lock.ts';
import { commitFiles, isInterrupted, recoverTree, type TreeFile } from './tree-transaction.ts';
import { needsRenewal, readHeads, rootDocument, signDocument, type TufHeads } from './tuf-author.ts';
import type { Workspace } from './workspace.ts';

/** What a change of the catalog wants: the next state, and files that go with it. */
export interface CatalogChange {
  readonly state: CatalogState;
  /** New tarballs and bundles, by path. */
  readonly artifacts: readonly TreeFile[];
  /** See `ReleaseRequest.resign`. */
  readonly resign?: ReadonlyMap<KeyRole, readonly Signer[]>;
  /** Version of a new root with the keys as they will be. It is written after everything else. */
  readonly rootVersion?: number;
  /** Keys as they will be after the change; default those in force. */
  readonly keyring?: Keyring;
}

/** What a change may look at; all read under the lock. */
export interface ChangeContext {
  readonly heads: TufHeads;
  readonly catalog: Catalog;
  readonly keyring: Keyring;
  readonly now: number;
  /** Nothing will be written: nothing has to be signed either. */
  readonly dryRun: boolean;
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
 * result as a customer, write. Throws HS-1709 while another publisher works, HS-1718 for a result that no client accepts,
 * HS-1706 where something has to be signed and there is no passphrase; a dry run needs none.
 */
export async function changeCatalog(
  workspace: Workspace,
  passphrase: Secret | null,
  options: ChangeOptions,
  change: (state: CatalogState, context: ChangeContext) => Promise<CatalogChange>,
): Promise<ChangeResult> {
  const { tree } = workspace.paths;
  const dryRun = options.dryRun ?? false;
  const unlock = await lockTree(tree, options.waitMs ?? WAIT_MS);
  try {
    const recovered = dryRun ? false : recoverTree(tree, options.onStep);
    if (dryRun && isInterrupted(tree)) {
      workspace.onProgress({ step: 'note', detail: 'an interrupted publication will be finished first' });
    }
    const before = readState(tree, workspace.vendor);
    if (!dryRun) adoptKeys(workspace, before.keys);
    const keyring = openKeyring(workspace, passphrase);
    const now = workspace.clock.now();
    const context = { heads: readHeads(tree), catalog: options.catalog ?? loadCatalog(), keyring, now, dryRun };
    const wanted = withRootRenewal(await change(before, context), context);
    const result = await writeChange(workspace, wanted, before, context, options);
    return { ...result, recovered };
  } finally {
    unlock();
  }
}

async function writeChange(
  workspace: Workspace,
  wanted: CatalogChange,
  before: CatalogState,
  { heads, catalog, keyring, now, dryRun }: ChangeContext,
  options: ChangeOptions,
): Promise<Omit<ChangeResult, 'recovered'>> {
  const { tree } = workspace.paths;
  const ring = wanted.keyring ?? keyring;
  const resign = wanted.resign ?? new Map<KeyRole, readonly Signer[]>();
  const state = { ...wanted.state, keys: keyListDigest(ring.records) };
  const request = { tree, vendor: workspace, catalog, keyring: ring, heads, state, now, resign };
  const release = nextRelease(request);
  const plan = planPublication(before, { ...state, release }, catalog, new Set(heads.tiers.keys()));
  options.onPlan?.(plan);
  if (dryRun) return { plan, written: false, files: 0 };
  const made = await makeRelease(request);
  const last = wanted.rootVersion === undefined ? [] : [await signedRoot(wanted.rootVersion, ring, now)];
  const files = filesToWrite(workspace, ring, catalog, wanted.artifacts, made, last);
  if (files.length === 0) return { plan, written: false, files: 0 };
  workspace.onProgress({ step: 'check', detail: 'as a customer would' });
  await checkAsCustomer(tree, workspace, files, now);
  workspace.onProgress({ step: 'write', detail: `${files.length} files` });
  if (wanted.keyring !== undefined) writeKeys(workspace, ring.records, true);
  commitFiles(tree, files, options.onStep);
  adoptKeys(workspace, made.state.keys);
  return { plan, written: true, files: files.length };
}

/** A root that runs out is signed again by its own keys. */
function withRootRenewal(change: CatalogChange, { heads, now }: ChangeContext): CatalogChange {
  const root = heads.root?.document.signed;
  if (change.rootVersion !== undefined || root === undefined || !needsRenewal(root, 'root', now)) return change;
  return { ...change, rootVersion: root.version + 1 };
}

/** Rotation replaces one root key at a time, so the active keys hold the threshold of the root before, too. */
async function signedRoot(version: number, keyring: Keyring, now: number): Promise<TreeFile> {
  const bytes = await signDocument(rootDocument(version, keyring.records, now), keyring.signersOf('root'));
  return { path: `tuf/metadata/${version}.root.json`, bytes };
}

/** In the order in which they become visible; what the tree already holds is left out. */
function filesToWrite(
  workspace: Workspace,
  keyring: Keyring,
  catalog: Catalog,
  artifacts: readonly TreeFile[],
  made: { readonly state: CatalogState; readonly files: readonly TreeFile[] },
  last: readonly TreeFile[],
): readonly TreeFile[] {
  const { tree } = workspace.paths;
  const fresh = new Map(artifacts.map((file) => [file.path, file.bytes]));
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
  const all = [...artifacts, ...surface, ...metadata, state, ...timestamp, ...last];
  return all.filter((file) => !holds(tree, file));
}

function holds(tree: string, file: TreeFile): boolean {
  const path = join(tree, file.path);
  if (!existsSync(path)) return false;
  const present = readBounded(path, Number.MAX_SAFE_INTEGER);
  return present !== null && bytesEqual(present, file.bytes);
}
