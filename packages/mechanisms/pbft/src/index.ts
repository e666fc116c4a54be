/** @file PBFT (Castro, Liskov: OSDI 1999, TOCS 2002) as a HyperSync mechanism. */
import type { MechanismPlugin } from '@hypersync/interface';
import { checkConfig } from './config.ts';
import { DESCRIPTOR } from './descriptor.ts';
import { describeMessage } from './describe-message.ts';
import { Replica } from './replica.ts';

const plugin: MechanismPlugin<'total-order'> = {
  descriptor: DESCRIPTOR,
  validateConfig: checkConfig,
  create: (init, image) => Replica.create(init, image),
  describeMessage,
};

export default plugin;
