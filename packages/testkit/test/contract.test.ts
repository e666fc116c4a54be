import { describe, expect, it } from 'vitest';
import {
  noEffects,
  type Effects,
  type Input,
  type MechanismPlugin,
  type Outcome,
  type Position,
  type Sealed,
} from '@hypersync/interface';
import { runSimulation, type SimulationOptions, type ViolationKind } from '../src/consensus.ts';
import { toySynod } from './fixtures/toy-synod.ts';

type G = 'total-order';
type Spoil = (effects: Effects<G>, inputs: readonly Input<G>[], self: string) => Effects<G>;

/** The correct toy with its effects spoiled on the way out. */
function spoiled(spoil: Spoil, nextDeadline?: () => number): MechanismPlugin<G> {
  const honest = toySynod();
  return {
    ...honest,
    create(init, image) {
      const inner = honest.create(init, image);
      return {
        descriptor: inner.descriptor,
        step: (now, inputs) => spoil(inner.step(now, inputs), inputs, init.self),
        nextDeadline: nextDeadline ?? (() => inner.nextDeadline()),
        status: () => inner.status(),
        fingerprint: () => inner.fingerprint(),
        clone: () => inner.clone(),
      };
    },
  };
}

function violationOf(plugin: MechanismPlugin<G>, options: Partial<SimulationOptions<G>> = {}) {
  return runSimulation({
    plugin,
    nodes: 3,
    seed: 1,
    faults: 'none',
    duration: 1_000_000,
    recoverWithin: 2_000_000,
    ...options,
  }).violation;
}

const position: Position<G> = { class: 'total-order', epoch: 1, index: 1 };
const sealed = (metadata = [7, 7, 7], index = 1): Sealed<G> => ({
  sign: { nextEpoch: 2, metadata: Uint8Array.from(metadata) },
  position: { ...position, index },
  state: new Uint8Array(0),
});
const instead =
  (wrong: Outcome<G>, wanted: Outcome<G>['kind']): Spoil =>
  (effects) => ({
    ...effects,
    resolve: effects.resolve.map((one) => (one.outcome.kind === wanted ? { ...one, outcome: wrong } : one)),
  });
const isStop = (inputs: readonly Input<G>[]) => inputs.some((input) => input.t === 'stop');

describe('a driver holds a mechanism to its contract', () => {
  it.each<[string, ViolationKind, RegExp, Spoil]>([
    [
      'throwing',
      'contract',
      /n\d threw in step: Error: oops/,
      () => {
        throw new Error('oops');
      },
    ],
    [
      'a token used twice in two kinds of effects',
      'contract',
      /used token 1 after 1/,
      (effects) => ({
        ...effects,
        crypto: effects.persist.map(({ token }) => ({ token, op: 'sign', message: new Uint8Array(1) })),
      }),
    ],
    [
      'persists out of order',
      'contract',
      /out of the order of their tokens/,
      (effects) =>
        effects.persist.length === 0
          ? effects
          : {
              ...effects,
              persist: [
                { token: 999, writes: [], sync: false },
                { token: 998, writes: [], sync: false },
              ],
            },
    ],
    [
      'a long key',
      'contract',
      /key of more than 256 bytes/,
      (effects) => ({
        ...effects,
        persist: effects.persist.map((batch) => ({ ...batch, writes: [{ op: 'delete', key: 'k'.repeat(257) }] })),
      }),
    ],
    [
      'a gate on nothing',
      'contract',
      /gates a message on token 12345/,
      (effects) => ({
        ...effects,
        send: effects.send.map((one) => ({ ...one, after: 12_345 })),
      }),
    ],
    [
      'a message to itself',
      'contract',
      /sends to n\d, which is no other member/,
      (effects, _, self) => ({
        ...effects,
        send: effects.send.map((one) => ({ ...one, to: self })),
      }),
    ],
    [
      'a message to a stranger',
      'contract',
      /sends to nobody/,
      (effects) => ({
        ...effects,
        send: effects.send.map((one) => ({ ...one, to: 'nobody' })),
      }),
    ],
    [
      'proof against an honest node',
      'accountability',
      /claims proof of lying against the honest n2/,
      (effects) => ({
        ...effects,
        evidence: [{ culprit: 'n2', kind: 'lying', provable: true, proof: new Uint8Array(0) }],
      }),
    ],
    [
      'an answer to nobody',
      'ticket',
      /ticket 424242, which is not open/,
      (effects) => ({
        ...effects,
        resolve: [{ ticket: 424_242, outcome: { kind: 'unknown' } }],
      }),
    ],
    [
      'values for a proposal',
      'contract',
      /answered the proposal \d+ with values/,
      instead({ kind: 'values', position, values: [] }, 'committed'),
    ],
    [
      'committed for a read',
      'contract',
      /answered read \d+ with committed/,
      instead({ kind: 'committed', position }, 'values'),
    ],
    [
      'unsupported for what is on offer',
      'contract',
      /as unsupported, although/,
      instead({ kind: 'rejected', reason: 'unsupported', retryable: false, hint: null }, 'committed'),
    ],
    [
      'a seal without a stop',
      'contract',
      /sealed its epoch without a stop/,
      (effects) => ({ ...effects, sealed: sealed() }),
    ],
  ])('%s', (_, kind, message, spoil) => {
    expect(violationOf(spoiled(spoil))).toMatchObject({ kind, message: expect.stringMatching(message) });
  });

  it('a deadline that is no number', () => {
    const plugin = spoiled(
      (effects) => effects,
      () => 1.5,
    );
    expect(violationOf(plugin)).toMatchObject({ kind: 'contract', message: expect.stringMatching(/wants time 1.5/) });
  });

  it('a flood', () => {
    const echo: Spoil = (effects) => ({ ...effects, send: [{ to: 'all', bytes: new Uint8Array(1), lane: 'control' }] });
    expect(violationOf(spoiled(echo), { maxEvents: 20_000 })).toMatchObject({
      kind: 'liveness',
      message: expect.stringMatching(/floods/),
    });
  });

  it('no recovery', () => {
    const deaf = spoiled((effects) => ({ ...effects, send: [] }));
    expect(violationOf(deaf)).toMatchObject({
      kind: 'liveness',
      message: '2.0 s after the faults ended (serving): no write through n1, n2, n3 was acknowledged',
    });
  });
});

describe('sealing', () => {
  /** On a stop, every node seals by what `seal` says; the toy itself knows no stop. */
  const withSeal = (
    seal: (self: string) => Sealed<G>,
    extra: (effects: Effects<G>) => Effects<G> = (effects) => effects,
  ) => {
    let stopped = false;
    const done = new Set<string>();
    return spoiled((effects, inputs, self) => {
      stopped ||= isStop(inputs);
      const resolve = isStop(inputs)
        ? effects.resolve.map((one) => ({ ...one, outcome: { kind: 'committed', position } as const }))
        : effects.resolve;
      if (!stopped || (done.has(self) && extra === KEEP)) return { ...effects, resolve };
      const first = !done.has(self);
      done.add(self);
      return first ? { ...effects, resolve, sealed: seal(self) } : extra({ ...effects, resolve });
    });
  };
  const KEEP = (effects: Effects<G>) => effects;

  it('is accepted when every node seals the same', () => {
    expect(
      violationOf(
        withSeal(() => sealed()),
        { seal: true },
      ),
    ).toBeNull();
  });

  it.each<[string, ViolationKind, RegExp, MechanismPlugin<G>]>([
    ['different signs', 'agreement', /different stop signs/, withSeal((self) => sealed(self === 'n1' ? [1] : [2]))],
    [
      'different places',
      'agreement',
      /sealed at .*n\d at/,
      withSeal((self) => sealed([7, 7, 7], self === 'n1' ? 1 : 2)),
    ],
    [
      'twice',
      'contract',
      /sealed its epoch twice/,
      withSeal(
        () => sealed(),
        (effects) => ({ ...effects, sealed: sealed() }),
      ),
    ],
    [
      'values as the answer to a stop',
      'contract',
      /answered a stop with values/,
      spoiled((effects, inputs) =>
        isStop(inputs)
          ? {
              ...effects,
              resolve: effects.resolve.map((one) => ({ ...one, outcome: { kind: 'values', position, values: [] } })),
            }
          : effects,
      ),
    ],
    [
      'a delivery afterwards',
      'order',
      /delivered after it had sealed/,
      withSeal(
        () => sealed(),
        (effects) => ({
          ...noEffects<G>(),
          resolve: effects.resolve,
          deliver: [
            {
              position,
              proposer: 'x',
              session: 0,
              sequence: 0,
              key: '',
              value: new Uint8Array(0),
              certificate: new Uint8Array(0),
            },
          ],
        }),
      ),
    ],
  ])('is refused: %s', (_, kind, message, plugin) => {
    expect(violationOf(plugin, { seal: true })).toMatchObject({ kind, message: expect.stringMatching(message) });
  });

  it('is refused: nobody seals', () => {
    expect(violationOf(toySynod(), { seal: true })).toMatchObject({
      kind: 'liveness',
      message: expect.stringMatching(/sealing.*did not seal/),
    });
  });
});
