/** @file Governance, pure: who may be trusted how far, who weighs how much, and what follows from proof. */
export { ByzantineGuard, type Freshness, type GuardOptions } from './guard/byzantine-guard.ts';
export { GUARD_SETTINGS, type GuardConfig } from './guard/config.ts';
export { SUSPICIONS, type Admission, type Standing, type Suspicion } from './guard/suspicion.ts';
export {
  decodeEvidence,
  encodeEvidence,
  makeEvidence,
  signedStatements,
  toMisbehaviour,
  type ConflictRule,
  type Evidence,
  type SignedStatement,
} from './guard/evidence.ts';
export type { Slot } from './guard/statement-memory.ts';
export type { Inquiry } from './guard/inquiries.ts';
export { decodeConvictions, type Conviction } from './guard/docket.ts';
export type { AuditEntry, AuditKind } from './guard/audit-trail.ts';
export { NONCE_WINDOW } from './guard/replay-window.ts';
export { WeightedVotingSystem, type VoteWeight } from './voting/weighted-voting-system.ts';
export { DEFAULT_WEIGHTS, WHOLE, type WeightConfig } from './voting/weight-config.ts';
export type { Vote, VoteResult } from './voting/vote-result.ts';
export type { Distribution, Metric, MetricType, Stopwatch } from './metrics.ts';
export {
  AdaptiveQuorumManager,
  type AdaptiveQuorumStats,
  type QuorumCheck,
  type Stability,
} from './quorum/adaptive-quorum-manager.ts';
export {
  DEFAULT_ADAPTIVE_QUORUM,
  QUORUM_THRESHOLDS,
  THREAT_LEVELS,
  type AdaptiveQuorumConfig,
  type ThreatLevel,
} from './quorum/threat-level.ts';
export {
  MultiSignatureManager,
  type AggregateRefusal,
  type MultiSignatureOptions,
  type PartialRefusal,
} from './multisig/multi-signature-manager.ts';
export { ML_DSA_87, type MultiSignatureConfig } from './multisig/multi-signature-config.ts';
export type { AggregatedSignature, PartialSignature } from './multisig/aggregated-signature.ts';
export type {
  MessageSigner,
  SignatureVerifier,
  VerificationOutcome,
  VerificationRequest,
} from './multisig/verification-queue.ts';
export { ForkDetector, type ForkDetectorOptions, type VertexOutcome } from './forks/fork-detector.ts';
export type { ChainBranch, ForkInfo, ForkStatus, Replay, Vertex } from './forks/branch.ts';
export type { LaneLimits, VertexRefusal } from './forks/lane.ts';
export {
  DEFAULT_REPUTATION,
  REPUTATION_EVENTS,
  ReputationTracker,
  type ReputationConfig,
  type ReputationEvent,
} from './standing/reputation-tracker.ts';
export {
  DEFAULT_STAKE,
  StakeManager,
  type StakeChange,
  type StakeConfig,
  type StakeRecord,
} from './standing/stake-manager.ts';
export { commitmentTo, drawLeader, nextSeed, type SeedContribution } from './draw.ts';
