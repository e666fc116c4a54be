/** @file Proof of Stake: Gasper (LMD GHOST and Casper FFG) sized for a permissioned cluster, as a HyperSync mechanism. */
import type { MechanismPlugin } from '@hypersync/interface';
import { checkConfig } from './config.ts';
import { describeMessage } from './describe-message.ts';
import { DESCRIPTOR } from './descriptor.ts';
import { Validator } from './validator.ts';

const plugin: MechanismPlugin<'total-order'> = {
  descriptor: DESCRIPTOR,
  validateConfig: (config) => checkConfig(config),
  create: (init, image) => Validator.create(init, image),
  describeMessage,
};

export default plugin;
