import { type IntegerSetting, integerProblems, withDefaults } from '@hypersync/consensus-kit';
import type { ConfigProblem } from '@hypersync/interface';

export const SETTINGS = {
  antiEntropyIntervalMs: {
    min: 10,
    max: 60_000,
    default: 100,
    reason: 'below 10 ms digests outweigh the writes, above a minute lost writes stay lost for too long',
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
    reason: 'how long a reordered write may be late before its loss is assumed; zero would ask for everything twice',
  },
  collectIntervalMs: {
    min: 100,
    max: 86_400_000,
    default: 5_000,
    reason: 'how long tombstones that may go wait to be collected together; each collection is a write of its own',
  },
  maxEarlyRows: {
    min: 1,
    max: 65_536,
    default: 1_024,
    reason: "rows held back until the author's rows before them arrive; more are dropped and come again by repair",
  },
  maxPartBytes: {
    min: 4_096,
    max: 2_097_152,
    default: 262_144,
    reason: 'bytes of one answer of repair; with one value of 1 MiB more it must fit a message of 4 MiB',
  },
  maxTransferBytes: {
    min: 2_097_152,
    max: 1_073_741_824,
    default: 134_217_728,
    reason: 'bytes that one repair may hold in memory before it is applied; must exceed a whole state',
  },
  maxStateBytes: {
    min: 1_048_576,
    max: 536_870_912,
    default: 67_108_864,
    reason: 'bytes of rows; beyond it puts are refused as overloaded',
  },
} as const satisfies Readonly<Record<string, IntegerSetting>>;

export type MerkleTreeConfig = { readonly [K in keyof typeof SETTINGS]: number };

export function validateConfig(config: Readonly<Record<string, unknown>>, _nodes: number): readonly ConfigProblem[] {
  const problems = integerProblems(SETTINGS, config);
  if (problems.length > 0) return problems;
  const { maxTransferBytes, maxStateBytes } = readConfig(config);
  // Every member may put up to the limit at the same time before it hears of the others.
  if (maxTransferBytes < 2 * maxStateBytes) {
    problems.push({
      key: 'maxTransferBytes',
      allowed: `at least twice maxStateBytes (${2 * maxStateBytes})`,
      reason: 'a state that cannot be repaired as a whole would leave a member behind for ever',
    });
  }
  return problems;
}

export function readConfig(config: Readonly<Record<string, unknown>>): MerkleTreeConfig {
  return withDefaults(SETTINGS, config);
}
