/** @file Paxos as a plugin: Sequence Paxos with Ballot Leader Election, total order for crash faults and partial partitions. */
import type { MechanismPlugin } from '@hypersync/interface';
import { validateConfig } from './config.ts';
import { descriptor } from './descriptor.ts';
import { describeMessage } from './messages.ts';
import { Paxos } from './paxos.ts';

const plugin: MechanismPlugin<'total-order'> = {
  descriptor,
  validateConfig,
  create: (init, image) => Paxos.create(init, image),
  describeMessage,
};

export default plugin;
