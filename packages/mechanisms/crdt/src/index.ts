/** @file Delta-state CRDTs as a plugin, and the encodings of their mutations and values for clients. */
import type { MechanismPlugin } from '@hypersync/interface';
import { validateConfig } from './config.ts';
import { Crdt } from './crdt.ts';
import { DESCRIPTOR } from './descriptor.ts';
import { describeMessage } from './wire.ts';

export { decodeMutation, encodeMutation, type Mutation, type MutationOf } from './mutation.ts';
export { CrdtDocument } from './document.ts';
export { decodeValue, encodeValue, type CrdtValue } from './value.ts';
export type { TypeName } from './place.ts';

const plugin: MechanismPlugin<'convergent'> = {
  descriptor: DESCRIPTOR,
  validateConfig,
  create: (init, image) => Crdt.create(init, image),
  describeMessage,
};

export default plugin;
