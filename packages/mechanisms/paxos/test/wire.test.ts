import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSettings, validateConfig } from '../src/config.ts';
import type { Entry } from '../src/entry.ts';
import plugin from '../src/index.ts';
import { decodeMessage, describeMessage, encodeMessage, type Message } from '../src/messages.ts';
import { decodePayload } from '../src/storage.ts';

const EPOCH = 3;
const count = fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 2 ** 40 }));
const name = fc.string({ maxLength: 8 });
const bytes = fc.uint8Array({ maxLength: 40 });
const ballot = fc.record({ n: count, pid: name });
const kind = fc.constant('append' as const);
const entry: fc.Arbitrary<Entry> = fc.record({
  kind,
  proposer: name,
  boot: count,
  serial: count,
  session: count,
  sequence: count,
  value: bytes,
});
const entries = fc.array(entry, { maxLength: 4 });
const type = <T extends string>(one: T): fc.Arbitrary<T> => fc.constant(one);
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ type: type('heartbeat'), round: count }),
  fc.record({ type: type('heartbeat-reply'), round: count, ballot, connected: fc.boolean() }),
  fc.record({ type: type('prepare'), ballot }),
  fc.record({ type: type('promise'), ballot, accepted: ballot, length: count, decided: count }),
  fc.record({ type: type('sync'), ballot, from: count, to: count, entries }),
  fc.record({ type: type('accept'), ballot, from: count, decided: count, entries }),
  fc.record({ type: type('accepted'), ballot, length: count, gap: fc.boolean() }),
  fc.record({ type: type('decide'), ballot, decided: count, initial: count, opened: fc.boolean() }),
  fc.record({ type: type('nack'), ballot, promised: ballot, raise: fc.boolean() }),
  fc.record({ type: type('fetch'), ballot, from: count, to: count, snapshot: count, offset: count }),
  fc.record({ type: type('fetched'), ballot, from: count, entries }),
  fc.record({
    type: type('snapshot'),
    ballot,
    index: fc.constant(7),
    total: fc.constant(99),
    offset: fc.nat(59),
    bytes,
  }),
  fc.record({
    type: type('forward'),
    ballot,
    kind,
    boot: count,
    serial: count,
    session: count,
    sequence: count,
    value: bytes,
  }),
  fc.record({
    type: type('forward-reply'),
    ballot,
    boot: count,
    serial: count,
    reason: fc.constantFrom(null, 'overloaded' as const, 'sealed' as const),
  }),
  fc.record({ type: fc.constantFrom('confirm' as const, 'confirmed' as const), ballot, round: count }),
  fc.record({ type: type('read'), ballot, boot: count, id: count }),
  fc.record({ type: type('read-reply'), ballot, boot: count, id: count, index: fc.option(count) }),
);

describe('messages', () => {
  it('come out as they went in, and only in their own epoch', () => {
    fc.assert(
      fc.property(message, (m) => {
        const wire = encodeMessage(EPOCH, m);
        expect(decodeMessage(EPOCH, wire)).toEqual(m);
        expect(decodeMessage(EPOCH + 1, wire)).toBeNull();
        expect(describeMessage(wire)).toContain(m.type);
      }),
      { numRuns: 300 },
    );
  });

  it('are nothing when a byte is missing or too many, and never throw, whatever the bytes', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.nat({ max: 255 }), (m, place, byte) => {
        const wire = encodeMessage(EPOCH, m);
        expect(decodeMessage(EPOCH, wire.slice(0, place % wire.length))).toBeNull();
        expect(decodeMessage(EPOCH, Uint8Array.of(...wire, byte))).toBeNull();
        wire[place % wire.length] = byte;
        decodeMessage(EPOCH, wire);
        describeMessage(wire);
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        decodeMessage(EPOCH, noise);
        decodePayload(noise);
      }),
    );
  });
});

describe('quorums (Flexible Paxos)', () => {
  it('are refused unless every Q1 meets every Q2; what is accepted meets, for every size', () => {
    for (let nodes = 1; nodes <= 9; nodes++) {
      for (let readQuorum = 0; readQuorum <= nodes; readQuorum++) {
        for (let writeQuorum = 0; writeQuorum <= nodes; writeQuorum++) {
          const config = { ...(readQuorum > 0 && { readQuorum }), ...(writeQuorum > 0 && { writeQuorum }) };
          const settings = readSettings(config, nodes);
          const meet = settings.readQuorum + settings.writeQuorum > nodes;
          expect(validateConfig(config, nodes).length === 0).toBe(meet);
          if (readQuorum === 0 || writeQuorum === 0) expect(meet).toBe(true);
        }
      }
    }
    expect(plugin.validateConfig({ readQuorum: 2, writeQuorum: 2 }, 4)[0]!.reason).toContain('Flexible Paxos');
  });
});
