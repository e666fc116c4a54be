import { covers, equalVectors } from '@hypersync/consensus-kit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CausalBroadcast } from '../src/causal-broadcast.ts';
import { eventVector, type CausalEvent } from '../src/event.ts';

const LIMITS = { maxPendingEvents: 100, maxPendingBytes: 1_000_000 };
const value = new Uint8Array(1);

/** An event of `node` that has seen everything delivered there; delivered there at once. */
function emit(nodes: readonly CausalBroadcast[], author: number): CausalEvent {
  const past = nodes[author]!.delivered;
  const event = { author, counter: past[author]! + 1, past, context: past, session: 0, sequence: 0, key: 'k', value };
  expect(nodes[author]!.receive(event)).toEqual([event]);
  return event;
}

const nodesOf = (count: number, limits = LIMITS): CausalBroadcast[] =>
  Array.from({ length: count }, (_, i) => new CausalBroadcast(i, count, limits));
const nameOf = ({ author, counter }: CausalEvent): string => `${author}.${counter}`;

type Move = { readonly emit: number } | { readonly from: number; readonly to: number; readonly pick: number };
const moves = fc.array(
  fc.oneof(
    fc.record({ emit: fc.nat(3) }),
    fc.record({ from: fc.nat(3), to: fc.nat(3), pick: fc.nat(100) }),
    fc.record({ from: fc.nat(3), to: fc.nat(3), pick: fc.nat(100) }),
  ),
  { maxLength: 60 },
);

describe('causal broadcast', () => {
  it('delivers causes first and each event once, under any loss, repetition and order', () => {
    fc.assert(
      fc.property(moves, (schedule: readonly Move[]) => {
        const nodes = nodesOf(4);
        const sent: CausalEvent[] = [];
        const logs = nodes.map(() => [] as CausalEvent[]);
        // Happens-before from the trace itself: what was in the author's log when it sent.
        const causes = new Map<string, readonly string[]>();
        for (const move of schedule) {
          if ('emit' in move) {
            causes.set(`${move.emit}.${nodes[move.emit]!.delivered[move.emit]! + 1}`, logs[move.emit]!.map(nameOf));
            const event = emit(nodes, move.emit);
            sent.push(event);
            logs[move.emit]!.push(event);
          } else if (sent.length > 0) {
            const event = sent[move.pick % sent.length]!;
            for (const delivered of nodes[move.to]!.receive(event)) logs[move.to]!.push(delivered);
          }
        }
        for (const log of logs) {
          const seen = new Set<string>();
          for (const event of log) {
            expect(seen.has(nameOf(event))).toBe(false);
            for (const cause of causes.get(nameOf(event))!) expect(seen.has(cause)).toBe(true);
            seen.add(nameOf(event));
          }
        }
        // a -> b exactly when V(a) < V(b) (Fidge, Mattern 1988), both ways.
        for (const a of sent) {
          for (const b of sent) {
            if (a === b) continue;
            const before = causes.get(nameOf(b))!.includes(nameOf(a));
            const [va, vb] = [eventVector(a), eventVector(b)];
            expect(covers(vb, va) && !equalVectors(va, vb)).toBe(before);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('repairs everything that one member lacks from any other, however small the batches', () => {
    fc.assert(
      fc.property(moves, (schedule: readonly Move[]) => {
        const nodes = nodesOf(4);
        const sent: CausalEvent[] = [];
        for (const move of schedule) {
          if ('emit' in move) sent.push(emit(nodes, move.emit));
          else if (sent.length > 0) nodes[move.to]!.receive(sent[move.pick % sent.length]!);
        }
        const [source] = nodes.toSorted((a, b) => sum(b.delivered) - sum(a.delivered));
        const late = new CausalBroadcast(3, 4, LIMITS);
        for (let batches = 0; !covers(late.delivered, source!.delivered); batches++) {
          expect(batches).toBeLessThan(100);
          const { events } = source!.missing(late.delivered, 1);
          expect(events.length).toBe(1);
          for (const event of events) expect(late.receive(event)).toEqual([event]);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('holds back a bounded number of early events and gets the others by repair', () => {
    const nodes = nodesOf(2, { ...LIMITS, maxPendingEvents: 3 });
    const events = Array.from({ length: 6 }, () => emit(nodes, 0));
    for (const event of events.slice(1)) expect(nodes[1]!.receive(event)).toEqual([]);
    expect(nodes[1]!.pendingCount).toBe(3);
    expect(nodes[1]!.droppedCount).toBe(2);
    expect(nodes[1]!.receive(events[0]!)).toEqual(events.slice(0, 4));
    const { events: rest, complete } = nodes[0]!.missing(nodes[1]!.delivered, 10_000);
    expect([rest, complete]).toEqual([events.slice(4), true]);
  });

  it('forgets an event only when every member has it and the application was given it', () => {
    const nodes = nodesOf(3);
    const event = emit(nodes, 0);
    nodes[0]!.acknowledge(1, eventVector(event));
    expect(nodes[0]!.prune(nodes[0]!.delivered)).toBeNull();
    nodes[0]!.acknowledge(2, eventVector(event));
    expect(nodes[0]!.prune([0, 0, 0])).toBeNull();
    expect(nodes[0]!.prune(nodes[0]!.delivered)).toEqual({ before: [0, 0, 0], after: [1, 0, 0] });
    expect(nodes[0]!.unstableCount).toBe(0);
  });

  it('does not take a member for informed because others are', () => {
    const nodes = nodesOf(3);
    const event = emit(nodes, 0);
    nodes[1]!.receive(event);
    // Node 1 knows that it and the author have the event; node 2 has said nothing.
    expect(nodes[1]!.prune(nodes[1]!.delivered)).toBeNull();
  });
});

function sum(vector: readonly number[]): number {
  return vector.reduce((total, counter) => total + counter, 0);
}
