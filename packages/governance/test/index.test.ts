import { describe, expect, it } from 'vitest';
import { WeightTable } from '@hypersync/consensus-kit';
import { AdaptiveQuorumManager, ForkDetector, MultiSignatureManager, WeightedVotingSystem } from '../src/index.ts';

describe('metrics', () => {
  it('are the nineteen that operators were promised, under their names, each with type and help', () => {
    const members = new WeightTable([{ id: 'a', weight: 1 }]);
    const root = { hash: 'root', parent: '', sequence: 0, author: 'a', weight: 0 };
    const all = [
      new WeightedVotingSystem(),
      new AdaptiveQuorumManager(members),
      new MultiSignatureManager({ members, config: { domain: 'test', threshold: 1 } }),
      new ForkDetector({ layout: 'chain', root }),
    ].flatMap((source) => [...source.metrics()]);
    expect(all.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'weighted_voting_total_stake gauge',
      'weighted_voting_eligible_voters gauge',
      'weighted_voting_avg_weight gauge',
      'weighted_voting_calc_duration_seconds histogram',
      'adaptive_quorum_threshold gauge',
      'adaptive_quorum_threat_level gauge',
      'adaptive_quorum_detection_rate gauge',
      'adaptive_quorum_stability gauge',
      'adaptive_quorum_level_changes_total counter',
      'multisig_signatures_collected_total counter',
      'multisig_signatures_rejected_total counter',
      'multisig_aggregations_completed_total counter',
      'multisig_verification_duration_seconds histogram',
      'multisig_aggregation_duration_seconds histogram',
      'fork_detector_forks_detected_total counter',
      'fork_detector_forks_resolved_total counter',
      'fork_detector_forks_failed_total counter',
      'fork_detector_active_forks gauge',
      'fork_detector_resolution_duration_seconds histogram',
    ]);
    for (const { help } of all) expect(help).toMatch(/^.{10,}\.$/);
  });

  it('without a stopwatch have no durations, and nothing else is missing', () => {
    const system = new WeightedVotingSystem();
    system.registerNode('a', 5000n);
    system.calculateWeights();
    expect(system.metrics().at(-1)?.value).toMatchObject({ count: 0, sum: 0 });
  });
});
