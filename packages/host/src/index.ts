/** @file The host runtime as a library: open a verified installation, start a cluster of its mechanisms, propose, read, watch. */
export { openHost, type Host, type InstalledMechanism } from './host.ts';
export { startCluster, type ClusterOptions } from './start-cluster.ts';
export type {
  CallOptions,
  Cluster,
  ClusterEvent,
  ClusterReport,
  Committed,
  NodeReport,
  ReadAnswer,
} from './cluster.ts';
export type { Lagged } from './event-stream.ts';
export { DEFAULT_KEY, proposed, type KeyedValue, type Proposal } from './operations.ts';
export { multiSignatureDriver, newMultiSignatureKey, type MultiSignatureDriver } from './multi-signatures.ts';
export { selfTest, type MechanismResult, type SelfTestOptions, type SelfTestResult } from './self-test.ts';
export { DEFAULT_LIMITS, type PluginLimits, type RuntimeParts } from './plugin-worker.ts';
