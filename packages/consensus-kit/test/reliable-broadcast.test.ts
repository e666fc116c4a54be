import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeBroadcast,
  encodeBroadcast,
  Prng,
  ReliableBroadcast,
  StateWriter,
  type BroadcastStatement,
} from '../src/index.ts';

const text = (value: string): Uint8Array => Uint8Array.from(value, (letter) => letter.charCodeAt(0));
const accepts = (_slot: number, payload: Uint8Array): boolean => payload[0] !== 0;

/**
 * Members 0 .. f-1 lie: for every slot they say random steps with one of two values to random members. Statements between two
 * members keep their order, otherwise any may come next. Returns what each correct member delivered per slot.
 */
function run(n: number, f: number, seed: number): (string | null)[][] {
  const random = new Prng(seed);
  const members = Array.from({ length: n }, (_, self) => new ReliableBroadcast({ n, f, self }, n, accepts));
  const links = Array.from({ length: n * n }, (): BroadcastStatement[] => []);
  const speak = (from: number) => {
    for (const statement of members[from]!.takeStatements())
      for (let to = 0; to < n; to++) links[from * n + to]!.push(statement);
  };
  for (let liar = 0; liar < f; liar++)
    for (let i = 0; i < 12 * n; i++) {
      const step = random.pick(['send', 'echo', 'ready'] as const);
      const payload = text(random.pick(['A', 'B', '\0bad']));
      links[liar * n + random.between(f, n - 1)]!.push({
        step,
        slot: step === 'send' ? liar : random.nextInt(n),
        payload,
      });
    }
  for (let i = f; i < n; i++) {
    members[i]!.send(i, text(`value ${i}`));
    speak(i);
  }
  for (;;) {
    const busy = links.map((link, key) => ({ link, key })).filter(({ link }) => link.length > 0);
    if (busy.length === 0) break;
    const { link, key } = random.pick(busy);
    const to = key % n;
    const statement = link.shift()!;
    if (to < f) continue;
    members[to]!.hear(Math.floor(key / n), statement);
    speak(to);
  }
  return members.slice(f).map((member) =>
    Array.from({ length: n }, (_, slot) => {
      const payload = member.delivered(slot);
      return payload === null ? null : String.fromCharCode(...payload);
    }),
  );
}

describe('reliable broadcast', () => {
  it.each([
    [4, 1],
    [5, 1],
    [7, 2],
  ])('among %d with %d liars: all correct members deliver the same, and what correct ones sent', (n, f) => {
    for (let seed = 1; seed <= 40; seed++) {
      const [first, ...others] = run(n, f, seed);
      for (const other of others) expect(other, `seed ${seed}`).toEqual(first);
      for (let slot = f; slot < n; slot++) expect(first![slot]).toBe(`value ${slot}`);
      for (let slot = 0; slot < f; slot++) expect(['A', 'B', null]).toContain(first![slot]);
    }
  });

  it('is refused where a third may lie', () => {
    expect(() => new ReliableBroadcast({ n: 3, f: 1, self: 0 }, 3, accepts)).toThrow(RangeError);
    expect(() => new ReliableBroadcast({ n: 6, f: 2, self: 0 }, 6, accepts)).toThrow(RangeError);
  });

  it('echoes only what it accepts, from the owner, and the first of it', () => {
    const member = new ReliableBroadcast({ n: 4, f: 1, self: 0 }, 8, accepts);
    expect(member.hear(1, { step: 'send', slot: 1, payload: text('\0') })).toBe(false);
    expect(member.hear(2, { step: 'send', slot: 1, payload: text('x') })).toBe(false);
    expect(member.hear(1, { step: 'send', slot: 9, payload: text('x') })).toBe(false);
    expect(member.hear(1, { step: 'send', slot: 5, payload: text('x') })).toBe(true);
    expect(member.hear(1, { step: 'send', slot: 5, payload: text('y') })).toBe(true);
    expect(member.takeStatements()).toEqual([{ step: 'echo', slot: 5, payload: text('x') }]);
    expect(member.takeContradicting()).toEqual([1]);
  });

  it('is ready on enough echoes or on f + 1 ready, and delivers on 2f + 1', () => {
    const member = new ReliableBroadcast({ n: 4, f: 1, self: 0 }, 4, accepts);
    const say = (from: number, step: 'echo' | 'ready') => member.hear(from, { step, slot: 3, payload: text('v') });
    say(1, 'echo');
    say(1, 'echo'); // counts once, and is no way to behave
    say(2, 'echo');
    expect(member.takeStatements()).toEqual([]);
    expect(member.takeContradicting()).toEqual([1]);
    say(3, 'echo');
    expect(member.takeStatements()).toEqual([{ step: 'ready', slot: 3, payload: text('v') }]);
    say(1, 'ready');
    say(2, 'ready');
    expect(member.delivered(3)).toBeNull();
    say(3, 'ready');
    expect(member.takeDelivered()).toEqual([3]);
    const late = new ReliableBroadcast({ n: 4, f: 1, self: 0 }, 4, accepts);
    for (const from of [2, 3]) late.hear(from, { step: 'ready', slot: 3, payload: text('v') });
    expect(late.takeStatements()).toEqual([{ step: 'ready', slot: 3, payload: text('v') }]);
  });

  it('does not repeat, or say otherwise, what it said before a restart', () => {
    const member = new ReliableBroadcast({ n: 4, f: 1, self: 0 }, 4, accepts);
    member.recall({ step: 'echo', slot: 1, payload: text('old') });
    member.recall({ step: 'ready', slot: 1, payload: text('old') });
    member.hear(1, { step: 'send', slot: 1, payload: text('new') });
    for (const from of [1, 2, 3]) member.hear(from, { step: 'echo', slot: 1, payload: text('new') });
    expect(member.takeStatements()).toEqual([]);
  });

  it('tells long payloads apart', () => {
    const member = new ReliableBroadcast({ n: 4, f: 1, self: 0 }, 4, accepts);
    const long = (last: number) => new Uint8Array(5000).fill(7).with(4999, last);
    for (const from of [1, 2, 3]) member.hear(from, { step: 'ready', slot: 0, payload: long(from) });
    expect(member.delivered(0)).toBeNull();
  });

  it('is copied whole', () => {
    const member = new ReliableBroadcast({ n: 4, f: 1, self: 0 }, 4, accepts);
    const digest = (one: ReliableBroadcast) => {
      const state = new StateWriter();
      one.writeTo(state);
      return state.finish();
    };
    member.hear(1, { step: 'send', slot: 1, payload: text('v') });
    const copy = member.clone();
    expect(digest(copy)).toEqual(digest(member));
    copy.hear(2, { step: 'echo', slot: 1, payload: text('v') });
    expect(digest(copy)).not.toEqual(digest(member));
  });
});

describe('broadcast statements', () => {
  it('come back as they were, and are made of nothing else', () => {
    const statement = fc.record({
      step: fc.constantFrom('send' as const, 'echo' as const, 'ready' as const),
      slot: fc.nat(),
      payload: fc.uint8Array({ maxLength: 20 }),
    });
    fc.assert(
      fc.property(statement, (one) => {
        expect(decodeBroadcast(encodeBroadcast(one), 20)).toEqual(one);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (noise) => {
        const decoded = decodeBroadcast(noise, 20);
        if (decoded !== null) expect(encodeBroadcast(decoded)).toEqual(noise);
      }),
    );
    expect(decodeBroadcast(encodeBroadcast({ step: 'echo', slot: 1, payload: new Uint8Array(21) }), 20)).toBeNull();
  });
});
