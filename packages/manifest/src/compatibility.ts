import semver from 'semver';

/**
 * Whether a runtime that drives `range` may load a plugin built for `version` of the interface. Pre-releases are
 * accepted only where the range itself names one.
 */
export function interfaceAccepts(range: string, version: string): boolean {
  return semver.valid(version) !== null && semver.satisfies(version, range);
}

/** The highest release; the highest pre-release where there is no release; null for none. Versions must be valid semver. */
export function newestVersion(versions: readonly string[]): string | null {
  const sorted = [...versions].sort(semver.rcompare);
  return sorted.find((version) => semver.prerelease(version) === null) ?? sorted[0] ?? null;
}
