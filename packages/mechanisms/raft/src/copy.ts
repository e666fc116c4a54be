import type { PlainData, StateWriter } from '@hypersync/consensus-kit';
import type { RaftNode } from './node.ts';
import { cloneProgress } from './progress.ts';

/** An independent copy, between steps. Entries, snapshots and bytes are never changed in place, so they are shared. */
export function cloneNode(node: RaftNode): RaftNode {
  return {
    ...node,
    fx: node.fx.clone(),
    rng: node.rng.clone(),
    log: node.log.clone(),
    sessions: node.sessions.clone(),
    decidedAt: node.decidedAt.slice(),
    change: node.change && { ...node.change },
    transfer: node.transfer && { ...node.transfer },
    votes: new Set(node.votes),
    progress: new Map([...node.progress].map(([peer, p]) => [peer, cloneProgress(p)])),
    leaderReads: new Map([...node.leaderReads].map(([name, read]) => [name, { ...read }])),
    seen: new Map([...node.seen].map(([peer, seen]) => [peer, { ...seen, answers: new Map(seen.answers) }])),
    proposals: new Map([...node.proposals].map(([serial, proposal]) => [serial, { ...proposal }])),
    unacked: new Set(node.unacked),
    reads: new Map([...node.reads].map(([id, read]) => [id, { ...read }])),
    incoming: node.incoming && { ...node.incoming, chunks: node.incoming.chunks.slice() },
    outbox: node.outbox.slice(),
  };
}

/** Everything that may change what the node does next, in one canonical form. */
export function writeNode(node: RaftNode, state: StateWriter): void {
  const { fx, rng, log, settings, sessions, ...rest } = node;
  fx.writeTo(state);
  log.writeTo(state);
  sessions.writeTo(state);
  state.data({ ...settings }).data(rng.state());
  state.data(rest as unknown as Record<string, PlainData>);
}
