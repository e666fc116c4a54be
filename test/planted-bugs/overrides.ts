import type { JsonValue } from '@hypersync/base';
import {
  ATTACKERS,
  FAULT_KINDS,
  STATE_CHECKS,
  type AttackerName,
  type FaultPlan,
  type SimulationOptions,
  type StateCheck,
} from '@hypersync/testkit/consensus';

/** `run` of a planted bug: narrows the search, merged over the mechanism's `simulation`. */
export interface RunOverrides {
  readonly nodes?: number;
  readonly members?: readonly { readonly id: string; readonly weight: number }[];
  readonly config?: Readonly<Record<string, unknown>>;
  readonly attackers?: readonly AttackerName[];
  readonly faults?: FaultPlan | 'swarm' | 'none';
  readonly duration?: number;
  readonly recoverWithin?: number;
  readonly latency?: readonly [number, number];
  readonly diskLatency?: readonly [number, number];
  readonly workload?: NonNullable<SimulationOptions['workload']>;
  readonly seal?: boolean;
  /** Search every order of a small world instead of seeds. */
  readonly explorer?: {
    readonly nodes: number;
    readonly budget?: Readonly<Record<string, number>>;
    readonly proposers?: readonly number[];
    readonly timers?: readonly number[];
    readonly atOnce?: readonly string[];
    readonly order?: 'any' | 'links';
    readonly maxStates?: number;
  };
  /** Look at the state of one mechanism instead of running seeds. */
  readonly check?: StateCheck;
}

type Complain = (text: string) => void;
type Rule = (value: JsonValue) => string | null;

const whole = (least: number): Rule => {
  return (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least ? null : `a whole number from ${least}`;
};
const pair: Rule = (value) =>
  Array.isArray(value) && value.length === 2 && value.every((one) => whole(0)(one) === null)
    ? null
    : 'two whole numbers [least, most]';
const oneOf = (names: readonly string[]): Rule => {
  return (value) => (typeof value === 'string' && names.includes(value) ? null : `one of ${names.join(', ')}`);
};
const isMapping = (value: JsonValue): value is Readonly<Record<string, JsonValue>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (rule: Rule): Rule => {
  return (value) => {
    if (!Array.isArray(value) || value.length === 0) return 'a list that is not empty';
    const bad = value.map(rule).find((problem) => problem !== null);
    return bad === undefined ? null : `a list of: ${bad}`;
  };
};
const mapping = (rules: Readonly<Record<string, Rule>>): Rule => {
  return (value) => {
    if (!isMapping(value)) return `a mapping with ${Object.keys(rules).join(', ')}`;
    for (const [key, one] of Object.entries(value)) {
      const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
      if (rule === undefined) return `a mapping with ${Object.keys(rules).join(', ')} (not "${key}")`;
      const problem = rule(one);
      if (problem !== null) return `a mapping whose "${key}" is ${problem}`;
    }
    return null;
  };
};
const number: Rule = (value) => (typeof value === 'number' && value >= 0 ? null : 'a number from 0');
const anyMapping: Rule = (value) => (isMapping(value) ? null : 'a mapping');
const flag: Rule = (value) => (typeof value === 'boolean' ? null : 'true or false');
const faults: Rule = (value) =>
  value === 'swarm' || value === 'none'
    ? null
    : mapping(Object.fromEntries(FAULT_KINDS.map((kind) => [kind, number])))(value);

const RULES: Readonly<Record<keyof RunOverrides, Rule>> = {
  nodes: whole(1),
  members: listOf(mapping({ id: (value) => (typeof value === 'string' ? null : 'a text'), weight: whole(1) })),
  config: anyMapping,
  attackers: listOf(oneOf(Object.keys(ATTACKERS))),
  faults,
  duration: whole(1000),
  recoverWithin: whole(1000),
  latency: pair,
  diskLatency: pair,
  workload: mapping({
    clients: whole(0),
    keys: whole(1),
    think: pair,
    readPercent: whole(0),
    timeout: whole(1),
    valueBytes: whole(12),
    maxOperations: whole(0),
  }),
  seal: flag,
  explorer: mapping({
    nodes: whole(1),
    budget: mapping({
      proposals: whole(0),
      timeouts: whole(0),
      crashes: whole(0),
      losses: whole(0),
      reads: whole(0),
      stops: whole(0),
      mutes: whole(0),
    }),
    proposers: listOf(whole(0)),
    timers: listOf(whole(0)),
    atOnce: listOf((value) => (typeof value === 'string' ? null : 'a text')),
    order: oneOf(['any', 'links']),
    maxStates: whole(1),
  }),
  check: oneOf(STATE_CHECKS),
};

/** Checks `run` key by key; what it returns may be used only when nothing was complained about. */
export function parseRun(value: JsonValue, complain: Complain): RunOverrides {
  if (!isMapping(value)) {
    complain('"run" must be a mapping');
    return {};
  }
  for (const [key, one] of Object.entries(value)) {
    if (!Object.hasOwn(RULES, key)) {
      complain(`"run" has no key "${key}"; there are ${Object.keys(RULES).join(', ')}`);
      continue;
    }
    const problem = RULES[key as keyof RunOverrides](one);
    if (problem !== null) complain(`"run.${key}" must be ${problem}`);
  }
  if (value['nodes'] !== undefined && value['members'] !== undefined)
    complain('"run" gives both nodes and members; one of them says the size');
  return value;
}
