import { fileURLToPath } from 'node:url';
import { readFileSync, readdirSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BorderReader,
  BorderWriter,
  decodeConfig,
  decodeEffects,
  decodeInit,
  decodeInputs,
  decodeProblems,
  decodeStatus,
  decodeValue,
  encodeConfig,
  encodeEffects,
  encodeInit,
  encodeInputs,
  encodeProblems,
  encodeStatus,
  encodeValue,
  noEffects,
  type ConfigProblem,
  type Effects,
  type Input,
  type MechanismInit,
  type Membership,
  type Op,
  type Outcome,
  type Position,
  type Status,
  type StepReply,
  type StoreOp,
} from '../src/index.ts';

const MAX = 1 << 20;

function encoded(write: (writer: BorderWriter) => void): Uint8Array {
  const writer = new BorderWriter(MAX, 16);
  write(writer);
  return writer.written().slice();
}

/** Ordinary objects, as decoders make them. */
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(model, { noNullPrototype: true });
const uint = fc.oneof(fc.nat(300), fc.maxSafeNat());
const bytes = fc.uint8Array({ maxLength: 200 });
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const name = fc.string({ unit: fc.constantFrom('a', 'b', 'z', '0', '9', '.', '_', '-'), minLength: 1, maxLength: 20 });
const float = fc.double();
const vector = fc.dictionary(name, uint, { maxKeys: 5, noNullPrototype: true });
const nullable = <T>(inner: fc.Arbitrary<T>) => fc.option(inner, { nil: null });

const op: fc.Arbitrary<Op> = fc.oneof(
  record({ kind: fc.constant('append' as const), value: bytes }),
  record({ kind: fc.constant('write' as const), key: text, value: bytes }),
  record({ kind: fc.constant('put' as const), key: text, value: bytes, context: nullable(vector) }),
  record({ kind: fc.constant('publish' as const), value: bytes }),
  record({ kind: fc.constant('put' as const), key: text, value: bytes }),
  record({ kind: fc.constant('delete' as const), key: text }),
  record({ kind: fc.constant('mutate' as const), key: text, value: bytes }),
  record({ kind: fc.constant('input' as const), value: fc.array(float, { maxLength: 8 }) }),
);

const position: fc.Arbitrary<Position> = fc.oneof(
  record({ class: fc.constant('total-order' as const), epoch: uint, index: uint }),
  record({ class: fc.constant('register' as const), epoch: uint, key: text, ts: uint, writer: name }),
  record({
    class: fc.constant('causal' as const),
    epoch: uint,
    dot: record({ node: name, counter: uint }),
    context: vector,
  }),
  record({ class: fc.constant('convergent' as const), epoch: uint, root: text, frontier: vector }),
  record({ class: fc.constant('approximate' as const), epoch: uint, round: uint, epsilon: float }),
);

const level = fc.constantFrom('linearizable', 'lease', 'sequential', 'causal', 'eventual' as const);
const sign = record({ nextEpoch: uint, metadata: bytes });
const membership: fc.Arbitrary<Membership> = record({
  voters: fc.array(record({ id: name, weight: uint }), { maxLength: 5 }),
  learners: fc.array(name, { maxLength: 3 }),
});

const input: fc.Arbitrary<Input> = fc.oneof(
  record({ t: fc.constant('time' as const) }),
  record({ t: fc.constant('message' as const), from: name, bytes }),
  record({ t: fc.constant('propose' as const), ticket: uint, op, session: uint, sequence: uint }),
  record({ t: fc.constant('propose' as const), ticket: uint, op, session: uint, sequence: uint, after: vector }),
  record({ t: fc.constant('read' as const), ticket: uint, level, key: text }),
  record({ t: fc.constant('read' as const), ticket: uint, level, key: text, after: vector }),
  record({ t: fc.constant('durable' as const), token: uint }),
  record({ t: fc.constant('signed' as const), token: uint, signature: bytes }),
  record({ t: fc.constant('verified' as const), token: uint, valid: fc.boolean() }),
  record({ t: fc.constant('suspicion' as const), node: name, phi: float }),
  record({ t: fc.constant('clock' as const), earliest: uint, latest: uint }),
  record({ t: fc.constant('compact' as const), index: uint, state: bytes }),
  record({ t: fc.constant('stop' as const), ticket: uint, sign }),
  record({ t: fc.constant('transfer' as const), ticket: uint, to: nullable(name) }),
  record({ t: fc.constant('reconfigure' as const), ticket: uint, membership }),
);

const key = fc.string({ unit: 'grapheme-ascii', maxLength: 40 });
const storeOp: fc.Arbitrary<StoreOp> = fc.oneof(
  record({ op: fc.constant('put' as const), key, value: bytes }),
  record({ op: fc.constant('delete' as const), key }),
  record({ op: fc.constant('delete-range' as const), from: key, to: key }),
);

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  record({ kind: fc.constant('committed' as const), position }),
  record({ kind: fc.constant('values' as const), position, values: fc.array(bytes, { maxLength: 4 }) }),
  record({
    kind: fc.constant('rejected' as const),
    reason: fc.constantFrom(
      ...(['not-leader', 'no-quorum', 'overloaded', 'too-large', 'unsupported', 'invalid', 'superseded'] as const),
      'sealed' as const,
    ),
    retryable: fc.boolean(),
    hint: nullable(name),
  }),
  record({ kind: fc.constant('unknown' as const) }),
);

const send = fc.record(
  {
    to: fc.oneof(name, fc.constant('all')),
    bytes,
    lane: fc.constantFrom('control' as const, 'bulk' as const),
    after: uint,
  },
  { requiredKeys: ['to', 'bytes', 'lane'], noNullPrototype: true },
);
const list = <T>(inner: fc.Arbitrary<T>) => fc.array(inner, { maxLength: 4 });

const effects: fc.Arbitrary<Effects> = record({
  persist: list(record({ token: uint, sync: fc.boolean(), writes: list(storeOp) })),
  send: list(send),
  crypto: list(
    fc.oneof(
      record({ op: fc.constant('sign' as const), token: uint, message: bytes }),
      record({ op: fc.constant('verify' as const), token: uint, message: bytes, signer: name, signature: bytes }),
    ),
  ),
  deliver: list(
    record({ position, proposer: name, session: uint, sequence: uint, key: text, value: bytes, certificate: bytes }),
  ),
  resolve: list(record({ ticket: uint, outcome })),
  evidence: list(record({ culprit: name, kind: text, provable: fc.boolean(), proof: bytes })),
  install: nullable(record({ index: uint, state: bytes })),
  sealed: nullable(record({ sign, position, state: bytes })),
  membership: nullable(membership),
});

const status: fc.Arbitrary<Status> = record({
  role: text,
  leader: nullable(name),
  term: float,
  position: nullable(position),
  ready: fc.boolean(),
  detail: fc.dictionary(name, fc.oneof(float, text, fc.boolean()), { maxKeys: 5, noNullPrototype: true }),
});

const reply: fc.Arbitrary<StepReply> = record({ deadline: nullable(uint), status: nullable(status), effects });
/** `__proto__` as a key is refused on both sides (a test below), so it is no value that crosses. */
const crossing = fc
  .jsonValue({ maxDepth: 4, noUnicodeString: false })
  .filter((value) => !JSON.stringify(value).includes('"__proto__":'));
const config = fc.dictionary(name, crossing, {
  maxKeys: 5,
  noNullPrototype: true,
}) as fc.Arbitrary<Record<string, unknown>>;

describe('round trips are exact', () => {
  it('inputs', () => {
    fc.assert(
      fc.property(uint, fc.array(input, { maxLength: 6 }), (now, inputs) => {
        expect(decodeInputs(encoded((w) => encodeInputs(w, { now, inputs })))).toStrictEqual({ now, inputs });
      }),
      { numRuns: 300 },
    );
  });

  it('effects', () => {
    fc.assert(
      fc.property(reply, (value) => {
        const plain = decodeEffects(encoded((w) => encodeEffects(w, value)));
        expect(plain).toStrictEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  it('status', () => {
    fc.assert(
      fc.property(status, (value) => {
        expect(decodeStatus(encoded((w) => encodeStatus(w, value)))).toStrictEqual(value);
      }),
    );
  });

  it('init with its durable image', () => {
    const init: fc.Arbitrary<MechanismInit> = record({
      self: name,
      members: fc.array(record({ id: name, weight: uint }), { maxLength: 5 }),
      epoch: uint,
      seed: uint,
      now: uint,
      config,
      applied: uint,
    });
    fc.assert(
      fc.property(init, fc.dictionary(key, bytes, { maxKeys: 4, noNullPrototype: true }), (value, kept) => {
        const image = new Map(Object.entries(kept));
        expect(decodeInit(encoded((w) => encodeInit(w, value, image)))).toStrictEqual({ init: value, image });
      }),
    );
  });

  it('configurations, problems and plain values', () => {
    const problems: fc.Arbitrary<ConfigProblem[]> = fc.array(record({ key: text, allowed: text, reason: text }));
    fc.assert(
      fc.property(config, uint, problems, (value, nodes, found) => {
        expect(decodeConfig(encoded((w) => encodeConfig(w, value, nodes)))).toStrictEqual({ config: value, nodes });
        expect(decodeProblems(encoded((w) => encodeProblems(w, found)))).toStrictEqual(found);
        expect(decodeValue(encoded((w) => encodeValue(w, value)))).toStrictEqual(value);
      }),
    );
  });
});

describe('one value has one form', () => {
  it('`__proto__` is no key: an object with it does not arrive', () => {
    const value = JSON.parse('{"__proto__":{"polluted":true}}') as Record<string, never>;
    expect(() => decodeValue(encoded((w) => encodeValue(w, value)))).toThrow(RangeError);
  });

  it('whatever a decoder accepts, the encoder writes again byte for byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (garbage) => {
        const accepted = attempt(() => decodeInputs(garbage));
        if (accepted !== null) expect(encoded((w) => encodeInputs(w, accepted))).toStrictEqual(garbage);
      }),
      { numRuns: 5000 },
    );
  });

  it('no decoder throws anything but RangeError, on garbage and on every truncation', () => {
    const decoders = [decodeInputs, decodeEffects, decodeStatus, decodeInit, decodeConfig, decodeProblems, decodeValue];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (garbage) => {
        for (const decode of decoders) attempt(() => decode(garbage));
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(reply, fc.nat(), (value, cut) => {
        const whole = encoded((w) => encodeEffects(w, value));
        const shorter = whole.subarray(0, cut % whole.length);
        expect(attempt(() => decodeEffects(shorter))).toBeNull();
      }),
    );
  });

  it('refuses a longer form of an integer, a second truth, a second key and trailing bytes', () => {
    expect(attempt(() => new BorderReader(Uint8Array.of(0x80, 0), true).uint())).toBeNull();
    expect(new BorderReader(Uint8Array.of(0x7f), true).uint()).toBe(127);
    expect(attempt(() => new BorderReader(Uint8Array.of(2), true).flag())).toBeNull();
    const twice = encoded((w) => {
      w.byte(6);
      w.uint(2);
      for (const value of [1, 2]) {
        w.text('key');
        encodeValue(w, value);
      }
    });
    expect(attempt(() => decodeValue(twice))).toBeNull();
    expect(attempt(() => decodeValue(Uint8Array.of(0, 0)))).toBeNull();
  });
});

describe('bounds', () => {
  it('a claimed length beyond the bytes is refused before anything is allocated', () => {
    const lie = encoded((w) => w.uint(Number.MAX_SAFE_INTEGER));
    expect(() => new BorderReader(lie, true).bytes()).toThrow(RangeError);
    expect(() => new BorderReader(lie, true).list(() => 0)).toThrow(RangeError);
  });

  it('a writer refuses to grow beyond its limit', () => {
    const writer = new BorderWriter(64, 16);
    writer.bytes(new Uint8Array(40));
    expect(() => writer.bytes(new Uint8Array(40))).toThrow(RangeError);
  });

  it('nesting is limited on both sides', () => {
    let deep: unknown = 0;
    for (let i = 0; i < 40; i++) deep = [deep];
    expect(() => encoded((w) => encodeValue(w, deep))).toThrow(RangeError);
    const bytes = new Uint8Array(80).map((_, i) => (i % 2 === 0 ? 5 : 1));
    expect(() => decodeValue(bytes)).toThrow(RangeError);
  });

  it('a durable key is at most 256 long', () => {
    const effects = (length: number): Effects => ({
      ...noEffects(),
      persist: [{ token: 1, sync: true, writes: [{ op: 'delete', key: 'k'.repeat(length) }] }],
    });
    const bytes = encoded((w) => encodeEffects(w, { deadline: null, status: null, effects: effects(256) }));
    expect(decodeEffects(bytes).effects.persist).toHaveLength(1);
    expect(() => encoded((w) => encodeEffects(w, { deadline: null, status: null, effects: effects(257) }))).toThrow();
  });
});

describe('strictness', () => {
  it.each([
    ['a negative number', -1],
    ['a fraction', 0.5],
    ['a number above 2^53', 2 ** 53],
    ['NaN', Number.NaN],
  ])('an integer field refuses %s', (_, token) => {
    expect(() => encoded((w) => encodeInputs(w, { now: 0, inputs: [{ t: 'durable', token }] }))).toThrow(RangeError);
  });

  it('text with a lone surrogate is refused, so is UTF-8 in another than the shortest form', () => {
    expect(() => encoded((w) => w.text('a\ud800'))).toThrow(RangeError);
    expect(() => encoded((w) => w.text('\udc00a'))).toThrow(RangeError);
    for (const bad of [
      [0xc0, 0x80],
      [0xe0, 0x80, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xff],
      [0xc3],
    ]) {
      expect(() => new BorderReader(Uint8Array.of(bad.length, ...bad), true).text()).toThrow(RangeError);
    }
  });

  it('UTF-8 agrees with the platform', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const bytes = encoded((w) => w.text(value));
        expect(new BorderReader(bytes, true).text()).toBe(value);
        expect(
          new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.slice(lengthOfPrefix(bytes))),
        ).toBe(value);
      }),
    );
  });

  it('decoded inputs share nothing with the buffer they came in', () => {
    const bytes = encoded((w) =>
      encodeInputs(w, { now: 1, inputs: [{ t: 'message', from: 'a', bytes: Uint8Array.of(1, 2, 3) }] }),
    );
    const [message] = decodeInputs(bytes).inputs;
    bytes.fill(9);
    expect(message).toMatchObject({ bytes: Uint8Array.of(1, 2, 3) });
    expect((message as { bytes: Uint8Array }).bytes.buffer.byteLength).toBe(3);
  });

  it('the contract refuses fake byte arrays and unknown kinds', () => {
    const fake = { length: 3, 0: 1, 1: 2, 2: 3 } as unknown as Uint8Array;
    expect(() => encoded((w) => w.bytes(fake))).toThrow(TypeError);
    expect(() => encoded((w) => encodeInputs(w, { now: 0, inputs: [{ t: 'magic' } as unknown as Input] }))).toThrow(
      TypeError,
    );
    expect(() => encoded((w) => encodeValue(w, { f: () => 1 }))).toThrow(TypeError);
  });
});

it('the room runs in a realm that has nothing but ECMAScript: it imports nothing at run time', () => {
  const src = fileURLToPath(new URL('../src', import.meta.url));
  for (const file of readdirSync(src)) {
    const text = readFileSync(`${src}/${file}`, 'utf8');
    expect(text).not.toMatch(/^import (?!type).*from '(?!\.\/)/m);
  }
});

function attempt<T>(body: () => T): T | null {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return null;
  }
}

function lengthOfPrefix(bytes: Uint8Array): number {
  return bytes.findIndex((byte) => byte < 128) + 1;
}
