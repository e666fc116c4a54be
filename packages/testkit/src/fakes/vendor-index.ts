/** @file A whole vendor in memory, for every test that needs signed things. */
export { createFakeVendor, FakeVendor, type FakeVendorOptions, type PublishEdit } from './vendor.ts';
export { fakeRegistry, writeVendorTree } from './vendor-registry.ts';
export { FakeRepository, type RepositoryContent, type RepositoryEdit, type SignedJson } from './vendor-repository.ts';
export {
  makeArtifact,
  pluginFiles,
  runtimeFiles,
  type ArtifactRequest,
  type FakeArtifact,
} from './vendor-artifacts.ts';
export { fakeSigningKey, fakeTufKey, type FakeSigningKey, type FakeTufKey } from './vendor-keys.ts';
export { fakeTarball } from './vendor-archive.ts';
export { idleRuntimeSource, soloPluginSource } from './vendor-sources.ts';
