import { toHex } from '@hypersync/base';
import type {
  ConsensusMechanism,
  DurableImage,
  Effects,
  Guarantee,
  Input,
  MechanismInit,
  MechanismPlugin,
  Micros,
} from '@hypersync/interface';
import { Disk } from '../simulator/disk.ts';
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
  /** What was durable when it was copied, with what it was created from: a restart continues from these. */
  readonly image: DurableImage;
  readonly init: MechanismInit;
}

/** Steps of the watched node before it is copied, steps of it and messages of anybody that are kept. */
const STEPS_BEFORE = 150;
const STEPS_KEPT = 60;
const MESSAGES_KEPT = 400;

type Copied<G extends Guarantee> = Pick<Captured<G>, 'mechanism' | 'now' | 'fingerprint' | 'image' | 'init'>;

/** Watches one node: what it has on disk, then a copy of it, then what it is given. */
class Recorder<G extends Guarantee> {
  readonly steps: { now: Micros; inputs: readonly Input<G>[] }[] = [];
  readonly wire: Uint8Array[] = [];
  copied: Copied<G> | null = null;
  seen = 0;
  readonly #disk = new Disk();
  #applied = 0;

  before(inner: ConsensusMechanism<G>, init: MechanismInit, now: Micros, inputs: readonly Input<G>[]): void {
    if (++this.seen > STEPS_BEFORE && this.copied === null) {
      const mechanism = inner.clone();
      const fingerprint = toHex(mechanism.fingerprint());
      const image = this.#disk.image();
      this.copied = { mechanism, now, fingerprint, image, init: { ...init, now, applied: this.#applied } };
    }
    if (this.copied !== null && this.steps.length < STEPS_KEPT) this.steps.push({ now, inputs });
  }

  after({ persist, deliver }: Effects<G>): void {
    if (this.copied !== null) return;
    for (const batch of persist) this.#disk.write(batch);
    this.#disk.crash(persist.length); // all of it is durable at once
    for (const { position } of deliver) if (position.class === 'total-order') this.#applied = position.index;
  }
}

/**
 * Runs a small cluster with a tap on its first node: the node's own later steps are kept, to be given again to clones.
 * What is tested with it is therefore a state that the protocol really reaches.
 */
export function capture<G extends Guarantee>(options: ComplianceOptions<G>, nodes: number, seed: number): Captured<G> {
  const recorder = new Recorder<G>();
  const tap = (inner: ConsensusMechanism<G>, init: MechanismInit): ConsensusMechanism<G> => ({
    descriptor: inner.descriptor,
    step(now, inputs) {
      const watched = init.self === 'n1';
      if (watched) recorder.before(inner, init, now, inputs);
      const effects: Effects<G> = inner.step(now, inputs);
      if (watched) recorder.after(effects);
      for (const { bytes } of effects.send) if (recorder.wire.length < MESSAGES_KEPT) recorder.wire.push(bytes);
      return effects;
    },
    nextDeadline: () => inner.nextDeadline(),
    status: () => inner.status(),
    fingerprint: () => inner.fingerprint(),
    clone: () => inner.clone(),
  });
  const plugin: MechanismPlugin<G> = {
    ...options.plugin,
    create: (init, image) => tap(options.plugin.create(init, image), init),
  };
  const base = simulationOf(options, nodes, seed);
  const report = runSimulation({ ...base, plugin, faults: 'none', workload: { ...base.workload, think: [500, 5000] } });
  if (report.violation !== null) throw new Error(`the fault-free run failed: ${report.violation.message}`);
  const { copied, seen, steps, wire } = recorder;
  if (copied === null)
    throw new Error(`n1 took only ${seen} steps in a whole fault-free run; there is nothing to look at`);
  const peers = Array.from({ length: nodes - 1 }, (_, i) => `n${i + 2}`);
  return { ...copied, steps, wire, peers };
}
