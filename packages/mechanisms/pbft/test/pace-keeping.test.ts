import { describe, expect, it } from 'vitest';
import { makeBundle } from '@hypersync/consensus-kit';
import { mergeConfig } from '../src/config.ts';
import { Expectation } from '../src/expectation.ts';
import { FlowControl } from '../src/flow-control.ts';

const MS = 1000;

describe('flow control', () => {
  const config = mergeConfig({ targetLatencyMs: 10, maxPipeline: 16, maxBatch: 64, maxPending: 5000 });

  /** Executes `rounds` batches that take `latency` each; returns the controller. */
  function run(flow: FlowControl, rounds: number, latency: number, backlog: number, start: number): number {
    let now = start;
    for (let i = 0; i < rounds; i++) {
      flow.proposed(start + i, now);
      now += latency;
      flow.executed(start + i, now, backlog);
    }
    return now;
  }

  it('deepens the pipeline by one per round while batches are quick and requests wait, up to the limit', () => {
    const flow = new FlowControl(config);
    const before = flow.depth;
    const now = run(flow, 8, 2 * MS, 5, 1);
    expect(flow.depth).toBe(before + 1);
    run(flow, 1000, 2 * MS, 5, now);
    expect(flow.depth).toBe(16);
    expect(flow.batchSize).toBe(1);
  });

  it('makes fewer and larger batches when they take too long, and goes back when it can', () => {
    const flow = new FlowControl(config);
    const now = run(flow, 60, 40 * MS, 50, 1);
    expect(flow.depth).toBe(1);
    expect(flow.batchSize).toBe(64);
    run(flow, 400, 2 * MS, 0, now);
    expect(flow.batchSize).toBe(1);
  });

  it('leaves the depth alone while nothing waits: it is not the depth that limits', () => {
    const flow = new FlowControl(config);
    const before = flow.depth;
    run(flow, 500, 2 * MS, 0, 1);
    expect(flow.depth).toBe(before);
  });

  it('admits in proportion to the pace, between a minimum and maxPending', () => {
    const flow = new FlowControl(config);
    expect(flow.admission).toBe(64);
    let now = 0;
    for (let i = 0; i < 50; i++) flow.served(1000, (now += 100 * MS)); // 10,000 a second
    expect(flow.admission).toBeGreaterThan(1500);
    expect(flow.admission).toBeLessThanOrEqual(1600);
    for (let i = 0; i < 50; i++) flow.served(100_000, (now += 100 * MS));
    expect(flow.admission).toBe(5000);
    for (let i = 0; i < 50; i++) flow.served(1, (now += 1500 * MS));
    expect(flow.admission).toBe(64);
  });
});

describe('what is expected of a primary', () => {
  const config = mergeConfig({ viewChangeTimeoutMs: 1000, slowPrimaryFactor: 4 });
  const bundles = Array.from({ length: 400 }, (_, i) =>
    makeBundle('a', 1, i + 1, [{ kind: 'read', session: 0, sequence: 0, value: new Uint8Array(0) }]),
  );

  /** A view in which every request waits `wait`. */
  function view(expectation: Expectation, start: number, wait: number): number {
    let now = start;
    for (const bundle of bundles.slice(0, 60)) {
      expectation.arrived(now, bundle);
      now += wait;
      expectation.executed(now, [bundle], true);
    }
    return now;
  }

  it('without a predecessor is half of the time-out', () => {
    const expectation = new Expectation(config, 4);
    expectation.enter(0);
    view(expectation, 0, 400 * MS);
    expect(expectation.isDisappointed).toBe(false);
    view(expectation, 60_000 * MS, 600 * MS);
    expect(expectation.isDisappointed).toBe(true);
  });

  it('follows the best of the last round of primaries', () => {
    const expectation = new Expectation(config, 4);
    let now = view(expectation, 0, 50 * MS);
    expectation.enter(now);
    expect(expectation.allowed).toBe(200 * MS);
    now = view(expectation, now, 300 * MS);
    expect(expectation.isDisappointed).toBe(true);
    for (let i = 0; i < 4; i++) {
      expectation.enter(now); // all others are as slow: it is the network
      now = view(expectation, now, 300 * MS);
    }
    expect(expectation.allowed).toBe(1200 * MS);
    expect(expectation.isDisappointed).toBe(false);
  });

  it('is never less than an eighth of the time-out, and says nothing before there are samples', () => {
    const expectation = new Expectation(config, 4);
    const now = view(expectation, 0, 5 * MS);
    expectation.enter(now);
    expect(expectation.allowed).toBe(125 * MS);
    expectation.arrived(now, bundles[0]!);
    expectation.executed(now + 900 * MS, [bundles[0]!], true);
    expect(expectation.isDisappointed).toBe(false);
  });

  it('does not blame a primary for what this replica itself was late to execute', () => {
    const expectation = new Expectation(config, 4);
    let now = 0;
    for (const bundle of bundles) {
      expectation.arrived(now, bundle);
      now += 900 * MS;
      expectation.executed(now, [bundle], false);
    }
    expect(expectation.isDisappointed).toBe(false);
  });

  it('is nothing with factor 0', () => {
    const expectation = new Expectation(mergeConfig({ viewChangeTimeoutMs: 1000, slowPrimaryFactor: 0 }), 4);
    view(expectation, 0, 900 * MS);
    expect(expectation.isDisappointed).toBe(false);
  });
});
