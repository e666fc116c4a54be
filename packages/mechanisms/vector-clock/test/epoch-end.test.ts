import { describe, expect, it } from 'vitest';
import type { Effects, Position } from '@hypersync/interface';
import { EpochEnd, FrontierCut, StableOutput } from '@hypersync/consensus-kit';

const sign = (nextEpoch: number, ...metadata: number[]) => ({ nextEpoch, metadata: new Uint8Array(metadata) });
const position: Position<'causal'> = { class: 'causal', epoch: 1, dot: { node: 'a', counter: 0 }, context: {} };
const final = () => ({ position, state: new Uint8Array([1]) });

function member(self: number) {
  const output = new StableOutput<'causal'>(position);
  const end = new EpochEnd<'causal'>(1, self, new FrontierCut(2));
  const take = (): Effects<'causal'> => output.take(position);
  return { output, end, take };
}

describe('the end of an epoch', () => {
  it('waits for every promise, and then for everything that was promised', () => {
    const { output, end, take } = member(0);
    output.open(1);
    expect(end.stop(output, 1, sign(2), 3)).toBe(true);
    expect(end.settle(output, [3, 9], final)).toBe(false); // nobody knows where member 1 froze
    const theirs = new FrontierCut(2);
    theirs.freeze(1, 5, sign(2));
    expect(end.learn(theirs, 3)).toBe(true);
    expect(end.settle(output, [3, 4], final)).toBe(false); // member 1's fifth event is missing
    expect(take().sealed).toBeNull();
    expect(end.settle(output, [3, 5], final)).toBe(true);
    const { sealed, resolve } = take();
    expect(sealed).toEqual({ sign: sign(2), position, state: new Uint8Array([1]) });
    expect(resolve).toEqual([{ ticket: 1, outcome: { kind: 'committed', position } }]);
    expect(end.settle(output, [3, 5], final)).toBe(false);
    expect(take().sealed).toBeNull(); // once
  });

  it('takes the word of a member about itself only', () => {
    const { end } = member(0);
    const rumour = new FrontierCut(2);
    rumour.freeze(0, 1, sign(2)); // somebody claims that this member froze at 1
    rumour.freeze(1, 5, sign(2));
    end.learn(rumour, 3);
    expect(end.cut.cut).toEqual([3, 5]);
  });

  it('keeps the first promise of each, and the least sign of all', () => {
    const cut = new FrontierCut(3);
    expect(cut.freeze(0, 4, sign(3))).toBe(true);
    expect(cut.freeze(0, 9, sign(2))).toBe(false);
    cut.freeze(1, 1, sign(2, 7));
    cut.freeze(2, 1, sign(2, 6, 1));
    expect(cut.cut).toEqual([4, 1, 1]);
    expect(cut.sign).toEqual(sign(2, 6, 1));
  });

  it('refuses a sign that leads nowhere or is too long to tell', () => {
    const { output, end, take } = member(0);
    for (const [ticket, bad] of [
      [1, sign(1)],
      [2, { nextEpoch: 2, metadata: new Uint8Array(65_537) }],
    ] as const) {
      output.open(ticket);
      expect(end.stop(output, ticket, bad, 0)).toBe(false);
    }
    expect(take().resolve).toMatchObject([{ outcome: { reason: 'invalid' } }, { outcome: { reason: 'too-large' } }]);
    expect(end.frozen).toBe(false);
  });
});
