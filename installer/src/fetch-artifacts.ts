import { LIMITS } from '@hypersync/base';
import type { ArtifactEntry, LockedArtifact } from '@hypersync/manifest';
import { bundleName, type GenerationArtifact } from '@hypersync/store';
import { verifyArtifact, verifyEvidence, type ArtifactRules } from '@hypersync/trust';
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
 * Fetches in parallel and verifies each artifact as soon as it has arrived, while others are still on the way. What is
 * kept is verified again from the bundle that is on disk.
 */
export async function obtainArtifacts(
  context: Context,
  origin: Origin,
  changes: readonly Change[],
  base: number | null,
): Promise<readonly Obtained[]> {
  const { manifest } = origin.manifest;
  const { policy, revocations } = origin.catalog;
  const rules: ArtifactRules = { policy, revocations, evidence: manifest.evidence };
  const entries = entriesOf(manifest);
  const wanted = changes.flatMap(({ id, action }) => {
    const entry = entries.get(id);
    return entry === undefined ? [] : [{ id, entry, keep: action === 'keep' }];
  });
  return inParallel(LIMITS.downloadParallel, wanted, async ({ id, entry, keep }) => {
    checkInterrupted(context);
    const bundle = (keep ? keptBundle(context, base, entry) : null) ?? (await fetchBundle(origin, entry));
    const content = keep
      ? { artifact: { entry, evidence: verifyEvidence(entry, bundle, rules) }, files: null }
      : await fetchArtifact(context, origin, entry, bundle, rules);
    const { evidence } = content.artifact;
    const { name, version } = entry;
    return { id, content, bundle, locked: { name, version, sha512: entry.tarball.sha512, evidence } };
  });
}

async function fetchArtifact(
  { report }: Context,
  origin: Origin,
  entry: ArtifactEntry,
  bundle: Uint8Array,
  rules: ArtifactRules,
): Promise<GenerationArtifact> {
  const { name, version } = entry;
  const { size, sha512 } = entry.tarball;
  const tarball = await origin.artifacts.tarball({ name, version, size, sha512 }, (progress) =>
    report.progress({ event: 'download', ...progress }),
  );
  const artifact = verifyArtifact({ entry, tarball, bundle }, rules);
  const files = unpackArtifact(tarball, entry);
  report.progress({ event: 'verified', name, version });
  return { artifact, files };
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

/** Results in the order of the items. The first failure ends it; what is under way is left to the caller's `close`. */
async function inParallel<T, R>(width: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await work(items[index] as T);
      } catch (thrown) {
        failed = true;
        throw thrown;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  return results;
}
