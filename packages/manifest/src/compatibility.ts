import prerelease from 'semver/functions/prerelease.js';
import rcompare from 'semver/functions/rcompare.js';
import satisfies from 'semver/functions/satisfies.js';
import valid from 'semver/functions/valid.js';

/**
 * Whether a runtime that drives `range` may load a plugin built for `version` of the interface. Pre-releases are
 * accepted only where the range itself names one.
 */
export function interfaceAccepts(range: string, version: string): boolean {
  return valid(version) !== null && satisfies(version, range);
}

/** The highest release; the highest pre-release where there is no release; null for none. Versions must be valid  */
export function newestVersion(versions: readonly string[]): string | null {
  const sorted = [...versions].sort(rcompare);
  return sorted.find((version) => prerelease(version) === null) ?? sorted[0] ?? null;
}
