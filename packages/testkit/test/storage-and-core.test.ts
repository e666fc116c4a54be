import { describe, expect, it } from 'vitest';
import type { MechanismPlugin } from '@hypersync/interface';
import { runSimulation, simulate, type SimulationOptions } from '../src/consensus.ts';
import { capture } from '../src/compliance/captured.ts';
import { imageProblem } from '../src/compliance/state-checks.ts';
import { execute } from '../src/simulator/simulate.ts';
import { toySynod } from './fixtures/toy-synod.ts';

type Options = SimulationOptions<'total-order'>;

/** What a program does that did not expect the data it reads. */
function stumble(): never {
  throw new TypeError("Cannot read properties of undefined (reading 'length')");
}

function storyOf(options: Options): string[] {
  const { world, report } = execute(options, true);
  expect(report.violation).toBeNull();
  return world.trace.story.map(({ text }) => text);
}

describe('a disk that reports an error for a flush', () => {
  const options = (seed: number): Options => ({ plugin: toySynod(), nodes: 3, seed, faults: { 'sync-error': 4 } });

  it('stops its node at once; it comes back with what the disk then holds', () => {
    const story = storyOf(options(3));
    const failed = story.findIndex((text) => text.includes('reports an error'));
    const node = story[failed]!.slice(0, 2);
    expect(story[failed + 1]).toMatch(new RegExp(`^${node} crashes, losing`));
    const next = story.slice(failed + 2).find((text) => text.startsWith(`${node} `) && !text.includes(', cut'));
    expect(next).toMatch(new RegExp(`^${node} starts from`));
  });
});

describe('a record that has rotted', () => {
  const rotten: Options = { plugin: toySynod(), nodes: 5, seed: 2, faults: { 'bit-rot': 9, crash: 2 } };

  it('costs its node, and never more nodes than the declared bound allows', () => {
    const story = storyOf(rotten);
    const lost = story.filter((text) => text.includes('has rotted')).map((text) => /n\d/.exec(text)![0]);
    expect(lost).toHaveLength(2);
    for (const node of lost) {
      const after = story.slice(story.findIndex((text) => text.includes(`${node}'s disk has rotted`)));
      expect(after.filter((text) => text.startsWith(`${node} starts`))).toEqual([]);
    }
  });

  it('leaves the others with everything that was acknowledged', () => {
    for (let seed = 1; seed <= 10; seed++) simulate({ ...rotten, seed });
  });
});

describe('the core that comes back first', () => {
  const options: Options = { plugin: toySynod(), nodes: 5, seed: 1, duration: 1_000_000, core: true };

  it('serves and holds all while the others are away, then they return', () => {
    const story = storyOf(options);
    const away = /^(.*) stay away at first$/.exec(story.find((text) => text.includes('stay away'))!)![1]!.split(', ');
    expect(away.length).toBeLessThanOrEqual(2);
    const [from, to] = ['recovery: core-serving', 'recovery: serving'].map((text) => story.indexOf(text));
    const meanwhile = story.slice(from, to);
    for (const node of away) {
      expect(meanwhile.filter((text) => text.startsWith(`${node} starts`))).toEqual([]);
      expect(story.slice(0, to).findLast((text) => text.startsWith(`${node} starts`))).toBeDefined();
    }
    expect(meanwhile.some((text) => text.includes('recovery: core-settling'))).toBe(true);
  });

  it('shows who claims to bear more than it can', () => {
    const plugin = toySynod();
    const faults = { ...plugin.descriptor.faults, liveness: { numerator: 1, denominator: 1 } };
    const boastful: MechanismPlugin<'total-order'> = { ...plugin, descriptor: { ...plugin.descriptor, faults } };
    const violations = Array.from(
      { length: 8 },
      (_, i) => runSimulation({ ...options, plugin: boastful, seed: i + 1, recoverWithin: 2_000_000 }).violation,
    );
    expect(violations.find((violation) => violation !== null)).toMatchObject({
      kind: 'liveness',
      message: expect.stringContaining('(core-serving): no write through'),
    });
  });
});

describe('a damaged image', () => {
  const captured = capture({ plugin: toySynod() }, 3, 11);

  it('is refused by an error that says so', () => {
    const refusing: MechanismPlugin<'total-order'> = {
      ...toySynod(),
      create(init, image) {
        for (const [key, bytes] of image)
          if (captured.image.get(key)?.join() !== bytes.join()) throw new RangeError(`${key} is damaged`);
        if (image.size !== captured.image.size) throw new RangeError('a record is missing');
        return toySynod().create(init, image);
      },
    };
    expect(imageProblem(refusing, captured)).toBeNull();
  });

  it.each([
    ['stumbles at its start', stumble, /create failed with TypeError/],
    [
      'refuses a whole image',
      (): never => {
        throw new RangeError('no');
      },
      /threw on a whole image/,
    ],
  ])('is no excuse for a mechanism that %s', (name, fail, message) => {
    const plugin: MechanismPlugin<'total-order'> = {
      ...toySynod(),
      create(init, image) {
        const damaged = [...captured.image].some(([key, bytes]) => image.get(key)?.join() !== bytes.join());
        if (damaged || name.startsWith('refuses')) fail();
        return toySynod().create(init, image);
      },
    };
    expect(imageProblem(plugin, captured)).toMatch(message);
  });

  it('is no excuse for a mechanism that starts and stumbles later, or delivers with a gap', () => {
    const wrap = (step: (effects: ReturnType<ReturnType<typeof toySynod>['create']>['step']) => typeof effects) => {
      const plugin: MechanismPlugin<'total-order'> = {
        ...toySynod(),
        create(init) {
          const inner = toySynod().create({ ...init, applied: 0 }, captured.image);
          return Object.assign(Object.create(inner) as typeof inner, { step: step(inner.step.bind(inner)) });
        },
      };
      return imageProblem(plugin, captured);
    };
    expect(wrap(() => stumble)).toMatch(/it starts, then step threw TypeError/);
    expect(wrap((step) => step)).toMatch(/it starts, then delivers index 1 after \d+/);
  });
});
