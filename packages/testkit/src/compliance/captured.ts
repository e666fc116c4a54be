import { toHex } from '@hypersync/base';
import type { ConsensusMechanism, Effects, Guarantee, Input, MechanismPlugin, Micros } from '@hypersync/interface';
import { runSimulation } from '../simulator/simulate.ts';
import { type ComplianceOptions, simulationOf } from './options.ts';

/** A mechanism in the middle of its work, with what it was given so far. */
export interface Captured<G extends Guarantee> {
  readonly mechanism: ConsensusMechanism<G>;
  readonly now: Micros;
  /** Hex of the mechanism's fingerprint when it was copied; the original went on afterwards. */
  readonly fingerprint: string;
  readonly steps: readonly { readonly now: Micros; readonly inputs: readonly Input<G>[] }[];
  /** Messages seen on the wire, by anybody. */
  readonly wire: readonly Uint8Array[];
  readonly peers: readonly string[];
}

/**
 * Runs a small cluster with a tap on its first node: the node's own later steps are kept, to be given again to clones.
 * What is tested with it is therefore a state that the protocol really reaches.
 */
export function capture<G extends Guarantee>(options: ComplianceOptions<G>, nodes: number, seed: number): Captured<G> {
  const steps: { now: Micros; inputs: readonly Input<G>[] }[] = [];
  const wire: Uint8Array[] = [];
  let copy: ConsensusMechanism<G> | null = null;
  let copiedAt = 0;
  let fingerprint = '';
  let seen = 0;
  const tap = (inner: ConsensusMechanism<G>, watched: boolean): ConsensusMechanism<G> => ({
    descriptor: inner.descriptor,
    step(now, inputs) {
      if (watched && ++seen > 150 && copy === null) {
        copy = inner.clone();
        copiedAt = now;
        fingerprint = toHex(copy.fingerprint());
      }
      if (watched && copy !== null && steps.length < 60) steps.push({ now, inputs });
      const effects: Effects<G> = inner.step(now, inputs);
      for (const { bytes } of effects.send) if (wire.length < 400) wire.push(bytes);
      return effects;
    },
    nextDeadline: () => inner.nextDeadline(),
    status: () => inner.status(),
    fingerprint: () => inner.fingerprint(),
    clone: () => inner.clone(),
  });
  const plugin: MechanismPlugin<G> = {
    ...options.plugin,
    create: (init, image) => tap(options.plugin.create(init, image), init.self === 'n1'),
  };
  const base = simulationOf(options, nodes, seed);
  const report = runSimulation({ ...base, plugin, faults: 'none', workload: { ...base.workload, think: [500, 5000] } });
  if (report.violation !== null) throw new Error(`the fault-free run failed: ${report.violation.message}`);
  if (copy === null)
    throw new Error(`n1 took only ${seen} steps in a whole fault-free run; there is nothing to look at`);
  const peers = Array.from({ length: nodes - 1 }, (_, i) => `n${i + 2}`);
  return { mechanism: copy, now: copiedAt, fingerprint, steps, wire, peers };
}
