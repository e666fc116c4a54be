import { decodeStopSign, sizeOfEntry } from './entry.ts';
import type { RaftNode } from './node.ts';
import { rejectSealed, requeueSuperseded, resolveCommitted } from './proposals.ts';
import type { StoredEntry } from './log.ts';

/** Hands over what is committed: a snapshot first if one came in, then every entry once, in order. */
export function deliver(node: RaftNode): void {
  if (node.installWanted) {
    node.fx.install({ index: node.snapshot.point.decision, state: node.snapshot.state });
    node.installWanted = false;
  }
  while (node.delivered < node.commit) {
    const before = node.log.termAt(node.delivered)!;
    const entry = node.log.at(node.delivered + 1)!;
    node.delivered++;
    node.decisions = entry.decision;
    if (node.role === 'leader') node.uncommittedBytes -= sizeOfEntry(entry);
    if (entry.kind === 'append') decide(node, entry);
    if (entry.kind === 'stop' && node.sealedAt === 0) seal(node, entry);
    if (entry.term > before) requeueSuperseded(node, entry.term);
  }
}

function decide(node: RaftNode, entry: StoredEntry): void {
  const { proposer, session, sequence, value, decision: index } = entry;
  resolveCommitted(node, entry, index);
  if (index <= node.applied) return;
  const position = { class: 'total-order', epoch: node.epoch, index } as const;
  node.fx.deliver({ position, proposer, session, sequence, key: '', value, certificate: new Uint8Array(0) });
}

/** The stop sign is committed: no leader appends a value behind one, so this was the last decision. */
function seal(node: RaftNode, entry: StoredEntry): void {
  node.sealedAt = node.delivered;
  resolveCommitted(node, entry, entry.decision);
  rejectSealed(node);
  const sign = decodeStopSign(entry.value)!;
  const position = { class: 'total-order', epoch: node.epoch, index: entry.decision } as const;
  node.fx.seal({ sign, position, state: new Uint8Array(0) });
}
