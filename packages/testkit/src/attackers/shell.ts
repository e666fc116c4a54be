import {
  noEffects,
  type ConsensusMechanism,
  type Descriptor,
  type DurableImage,
  type Effects,
  type Guarantee,
  type Input,
  type MechanismInit,
  type MechanismPlugin,
  type Micros,
  type Status,
} from '@hypersync/interface';
import { Prng } from '@hypersync/consensus-kit';
import type { Attacker } from '../simulator/options.ts';

/** What an attack changes about an honest mechanism. Everything not mentioned stays honest. */
export interface Attack<G extends Guarantee> {
  /** Before the honest part sees them. */
  inputs?(inputs: readonly Input<G>[], now: Micros): readonly Input<G>[];
  /** After the honest part has acted. */
  effects?(effects: Effects<G>, now: Micros): Effects<G>;
  /** When it wants to act by itself; a `time` input comes then. */
  nextDeadline?(): Micros | null;
  /** The honest part itself may be replaced (amnesia, going back to an earlier state). */
  replace?(now: Micros, inner: ConsensusMechanism<G>): ConsensusMechanism<G> | null;
  /** The honest part may live at another time than the true one. Neither may go back. */
  readonly clock?: { inner(now: Micros): Micros; outer(inner: Micros): Micros };
}

export interface AttackContext<G extends Guarantee> {
  readonly init: MechanismInit;
  readonly honest: MechanismPlugin<G>;
  readonly random: Prng;
  readonly peers: readonly string[];
}

/** An attacker that is an honest node with one thing replaced. */
export function attacker(
  name: string,
  attack: <G extends Guarantee>(context: AttackContext<G>) => Attack<G>,
): Attacker {
  return {
    name,
    wrap: (honest) => ({
      ...honest,
      create: (init, image) => new Shell(honest, init, image, attack(contextOf(honest, init))),
    }),
  };
}

export function contextOf<G extends Guarantee>(honest: MechanismPlugin<G>, init: MechanismInit): AttackContext<G> {
  const peers = init.members.map((member) => member.id).filter((id) => id !== init.self);
  return { init, honest, peers, random: new Prng(init.seed, 77) };
}

class Shell<G extends Guarantee> implements ConsensusMechanism<G> {
  readonly descriptor: Descriptor<G>;
  #inner: ConsensusMechanism<G>;
  readonly #attack: Attack<G>;

  constructor(honest: MechanismPlugin<G>, init: MechanismInit, image: DurableImage, attack: Attack<G>) {
    this.descriptor = honest.descriptor;
    this.#inner = honest.create(init, image);
    this.#attack = attack;
  }

  step(now: Micros, inputs: readonly Input<G>[]): Effects<G> {
    this.#inner = this.#attack.replace?.(now, this.#inner) ?? this.#inner;
    const seen = this.#attack.inputs?.(inputs, now) ?? inputs;
    const time = this.#attack.clock?.inner(now) ?? now;
    const effects = seen.length === 0 ? noEffects<G>() : this.#inner.step(time, seen);
    return this.#attack.effects?.(effects, now) ?? effects;
  }

  nextDeadline(): Micros | null {
    const inner = this.#inner.nextDeadline();
    const own = inner === null ? null : (this.#attack.clock?.outer(inner) ?? inner);
    const wanted = [own, this.#attack.nextDeadline?.() ?? null].filter((time) => time !== null);
    return wanted.length === 0 ? null : Math.min(...wanted);
  }

  status(): Status<G> {
    return this.#inner.status();
  }

  fingerprint(): Uint8Array {
    return this.#inner.fingerprint();
  }

  clone(): ConsensusMechanism<G> {
    throw new Error('an attacker is not cloned; the explorer makes its own');
  }
}
