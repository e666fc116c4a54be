/** @file The judge of mechanisms: deterministic simulator, compliance suite, attackers, linearizability checker. No vendor, no registry. */
export { runSimulation, simulate } from './simulator/simulate.ts';
export {
  FAULT_KINDS,
  type Attacker,
  type FaultKind,
  type FaultPlan,
  type HistoryEntry,
  type Invariant,
  type NodeView,
  type OperationDraft,
  type SimulationOptions,
  type Sometimes,
  type SimulationReport,
  type Workload,
} from './simulator/options.ts';
export { VIOLATION_KINDS, type Violation, type ViolationKind } from './simulator/violation.ts';
export {
  checkLinearizable,
  REGISTER,
  type CheckedOperation,
  type LinearizabilityVerdict,
  type SequentialModel,
} from './linearizability.ts';
export { mechanismCompliance, type ComplianceOptions } from './compliance/compliance.ts';
export type { SmallWorld } from './compliance/options.ts';
export { accountsOf, type Accounts } from './compliance/accountability.ts';
export { fuzz, type FuzzReport } from './compliance/fuzz.ts';
export { campaignRun, sizeWithFaulty, type CampaignRun } from './compliance/campaign.ts';
export { addTotals, runCampaign, unmet, type CampaignTotals } from './compliance/campaign-totals.ts';
export { STATE_CHECKS, stateProblem, type StateCheck } from './compliance/state-checks.ts';
export { ATTACKERS, mutateBytes, randomBytes, type AttackerName } from './attackers/attackers.ts';
export { colluders } from './attackers/twins.ts';
export { attacker, type Attack, type AttackContext } from './attackers/shell.ts';
export {
  vectorSpace,
  type ApproximateSpace,
  type PossibleInputs,
  type VectorSpaceOptions,
} from './judges/approximate-space.ts';
export { hullDistance } from './judges/hull.ts';
export { neverDecreases, oneLeaderPerTerm, ordered } from './invariants.ts';
export { explore, type ExploreOptions, type ExploreReport } from './explorer/explore.ts';
export { isExplored } from './explorer/promises.ts';
