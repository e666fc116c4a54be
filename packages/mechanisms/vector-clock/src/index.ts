/** @file Causal broadcast and a key-value store with dotted version vectors, as a plugin. */
import type { MechanismPlugin } from '@hypersync/interface';
import { validateConfig } from './config.ts';
import { DESCRIPTOR } from './descriptor.ts';
import { VectorClock } from './vector-clock.ts';
import { describeMessage } from './wire.ts';

export { nextEpochImage } from './sealed-state.ts';
export { NEW_SESSION, afterIn, decodeToken, encodeToken, extended, type SessionToken } from './session-token.ts';

const plugin: MechanismPlugin<'causal'> = {
  descriptor: DESCRIPTOR,
  validateConfig,
  create: (init, image) => VectorClock.create(init, image),
  describeMessage,
};

export default plugin;
