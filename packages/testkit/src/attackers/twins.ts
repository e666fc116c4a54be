import type {
  ConsensusMechanism,
  CryptoRequest,
  Descriptor,
  DurableImage,
  Effects,
  Guarantee,
  Input,
  MechanismInit,
  MechanismPlugin,
  Micros,
  NodeId,
  Op,
  Persist,
  Send,
  Status,
  StoreOp,
  Token,
} from '@hypersync/interface';
import type { Prng } from '@hypersync/consensus-kit';
import type { Attacker, Wish } from '../simulator/options.ts';
import { colluding, open, split, type Audience, type Half, type MakeAudience } from './audience.ts';
import { contextOf } from './shell.ts';

/**
 * Twins (Bano et al. 2020): two copies of the honest node under one identity, each talking to one half of the others and
 * each with wishes of its own. Whatever honest code can be made to say twice, they say: equivocation, double votes, forks.
 */
export const equivocating: Attacker = twins('equivocating', split);

/** Twins that do not hide: both hear everything, and everybody hears both. Whoever looks has the proof. */
export const doubleVoting: Attacker = twins('double-voting', open);

/**
 * Twins that work together, for one run: each half of the honest nodes (see `cutHonest`) meets one complete world of theirs.
 * More than a third of them can make the halves decide differently; what they signed for that must convict them.
 */
export function colluders(count: number): readonly Attacker[] {
  const ring = new Set<NodeId>();
  return Array.from({ length: count }, () => twins('colluding', colluding(ring)));
}

function twins(name: string, audience: MakeAudience): Attacker {
  return {
    name,
    wrap: (honest, wish) => ({
      ...honest,
      create: (init, image) => new Twins(honest, init, image, audience, wish),
    }),
  };
}

const HALVES: readonly Half[] = [0, 1];

class Twins<G extends Guarantee> implements ConsensusMechanism<G> {
  readonly descriptor: Descriptor<G>;
  readonly #twins: readonly [ConsensusMechanism<G>, ConsensusMechanism<G>];
  readonly #random: Prng;
  readonly #peers: readonly NodeId[];
  readonly #audience: Audience;
  #lastToken = 0;
  /** What the driver's tokens are called by the twin that waits for them. */
  readonly #inner = new Map<Token, { half: Half; token: Token }>();
  readonly #outer = [new Map<Token, Token>(), new Map<Token, Token>()] as const;
  readonly #custom: Wish<G> | undefined;
  #nextWish: Micros;
  #wishes = 0;

  constructor(
    honest: MechanismPlugin<G>,
    init: MechanismInit,
    image: DurableImage,
    audience: MakeAudience,
    wish: Wish<G> | undefined,
  ) {
    this.#custom = wish;
    this.descriptor = honest.descriptor;
    const context = contextOf(honest, init);
    const { random, peers } = context;
    this.#random = random;
    this.#peers = peers;
    const twin = (half: Half) => honest.create({ ...init, seed: random.nextU32() }, imageOf(image, half));
    this.#twins = [twin(0), twin(1)];
    this.#nextWish = init.now + 30_000;
    this.#audience = audience(context);
  }

  step(now: Micros, inputs: readonly Input<G>[]): Effects<G> {
    this.#audience.turn(now);
    const queues: [Input<G>[], Input<G>[]] = [[], []];
    for (const input of inputs) this.#route(input, queues);
    if (now >= this.#nextWish) {
      this.#nextWish = now + this.#random.between(20_000, 120_000);
      for (const half of HALVES) queues[half].push(this.#wish(half));
    }
    const effects = HALVES.map((half) =>
      queues[half].length === 0 ? null : this.#outward(half, this.#twins[half].step(now, queues[half])),
    );
    const all = effects.filter((one) => one !== null);
    return {
      persist: all.flatMap((one) => one.persist),
      crypto: all.flatMap((one) => one.crypto),
      send: all.flatMap((one) => one.send),
      deliver: [],
      resolve: [],
      evidence: [],
      install: null,
      sealed: null,
      membership: null,
    };
  }

  #route(input: Input<G>, queues: readonly [Input<G>[], Input<G>[]]): void {
    if (input.t === 'message') {
      const told = this.#audience.unwrap(input.from, input.bytes);
      if (told !== null) queues[told.half].push({ ...input, bytes: told.bytes });
      else for (const half of HALVES) if (this.#audience.hears(input.from, half)) queues[half].push(input);
    } else if (input.t === 'durable' || input.t === 'signed' || input.t === 'verified') {
      const known = this.#inner.get(input.token);
      this.#inner.delete(input.token);
      if (known !== undefined) queues[known.half].push({ ...input, token: known.token });
    } else for (const half of HALVES) queues[half].push(input);
  }

  /** Each twin wants something else. */
  #wish(half: Half): Input<G> {
    const n = ++this.#wishes;
    const value = Uint8Array.of(0xee, half, n & 0xff, n >> 8);
    const op = this.#custom?.(this.#random) ?? (wishFor(this.descriptor, value) as Op<G>);
    return { t: 'propose', ticket: 2 ** 40 + n, op, session: 0, sequence: 0 };
  }

  #outward(half: Half, effects: Effects<G>): Effects<G> {
    const tokens = [...effects.persist, ...effects.crypto].map((effect) => effect.token).sort((a, b) => a - b);
    for (const token of tokens) {
      const outer = ++this.#lastToken;
      this.#outer[half].set(token, outer);
      this.#inner.set(outer, { half, token });
    }
    const rename = (token: Token): Token => this.#outer[half].get(token) ?? 0;
    const persist = effects.persist.map((batch): Persist => ({
      ...batch,
      token: rename(batch.token),
      writes: batch.writes.map((write) => prefixed(write, half)),
    }));
    const crypto = effects.crypto.map((request): CryptoRequest => ({ ...request, token: rename(request.token) }));
    return { ...effects, persist, crypto, send: this.#addressed(half, effects.send, rename) };
  }

  /** Only the twin's own half hears it. */
  #addressed(half: Half, sends: readonly Send[], rename: (token: Token) => Token): Send[] {
    return sends.flatMap((send) => {
      const targets = send.to === 'all' ? this.#peers : [send.to];
      return targets
        .filter((to) => this.#audience.hears(to, half))
        .map((to): Send => {
          const one = { ...send, to, bytes: this.#audience.wrap(to, half, send.bytes) };
          return send.after === undefined ? one : { ...one, after: rename(send.after) };
        });
    });
  }

  nextDeadline(): Micros {
    const wanted = this.#twins.map((twin) => twin.nextDeadline()).filter((time) => time !== null);
    return Math.min(this.#nextWish, ...wanted);
  }

  status(): Status<G> {
    return this.#twins[0].status();
  }

  fingerprint(): Uint8Array {
    return this.#twins[0].fingerprint();
  }

  clone(): ConsensusMechanism<G> {
    throw new Error('an attacker is not cloned; the explorer makes its own');
  }
}

function wishFor(descriptor: Descriptor, value: Uint8Array): Op {
  switch (descriptor.guarantee) {
    case 'total-order':
      return { kind: 'append', value };
    case 'register':
      return { kind: 'write', key: 'k0', value };
    case 'causal':
      return { kind: 'put', key: 'k0', value, context: null };
    case 'convergent': {
      const kinds = (descriptor as Descriptor<'convergent'>).operations;
      return kinds.includes('publish') ? { kind: 'publish', value } : { kind: 'put', key: 'k0', value };
    }
    case 'approximate':
      return { kind: 'input', value: [...value] };
  }
}

function imageOf(image: DurableImage, half: Half): DurableImage {
  const prefix = `${half}/`;
  return new Map([...image].filter(([key]) => key.startsWith(prefix)).map(([key, value]) => [key.slice(2), value]));
}

function prefixed(write: StoreOp, half: Half): StoreOp {
  if (write.op === 'delete-range') return { ...write, from: `${half}/${write.from}`, to: `${half}/${write.to}` };
  return { ...write, key: `${half}/${write.key}` };
}
