import { type IntegerSetting, integerProblems, withDefaults } from '@hypersync/consensus-kit';
import type { ConfigProblem } from '@hypersync/interface';

export const SETTINGS = {
  antiEntropyIntervalMs: {
    min: 10,
    max: 60_000,
    default: 100,
    reason: 'below 10 ms digests outweigh the deltas, above a minute lost deltas stay lost for too long',
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
    reason: 'how long a reordered delta may be late before its loss is assumed; zero would ask for everything twice',
  },
  maxEarlyDeltas: {
    min: 1,
    max: 65_536,
    default: 256,
    reason: 'deltas held back until their base arrives; more are dropped and come again by repair',
  },
  maxLogDots: {
    min: 16,
    max: 10_000_000,
    default: 65_536,
    reason: 'dots in the delta log; a member further behind than that is given the whole state',
  },
  maxPartBytes: {
    min: 4_096,
    max: 2_097_152,
    default: 262_144,
    reason: 'bytes of one message of repair; larger answers come in parts, and a part must fit a message of 4 MiB',
  },
  maxTransferBytes: {
    min: 2_097_152,
    max: 1_073_741_824,
    default: 134_217_728,
    reason: 'bytes of one answer in parts, kept in memory by both sides; must exceed what maxStateBytes encodes to',
  },
  maxStateBytes: {
    min: 1_048_576,
    max: 536_870_912,
    default: 67_108_864,
    reason: 'bytes of live entries; beyond it mutations that add are refused as overloaded',
  },
} as const satisfies Readonly<Record<string, IntegerSetting>>;

export type CrdtConfig = { readonly [K in keyof typeof SETTINGS]: number };

export function validateConfig(config: Readonly<Record<string, unknown>>, _nodes: number): readonly ConfigProblem[] {
  const problems = integerProblems(SETTINGS, config);
  if (problems.length > 0) return problems;
  const { maxTransferBytes, maxStateBytes } = readConfig(config);
  // Every member may add up to the limit at the same time before it hears of the others.
  if (maxTransferBytes < 2 * maxStateBytes) {
    problems.push({
      key: 'maxTransferBytes',
      allowed: `at least twice maxStateBytes (${2 * maxStateBytes})`,
      reason: 'a whole state that cannot be transferred would leave a member behind for ever',
    });
  }
  return problems;
}

export function readConfig(config: Readonly<Record<string, unknown>>): CrdtConfig {
  return withDefaults(SETTINGS, config);
}
