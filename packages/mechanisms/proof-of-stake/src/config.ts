import type { ConfigProblem } from '@hypersync/interface';
import { isRoot } from './weak-subjectivity.ts';

export interface Config {
  /** Length of a slot, milliseconds. A block must reach all members within a third of it. */
  readonly slotMs: number;
  readonly slotsPerEpoch: number;
  /** Wall-clock time of slot 0, milliseconds since 1970. The same on all members. */
  readonly genesisTimeMs: number;
  /** Weight lent to a timely block for one slot, percent of a slot's committee. */
  readonly proposerBoostPercent: number;
  /** After so many active epochs without finality absent stake shrinks; 0 means never. Trades safety in a partition. */
  readonly leakAfterEpochs: number;
  /** Weights by stake, reputation and uptime, `capped`; or by `stake` alone. */
  readonly weighting: 'capped' | 'stake';
  /** Members that shall not validate, separated by commas: each asks to leave, or to come back, when it finds out. */
  readonly standby: string;
  /** From a final request to its effect. */
  readonly activationDelayEpochs: number;
  readonly exitDelayEpochs: number;
  /** A finalized checkpoint that the operator vouches for: an epoch, and the root in hex, '' for none. */
  readonly checkpointEpoch: number;
  readonly checkpointRoot: string;
  /** A node that starts refuses finality when what it trusts is older than so many epochs; 0 means never. */
  readonly weakSubjectivityEpochs: number;
  readonly heartbeatMs: number;
  readonly maxValueBytes: number;
  readonly maxBlockBytes: number;
  readonly maxPending: number;
  readonly ticketTimeoutMs: number;
  /** Who may end the epoch: any `one` member, or members with more than a `third` of the weight. */
  readonly stopEndorsement: 'one' | 'third';
}

interface Rule {
  readonly byDefault: number;
  readonly min: number;
  readonly max: number;
  readonly reason: string;
}

type TextKey = 'stopEndorsement' | 'weighting' | 'standby' | 'checkpointRoot';
type NumberKey = Exclude<keyof Config, TextKey>;

const RULES: { readonly [K in NumberKey]: Rule } = {
  slotMs: {
    byDefault: 1000,
    min: 10,
    max: 600_000,
    reason: 'a block must reach all members within a third of a slot; finality takes about three epochs',
  },
  slotsPerEpoch: {
    byDefault: 4,
    min: 2,
    max: 64,
    reason: 'every member attests once per epoch; fewer slots finalize sooner, more spread the load',
  },
  genesisTimeMs: {
    byDefault: 0,
    min: 0,
    max: 4_102_444_800_000,
    reason: 'milliseconds since 1970, up to the year 2100; must be in the past and equal on all members',
  },
  proposerBoostPercent: {
    byDefault: 40,
    min: 0,
    max: 100,
    reason: 'below a committee, so that a late majority still outweighs the boost',
  },
  leakAfterEpochs: {
    byDefault: 0,
    min: 0,
    max: 1_000_000,
    reason: '0 never leaks; otherwise both sides of a partition that lasts longer may finalize',
  },
  activationDelayEpochs: {
    byDefault: 4,
    min: 1,
    max: 1_000_000,
    reason: 'everybody must know the new validator before its votes count',
  },
  exitDelayEpochs: {
    byDefault: 16,
    min: 1,
    max: 1_000_000,
    reason: 'who leaves must stay punishable for what it signed last; the same on all members',
  },
  checkpointEpoch: {
    byDefault: 0,
    min: 0,
    max: 2_000_000_000_000,
    reason: 'with checkpointRoot: a finalized checkpoint as a running node shows it',
  },
  weakSubjectivityEpochs: {
    byDefault: 0,
    min: 0,
    max: 2_000_000_000_000,
    reason: '0 never refuses; otherwise a node away for longer starts only with a newer checkpoint',
  },
  heartbeatMs: { byDefault: 2000, min: 10, max: 600_000, reason: 'resting nodes must find out that they lag behind' },
  maxValueBytes: { byDefault: 1_048_576, min: 1, max: 1_048_576, reason: 'the limit of one proposal' },
  maxBlockBytes: {
    byDefault: 2_097_152,
    min: 16_384,
    max: 2_097_152,
    reason: 'a block and its attestations must fit into one message of 4 MiB',
  },
  maxPending: { byDefault: 4096, min: 1, max: 100_000, reason: 'operations of own clients held in memory' },
  ticketTimeoutMs: {
    byDefault: 60_000,
    min: 10,
    max: 3_600_000,
    reason: 'when an operation without a decision is answered "unknown"; finality alone takes about three epochs',
  },
};

interface TextRule {
  readonly byDefault: string;
  readonly allowed: string;
  readonly reason: string;
  readonly accepts: (text: string) => boolean;
}

const oneOf = (...words: string[]): Pick<TextRule, 'byDefault' | 'allowed' | 'accepts'> => ({
  byDefault: words[0]!,
  allowed: words.join(', '),
  accepts: (text) => words.includes(text),
});

const TEXT_RULES: { readonly [K in TextKey]: TextRule } = {
  stopEndorsement: {
    ...oneOf('one', 'third'),
    reason: 'with "one", a single faulty member can end the epoch; with "third", every host must ask for it',
  },
  weighting: {
    ...oneOf('capped', 'stake'),
    reason: 'capped: stake, reputation and uptime with a cap per member; stake: as in the paper; equal on all members',
  },
  standby: {
    byDefault: '',
    allowed: 'ids of members, separated by commas',
    reason: 'a member that is named asks to leave, one that is no longer named asks to come back',
    accepts: (text) => text === '' || text.split(',').every((id) => /^[a-z0-9._-]{1,64}$/.test(id)),
  },
  checkpointRoot: {
    byDefault: '',
    allowed: '64 lower-case hexadecimal digits, or nothing',
    reason: 'with checkpointEpoch: finality that does not lead through this block is refused',
    accepts: (text) => text === '' || isRoot(text),
  },
};

/** Bytes that a block needs beside one value: header, bundle, signature. */
const BLOCK_ROOM = 10_240;

export function checkConfig(config: Readonly<Record<string, unknown>>): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const [key, value] of Object.entries(config)) {
    const rule = Object.hasOwn(RULES, key) ? RULES[key as NumberKey] : undefined;
    const text = Object.hasOwn(TEXT_RULES, key) ? TEXT_RULES[key as TextKey] : undefined;
    if (text !== undefined) {
      const { allowed, reason } = text;
      if (typeof value !== 'string' || !text.accepts(value)) problems.push({ key, allowed, reason });
    } else if (rule === undefined) {
      const allowed = [...Object.keys(RULES), ...Object.keys(TEXT_RULES)].join(', ');
      problems.push({ key, allowed, reason: 'proof-of-stake has no such key' });
    } else if (!(Number.isInteger(value) && (value as number) >= rule.min && (value as number) <= rule.max)) {
      problems.push({ key, allowed: `an integer from ${rule.min} to ${rule.max}`, reason: rule.reason });
    }
  }
  if (problems.length > 0) return problems;
  const merged = mergeConfig(config);
  if (merged.maxBlockBytes < merged.maxValueBytes + BLOCK_ROOM) {
    const allowed = `at least maxValueBytes + ${BLOCK_ROOM} = ${merged.maxValueBytes + BLOCK_ROOM}`;
    problems.push({ key: 'maxBlockBytes', allowed, reason: 'the largest value must fit into a block' });
  }
  return problems;
}

/** Defaults filled in; `config` has passed `checkConfig`. */
export function mergeConfig(config: Readonly<Record<string, unknown>>): Config {
  const rules = [...Object.entries(RULES), ...Object.entries(TEXT_RULES)];
  return Object.fromEntries(rules.map(([key, { byDefault }]) => [key, config[key] ?? byDefault])) as unknown as Config;
}
