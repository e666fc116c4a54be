import type { Micros } from '@hypersync/interface';
import type { Config } from './config.ts';

/** The paper's timeoutPropose(round): grows linearly, up to `timeoutMaxMs`. */
export function timeoutPropose(config: Config, round: number): Micros {
  return bounded(config, config.timeoutProposeMs + round * config.timeoutProposeDeltaMs);
}

/** timeoutPrevote(round) and timeoutPrecommit(round). */
export function timeoutVote(config: Config, round: number): Micros {
  return bounded(config, config.timeoutVoteMs + round * config.timeoutVoteDeltaMs);
}

function bounded(config: Config, ms: number): Micros {
  return Math.min(config.timeoutMaxMs, ms) * 1000;
}
