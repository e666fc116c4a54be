/** Client operations for mechanisms whose leaders order what any node accepted: signed bundles, each decided exactly once. */
export {
  BUNDLE_OVERHEAD,
  bundleStatement,
  makeBundle,
  MAX_OPERATIONS,
  OPERATION_OVERHEAD,
  readBundle,
  retryKey,
  writeBundle,
  type Bundle,
  type BundleLimits,
  type Operation,
  type OperationKind,
} from './bundle.ts';
export { BundlePool } from './bundle-pool.ts';
export { ClientDesk, type ClientDeskOptions } from './client-desk.ts';
export { hashKey, hashList } from './hash-key.ts';
export {
  decodeStopSign,
  encodeStopSign,
  Ledger,
  ORIGIN_WINDOW,
  SESSION_MEMORY,
  type Applied,
  type LedgerOptions,
} from './ledger.ts';
export { Inbox } from './inbox.ts';
export { ServingBudget } from './serving-budget.ts';
export { Compaction, type CompactionOptions } from './compaction.ts';
export { readCompaction, writeCompaction, type CompactionMessage } from './compaction-messages.ts';
export { decodeStable, encodeStable, type Snapshot, type StableSnapshot } from './snapshot.ts';
