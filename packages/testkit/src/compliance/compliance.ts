import { describe, expect, it } from 'vitest';
import type { Guarantee } from '@hypersync/interface';
import { ATTACKERS, type AttackerName } from '../attackers/attackers.ts';
import { FAULT_KINDS, type SimulationReport } from '../simulator/options.ts';
import { simulate } from '../simulator/simulate.ts';
import { accountsOf } from './accountability.ts';
import { BAD_NETWORK, RESTARTS, sizesOf, sizeWithFaulty, smallestSize } from './campaign.ts';
import { capture, type Captured } from './captured.ts';
import { costProblem } from './cost.ts';
import { descriptorProblems } from './descriptor-rules.ts';
import { cloneProblem, garbageProblem, imageProblem, observerProblem, strayCompletionProblem } from './state-checks.ts';
import { seedsOf, simulationOf, type ComplianceOptions } from './options.ts';

export type { ComplianceOptions } from './options.ts';

/**
 * Registers the tests that every mechanism must pass; see this room's README for the list. Call it at the top level of a
 * test file. Runs are virtual: the default takes a few seconds of processor time.
 */
export function mechanismCompliance<G extends Guarantee>(options: ComplianceOptions<G>): void {
  const { plugin } = options;
  describe(`${plugin.descriptor.id} complies`, () => {
    staticTests(options);
    stateTests(options);
    runTests(options);
    if (plugin.descriptor.faults.model === 'byzantine') attackTests(options);
    if (plugin.descriptor.capabilities.evidence && plugin.descriptor.guarantee === 'total-order') evidenceTest(options);
    if (plugin.descriptor.capabilities.snapshot === 'log') snapshotTest(options);
    if (plugin.descriptor.capabilities.stop !== 'none') sealTest(options);
  });
}

/** Half as many for Byzantine mechanisms: their runs cost more, and each attacker has runs of its own. */
function runsOf(options: ComplianceOptions, usual: number): number {
  return options.plugin.descriptor.faults.model === 'byzantine' ? usual / 2 : usual;
}

function staticTests<G extends Guarantee>(options: ComplianceOptions<G>): void {
  const { plugin } = options;

  it('has a sane descriptor, the same on plugin and instance', () => {
    expect(descriptorProblems(plugin.descriptor)).toEqual([]);
    const members = ['n1', 'n2', 'n3', 'n4']
      .slice(0, Math.max(1, smallestSize(options)))
      .map((id) => ({ id, weight: 1 }));
    const init = { self: 'n1', members, epoch: 1, seed: 1, now: 0, config: options.config ?? {}, applied: 0 };
    expect(plugin.create(init, new Map()).descriptor).toEqual(plugin.descriptor);
  });

  it('accepts its configuration and refuses wrong ones, naming the key', () => {
    expect(plugin.validateConfig(options.config ?? {}, smallestSize(options))).toEqual([]);
    for (const bad of [{ 'no-such-key': 1 }, ...(options.badConfigs ?? [])]) {
      const problems = plugin.validateConfig(bad, smallestSize(options));
      expect(problems, `accepted ${JSON.stringify(bad)}`).not.toEqual([]);
      for (const { key, allowed, reason } of problems)
        expect([typeof key, allowed !== '', reason !== '']).toEqual(['string', true, true]);
    }
  });
}

function stateTests<G extends Guarantee>(options: ComplianceOptions<G>): void {
  const { plugin } = options;
  let shared: Captured<G> | null = null;
  const captured = (): Captured<G> => (shared ??= capture(options, smallestSize(options), 11));

  it('clones stand alone: steps of one never show in the other, and both go the same way', () => {
    expect(cloneProblem(captured())).toBeNull();
  });

  it('status, fingerprint, nextDeadline and clone change nothing', () => {
    expect(observerProblem(captured())).toBeNull();
  });

  it('garbage and mutated bytes from peers never throw, and never answer or deliver out of nothing', () => {
    expect(garbageProblem(plugin, captured())).toBeNull();
  });

  it('a damaged record on disk is refused, or does no harm', () => {
    expect(imageProblem(plugin, captured())).toBeNull();
  });

  it('completions that nobody asked for are ignored', () => {
    expect(strayCompletionProblem(captured())).toBeNull();
  });
}

function runTests<G extends Guarantee>(options: ComplianceOptions<G>): void {
  const [size] = sizesOf(options);

  it('is deterministic: the same seed gives the same trace', () => {
    const run = () => simulate({ ...simulationOf(options, size!, 3), replay: replayOf('deterministic') });
    const first = run();
    expect(run().hash).toBe(first.hash);
    expect(simulate({ ...simulationOf(options, size!, 4), replay: replayOf('deterministic') }).hash).not.toBe(
      first.hash,
    );
  });

  it('makes progress without faults, also alone where it may', () => {
    const { minNodes } = options.plugin.descriptor.faults;
    for (const nodes of new Set([minNodes, size!])) {
      const base = simulationOf(options, nodes, 2);
      const report = simulate({ ...base, faults: 'none', replay: replayOf('progress') });
      expect(report.acknowledged, `${nodes} nodes`).toBeGreaterThan(10);
      expect(report.recovery, `${nodes} nodes`).toBeLessThanOrEqual(options.progressWithin ?? 20_000_000);
    }
  });

  it('survives restarts from its durable image, of one node and of all', () => {
    const reports = seedsOf(options.restarts ?? runsOf(options, 10)).map((seed) =>
      simulate({ ...simulationOf(options, size!, seed), faults: RESTARTS[seed % 2]!, replay: replayOf('restarts') }),
    );
    const lost = reports.reduce((sum, report) => sum + report.faults['lost-writes'], 0);
    expect(lost, 'no crash lost an unflushed write').toBeGreaterThan(reports.length < 5 ? -1 : 0);
  });

  it('keeps its promises under faults, and recovers when they end', () => {
    const reports: SimulationReport[] = [];
    for (const seed of seedsOf(options.seeds ?? runsOf(options, 24))) {
      const base = simulationOf(options, sizesOf(options)[seed % sizesOf(options).length]!, seed);
      const faults = seed % 3 === 0 ? BAD_NETWORK : 'swarm';
      reports.push(simulate({ ...base, faults, core: seed % 2 === 0, replay: replayOf('faults') }));
    }
    const acknowledged = reports.reduce((sum, report) => sum + report.acknowledged, 0) / reports.length;
    expect(acknowledged, 'too little happens: faster timers, or a longer duration').toBeGreaterThan(10);
    if (reports.length < 12) return; // a replay, or a chosen few: coverage is a question to many seeds
    for (const kind of FAULT_KINDS)
      expect(
        reports.reduce((sum, report) => sum + report.faults[kind], 0),
        `${kind} never happened`,
      ).toBeGreaterThan(0);
  });

  it('sends no more messages and bytes than its descriptor says', () => {
    expect(costProblem(options, smallestSize(options))).toBeNull();
  });
}

function attackTests<G extends Guarantee>(options: ComplianceOptions<G>): void {
  const names = options.byzantine ?? (Object.keys(ATTACKERS) as AttackerName[]);
  for (const name of names)
    it(`stays safe and live with f nodes ${name}`, () => {
      for (const seed of seedsOf(Math.max(2, Math.floor((options.seeds ?? 16) / 8)))) {
        const f = seed % 4 === 0 ? 2 : 1;
        const attackers = Array.from({ length: f }, () => ATTACKERS[name]);
        simulate({ ...simulationOf(options, sizeWithFaulty(options, f), seed), attackers, replay: replayOf(name) });
      }
    });
}

function evidenceTest<G extends Guarantee>(options: ComplianceOptions<G>): void {
  it('with f+1 faulty nodes working together, proofs convict the guilty and nobody else', () => {
    const { forks, problem } = accountsOf(options, [1, 2, 3, 4, 5, 6]);
    expect(problem).toBeNull();
    expect(forks, 'they never made honest nodes decide differently').toBeGreaterThan(0);
  });
}

function snapshotTest<G extends Guarantee>(options: ComplianceOptions<G>): void {
  it('brings a node that was away for long up to date by a snapshot', () => {
    const seeds = seedsOf(4);
    const reports = seeds.map((seed) => {
      const base = simulationOf(options, sizesOf(options)[0]!, seed);
      const workload = { readPercent: 10, ...base.workload };
      return simulate({ ...base, workload, faults: { absence: 1 }, replay: replayOf('brings') });
    });
    const installs = reports.reduce((sum, report) => sum + report.installs, 0);
    expect(installs, 'no snapshot was installed').toBeGreaterThan(seeds.length === 1 ? -1 : 0);
  });
}

function sealTest<G extends Guarantee>(options: ComplianceOptions<G>): void {
  it('seals its epoch once, everywhere, after faults too', () => {
    for (const seed of seedsOf(4)) {
      const base = simulationOf(options, sizesOf(options)[0]!, seed);
      simulate({ ...base, seal: true, faults: seed === 1 ? 'none' : 'swarm', replay: replayOf('seals') });
    }
  });
}

function replayOf(test: string): (seed: number) => string {
  const path = expect.getState().testPath ?? '<test file>';
  const relative = path.startsWith(process.cwd()) ? path.slice(process.cwd().length + 1) : path;
  return (seed) => `HYPERSYNC_SEED=${seed} npx vitest run --config test/vitest.config.ts ${relative} -t '${test}'`;
}
