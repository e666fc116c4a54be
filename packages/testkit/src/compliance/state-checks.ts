import { toHex } from '@hypersync/base';
import { Prng } from '@hypersync/consensus-kit';
import type {
  ConsensusMechanism,
  Effects,
  Guarantee,
  Input,
  MechanismInit,
  MechanismPlugin,
} from '@hypersync/interface';
import { mutateBytes, randomBytes } from '../attackers/attackers.ts';
import { smallestSize } from './campaign.ts';
import { capture, type Captured } from './captured.ts';
import { costProblem } from './cost.ts';
import type { ComplianceOptions } from './options.ts';

/** Looks at one mechanism instead of at a run. */
export const STATE_CHECKS = ['clone', 'observer', 'garbage', 'stray-completion', 'image', 'cost'] as const;
export type StateCheck = (typeof STATE_CHECKS)[number];

/** Seed of the run in whose middle a mechanism is looked at. */
const CAPTURE_SEED = 11;

/** One look at a state that the protocol really reaches (or at the messages it sends): null, or what is wrong. */
export function stateProblem<G extends Guarantee>(options: ComplianceOptions<G>, check: StateCheck): string | null {
  const size = smallestSize(options);
  if (check === 'cost') return costProblem(options, size);
  const captured = capture(options, size, CAPTURE_SEED);
  switch (check) {
    case 'clone':
      return cloneProblem(captured);
    case 'observer':
      return observerProblem(captured);
    case 'garbage':
      return garbageProblem(options.plugin, captured);
    case 'stray-completion':
      return strayCompletionProblem(captured);
    case 'image':
      return imageProblem(options.plugin, captured);
  }
}

/** Steps of one copy never show in another, and equal copies given equal inputs do and become the same. */
export function cloneProblem<G extends Guarantee>({
  mechanism,
  steps,
  fingerprint: before,
}: Captured<G>): string | null {
  if (toHex(mechanism.fingerprint()) !== before) return 'a clone changed while its original went on';
  const [a, b] = [mechanism.clone(), mechanism.clone()];
  if (toHex(a.fingerprint()) !== before) return 'a clone has another fingerprint than its original';
  for (const [i, { now, inputs }] of steps.entries()) {
    const untouched = toHex(b.fingerprint());
    const effects = plain(a.step(now, inputs));
    if (toHex(b.fingerprint()) !== untouched)
      return `a step of one clone changed the other (${inputs.map(({ t }) => t).join(', ')})`;
    if (plain(b.step(now, inputs)) !== effects) return `two equal clones answered step ${i} differently`;
    if (toHex(a.fingerprint()) !== toHex(b.fingerprint())) return `two equal clones differ after the same step ${i}`;
  }
  if (toHex(mechanism.fingerprint()) !== before) return 'steps of clones changed their original';
  return toHex(a.fingerprint()) === before ? `${steps.length} steps did not change the fingerprint` : null;
}

/** Looking must not change anything. */
export function observerProblem<G extends Guarantee>({ mechanism }: Captured<G>): string | null {
  const before = toHex(mechanism.fingerprint());
  const first = JSON.stringify(mechanism.status());
  mechanism.nextDeadline();
  mechanism.clone().status();
  if (JSON.stringify(mechanism.status()) !== first) return 'status() gives two answers in a row';
  return toHex(mechanism.fingerprint()) === before ? null : 'observing changed the fingerprint';
}

/** Bytes from peers and strangers, random and nearly right: no throw, and random ones give no answer and no delivery. */
export function garbageProblem<G extends Guarantee>(
  plugin: MechanismPlugin<G>,
  { mechanism, now, wire, peers }: Captured<G>,
): string | null {
  const random = new Prng(5);
  const victim = mechanism.clone();
  for (let i = 0; i < 1500; i++) {
    const noise = i % 3 === 0 || wire.length === 0;
    const bytes = noise ? randomBytes(random) : mutateBytes(random.pick(wire), random);
    const from = i % 50 === 0 ? 'stranger' : random.pick(peers);
    const said = attempt(() => plugin.describeMessage(bytes));
    if (typeof said !== 'string') return `describeMessage failed on 0x${toHex(bytes)}: ${String(said.error)}`;
    const effects = attempt(() => victim.step(now + i, [{ t: 'message', from, bytes }]));
    if ('error' in effects) return `step threw on 0x${toHex(bytes)}: ${String(effects.error)}`;
    if (noise && effects.resolve.length + effects.deliver.length > 0)
      return `random bytes 0x${toHex(bytes)} had an effect`;
  }
  return null;
}

/** Answers to effects that were never asked for, or asked for in an earlier life. */
export function strayCompletionProblem<G extends Guarantee>({ mechanism, now }: Captured<G>): string | null {
  const victim = mechanism.clone();
  const token = 2 ** 45;
  const inputs: Input<G>[] = [
    { t: 'durable', token: 0 },
    { t: 'signed', token, signature: new Uint8Array(32) },
    { t: 'verified', token, valid: true },
    { t: 'suspicion', node: 'stranger', phi: 99 },
  ];
  for (const input of inputs) {
    const effects = attempt(() => victim.step(now, [input]));
    if ('error' in effects) return `a stray ${input.t} threw: ${String(effects.error)}`;
    if (effects.deliver.length > 0) return `a stray ${input.t} delivered something`;
  }
  return null;
}

/** Damages that a disk, a backup or a person may do to one record. */
const DAMAGES: Readonly<Record<string, (bytes: Uint8Array, random: Prng) => Uint8Array | null>> = {
  emptied: () => new Uint8Array(0),
  'cut short': (bytes, random) => bytes.slice(0, random.nextInt(Math.max(1, bytes.length))),
  'longer by a byte': (bytes) => Uint8Array.of(...bytes, 7),
  noise: (bytes, random) => Uint8Array.from(bytes, () => random.nextInt(256)),
  'wrong in one place': (bytes, random) => mutateBytes(bytes, random),
  missing: () => null,
};
const RECORDS_DAMAGED = 30;

/**
 * A node whose image has a damaged record is either refused, at its start or when it comes to the record, or goes on without
 * a gap in what it delivers. (That the bytes are the ones written is for the driver's check sums to say.)
 */
export function imageProblem<G extends Guarantee>(
  plugin: MechanismPlugin<G>,
  { init, image, steps }: Pick<Captured<G>, 'init' | 'image' | 'steps'>,
): string | null {
  const random = new Prng(6);
  const whole = attempt(() => plugin.create(init, image));
  if ('error' in whole) return `create threw on a whole image: ${String(whole.error)}`;
  for (const key of random.sample([...image.keys()], RECORDS_DAMAGED))
    for (const [damage, inflict] of Object.entries(DAMAGES)) {
      const bytes = inflict(image.get(key)!, random);
      const damaged = new Map(image);
      if (bytes === null) damaged.delete(key);
      else damaged.set(key, bytes);
      const started = attempt(() => plugin.create(init, damaged));
      if ('error' in started) {
        if (isRefusal(started.error)) continue;
        return `record ${key} ${damage}: create failed with ${String(started.error)}, which is no refusal`;
      }
      const problem = restartProblem(started, init, steps);
      if (problem !== null) return `record ${key} ${damage}: it starts, then ${problem}`;
    }
  return null;
}

/** An error that says so, and no stumbling over what is not there. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && !(error instanceof TypeError) && !(error instanceof ReferenceError);
}

function restartProblem<G extends Guarantee>(
  mechanism: ConsensusMechanism<G>,
  init: MechanismInit,
  steps: Captured<G>['steps'],
): string | null {
  let { applied } = init;
  const first: Captured<G>['steps'][number] = { now: init.now, inputs: [{ t: 'time' }] };
  for (const { now, inputs } of [first, ...steps]) {
    const effects = attempt(() => mechanism.step(now, inputs));
    if ('error' in effects) return isRefusal(effects.error) ? null : `step threw ${String(effects.error)}`;
    if (effects.install !== null) applied = effects.install.index;
    for (const { position } of effects.deliver) {
      if (position.class !== 'total-order') continue;
      if (position.index !== applied + 1) return `delivers index ${position.index} after ${applied}`;
      applied = position.index;
    }
  }
  const seen = attempt(() => [mechanism.status(), mechanism.fingerprint()]);
  return 'error' in seen ? `looking at it threw ${String(seen.error)}` : null;
}

function attempt<T>(run: () => T): T | { readonly error: unknown } {
  try {
    return run();
  } catch (error) {
    return { error };
  }
}

/** Effects as text, typed arrays as hex. */
function plain<G extends Guarantee>(effects: Effects<G>): string {
  return JSON.stringify(effects, (_key, value: unknown) => (value instanceof Uint8Array ? toHex(value) : value));
}
