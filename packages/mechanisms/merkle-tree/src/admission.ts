import type { ConvergentOp, RejectReason } from '@hypersync/interface';
import { RESERVED } from './keyed-set.ts';
import { KEY_BYTES, VALUE_BYTES } from './row.ts';

/** Why this write cannot be taken; null when it can. `room` is false while the set is as large as it may become. */
export function refusalOf(op: ConvergentOp, frozen: boolean, room: boolean): RejectReason | null {
  if (op.kind !== 'put' && op.kind !== 'delete') return 'unsupported';
  if (frozen) return 'sealed';
  if (op.key.startsWith(RESERVED) || !op.key.isWellFormed()) return 'invalid'; // not every disk can name it
  // Three bytes a UTF-16 unit is the most that the encoding takes.
  if (3 * op.key.length > KEY_BYTES) return 'too-large';
  if (op.kind === 'delete') return null; // leads to less, so it is always welcome
  if (op.value.length > VALUE_BYTES) return 'too-large';
  return room ? null : 'overloaded';
}
