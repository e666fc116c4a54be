import { describe, expect, it } from 'vitest';
import { toHex } from '@hypersync/base';
import type { Effects, Guarantee, Input } from '@hypersync/interface';
import { Prng } from '@hypersync/consensus-kit';
import { ATTACKERS, mutateBytes, randomBytes, type AttackerName } from '../attackers/attackers.ts';
import { FAULT_KINDS, type SimulationReport } from '../simulator/options.ts';
import { simulate } from '../simulator/simulate.ts';
import { capture, type Captured } from './captured.ts';
import { costProblem } from './cost.ts';
import { descriptorProblems } from './descriptor-rules.ts';
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
    if (plugin.descriptor.capabilities.stop !== 'none') sealTest(options);
  });
}

/** The smallest cluster in which one node may fail and the others go on. */
function smallest(options: ComplianceOptions): number {
  const { faults } = options.plugin.descriptor;
  return Math.max(faults.minNodes, faults.model === 'byzantine' ? 4 : 3);
}

function sizesOf(options: ComplianceOptions): readonly number[] {
  return options.sizes ?? [smallest(options), smallest(options) + 2];
}

function staticTests<G extends Guarantee>(options: ComplianceOptions<G>): void {
  const { plugin } = options;

  it('has a sane descriptor, the same on plugin and instance', () => {
    expect(descriptorProblems(plugin.descriptor)).toEqual([]);
    const members = ['n1', 'n2', 'n3', 'n4'].slice(0, Math.max(1, smallest(options))).map((id) => ({ id, weight: 1 }));
    const init = { self: 'n1', members, epoch: 1, seed: 1, now: 0, config: options.config ?? {}, applied: 0 };
    expect(plugin.create(init, new Map()).descriptor).toEqual(plugin.descriptor);
  });

  it('accepts its configuration and refuses wrong ones, naming the key', () => {
    expect(plugin.validateConfig(options.config ?? {}, smallest(options))).toEqual([]);
    for (const bad of [{ 'no-such-key': 1 }, ...(options.badConfigs ?? [])]) {
      const problems = plugin.validateConfig(bad, smallest(options));
      expect(problems, `accepted ${JSON.stringify(bad)}`).not.toEqual([]);
      for (const { key, allowed, reason } of problems)
        expect([typeof key, allowed !== '', reason !== '']).toEqual(['string', true, true]);
    }
  });
}

function stateTests<G extends Guarantee>(options: ComplianceOptions<G>): void {
  let shared: Captured<G> | null = null;
  const captured = (): Captured<G> => (shared ??= capture(options, smallest(options), 11));

  it('clones stand alone: steps of one never show in the other, and both go the same way', () => {
    const { mechanism, steps } = captured();
    const before = toHex(mechanism.fingerprint());
    const [a, b] = [mechanism.clone(), mechanism.clone()];
    expect(toHex(a.fingerprint())).toBe(before);
    for (const { now, inputs } of steps) {
      const untouched = toHex(b.fingerprint());
      const late = b.clone();
      const effects = a.step(now, inputs);
      expect(toHex(b.fingerprint())).toBe(untouched);
      expect(plain(b.step(now, inputs))).toEqual(plain(effects));
      expect(toHex(a.fingerprint())).toBe(toHex(b.fingerprint()));
      expect(toHex(late.fingerprint())).toBe(untouched);
    }
    expect(toHex(mechanism.fingerprint())).toBe(before);
    expect(toHex(a.fingerprint()), 'no step changed the fingerprint').not.toBe(before);
  });

  it('status, fingerprint, nextDeadline and clone change nothing', () => {
    const { mechanism } = captured();
    const before = toHex(mechanism.fingerprint());
    mechanism.status();
    mechanism.nextDeadline();
    mechanism.clone().status();
    expect(mechanism.status()).toEqual(mechanism.status());
    expect(toHex(mechanism.fingerprint())).toBe(before);
  });

  it('garbage and mutated bytes from peers never throw, and never answer or deliver out of nothing', () => {
    const { mechanism, now, wire, peers } = captured();
    const random = new Prng(5);
    const victim = mechanism.clone();
    for (let i = 0; i < 1500; i++) {
      const bytes = i % 3 === 0 || wire.length === 0 ? randomBytes(random) : mutateBytes(random.pick(wire), random);
      expect(typeof options.plugin.describeMessage(bytes)).toBe('string');
      const from = i % 50 === 0 ? 'stranger' : random.pick(peers);
      const effects = victim.step(now + i, [{ t: 'message', from, bytes }]);
      if (i % 3 === 0) expect(effects.resolve, `answered on ${toHex(bytes)}`).toEqual([]);
    }
  });

  it('completions that nobody asked for are ignored', () => {
    const { mechanism, now } = captured();
    const victim = mechanism.clone();
    const token = 2 ** 45;
    const inputs: Input<G>[] = [
      { t: 'durable', token: 0 },
      { t: 'signed', token, signature: new Uint8Array(32) },
      { t: 'verified', token, valid: true },
      { t: 'suspicion', node: 'stranger', phi: 99 },
    ];
    for (const input of inputs) expect(victim.step(now, [input]).deliver).toEqual([]);
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
      expect(report.acknowledged, `${nodes} nodes`).toBeGreaterThan(20);
      expect(report.recovery, `${nodes} nodes`).toBeLessThanOrEqual(options.progressWithin ?? 20_000_000);
    }
  });

  it('survives restarts from its durable image, of one node and of all', () => {
    const base = simulationOf(options, size!, 6);
    const report = simulate({ ...base, faults: { crash: 4, 'power-cut': 2 }, replay: replayOf('restarts') });
    expect(report.faults.crash + report.faults['power-cut']).toBeGreaterThanOrEqual(6);
  });

  it('keeps its promises under faults, and recovers when they end', () => {
    const reports: SimulationReport[] = [];
    for (const seed of seedsOf(options.seeds ?? 24))
      for (const nodes of [sizesOf(options)[seed % sizesOf(options).length]!])
        reports.push(simulate({ ...simulationOf(options, nodes, seed), replay: replayOf('faults') }));
    if (reports.length < 16) return; // a replay, or a chosen few: coverage is a question to many seeds
    for (const kind of FAULT_KINDS)
      expect(
        reports.reduce((sum, report) => sum + report.faults[kind], 0),
        `${kind} never happened`,
      ).toBeGreaterThan(0);
  });

  it('sends no more messages than its descriptor says', () => {
    expect(costProblem(options, smallest(options))).toBeNull();
  });
}

function attackTests<G extends Guarantee>(options: ComplianceOptions<G>): void {
  const names = options.byzantine ?? (Object.keys(ATTACKERS) as AttackerName[]);
  for (const name of names)
    it(`stays safe and live with f of 3f+1 nodes ${name}`, () => {
      for (const seed of seedsOf(Math.max(2, Math.floor((options.seeds ?? 24) / 8)))) {
        const f = seed % 4 === 0 ? 2 : 1;
        const attackers = Array.from({ length: f }, () => ATTACKERS[name]);
        simulate({ ...simulationOf(options, 3 * f + 1, seed), attackers, replay: replayOf(name) });
      }
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

/** Effects without typed arrays, so that a difference prints well. */
function plain<G extends Guarantee>(effects: Effects<G>): unknown {
  return JSON.parse(
    JSON.stringify(effects, (_key, value: unknown) => (value instanceof Uint8Array ? toHex(value) : value)),
  );
}
