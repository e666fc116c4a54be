/** @file A keyed set that repairs itself by comparing Merkle search trees, as a plugin; and proofs for light clients. */
import type { MechanismPlugin } from '@hypersync/interface';
import { validateConfig } from './config.ts';
import { DESCRIPTOR } from './descriptor.ts';
import { MerkleTree } from './merkle-tree.ts';
import { describeMessage } from './wire.ts';

export { decodeProof, encodeProof, proveInclusion, verifyInclusion, type InclusionProof } from './proof.ts';
export {
  proveAbsence,
  proveConsistency,
  proveRange,
  verifyAbsence,
  verifyConsistency,
  verifyRange,
  type RowChange,
} from './set-proofs.ts';
export type { Row, RowKind } from './row.ts';
export { put, rootHash, treeOf, type Tree } from './search-tree.ts';

const plugin: MechanismPlugin<'convergent'> = {
  descriptor: DESCRIPTOR,
  validateConfig,
  create: (init, image) => MerkleTree.create(init, image),
  describeMessage,
};

export default plugin;
