import type { Effects, Guarantee, Micros, Send } from '@hypersync/interface';
import { decodeEnvelope, type Prng } from '@hypersync/consensus-kit';
import { bytesEqual, concatBytes } from '@hypersync/base';
import type { Attacker } from '../simulator/options.ts';
import { attacker, type AttackContext } from './shell.ts';
import { amnesiac, forking, futureRound, increasingView } from './time-travel.ts';
import { doubleVoting, equivocating } from './twins.ts';

/** Runs honestly and says nothing. */
const silent = attacker('silent', () => ({
  effects: (effects) => ({ ...effects, send: [] }),
}));

/** Says everything late: up to 400 ms after it should. */
const delaying = attacker('delaying', <G extends Guarantee>({ random }: { random: Prng }) => {
  let held: { at: Micros; send: Send }[] = [];
  return {
    effects(effects: Effects<G>, now: Micros): Effects<G> {
      for (const send of effects.send) held.push({ at: now + random.between(10_000, 400_000), send });
      const ripe = held.filter(({ at }) => at <= now).map(({ send }) => send);
      held = held.filter(({ at }) => at > now);
      return { ...effects, send: ripe };
    },
    nextDeadline: () =>
      held.reduce<Micros | null>((least, { at }) => (least === null ? at : Math.min(least, at)), null),
  };
});

/** Each message goes to a peer or not, as a coin falls. */
const selective = attacker('selective', ({ random, peers }) => ({
  effects: (effects) => ({ ...effects, send: singly(effects.send, peers).filter(() => random.chance(1, 2)) }),
}));

/** Repeats what it once sent or heard, to anybody, at any time. */
const replaying = attacker('replaying', ({ random, peers, init }) => {
  const memory: Uint8Array[] = [];
  let next = init.now + 20_000;
  const remember = (bytes: Uint8Array) => {
    if (memory.length < 256) memory.push(bytes);
    else memory[random.nextInt(256)] = bytes;
  };
  return {
    inputs(inputs) {
      for (const input of inputs) if (input.t === 'message') remember(input.bytes);
      return inputs;
    },
    effects(effects, now) {
      for (const { bytes } of effects.send) remember(bytes);
      if (now < next || memory.length === 0) return effects;
      next = now + random.between(2000, 40_000);
      const again = Array.from({ length: random.between(1, 4) }, () => stray(random.pick(peers), random.pick(memory)));
      return { ...effects, send: [...effects.send, ...again] };
    },
    nextDeadline: () => next,
  };
});

/**
 * Changes what it says: half of the changes are made to the payload before it is signed, so that the lie carries a good
 * signature (small-scope mutation as in ByzzFuzz); the others are made to the bytes on the wire.
 */
const mutating = attacker('mutating', ({ random, peers }) => {
  const lies: { truth: Uint8Array; lie: Uint8Array }[] = [];
  return {
    effects(effects) {
      const crypto = effects.crypto.map((request) => {
        if (request.op !== 'sign' || !random.chance(1, 5)) return request;
        const lie = mutateTail(request.message, random);
        if (lies.push({ truth: request.message, lie }) > 64) lies.shift();
        return { ...request, message: lie };
      });
      const send = singly(effects.send, peers).map((one) => {
        const lied = withLie(one.bytes, lies);
        if (lied !== null) return { ...one, bytes: lied };
        return random.chance(1, 8) ? { ...one, bytes: mutateBytes(one.bytes, random) } : one;
      });
      return { ...effects, crypto, send };
    },
  };
});

/** Sends noise beside what it should say: empty, huge, random and truncated messages. */
const garbage = attacker('garbage', ({ random, peers, init }) => {
  let next = init.now + 10_000;
  return {
    effects(effects, now) {
      if (now < next) return effects;
      next = now + random.between(2000, 30_000);
      return { ...effects, send: [...effects.send, stray(random.pick(peers), randomBytes(random))] };
    },
    nextDeadline: () => next,
  };
});

/**
 * Messages that are far too long, or claim to be: padded, with a length inside that no message can have, or a megabyte of
 * noise. Whoever believes a length before checking it runs out of memory.
 */
const oversized = attacker('oversized', ({ random, peers, init }) => {
  const HUGE = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f);
  let next = init.now + 15_000;
  const enlarge = (bytes: Uint8Array): Uint8Array => {
    const at = random.nextInt(bytes.length + 1);
    switch (random.nextInt(12)) {
      case 0: {
        const noise = randomBytes(random, 4096);
        return concatBytes(Array.from({ length: 256 }, () => noise));
      }
      case 1:
      case 2:
        return concatBytes([bytes, new Uint8Array(random.between(1000, 100_000))]);
      default:
        return concatBytes([bytes.subarray(0, at), HUGE, bytes.subarray(at)]);
    }
  };
  return {
    effects(effects, now) {
      if (now < next || effects.send.length === 0) return effects;
      next = now + random.between(5000, 60_000);
      const { bytes } = random.pick(effects.send);
      return { ...effects, send: [...effects.send, stray(random.pick(peers), enlarge(bytes))] };
    },
    nextDeadline: () => next,
  };
});

/**
 * In spells, keeps what it should publish (a proposal, a certificate) to itself and one friend, or publishes all of it late in
 * one go: what others need to go on exists and is not there.
 */
const withholding = attacker('withholding', <G extends Guarantee>({ random, peers, init }: AttackContext<G>) => {
  let held: Send[] = [];
  let friend: string | null = null;
  let mode: 'open' | 'hold' | 'friend' = 'open';
  let turn = init.now + random.between(20_000, 200_000);
  return {
    effects(effects: Effects<G>, now: Micros): Effects<G> {
      let send: Send[] = [...effects.send];
      if (now >= turn) {
        send = [...held, ...send];
        held = [];
        mode = mode === 'open' ? random.pick(['hold', 'friend'] as const) : 'open';
        friend = random.pick(peers);
        turn = now + random.between(50_000, 600_000);
      }
      if (mode === 'hold') {
        held.push(...send);
        return { ...effects, send: [] };
      }
      if (mode === 'friend') send = singly(send, peers).filter(({ to }) => to === friend);
      return { ...effects, send };
    },
    nextDeadline: () => turn,
  };
});

/** All of them, by name. Each takes one node that is otherwise honest. */
export const ATTACKERS = {
  silent,
  delaying,
  equivocating,
  replaying,
  selective,
  mutating,
  garbage,
  amnesiac,
  'double-voting': doubleVoting,
  forking,
  withholding,
  'future-round': futureRound,
  'increasing-view': increasingView,
  oversized,
} as const satisfies Record<string, Attacker>;
export type AttackerName = keyof typeof ATTACKERS;

function stray(to: string, bytes: Uint8Array): Send {
  return { to, bytes, lane: 'control' };
}

/** One send per peer, so that each can be treated apart. */
function singly(sends: readonly Send[], peers: readonly string[]): Send[] {
  return sends.flatMap((send) => (send.to === 'all' ? peers.map((to) => ({ ...send, to })) : [send]));
}

/** The envelope with the payload that was really signed, where that was a lie. */
function withLie(bytes: Uint8Array, lies: readonly { truth: Uint8Array; lie: Uint8Array }[]): Uint8Array | null {
  const envelope = decodeEnvelope(bytes, bytes.length);
  if (envelope === null) return null;
  const { payload, signature } = envelope;
  const told = lies.find(
    ({ truth }) => bytesEqual(truth.subarray(-payload.length), payload) && truth.length > payload.length,
  );
  if (told === undefined) return null;
  const head = bytes.length - payload.length - lengthPrefix(signature.length) - signature.length;
  const tail = bytes.subarray(head + payload.length);
  return concatBytes([bytes.subarray(0, head), told.lie.subarray(-payload.length), tail]);
}

function lengthPrefix(length: number): number {
  return length < 0x80 ? 1 : 2;
}

/** Changes one byte in the last three quarters, where payloads are; the length stays. */
function mutateTail(bytes: Uint8Array, random: Prng): Uint8Array {
  const copy = bytes.slice();
  if (copy.length === 0) return copy;
  const at = copy.length - 1 - random.nextInt(Math.ceil((copy.length * 3) / 4));
  copy[at] = random.chance(1, 2) ? random.nextInt(256) : copy[at]! ^ (1 << random.nextInt(8));
  return copy;
}

/** A message with one small thing wrong: a bit, a byte, its end, or its middle. */
export function mutateBytes(bytes: Uint8Array, random: Prng): Uint8Array {
  if (bytes.length === 0) return Uint8Array.of(random.nextInt(256));
  const at = random.nextInt(bytes.length);
  switch (random.nextInt(5)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      return concatBytes([bytes, Uint8Array.of(random.nextInt(256))]);
    case 2:
      return concatBytes([bytes.subarray(0, at), Uint8Array.of(random.nextInt(256)), bytes.subarray(at)]);
    case 3:
      return concatBytes([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    default: {
      const copy = bytes.slice();
      copy[at] = random.chance(1, 2) ? copy[at]! ^ (1 << random.nextInt(8)) : random.nextInt(256);
      return copy;
    }
  }
}

/** Noise of all sizes, biased to short, with small first bytes, which are more often known tags. */
export function randomBytes(random: Prng, size?: number): Uint8Array {
  const length = size ?? random.pick([0, 1, 2, 5, 12, 30, 60, 200, 5000]);
  const bytes = Uint8Array.from({ length }, () => random.nextU32());
  if (length > 0 && random.chance(3, 4)) bytes[0] = random.nextInt(16);
  return bytes;
}
