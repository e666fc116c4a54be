import { decodeStopSign, nameOf, type Entry } from './entry.ts';
import type { PaxosNode } from './node.ts';
import { rejectSealed, requeueSuperseded, resolveDecided, resolveRetries } from './proposals.ts';
import { decodePayload } from './storage.ts';

/** Hands over what is decided: a snapshot first if one came in, then every entry once, in order. */
export function deliver(node: PaxosNode): void {
  if (node.installWanted) {
    node.fx.install({ index: node.snapshot.index, state: decodePayload(node.snapshot.payload)!.state });
    node.installWanted = false;
  }
  while (node.delivered < node.decided) {
    const index = ++node.delivered;
    const entry = node.log.at(index)!;
    if (entry.kind === 'stop') seal(node, entry, index);
    else present(node, entry, index);
  }
  const { opened } = node;
  if (opened === null || node.delivered < opened.initial) return;
  node.opened = null;
  requeueSuperseded(node, opened.ballot);
}

function present(node: PaxosNode, entry: Entry, index: number): void {
  const { proposer, session, sequence, value } = entry;
  if (session === 0) resolveDecided(node, entry, index);
  else {
    node.sessions.remember(session, sequence, index);
    node.leading?.undelivered.delete(nameOf(entry));
    resolveRetries(node, entry, index);
  }
  if (index <= node.applied) return;
  const position = { class: 'total-order', epoch: node.epoch, index } as const;
  node.fx.deliver({ position, proposer, session, sequence, key: '', value, certificate: new Uint8Array(0) });
}

/** The stop-sign is decided. It is the last entry of every log that has it, so nothing is decided after it. */
function seal(node: PaxosNode, entry: Entry, index: number): void {
  node.sealedAt = index;
  const last = index - 1;
  resolveDecided(node, entry, last);
  rejectSealed(node);
  const position = { class: 'total-order', epoch: node.epoch, index: last } as const;
  node.fx.seal({ sign: decodeStopSign(entry.value)!, position, state: new Uint8Array(0) });
}

/** Number of decisions that the application has been given, or had applied before. */
export function decisionsOf(node: PaxosNode): number {
  const delivered = node.sealedAt > 0 ? node.sealedAt - 1 : node.delivered;
  return Math.max(delivered, node.applied);
}
