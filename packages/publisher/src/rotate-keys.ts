import { HyperSyncError, sha512Hex } from '@hypersync/base';
import type { Secret } from '@hypersync/registry-client';
import { withArtifact, yankLevel, type CatalogState, type PublishedArtifact } from './catalog-state.ts';
import {
  changeCatalog,
  type CatalogChange,
  type ChangeContext,
  type ChangeOptions,
  type ChangeResult,
} from './change-catalog.ts';
import { readBuilds } from './builds.ts';
import { signEvidence } from './evidence.ts';
import {
  KEY_ROLES,
  makeKey,
  newestSigner,
  openKeyring,
  type KeyRecord,
  type KeyRole,
  type Keyring,
} from './keyring.ts';
import { packagePath } from './npm-surface.ts';
import type { Signer } from './signer.ts';
import type { TreeFile } from './tree-transaction.ts';
import type { Workspace } from './workspace.ts';

export interface RotateRequest {
  readonly role: KeyRole;
  /** Ids of keys of `plugins` or `licenses` that shall count for nothing from now on. */
  readonly revoke?: readonly string[];
}

export interface RotateResult extends ChangeResult {
  readonly made: KeyRecord | null;
  /** Keys whose state changed, as they are now. */
  readonly changed: readonly KeyRecord[];
}

/** Keys that a TUF root or delegation names. What they signed is signed again at once, so nothing of the old key remains. */
const isTufRole = (role: KeyRole): boolean => role !== 'plugins' && role !== 'npm' && role !== 'licenses';

/**
 * Makes a new key for a role and takes the oldest active one out of service. A root is signed by
 * the keys that stay and the new one; roles that it names by old and new, for clients that still know the old root. Keys of packages, packuments and
 * licenses stay accepted for what they signed, unless revoked; then current packages are signed again.
 */
export async function rotateKeys(
  workspace: Workspace,
  passphrase: Secret,
  request: RotateRequest,
  options: ChangeOptions = {},
): Promise<RotateResult> {
  let outcome: { made: KeyRecord | null; changed: readonly KeyRecord[] } = { made: null, changed: [] };
  const result = await changeCatalog(workspace, passphrase, options, async (state, context) => {
    if (context.heads.timestamp === null) {
      throw new HyperSyncError(
        'HS-1717',
        'Nothing is published yet, so there is nobody to whom a new key could be told.',
      );
    }
    const planned = planRotation(workspace, passphrase, request, context, options.dryRun === true);
    outcome = planned;
    const keyring = openKeyring(workspace, passphrase, planned.records);
    const change: CatalogChange = { state, artifacts: [], keyring };
    if (isTufRole(request.role)) return { ...change, ...tufChange(request.role, planned.changed, context) };
    if (request.role !== 'plugins') return change;
    const revoked = planned.records.filter((record) => record.role === 'plugins' && record.state === 'revoked');
    return { ...change, ...(await signAgain(workspace, state, keyring, new Set(revoked.map((record) => record.id)))) };
  });
  return { ...result, ...outcome };
}

interface Rotation {
  readonly records: readonly KeyRecord[];
  readonly made: KeyRecord | null;
  readonly changed: readonly KeyRecord[];
}

function planRotation(
  workspace: Workspace,
  passphrase: Secret,
  request: RotateRequest,
  { keyring, now }: ChangeContext,
  dryRun: boolean,
): Rotation {
  const { role } = request;
  if (!KEY_ROLES.includes(role))
    throw new HyperSyncError('HS-1717', `There is no key role ${JSON.stringify(role.slice(0, 40))}.`);
  const own = keyring.records.filter((record) => record.role === role);
  const revoke = new Set(request.revoke ?? []);
  for (const id of revoke) {
    if (!own.some((record) => record.id === id && record.state !== 'revoked')) {
      throw new HyperSyncError(
        'HS-1717',
        `${role} has no key ${JSON.stringify(id.slice(0, 64))} that could be revoked.`,
      );
    }
  }
  const oldest = own.find((record) => record.state === 'active');
  // Revoking a key that signs no more needs no new one.
  const needsNew = revoke.size === 0 || own.some((record) => record.state === 'active' && revoke.has(record.id));
  const retired = new Date(now).toISOString();
  const changed: KeyRecord[] = [];
  const records = keyring.records.map((record) => {
    const leaves = needsNew && record === oldest;
    if (!leaves && !revoke.has(record.id)) return record;
    const state = revoke.has(record.id) || isTufRole(role) ? ('revoked' as const) : ('accepted' as const);
    const next = { ...record, state, retired: record.retired ?? retired };
    changed.push(next);
    return next;
  });
  if (!needsNew || dryRun) return { records: dryRun ? keyring.records : records, made: null, changed };
  const made = makeKey(workspace, role, keyring.records, { passphrase, now });
  return { records: [...records, made], made, changed };
}

/** What has to be signed again, and by whom beside the new keys. */
function tufChange(
  role: KeyRole,
  changed: readonly KeyRecord[],
  { heads, keyring }: ChangeContext,
): Partial<CatalogChange> {
  if (role.startsWith('tier-')) return { resign: new Map([[role, []]]) };
  const rootVersion = (heads.root?.document.signed.version ?? 0) + 1;
  if (role === 'root') return { rootVersion };
  // Until the new root is in place, clients know the old keys only.
  const leaving: readonly Signer[] = changed.map((record) => keyring.signer(record.id));
  return { rootVersion, resign: new Map([[role, leaving]]) };
}

/**
 * New bundles for every package that a revoked key signed; the tarballs stay as they are. Only what was built in this
 * workspace is signed: with a stolen key, somebody may have put other tarballs into the tree.
 */
async function signAgain(
  workspace: Workspace,
  state: CatalogState,
  keyring: Keyring,
  revoked: ReadonlySet<string>,
): Promise<{ state: CatalogState; artifacts: readonly TreeFile[] }> {
  const signer = newestSigner(keyring, 'plugins');
  const builds = readBuilds(workspace);
  const files: TreeFile[] = [];
  let next = state;
  const all = Object.values(state.packages).flatMap((versions) => Object.values(versions));
  for (const artifact of all.filter(
    (candidate) => revoked.has(candidate.signedBy) && !isQuarantined(state, candidate),
  )) {
    const { name, version, tarball } = artifact.entry;
    const build = builds.find((candidate) => candidate.name === name && candidate.version === version);
    if (build?.sha512 !== tarball.sha512) {
      throw new HyperSyncError(
        'HS-1711',
        `${name}@${version} is not among the builds here, so it is not signed again.`,
        {
          hint: `Build it again (the same sources give the same bytes), or withdraw it: hyper-publish yank ${name}@${version} --level quarantine.`,
        },
      );
    }
    const bundle = await signEvidence(build, workspace, signer);
    const entry = { ...artifact.entry, bundle: { size: bundle.length, sha512: sha512Hex(bundle) } };
    next = withArtifact(next, { ...artifact, entry, signedBy: signer.id });
    files.push({ path: packagePath(name, version, 'sigstore.json'), bytes: bundle });
  }
  return { state: next, artifacts: files };
}

function isQuarantined(state: CatalogState, { entry }: PublishedArtifact): boolean {
  return yankLevel(state, entry.name, entry.version) === 4;
}
