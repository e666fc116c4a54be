/** @file Speaks to registries: ours and any stock npm registry. Limits, credentials, proxies, retries; trusts nothing it receives. */
export { openRegistry, type Registry, type RegistryOptions, type DownloadProgress } from './registry.ts';
export { readSecretFile, type Secret } from './secret.ts';
export { publishPackage, type PublishRequest } from './publish-package.ts';
