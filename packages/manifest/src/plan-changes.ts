import compare from 'semver/functions/compare.js';
import type { LockFile } from './lock-file.ts';
import type { TierManifest } from './tier-manifest.ts';

/** One artifact's way from what is installed to what is wanted. */
export interface PlanChange {
  /** Mechanism id, or `runtime`. */
  readonly id: string;
  readonly name: string;
  readonly action: 'add' | 'upgrade' | 'downgrade' | 'replace' | 'remove' | 'keep';
  readonly from: string | null;
  readonly to: string | null;
  /** Bytes to download; 0 for keep and remove. */
  readonly bytes: number;
}

/** Runtime first, then plugins by id. */
export type PlanChanges = readonly PlanChange[];

/** Pure: compares the current lock (null on a new host) with the manifest. `replace` is the same version with other bytes. */
export function planChanges(current: LockFile | null, wanted: TierManifest): PlanChanges {
  const changes: PlanChange[] = [changeOf('runtime', current?.runtime ?? null, wanted.runtime)];
  const ids = new Set([...Object.keys(current?.plugins ?? {}), ...wanted.plugins.map((plugin) => plugin.mechanism.id)]);
  for (const id of [...ids].sort()) {
    const entry = wanted.plugins.find((plugin) => plugin.mechanism.id === id) ?? null;
    changes.push(changeOf(id, current?.plugins[id] ?? null, entry));
  }
  return changes;
}

interface Held {
  readonly name: string;
  readonly version: string;
  readonly sha512: string;
}

interface Wanted {
  readonly name: string;
  readonly version: string;
  readonly tarball: { readonly size: number; readonly sha512: string };
}

function changeOf(id: string, held: Held | null, wanted: Wanted | null): PlanChange {
  const name = wanted?.name ?? held?.name ?? id;
  const base = { id, name, from: held?.version ?? null, to: wanted?.version ?? null };
  if (wanted === null) return { ...base, action: 'remove', bytes: 0 };
  if (held === null) return { ...base, action: 'add', bytes: wanted.tarball.size };
  if (held.sha512 === wanted.tarball.sha512) return { ...base, action: 'keep', bytes: 0 };
  const order = compare(wanted.version, held.version);
  const action = order > 0 ? 'upgrade' : order < 0 ? 'downgrade' : 'replace';
  return { ...base, action, bytes: wanted.tarball.size };
}
