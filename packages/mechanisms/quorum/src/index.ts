/** @file Quorum-replicated atomic registers as a plugin: no leader, no order, no timeouts needed for safety or progress. */
import type { MechanismPlugin } from '@hypersync/interface';
import { validateConfig } from './config.ts';
import { descriptor } from './descriptor.ts';
import { describeMessage } from './messages.ts';
import { Quorum } from './quorum.ts';

const plugin: MechanismPlugin<'register'> = {
  descriptor,
  validateConfig,
  create: (init, image) => Quorum.create(init, image),
  describeMessage,
};

export default plugin;
