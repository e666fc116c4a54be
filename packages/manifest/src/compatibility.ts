import semver from 'semver';

/**
 * Whether a runtime that drives `range` may load a plugin built for `version` of the interface. Pre-releases are
 * accepted only where the range itself names one.
 */
export function interfaceAccepts(range: string, version: string): boolean {
  return semver.valid(version) !== null && semver.satisfies(version, range);
}
