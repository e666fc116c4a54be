import type { Guarantee } from '@hypersync/interface';
import { wantedCoverage } from '../simulator/coverage.ts';
import { FAULT_KINDS } from '../simulator/options.ts';
import { runSimulation } from '../simulator/simulate.ts';
import type { Violation } from '../simulator/violation.ts';
import { campaignRun } from './campaign.ts';
import type { ComplianceOptions } from './options.ts';

/** What many seeds have done, in sum. Plain data, so that processes can hand it over. */
export interface CampaignTotals {
  readonly seeds: number;
  readonly events: number;
  readonly messages: number;
  readonly messageBytes: number;
  readonly decisions: number;
  readonly acknowledged: number;
  /** How often each fault happened. */
  readonly faults: Readonly<Record<string, number>>;
  /** In how many runs each situation was met. */
  readonly coverage: Readonly<Record<string, number>>;
  /** How many runs each mix of faults (with its attackers) had. */
  readonly mixes: Readonly<Record<string, number>>;
  /** One per seed, in order. */
  readonly hashes: readonly string[];
  /** The first seed that broke a promise; the campaign ends there. */
  readonly broken: { readonly seed: number; readonly mix: string; readonly violation: Violation } | null;
}

/** Runs `seeds` seeds from `from` on, as `campaignRun` draws them, until one breaks a promise. */
export function runCampaign<G extends Guarantee>(
  options: ComplianceOptions<G>,
  from: number,
  seeds: number,
): CampaignTotals {
  let totals = NOTHING;
  const watched = { ...options, sometimes: options.sometimes ?? [] };
  for (let seed = from; seed < from + seeds && totals.broken === null; seed++) {
    const { mix, options: run } = campaignRun(watched, seed);
    const report = runSimulation(run);
    totals = addTotals(totals, {
      ...report,
      seeds: 1,
      coverage: Object.fromEntries(Object.entries(report.coverage).map(([name, count]) => [name, Math.min(count, 1)])),
      mixes: { [mix]: 1 },
      hashes: [report.hash],
      broken: report.violation === null ? null : { seed, mix, violation: report.violation },
    });
  }
  return totals;
}

const NOTHING: CampaignTotals = {
  seeds: 0,
  events: 0,
  messages: 0,
  messageBytes: 0,
  decisions: 0,
  acknowledged: 0,
  faults: {},
  coverage: {},
  mixes: {},
  hashes: [],
  broken: null,
};

/** The sum of two parts of a campaign, `b` after `a`. */
export function addTotals(a: CampaignTotals, b: CampaignTotals): CampaignTotals {
  return {
    seeds: a.seeds + b.seeds,
    events: a.events + b.events,
    messages: a.messages + b.messages,
    messageBytes: a.messageBytes + b.messageBytes,
    decisions: a.decisions + b.decisions,
    acknowledged: a.acknowledged + b.acknowledged,
    faults: addCounts(a.faults, b.faults),
    coverage: addCounts(a.coverage, b.coverage),
    mixes: addCounts(a.mixes, b.mixes),
    hashes: [...a.hashes, ...b.hashes],
    broken: a.broken ?? b.broken,
  };
}

type Counts = Readonly<Record<string, number>>;

function addCounts(a: Counts, b: Counts): Counts {
  const sum: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

/** What a long campaign must have met and did not: such a campaign proves less than it seems, and is rejected. */
export function unmet(options: ComplianceOptions, totals: CampaignTotals): string[] {
  const { descriptor } = options.plugin;
  const wanted = wantedCoverage(descriptor, options.sometimes ?? []);
  return [
    ...FAULT_KINDS.filter((kind) => (totals.faults[kind] ?? 0) === 0),
    ...['lost-writes'].filter((kind) => (totals.faults[kind] ?? 0) === 0),
    ...wanted.filter((name) => (totals.coverage[name] ?? 0) === 0),
  ];
}
