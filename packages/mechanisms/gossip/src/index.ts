/** @file Rumours to everybody and a view of who is alive, by gossip, as a plugin. */
import type { MechanismPlugin } from '@hypersync/interface';
import { validateConfig } from './config.ts';
import { DESCRIPTOR } from './descriptor.ts';
import { Gossip } from './gossip.ts';
import { describeMessage } from './wire.ts';

const plugin: MechanismPlugin<'convergent'> = {
  descriptor: DESCRIPTOR,
  validateConfig,
  create: (init, image) => Gossip.create(init, image),
  describeMessage,
};

export default plugin;
