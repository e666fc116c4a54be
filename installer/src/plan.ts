import { HyperSyncError } from '@hypersync/base';
import {
  planChanges,
  tierName,
  yankOf,
  type ArtifactEntry,
  type LockFile,
  type PlanChange,
  type Revocation,
  type TierId,
  type TierManifest,
} from '@hypersync/manifest';
import type { Context } from './context.ts';
import type { Origin } from './origin.ts';
import { preflight, requireFit } from './preflight.ts';
import { refuseQuarantined } from './quarantine.ts';

/** `repair`: the version stays, but its files on this disk are damaged and are fetched again. */
export type Change = Omit<PlanChange, 'action'> & { readonly action: PlanChange['action'] | 'repair' };

/** What would happen, as a value: printed, saved, compared, done. */
export interface Plan {
  readonly schemaVersion: 1;
  readonly kind: 'plan';
  readonly tier: TierId;
  readonly registry: string;
  /** What the plan starts from; null on a new host. */
  readonly base: { readonly generation: number; readonly release: number } | null;
  readonly release: number;
  readonly manifestSha512: string;
  readonly changes: readonly Change[];
  /** Signed records (revocations, license keys, policy, the manifest itself) that differ from the kept ones. */
  readonly records: readonly string[];
  readonly downloadBytes: number;
  readonly warnings: readonly string[];
  /** False when there is nothing to do. */
  readonly pending: boolean;
}

/** What the plan is about to put in place, beside the plan that people see. */
export interface Planned {
  readonly plan: Plan;
  readonly lock: LockFile | null;
}

/** Compares what is installed with what is signed; refuses what may not be installed on this machine. */
export function makePlan(context: Context, origin: Origin): Planned {
  const { manifest } = origin.manifest;
  const state = context.store.state();
  const current = state.generations.find((generation) => generation.current) ?? null;
  const lock = current?.lock ?? null;
  const changes = planChanges(lock, manifest).map((change) => repairIfDamaged(context, manifest, change));
  refuseOtherBytes(lock, changes);
  const yanks = judgeYanks(changes, manifest, origin.catalog.revocations.yanked);
  const checks = preflight(context, manifest, {
    neededBytes: neededBytes(changes, manifest),
    latestSignedTime: origin.catalog.latestSignedTime,
  });
  requireFit(checks);
  const records = lock === null ? [] : changedRecords(context, lock.generation, origin);
  const pending = lock === null || records.length > 0 || changes.some((change) => change.action !== 'keep');
  const untested = !pending && current?.health !== 'healthy';
  return {
    lock,
    plan: {
      schemaVersion: 1,
      kind: 'plan',
      tier: manifest.tier,
      registry: origin.registry,
      base: lock === null ? null : { generation: lock.generation, release: lock.manifest.release },
      release: manifest.release,
      manifestSha512: origin.manifest.sha512,
      changes,
      records,
      downloadBytes: changes.reduce((sum, change) => sum + change.bytes, 0),
      warnings: [
        ...yanks,
        ...checks.filter((check) => check.status === 'warn').map((check) => check.message),
        ...(untested ? ['the installed generation has not passed its self-test yet'] : []),
        ...(origin.decision.state === 'grace' ? [origin.decision.reason] : []),
      ],
      pending,
    },
  };
}

export function entriesOf(manifest: TierManifest): ReadonlyMap<string, ArtifactEntry> {
  return new Map<string, ArtifactEntry>([
    ['runtime', manifest.runtime],
    ...manifest.plugins.map((plugin): [string, ArtifactEntry] => [plugin.mechanism.id, plugin]),
  ]);
}

function repairIfDamaged({ store }: Context, manifest: TierManifest, change: PlanChange): Change {
  const entry = entriesOf(manifest).get(change.id);
  if (change.action !== 'keep' || entry === undefined || store.isIntact(entry)) return change;
  return { ...change, action: 'repair', bytes: entry.tarball.size };
}

/** A version never changes its bytes, whoever signs that it does: what was installed once is what we compare with (attack N19). */
function refuseOtherBytes(lock: LockFile | null, changes: readonly Change[]): void {
  for (const { action, id, name, to } of changes) {
    const held = id === 'runtime' ? lock?.runtime : lock?.plugins[id];
    if (action !== 'replace' || held?.name !== name) continue;
    throw new HyperSyncError(
      'HS-1614',
      `${name} ${to} is installed, and the release names other bytes for the same version.`,
      {
        details: { package: name, version: to, installed: held.sha512 },
      },
    );
  }
}

/** Installed means written anew; what is kept may stay at every level but quarantine (DESIGN 6). */
function judgeYanks(
  changes: readonly Change[],
  manifest: TierManifest,
  yanked: readonly Revocation[],
): readonly string[] {
  const entries = entriesOf(manifest);
  const list = { schemaVersion: 1, kind: 'revocations', yanked } as const;
  const warnings: string[] = [];
  for (const { id, action } of changes) {
    const entry = entries.get(id);
    const yank = entry === undefined ? null : yankOf(list, entry.name, entry.version);
    if (entry === undefined || yank === null) continue;
    refuseQuarantined(entry, list);
    const instead = yank.replacement === null ? '' : ` Use ${yank.replacement} instead.`;
    const said = `${entry.name} ${entry.version} was withdrawn (${yank.level}): ${yank.reason}${instead}`;
    const isNew = action !== 'keep' && action !== 'repair';
    if (isNew && yank.level === 'block') {
      throw new HyperSyncError('HS-1610', said, {
        details: { package: entry.name, version: entry.version, level: yank.level, replacement: yank.replacement },
      });
    }
    if (isNew || yank.level !== 'hidden') warnings.push(said);
  }
  return warnings;
}

/** Tarball (which may lie beside its tree as a partial download) and files of everything that is fetched. */
function neededBytes(changes: readonly Change[], manifest: TierManifest): number {
  const entries = entriesOf(manifest);
  let sum = 0;
  for (const { id, bytes } of changes) {
    const files = bytes === 0 ? [] : (entries.get(id)?.files ?? []);
    sum += bytes + files.reduce((total, file) => total + file.size, 0);
  }
  return sum;
}

/** Names that change with every refresh and say nothing new. */
const FRESHNESS = new Set(['timestamp.json', 'snapshot.json']);

/** A withdrawn version or a revoked license reaches the disk by a new generation, also where no plugin changed. */
function changedRecords({ environment, store }: Context, generation: number, origin: Origin): readonly string[] {
  const folder = `${store.root}/generations/${generation}/metadata`;
  const changed: string[] = [];
  for (const [name, bytes] of origin.catalog.files()) {
    if (FRESHNESS.has(name)) continue;
    let kept: Uint8Array | null = null;
    try {
      kept = environment.fs.readFile(`${folder}/${name}`, bytes.length);
    } catch {
      // Missing, longer or unreadable: different in every case.
    }
    if (kept === null || Buffer.compare(kept, bytes) !== 0) changed.push(name);
  }
  return changed.sort();
}

/** One screen: counts, then only the lines that change. */
export function planText(plan: Plan, verbs: 'would' | 'will'): string {
  const counted = new Map<string, number>();
  for (const { action } of plan.changes) counted.set(action, (counted.get(action) ?? 0) + 1);
  const order = ['add', 'upgrade', 'downgrade', 'replace', 'repair', 'remove', 'keep'];
  const counts = order.flatMap((action) => {
    const count = counted.get(action);
    return count === undefined ? [] : [`${count} to ${action}`];
  });
  const lines = [`Tier ${tierName(plan.tier)}, release ${plan.release}: ${counts.join(', ')}.`];
  for (const { action, name, from, to } of plan.changes) {
    if (action === 'keep') continue;
    const versions = from === null ? to : to === null || from === to ? from : `${from} -> ${to}`;
    lines.push(`  ${MARKS[action]} ${name} ${versions ?? ''}`.trimEnd());
  }
  if (plan.records.length > 0) lines.push(`  ~ signed records: ${plan.records.join(', ')}`);
  if (!plan.pending) lines.push('Nothing to do: what is installed is this release.');
  else if (verbs === 'would') lines.push('Nothing was changed. hyper-install --tier or apply does it.');
  return lines.join('\n');
}

const MARKS = { add: '+', upgrade: '~', downgrade: '~', replace: '~', repair: '!', remove: '-', keep: '=' } as const;
