/** @file The entitled server over a published tree, and what keeps that tree sound: fsck and backup. Holds no key. */
export {
  createRegistryServer,
  type RegistryLogger,
  type RegistryServer,
  type RegistryServerOptions,
} from './server.ts';
