/** @file The layout of an installation: verified trees, generations, journal, lock, `current`. Crash-safe; knows no network and no keys. */
export type { FileSystem, FileStat } from './file-system.ts';
export { nodeFileSystem } from './node-file-system.ts';
export { nodeLockFiles, type LockFiles } from './locks.ts';
export {
  openStore,
  type GenerationSummary,
  type Store,
  type StoreOptions,
  type StoreState,
  type WriteSession,
} from './store.ts';
export type { Admitted, GenerationArtifact, GenerationContent, TransactionEvent } from './transaction.ts';
export type { Collected } from './garbage.ts';
export { bundleName } from './layout.ts';
export { loadGeneration, type VerifiedGeneration, type VerifiedPlugin } from './load-generation.ts';
export { readError } from './disk-error.ts';
export { fileMetadataStore, type FileMetadataStore } from './metadata-files.ts';
export { isSafePath } from './tree.ts';
