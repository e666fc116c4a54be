import { type IntegerSetting, integerProblems, withDefaults } from '@hypersync/consensus-kit';
import type { ConfigProblem } from '@hypersync/interface';

/** More authors make the vectors of one message longer than most values. */
export const MAX_MEMBERS = 128;

export const SETTINGS = {
  antiEntropyIntervalMs: {
    min: 10,
    max: 60_000,
    default: 100,
    reason: 'below 10 ms digests outweigh the events, above a minute lost events stay lost for too long',
  },
  idleIntervalMs: {
    min: 100,
    max: 600_000,
    default: 2_000,
    reason: 'the pause between digests while every member is known to have everything; must not be a busy loop',
  },
  repairDelayMs: {
    min: 1,
    max: 10_000,
    default: 40,
    reason: 'how long a reordered message may be late before its loss is assumed; zero would ask for everything twice',
  },
  contextWaitMs: {
    min: 0,
    max: 60_000,
    default: 2_000,
    reason: 'how long a put may wait until its context has arrived here; clients give up after a minute at the latest',
  },
  maxPendingEvents: {
    min: 16,
    max: 1_000_000,
    default: 4_096,
    reason: 'events held back until their causes arrive; the memory bound of the causal buffer',
  },
  maxPendingBytes: {
    min: 2_097_152,
    max: 1_073_741_824,
    default: 16_777_216,
    reason: 'bytes held back until their causes arrive; at least two of the largest values must fit',
  },
  maxUnstableEvents: {
    min: 16,
    max: 10_000_000,
    default: 65_536,
    reason: 'own events that some member lacks; beyond it puts are refused as overloaded instead of growing for ever',
  },
  maxUnstableBytes: {
    min: 2_097_152,
    max: 1_073_741_824,
    default: 33_554_432,
    reason: 'bytes of own events that some member lacks; at least two of the largest values must fit',
  },
  maxSiblings: {
    min: 1,
    max: 1_024,
    default: 64,
    reason: 'concurrent values of one key; a put that replaces none of so many is refused, its client has to merge',
  },
  maxBatchBytes: {
    min: 4_096,
    max: 2_097_152,
    default: 262_144,
    reason: 'bytes of one repair message; a batch must fit a message of 4 MiB together with one value of 1 MiB',
  },
} as const satisfies Readonly<Record<string, IntegerSetting>>;

export type VectorClockConfig = { readonly [K in keyof typeof SETTINGS]: number };

export function validateConfig(config: Readonly<Record<string, unknown>>, nodes: number): readonly ConfigProblem[] {
  const problems = integerProblems(SETTINGS, config);
  if (nodes > MAX_MEMBERS) {
    problems.push({
      key: 'nodes',
      allowed: `at most ${MAX_MEMBERS} members`,
      reason: 'every event carries one counter per member and every digest one per pair of members',
    });
  }
  return problems;
}

export function readConfig(config: Readonly<Record<string, unknown>>): VectorClockConfig {
  return withDefaults(SETTINGS, config);
}
