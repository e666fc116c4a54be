import { Prng } from '@hypersync/consensus-kit';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { LazyPush } from '../src/lazy-push.ts';
import { Mesh, type Standing } from '../src/mesh.ts';
import { Overlay } from '../src/overlay.ts';
import { RumourStore } from '../src/rumour-store.ts';
import type { Rumour } from '../src/rumour.ts';
import { Scores } from '../src/scores.ts';

const LIMITS = { degree: 6, low: 4, high: 12, backoff: 60_000 };
const PEERS = Array.from({ length: 30 }, (_, i) => i + 1);
const good: Standing = { isAlive: () => true, score: () => 0 };
const rumour = (origin: number, counter: number, size = 1): Rumour => ({
  origin,
  counter,
  session: 0,
  sequence: 0,
  value: new Uint8Array(size),
});

describe('the mesh', () => {
  it('takes up links to the degree when it has too few, and is content between the limits', () => {
    const mesh = new Mesh(PEERS, LIMITS);
    const { grafted } = mesh.maintain(0, good, new Prng(1));
    expect([grafted.length, mesh.links.length]).toEqual([6, 6]);
    expect(mesh.maintain(1, good, new Prng(1))).toEqual({ grafted: [], pruned: [] });
  });

  it('lets nobody in above the upper limit, and refuses during back-off', () => {
    const mesh = new Mesh(PEERS, LIMITS);
    for (let peer = 1; peer <= 12; peer++) expect(mesh.grafted(0, peer, good)).toBe(true);
    expect(mesh.grafted(0, 13, good)).toBe(false);
    mesh.pruned(0, 1, 60_000);
    expect(mesh.grafted(59_999, 13, good)).toBe(false);
    expect(mesh.grafted(59_999, 1, good)).toBe(false);
    expect(mesh.grafted(60_000, 14, good)).toBe(true);
  });

  it('does not knock before the back-off is over', () => {
    const mesh = new Mesh([1, 2, 3, 4], { ...LIMITS, degree: 4 });
    mesh.maintain(0, good, new Prng(1));
    mesh.pruned(0, 2, 1_000_000); // no longer than what it would ask for itself
    expect(mesh.maintain(59_999, good, new Prng(1)).grafted).toEqual([]);
    expect(mesh.maintain(60_000, good, new Prng(1)).grafted).toEqual([2]);
  });

  it('comes down to the degree when it has too many, and keeps the best four', () => {
    const limits = { ...LIMITS };
    const mesh = new Mesh(PEERS, limits);
    for (let peer = 1; peer <= 12; peer++) mesh.grafted(0, peer, good);
    limits.high = 9; // as if links had come up at both ends at once
    const { pruned } = mesh.maintain(0, { isAlive: () => true, score: (peer) => peer }, new Prng(1));
    expect([pruned.length, mesh.links.length]).toEqual([6, 6]);
    for (const best of [9, 10, 11, 12]) expect(mesh.links).toContain(best);
  });

  it('lets go of the dead without a word, and of the bad with one', () => {
    const mesh = new Mesh(PEERS, LIMITS);
    for (let peer = 1; peer <= 6; peer++) mesh.grafted(0, peer, good);
    const standing: Standing = { isAlive: (peer) => peer !== 1, score: (peer) => (peer === 2 ? -1 : 0) };
    expect(mesh.maintain(0, standing, new Prng(1))).toEqual({ grafted: [], pruned: [2] });
    expect(mesh.links).toEqual([3, 4, 5, 6]);
    expect(mesh.grafted(1, 2, standing)).toBe(false);
  });
});

describe('scores', () => {
  it('fall with the square of the faults, rise with first deliveries to a limit, and fade', () => {
    const scores = new Scores(3);
    for (let i = 0; i < 500; i++) scores.delivered(1);
    expect(scores.of(1)).toBe(100);
    for (let i = 0; i < 4; i++) scores.misbehaved(2);
    expect(scores.of(2)).toBe(-160);
    for (let i = 0; i < 40; i++) scores.fade();
    expect([scores.of(1) < 5, scores.of(2)]).toEqual([true, 0]);
  });
});

describe('lazy push', () => {
  const lacking = ({ from, to }: { from: number; to: number }): number[] =>
    Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const span = (from: number, to: number) => ({ origin: 0, from, to });

  it('advertises what has come, as spans, for three heartbeats', () => {
    const lazy = new LazyPush(1_000);
    for (const counter of [2, 1, 5]) lazy.arrived({ origin: 0, counter });
    for (let beat = 0; beat < 3; beat++) {
      expect(lazy.news).toEqual([span(1, 2), span(5, 5)]);
      lazy.beat(beat);
    }
    expect(lazy.news).toEqual([]);
  });

  it('asks one at a time, again after a heartbeat, and tells who did not keep the promise', () => {
    const lazy = new LazyPush(1_000);
    expect(lazy.advertised(0, 4, [span(1, 3)], lacking)).toEqual([span(1, 3)]);
    expect(lazy.advertised(0, 5, [span(2, 4)], lacking)).toEqual([span(4, 4)]);
    lazy.arrived({ origin: 0, counter: 2 });
    expect(lazy.promises).toBe(3);
    expect(lazy.beat(999)).toEqual([]);
    expect(lazy.beat(1_000)).toEqual([4, 4, 5]);
    expect(lazy.advertised(1_001, 5, [span(1, 1)], lacking)).toEqual([span(1, 1)]);
  });

  it('looks at ten advertisements of a peer per heartbeat, and waits for so many rumours only', () => {
    const lazy = new LazyPush(1_000);
    for (let i = 1; i <= 10; i++) expect(lazy.advertised(0, 4, [span(i, i)], lacking)).toEqual([span(i, i)]);
    expect(lazy.advertised(0, 4, [span(11, 11)], lacking)).toEqual([]);
    lazy.advertised(0, 5, [span(100, 100_000)], lacking);
    expect(lazy.promises).toBe(4_096);
    lazy.beat(1);
    expect(lazy.advertised(1, 4, [span(11, 11)], lacking)).toEqual([]); // full
  });
});

describe('the overlay', () => {
  const start = (members = 30) => {
    const peers = Array.from({ length: members - 1 }, (_, i) => i + 1);
    const store = new RumourStore(0, members, 10);
    const overlay = new Overlay(0, peers, readConfig({}));
    const tick = (now: number) => overlay.tick(now, () => true, store, new Prng(now + 1));
    return { overlay, store, tick };
  };
  const kinds = (outgoing: readonly { purpose: { type: string } }[]): string[] =>
    outgoing.map(({ purpose }) => purpose.type);

  it('pushes along its links, never back, and says with whom it shares', () => {
    const { overlay, store, tick } = start();
    expect(kinds(tick(0))).toEqual(Array.from({ length: 6 }, () => 'graft'));
    const [sender, told, ...others] = overlay.links;
    const fresh = rumour(29, 1);
    store.add(fresh);
    overlay.spread(fresh, [sender!, told!], () => true, new Prng(1));
    const pushes = overlay.push(store);
    expect(pushes.map(({ to }) => to)).toEqual(others.filter((to) => to !== 29));
    for (const { to, purpose } of pushes)
      expect(purpose).toMatchObject({ type: 'gossip', also: others.filter((other) => other !== to && other !== 29) });
    expect([overlay.push(store), overlay.queued]).toEqual([[], 0]);
  });

  it('advertises to six others outside the mesh that are not known to have it, and gives what is asked for', () => {
    const { overlay, store, tick } = start();
    tick(0);
    const fresh = rumour(0, 1);
    store.add(fresh);
    overlay.spread(fresh, [], () => true, new Prng(1));
    const adverts = tick(2_000_000);
    expect(kinds(adverts)).toEqual(Array.from({ length: 6 }, () => 'have'));
    for (const { to } of adverts) expect(overlay.links).not.toContain(to);
    const [answer] = overlay.handle(2_000_001, 20, { type: 'want', spans: [{ origin: 0, from: 1, to: 9 }] }, store);
    expect(answer).toMatchObject({ to: 20, purpose: { type: 'gossip', rumours: [fresh] } });
  });

  it('serves each peer one batch per heartbeat, however often it asks', () => {
    const { overlay, store, tick } = start();
    tick(0);
    for (let counter = 1; counter <= 8; counter++) store.add(rumour(0, counter, 50_000));
    const ask = () => overlay.handle(1, 20, { type: 'want', spans: [{ origin: 0, from: 1, to: 8 }] }, store);
    const [first] = ask();
    expect(first?.purpose.type === 'gossip' && first.purpose.rumours.length).toBe(5);
    expect(ask()).toEqual([]);
    tick(2_000_000);
    expect(ask().length).toBe(1);
  });

  it('refuses a link with the back-off, holds knocking against the peer, and does not listen to the worst', () => {
    const { overlay, store, tick } = start();
    tick(0);
    const graft = () => overlay.handle(1, 25, { type: 'graft' }, store);
    overlay.handle(1, 25, { type: 'prune', backoffMs: 60_000 }, store);
    for (let i = 0; i < 4; i++) {
      expect(graft()).toEqual([{ to: 25, purpose: { type: 'prune', backoffMs: 60_000 } }]);
    }
    const have = { type: 'have', spans: [{ origin: 3, from: 1, to: 1 }] } as const;
    expect(overlay.handle(2, 25, have, store)).toEqual([]);
    expect(kinds(overlay.handle(2, 26, have, store))).toEqual(['want']);
  });
});
