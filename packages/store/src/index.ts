/** @file The layout of an installation: verified trees, generations, journal, lock, `current`. Crash-safe; knows no network and no keys. */
export { nodeFileSystem, type FileSystem, type FileStat } from './file-system.ts';
export { openStore, type Store, type StoreState, type GenerationSummary } from './store.ts';
export type { GenerationContent, TransactionEvent } from './transaction.ts';
export { loadGeneration, type VerifiedGeneration, type VerifiedPlugin } from './load-generation.ts';
export { fileMetadataStore } from './metadata-files.ts';
