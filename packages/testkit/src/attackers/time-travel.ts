import type { ConsensusMechanism, Effects, Guarantee, Input, Micros, Token } from '@hypersync/interface';
import { attacker, type Attack, type AttackContext } from './shell.ts';

/** Tokens of a mechanism that was replaced: it counts anew, while its driver's tokens must go on. */
class TokenShift<G extends Guarantee> {
  #base = 0;
  #highest = 0;

  restart(): void {
    this.#base = this.#highest;
  }

  /** Answers to what was asked before the replacement are nobody's. */
  inward(inputs: readonly Input<G>[]): readonly Input<G>[] {
    return inputs
      .map((input) => ('token' in input ? { ...input, token: input.token - this.#base } : input))
      .filter((input) => !('token' in input) || input.token > 0);
  }

  outward(effects: Effects<G>): Effects<G> {
    const persist = effects.persist.map((batch) => ({ ...batch, token: batch.token + this.#base }));
    const crypto = effects.crypto.map((request) => ({ ...request, token: request.token + this.#base }));
    for (const { token } of [...persist, ...crypto]) this.#highest = Math.max(this.#highest, token);
    const send = effects.send.map((one) => (one.after === undefined ? one : { ...one, after: one.after + this.#base }));
    return { ...effects, persist, crypto, send };
  }
}

/** Forgets everything, disk included, again and again, and goes on as if new. */
export const amnesiac = attacker(
  'amnesiac',
  <G extends Guarantee>({ random, init, honest }: AttackContext<G>): Attack<G> => {
    const tokens = new TokenShift<G>();
    let next = init.now + random.between(100_000, 800_000);
    return {
      replace(now) {
        if (now < next) return null;
        next = now + random.between(300_000, 1_500_000);
        tokens.restart();
        return honest.create({ ...init, now, seed: random.nextU32(), applied: 0 }, new Map());
      },
      inputs: (inputs) => tokens.inward(inputs),
      effects: (effects) => tokens.outward(effects),
      nextDeadline: () => next,
    };
  },
);

/**
 * Goes back to the state it had a few or many steps ago and goes on from there, again and again: it votes anew where it has
 * voted, and builds on what is no longer the end.
 */
export const forking = attacker('forking', <G extends Guarantee>({ random }: AttackContext<G>): Attack<G> => {
  const tokens = new TokenShift<G>();
  let kept: { readonly mechanism: ConsensusMechanism<G>; readonly flushing: readonly Token[] } | null = null;
  /** Flushes that the mechanism waits for; for the one it goes back to, they ended long ago. */
  const flushing = new Set<Token>();
  let answers: Input<G>[] = [];
  let steps = 1;
  return {
    replace(_now, inner) {
      if (--steps > 0) return null;
      if (kept === null) {
        kept = { mechanism: inner.clone(), flushing: [...flushing] };
        steps = random.pick([1, 1, 2, 3, 10, 100]);
        return null;
      }
      const earlier = kept;
      kept = null;
      steps = random.between(1, 20);
      tokens.restart();
      flushing.clear();
      answers = earlier.flushing.map((token) => ({ t: 'durable', token }));
      return earlier.mechanism;
    },
    inputs(inputs) {
      const seen = [...answers, ...tokens.inward(inputs)];
      answers = [];
      for (const input of seen) if (input.t === 'durable') flushing.delete(input.token);
      return seen;
    },
    effects(effects) {
      for (const { token, sync } of effects.persist) if (sync) flushing.add(token);
      return tokens.outward(effects);
    },
  };
});

/** Its clock jumps ahead, again and again: it speaks of rounds that the others reach much later, or never. */
export const futureRound = attacker(
  'future-round',
  <G extends Guarantee>({ random, init }: AttackContext<G>): Attack<G> => {
    let ahead: Micros = 0;
    let next = init.now + random.between(50_000, 300_000);
    return {
      inputs: (inputs) => inputs.map((input) => later(input, ahead)),
      effects(effects, now) {
        if (now >= next) {
          next = now + random.between(100_000, 700_000);
          ahead += random.between(100_000, 5_000_000);
        }
        return effects;
      },
      clock: { inner: (now) => now + ahead, outer: (inner) => inner - ahead },
      nextDeadline: () => next,
    };
  },
);

/** Its clock runs fast: every time-out is over long before the others', so it asks for view after view. */
export const increasingView = attacker(
  'increasing-view',
  <G extends Guarantee>({ random, init }: AttackContext<G>): Attack<G> => {
    const rate = random.between(3, 8);
    let ahead: Micros = 0;
    return {
      inputs(inputs, now) {
        ahead = (now - init.now) * (rate - 1);
        return inputs.map((input) => later(input, ahead));
      },
      clock: {
        inner: (now) => init.now + (now - init.now) * rate,
        outer: (inner) => init.now + Math.ceil((inner - init.now) / rate),
      },
    };
  },
);

/** The wall clock of a node that is ahead of the others. */
function later<G extends Guarantee>(input: Input<G>, ahead: Micros): Input<G> {
  if (input.t !== 'clock') return input;
  return { ...input, earliest: input.earliest + ahead, latest: input.latest + ahead };
}
