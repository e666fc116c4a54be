/** @file HotStuff (Yin et al., PODC 2019) and Jolteon (Gelashvili et al., FC 2022) as a HyperSync mechanism. */
import type { MechanismPlugin } from '@hypersync/interface';
import { checkConfig } from './config.ts';
import { DESCRIPTOR } from './descriptor.ts';
import { describeMessage } from './describe-message.ts';
import { Replica } from './replica.ts';

const plugin: MechanismPlugin<'total-order'> = {
  descriptor: DESCRIPTOR,
  validateConfig: (config) => checkConfig(config),
  create: (init, image) => Replica.create(init, image),
  describeMessage,
};

export default plugin;
