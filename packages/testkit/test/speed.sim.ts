import { expect, it } from 'vitest';
import type { ConsensusMechanism, MechanismPlugin } from '@hypersync/interface';
import { runSimulation } from '../src/consensus.ts';
import { toySynod } from './fixtures/toy-synod.ts';

type G = 'total-order';

/** Nanoseconds that went by inside the mechanism. The simulator traps other clocks. */
let inside = 0;
function timed<T>(run: () => T): T {
  const start = process.hrtime.bigint();
  const result = run();
  inside += Number(process.hrtime.bigint() - start);
  return result;
}

function stopwatch(plugin: MechanismPlugin<G>): MechanismPlugin<G> {
  const wrap = (inner: ConsensusMechanism<G>): ConsensusMechanism<G> => ({
    descriptor: inner.descriptor,
    step: (now, inputs) => timed(() => inner.step(now, inputs)),
    nextDeadline: () => timed(() => inner.nextDeadline()),
    status: () => timed(() => inner.status()),
    fingerprint: () => timed(() => inner.fingerprint()),
    clone: () => wrap(inner.clone()),
  });
  return { ...plugin, create: (init, image) => timed(() => wrap(plugin.create(init, image))) };
}

it('the simulator itself handles at least 150,000 events a second', () => {
  const plugin = stopwatch(toySynod());
  const run = (seed: number) => runSimulation({ plugin, nodes: 5, seed, faults: 'none', duration: 4_000_000 }).events;
  run(1); // until the code is warm
  const rates = [2, 3, 4, 5].map((seed) => {
    inside = 0;
    const start = process.hrtime.bigint();
    const events = run(seed);
    return events / ((Number(process.hrtime.bigint() - start) - inside) / 1e9);
  });
  // the best of four: other programs on the machine can only make it slower
  const best = Math.max(...rates);
  process.stdout.write(
    `\nsimulator: ${Math.round(best).toLocaleString('en')} events/s beside the mechanism's own steps\n`,
  );
  expect(best).toBeGreaterThan(150_000);
});
