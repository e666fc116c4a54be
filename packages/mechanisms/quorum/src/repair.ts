import type { NodeId } from '@hypersync/interface';
import { registerOf, send, writeGate, type QuorumNode } from './node.ts';
import type { Operation } from './operations.ts';
import type { Register } from './register.ts';

/**
 * A finished operation leaves members behind that have not said that they hold its register. Safety does not need them, but
 * the fewer replicas are behind, the fewer reads must write back and the fewer failures a value survives. So who coordinated
 * keeps a hint, and brings them up to date when they are heard again (hinted hand-off without a sloppy quorum: nothing is
 * acknowledged on the strength of a hint). Hints are memory only; what a crash forgets is repaired by the next read.
 */
export interface Hint {
  /** Number of the request, for the answers. */
  readonly id: number;
  readonly missing: ReadonlySet<NodeId>;
}

/** Registers that a member which answers is sent at once; one that is silent is sent one, to see whether it is back. */
const BATCH = 64;

/** Who was sent what this operation stored and has not said that it has it; of a read in one phase, who answered with less. */
export function leaveHint(node: QuorumNode, { id, key, sent, replies, stored }: Operation): void {
  const missing = new Set(node.peers.filter((peer) => !stored.has(peer) && (sent || replies.has(peer))));
  const known = node.hints.get(key);
  if (known !== undefined) node.hintIds.delete(known.id);
  node.hints.delete(key);
  if (missing.size === 0 || node.hints.size >= node.settings.maxHints) return;
  if (node.hints.size === 0) node.repairAt = node.now + node.settings.repairInterval;
  node.hints.set(key, { id, missing });
  node.hintIds.set(id, key);
}

/** A member has stored what an operation that is over, or a repair, asked it to. */
export function onRepaired(node: QuorumNode, from: NodeId, id: number): void {
  const key = node.hintIds.get(id);
  const hint = key === undefined ? undefined : node.hints.get(key);
  if (key === undefined || hint === undefined) return;
  const missing = new Set(hint.missing);
  missing.delete(from);
  if (missing.size > 0) node.hints.set(key, { id, missing });
  else forget(node, key, hint);
}

function forget(node: QuorumNode, key: string, { id }: Hint): void {
  node.hints.delete(key);
  node.hintIds.delete(id);
}

/** Periodic: the newest that this member has, for each key somebody lacks. */
export function repair(node: QuorumNode): void {
  if (node.hints.size === 0 || node.now < node.repairAt) return;
  node.repairAt = node.now + node.settings.repairInterval;
  const left = new Map(node.peers.map((peer) => [peer, node.heard.has(peer) ? BATCH : 1]));
  node.heard.clear();
  for (const [key, { id, missing }] of node.hints) {
    for (const peer of missing) {
      const more = left.get(peer) ?? 0;
      if (more === 0) continue;
      left.set(peer, more - 1);
      resend(node, peer, id, key, registerOf(node, key));
    }
  }
}

function resend(node: QuorumNode, peer: NodeId, id: number, key: string, register: Register): void {
  send(node, peer, { type: 'store', boot: node.boot, id, key, register }, writeGate(node), 'bulk');
}

/** The epoch is over: what members lack comes with the sealed state. */
export function forgetHints(node: QuorumNode): void {
  node.hints.clear();
  node.hintIds.clear();
}
