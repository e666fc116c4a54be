import type { PlainData, StateWriter } from '@hypersync/consensus-kit';
import type { Leading } from './leader.ts';
import type { PaxosNode } from './node.ts';

/** An independent copy, between steps. Entries, snapshots and bytes are never changed in place, so they are shared. */
export function cloneNode(node: PaxosNode): PaxosNode {
  const { pull } = node;
  return {
    ...node,
    fx: node.fx.clone(),
    log: node.log.clone(),
    sessions: node.sessions.clone(),
    election: { ...node.election, replies: new Map(node.election.replies) },
    leading: node.leading && cloneLeading(node.leading),
    pull: pull && {
      ...pull,
      incoming: pull.incoming && { ...pull.incoming, chunks: pull.incoming.chunks.slice() },
      entries: pull.entries.slice(),
    },
    proposals: new Map([...node.proposals].map(([serial, proposal]) => [serial, { ...proposal }])),
    retries: new Map(node.retries),
    unacked: new Set(node.unacked),
    reads: new Map([...node.reads].map(([id, read]) => [id, { ...read }])),
    outbox: node.outbox.slice(),
  };
}

function cloneLeading(leading: Leading): Leading {
  return {
    ...leading,
    promises: new Map(leading.promises),
    undelivered: new Set(leading.undelivered),
    acceptors: new Map([...leading.acceptors].map(([peer, acceptance]) => [peer, { ...acceptance }])),
    reads: new Map([...leading.reads].map(([name, read]) => [name, { ...read }])),
    seen: new Map([...leading.seen].map(([peer, seen]) => [peer, { ...seen, answers: new Map(seen.answers) }])),
  };
}

/** Everything that may change what the node does next, in one canonical form. */
export function writeNode(node: PaxosNode, state: StateWriter): void {
  const { fx, log, sessions, settings, ...rest } = node;
  fx.writeTo(state);
  log.writeTo(state);
  sessions.writeTo(state);
  state.data({ ...settings });
  state.data(rest as unknown as Record<string, PlainData>);
}
