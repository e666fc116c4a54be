import type { Decision, NodeId, Position } from '@hypersync/interface';
import { valuesOf } from './objects.ts';
import type { Change, ReplicaState } from './replica-state.ts';
import { encodeValue } from './value.ts';

/** Who brought a change: the client's session here, or a peer. */
export interface Origin {
  readonly proposer: NodeId;
  readonly session: number;
  readonly sequence: number;
}

/** One decision per name under which something changed, with its new value. */
export function decisionsOf(
  state: ReplicaState,
  { names }: Change,
  origin: Origin,
  position: Position<'convergent'>,
): Decision<'convergent'>[] {
  const certificate = new Uint8Array(0);
  return [...names].map((key) => ({ ...origin, position, key, value: toldValue(state, key), certificate }));
}

/** What weighs more (see ObjectNode: about 64 entries, 64 KiB or 1,000 elements) is not told on every change, but left to be read. */
const TOLD_WEIGHT = 65 * 1_024 - 1;

/** The object's value as its listeners are told of it: empty where it is gone, of several types, or large. */
function toldValue(state: ReplicaState, name: string): Uint8Array {
  const node = state.node(name);
  const values = node === null || node.weight > TOLD_WEIGHT ? [] : valuesOf(node);
  return values.length === 1 ? encodeValue(values[0]!) : new Uint8Array(0);
}
