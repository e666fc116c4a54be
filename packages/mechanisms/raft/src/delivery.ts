import { decodeStopSign, sizeOfEntry, type Entry } from './entry.ts';
import { onConfigurationCommitted } from './membership.ts';
import type { RaftNode } from './node.ts';
import { rejectSealed, requeueSuperseded, resolveCommitted } from './proposals.ts';

const NOTHING = new Uint8Array(0);

/** Hands over what is committed: a snapshot first if one came in, then every entry once, in order. */
export function deliver(node: RaftNode): void {
  if (node.installWanted) {
    node.fx.install({ index: node.snapshot.decision, state: node.snapshotState });
    node.installWanted = false;
  }
  while (node.delivered < node.commit) {
    const before = node.log.termAt(node.delivered)!;
    const entry = node.log.at(node.delivered + 1)!;
    node.delivered++;
    if (node.role === 'leader') node.uncommittedBytes -= sizeOfEntry(entry);
    if (entry.kind === 'append') decide(node, entry);
    if (entry.kind === 'config') onConfigurationCommitted(node, entry);
    if (entry.kind === 'stop' && node.sealedAt === 0) seal(node, entry);
    if (entry.term > before) requeueSuperseded(node, entry.term);
  }
}

/** A retry of what was decided before is no decision: its ticket gets the first one's place (thesis 6.3). */
function decide(node: RaftNode, entry: Entry): void {
  const { proposer, session, sequence, value } = entry;
  const earlier = node.sessions.find(session, sequence, node.decisions);
  if (earlier > 0) {
    resolveCommitted(node, entry, earlier);
    return;
  }
  const index = ++node.decisions;
  node.decidedAt.push(node.delivered);
  node.sessions.remember(session, sequence, index);
  resolveCommitted(node, entry, index);
  if (index <= node.applied) return;
  const position = { class: 'total-order', epoch: node.epoch, index } as const;
  node.fx.deliver({ position, proposer, session, sequence, key: '', value, certificate: NOTHING });
}

/** The stop sign is committed: no leader appends a value behind one, so this was the last decision. */
function seal(node: RaftNode, entry: Entry): void {
  node.sealedAt = node.delivered;
  resolveCommitted(node, entry, node.decisions);
  rejectSealed(node);
  const sign = decodeStopSign(entry.value)!;
  const position = { class: 'total-order', epoch: node.epoch, index: node.decisions } as const;
  node.fx.seal({ sign, position, state: NOTHING });
}
