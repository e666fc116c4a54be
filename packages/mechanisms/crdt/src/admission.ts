import type { ConvergentOp, RejectReason } from '@hypersync/interface';
import type { Delta } from './delta.ts';
import { NAME_BYTES } from './place.ts';
import { decodeMutation } from './mutation.ts';
import { deltaOf, usedOtherwise } from './objects.ts';
import type { ReplicaState } from './replica-state.ts';

export interface Circumstances {
  readonly self: number;
  /** Wall clock, microseconds since 1970; 0 where nobody tells it. */
  readonly wall: number;
  /** Live entries may take so many bytes before nothing is added any more. */
  readonly maxBytes: number;
}

/** The delta that the operation makes of this state, or why it cannot be taken. */
export function admit(
  state: ReplicaState,
  op: Extract<ConvergentOp, { kind: 'mutate' }>,
  { self, wall, maxBytes }: Circumstances,
): Delta | RejectReason {
  // Three bytes a UTF-16 unit is the most that the encoding takes.
  if (3 * op.key.length > NAME_BYTES) return 'too-large';
  if (!op.key.isWellFormed()) return 'invalid'; // not every reader can name it
  const mutation = decodeMutation(op.value);
  if (mutation === null || usedOtherwise(state, op.key, mutation)) return 'invalid';
  const delta = deltaOf(state, op.key, mutation, self, wall);
  if (delta === null) return 'invalid';
  return delta.entries.length + delta.parts.length > 0 && state.bytes > maxBytes ? 'overloaded' : delta;
}
