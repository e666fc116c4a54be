/** @file Speaks to registries: ours and any stock npm registry. Limits, credentials, proxies, retries; trusts nothing it receives. */
export { openRegistry, type Registry, type RegistryOptions, type DownloadProgress } from './registry.ts';
export { METADATA_PACKAGE, type Unpack } from './npm-registry.ts';
export { readSecretFile, secretOf, type Secret } from './secret.ts';
export { publishPackage, type PublishRequest } from './publish-package.ts';
export { parseAddress } from './address.ts';
export type { Patience } from './transport.ts';
export type { Wait } from './retry.ts';
