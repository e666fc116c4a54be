import { HyperSyncError, isHyperSyncError, LIMITS, type ErrorCode } from '@hypersync/base';
import type { ArtifactEntry, LockedArtifact } from '@hypersync/manifest';
import { bundleName, type GenerationArtifact, type WriteSession } from '@hypersync/store';
import {
  verifyArtifact,
  verifyEvidence,
  type AdmittedEvidence,
  type ArtifactRules,
  type VerifiedArtifact,
} from '@hypersync/trust';
import { checkInterrupted, type Context } from './context.ts';
import type { Origin } from './origin.ts';
import { entriesOf, type Change } from './plan.ts';
import { unpackArtifact } from './unpack.ts';

/** One artifact of the new generation, with its bundle for the generation's metadata. */
export interface Obtained {
  readonly id: string;
  readonly content: GenerationArtifact;
  readonly bundle: Uint8Array;
  readonly locked: LockedArtifact;
}

/**
 * Fetches in parallel, and verifies and stages each artifact as soon as it has arrived, while others are still on the way.
 * What is kept is verified again from the bundle that is on disk.
 */
export async function obtainArtifacts(
  context: Context,
  origin: Origin,
  changes: readonly Change[],
  { base, stage }: { readonly base: number | null; readonly stage: WriteSession['stage'] },
): Promise<readonly Obtained[]> {
  const { manifest } = origin.manifest;
  const { policy, revocations } = origin.catalog;
  const rules: ArtifactRules = { policy, revocations, evidence: manifest.evidence };
  const entries = entriesOf(manifest);
  const wanted = changes.flatMap(({ id, action }) => {
    const entry = entries.get(id);
    return entry === undefined ? [] : [{ id, entry, keep: action === 'keep' }];
  });
  return checkAll(context, wanted, async ({ id, entry, keep }, isLost): Promise<Obtained> => {
    if (keep) {
      const bundle = keptBundle(context, base, entry) ?? (await fetchBundle(origin, entry));
      const evidence = verifyEvidence(entry, bundle, rules);
      return { id, content: { artifact: { entry, evidence }, files: null }, bundle, locked: lockedAs(entry, evidence) };
    }
    const { artifact, files } = await fetchArtifact(context, origin, entry, rules);
    // What cannot be installed any more is only checked: nothing may write once the lock is released.
    if (!isLost()) await stage(artifact, files);
    const { bundle, evidence } = artifact;
    return { id, content: { artifact, files }, bundle, locked: lockedAs(entry, evidence) };
  });
}

/** Every artifact of a release as it was served, verified as if it were installed. */
export async function fetchRelease(
  context: Context,
  origin: Origin,
): Promise<readonly { readonly entry: ArtifactEntry; readonly tarball: Uint8Array; readonly bundle: Uint8Array }[]> {
  const { manifest } = origin.manifest;
  const { policy, revocations } = origin.catalog;
  const wanted = [...entriesOf(manifest).values()].map((entry) => ({ entry }));
  return checkAll(context, wanted, async ({ entry }) => {
    const rules = { policy, revocations, evidence: manifest.evidence };
    const { tarball, bundle } = (await fetchArtifact(context, origin, entry, rules)).artifact;
    return { entry, tarball, bundle };
  });
}

/**
 * All at once, within limits. Where one is refused or cannot be had, the others are still checked, so that one error names
 * everything that is wrong (attack N04).
 */
async function checkAll<T extends { readonly entry: ArtifactEntry }, R>(
  context: Context,
  wanted: readonly T[],
  obtain: (one: T, isLost: () => boolean) => Promise<R>,
): Promise<readonly R[]> {
  const failures: Failure[] = [];
  const obtained: R[] = [];
  let lost = false;
  await inParallel(LIMITS.downloadParallel, wanted, async (one, index) => {
    checkInterrupted(context);
    try {
      obtained[index] = await obtain(one, () => lost);
    } catch (thrown) {
      lost = true;
      if (!isHyperSyncError(thrown) || ABOUT_ALL.has(thrown.code)) throw thrown;
      failures.push({ entry: one.entry, error: thrown });
    }
  });
  if (failures.length > 0) throw inOne(failures, wanted.length);
  return obtained;
}

interface Failure {
  readonly entry: ArtifactEntry;
  readonly error: HyperSyncError;
}

/** Says nothing of one artifact: the next would only meet the same. */
const ABOUT_ALL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'HS-1005', // nothing can be written
  'HS-1006', // interrupted
  'HS-1401', // no way to the registry
  'HS-1402', // too slow
  'HS-1403', // TLS
  'HS-1410', // proxy
  'HS-1411', // no license that counts
  'HS-1508', // the disk fails
]);

/** One failure is itself. Of several, the first one that is a matter of trust gives its code, or else the first. */
function inOne(failures: readonly Failure[], wanted: number): HyperSyncError {
  const byName = failures.toSorted((a, b) => (a.entry.name < b.entry.name ? -1 : 1));
  const [{ error }] = [byName.find((one) => one.error.exitCode === 80) ?? byName[0]] as [Failure];
  if (failures.length === 1) return error;
  const told = byName.map((one) => `${one.error.code} ${one.error.message}`);
  return new HyperSyncError(error.code, [`${told.length} of ${wanted} artifacts:`, ...told].join('\n  '), {
    hint: error.hint,
    cause: error,
    details: {
      ...error.details,
      problems: byName.map(({ entry, error: { code, message } }) => ({
        name: entry.name,
        version: entry.version,
        code,
        message,
      })),
    },
  });
}

async function fetchArtifact(
  { report }: Context,
  origin: Origin,
  entry: ArtifactEntry,
  rules: ArtifactRules,
): Promise<{ readonly artifact: VerifiedArtifact; readonly files: ReadonlyMap<string, Uint8Array> }> {
  const { name, version } = entry;
  const { size, sha512 } = entry.tarball;
  const [tarball, bundle] = await Promise.all([
    origin.artifacts.tarball({ name, version, size, sha512 }, (progress) =>
      report.progress({ event: 'download', ...progress }),
    ),
    fetchBundle(origin, entry),
  ]);
  const artifact = verifyArtifact({ entry, tarball, bundle }, rules);
  const files = unpackArtifact(tarball, entry);
  report.progress({ event: 'verified', name, version });
  return { artifact, files };
}

function lockedAs({ name, version, tarball }: ArtifactEntry, evidence: AdmittedEvidence): LockedArtifact {
  return { name, version, sha512: tarball.sha512, evidence };
}

function fetchBundle(origin: Origin, { name, version, bundle }: ArtifactEntry): Promise<Uint8Array> {
  return origin.artifacts.bundle({ name, version, size: bundle.size });
}

/** Null where it is missing or longer than listed; its digest is checked with everything else. */
function keptBundle({ environment, store }: Context, base: number | null, entry: ArtifactEntry): Uint8Array | null {
  if (base === null) return null;
  try {
    const path = `${store.root}/generations/${base}/metadata/${bundleName(entry)}`;
    return environment.fs.readFile(path, entry.bundle.size);
  } catch {
    return null;
  }
}

/** The first failure ends it; what is under way is left to the caller's `close`. */
async function inParallel<T>(
  width: number,
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        await work(items[index] as T, index);
      } catch (thrown) {
        failed = true;
        throw thrown;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
}
