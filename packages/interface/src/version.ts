/**
 * Semver of this contract. A plugin states the version it was built for; a host accepts the same major and any minor up
 * to its own (a plugin built for 1.2 may use what 1.1 lacks). Patch says nothing about compatibility.
 */
export const INTERFACE_VERSION = '1.1.0';
