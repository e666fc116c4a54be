import type { PlainData, StateWriter } from '@hypersync/consensus-kit';
import type { QuorumNode } from './node.ts';
import { cloneSigned } from './signed-values.ts';

/** An independent copy, between steps. Registers and bytes are never changed in place, so they are shared. */
export function cloneNode(node: QuorumNode): QuorumNode {
  return {
    ...node,
    fx: node.fx.clone(),
    signed: node.signed && cloneSigned(node.signed),
    claims: new Map(node.claims),
    registers: new Map(node.registers),
    volatile: new Map(node.volatile),
    settled: new Map(node.settled),
    shown: new Map(node.shown),
    operations: new Map(
      [...node.operations].map(([id, operation]) => [
        id,
        { ...operation, replies: new Map(operation.replies), stored: new Set(operation.stored) },
      ]),
    ),
    sealing: node.sealing && {
      ...node.sealing,
      cursors: new Map(node.sealing.cursors),
      joined: new Map(node.sealing.joined),
    },
    hints: new Map(node.hints),
    hintIds: new Map(node.hintIds),
    heard: new Set(node.heard),
    stops: node.stops.slice(),
    dirty: new Set(node.dirty),
    outbox: node.outbox.slice(),
  };
}

/** Everything that may change what the node does next, in one canonical form. */
export function writeNode(node: QuorumNode, state: StateWriter): void {
  const { fx, settings, signed, quorums: _q, table: _t, ...rest } = node;
  fx.writeTo(state);
  signed?.authenticator.writeTo(state);
  if (signed !== null) state.data([...signed.held] as unknown as PlainData);
  state.data({ ...settings });
  state.data(rest as unknown as Record<string, PlainData>);
}
