import { fromRecord, type Vector } from '@hypersync/consensus-kit';
import type { CausalOp, NodeId, RejectReason, VersionVector } from '@hypersync/interface';
import { KEY_BYTES, VALUE_BYTES } from './event.ts';

/** Why this put cannot be taken, whatever else happens; null when it can. */
export function refusalOf(
  op: CausalOp,
  after: VersionVector | undefined,
  members: readonly NodeId[],
  frozen: boolean,
): RejectReason | null {
  if (op.kind !== 'put') return 'unsupported';
  if (frozen) return 'sealed';
  // Three bytes a UTF-16 unit is the most that the encoding takes.
  if (3 * op.key.length > KEY_BYTES || op.value.length > VALUE_BYTES) return 'too-large';
  if (!op.key.isWellFormed()) return 'invalid'; // not every disk can name it
  if (after !== undefined && fromRecord(members, after) === null) return 'invalid';
  return op.context !== null && fromRecord(members, op.context) === null ? 'invalid' : null;
}

/** What a put replaces; null for a blind one. */
export function contextOf(members: readonly NodeId[], op: CausalOp): Vector | null {
  return op.context === null ? null : fromRecord(members, op.context);
}
