/** @file Raft as a plugin: leader-based total order for crash faults. */
import type { MechanismPlugin } from '@hypersync/interface';
import { validateConfig } from './config.ts';
import { descriptor } from './descriptor.ts';
import { describeMessage } from './messages.ts';
import { Raft } from './raft.ts';

const plugin: MechanismPlugin<'total-order'> = {
  descriptor,
  validateConfig,
  create: (init, image) => Raft.create(init, image),
  describeMessage,
};

export default plugin;
