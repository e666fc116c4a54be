import type { NodeId } from '@hypersync/interface';
import { hashKey } from '@hypersync/consensus-kit';
import type { SignedBlock } from './block.ts';
import { contradictsOurs, testify } from './accountability.ts';
import { offerSnapshot, serveSnapshot } from './compacting.ts';
import { importBlock } from './importing.ts';
import { encodeMessage, MAX_BLOCKS, type Message } from './messages.ts';
import type { LogEntry, State } from './state.ts';

type Of<T extends Message['t']> = Extract<Message, { t: T }>;

const ANSWER_BYTES = 2_500_000;
/** Signatures in one answer: what a requester may have in verification for one peer. */
const ANSWER_SIGNATURES = 2000;
/** Chains asked for on one peer's word, and how often each is asked for before it is given up until heard of again. */
const MAX_WANTED_PER_PEER = 4;
const MAX_ATTEMPTS = 8;

export function sendStatus(s: State, to: NodeId = 'all'): void {
  const head = s.fork.head(s.tree, s.slot);
  const { slot: finalizedSlot, state: final } = s.tree.root;
  const finalizedRoot = final.root;
  const status = { t: 'status', finalizedSlot, finalizedRoot, headSlot: head.slot, head: head.state.root } as const;
  s.fx.send(to, encodeMessage(status, s.setup.shape));
  if (to === 'all') s.heartbeatAt = s.now + s.setup.config.heartbeatMs * 1000;
}

/** A peer says where it stands: we ask for what we lack, and tell it when it is behind. */
export function onStatus(s: State, from: NodeId, status: Of<'status'>): void {
  if (status.headSlot > s.tree.root.slot) want(s, status.head, from);
  if (contradictsOurs(s, status.finalizedSlot, hashKey(status.finalizedRoot))) testify(s, from, true);
  offerSnapshot(s, from, status.finalizedSlot);
  const isBehind = status.finalizedSlot < s.tree.root.slot;
  if (!isBehind || s.now - (s.answered.get(from) ?? -Infinity) < s.setup.slotMicros) return;
  s.answered.set(from, s.now);
  sendStatus(s, from);
}

/** Notes a block that somebody builds on or votes for and that we do not have. */
export function want(s: State, root: Uint8Array, from: NodeId): void {
  const key = hashKey(root);
  if (from === s.setup.self) return;
  if (s.tree.get(key) !== undefined || s.logKeys.has(key) || s.wanted.has(key)) return;
  const theirs = [...s.wanted].filter(([, wanted]) => wanted.from === from);
  if (theirs.length >= MAX_WANTED_PER_PEER) s.wanted.delete(theirs[0]![0]);
  s.wanted.set(key, { root, from, after: s.tree.root.slot, attempts: 0, until: s.now });
}

/** Asks for wanted chains: first whoever told us, then the others in turn. */
export function fetchWanted(s: State): void {
  const { table, self } = s.setup;
  const others = table.ids.filter((id) => id !== self);
  for (const [key, wanted] of s.wanted) {
    if (s.tree.get(key) !== undefined || wanted.attempts >= MAX_ATTEMPTS) s.wanted.delete(key);
    else if (s.now >= wanted.until) {
      const turn = others[(wanted.attempts + table.ids.indexOf(self)) % others.length];
      const peer = wanted.attempts === 0 ? wanted.from : turn;
      if (peer === undefined) continue;
      const after = Math.max(wanted.after, s.tree.root.slot);
      s.fx.send(peer, encodeMessage({ t: 'fetch', after, root: wanted.root }, s.setup.shape));
      s.wanted.set(key, { ...wanted, attempts: wanted.attempts + 1, until: s.now + s.setup.slotMicros });
    }
  }
}

/** Answers with the oldest blocks of the chain that the peer lacks, as many as fit. */
export function onFetch(s: State, from: NodeId, { after, root }: Of<'fetch'>): void {
  if (serveSnapshot(s, from, after)) return;
  const key = hashKey(root);
  const above = s.tree.pathTo(key).flatMap(({ signed }) => (signed === null ? [] : [signed]));
  const isKnown = s.tree.get(key) !== undefined || s.logKeys.has(key);
  if (!isKnown) return;
  const blocks: SignedBlock[] = [];
  let [bytes, signatures] = [0, 0];
  for (let i = firstAbove(s.log, after); i < s.log.length + above.length && blocks.length < MAX_BLOCKS; i++) {
    const signed = i < s.log.length ? s.log[i]!.signed : above[i - s.log.length]!;
    const { block } = signed;
    if (block.slot <= after) continue;
    bytes += block.size + 64;
    signatures +=
      1 + block.bundles.length + block.attestations.length + block.requests.length + 2 * block.evidence.length;
    if (blocks.length > 0 && (bytes > ANSWER_BYTES || signatures > ANSWER_SIGNATURES)) break;
    blocks.push(signed);
  }
  const answer = encodeMessage({ t: 'blocks', blocks }, s.setup.shape);
  if (blocks.length > 0 && s.served.spend(from, answer.length, s.now)) s.fx.send(from, answer, { lane: 'bulk' });
}

/** Blocks are in the order of their slots. */
function firstAbove(log: readonly LogEntry[], slot: number): number {
  let [low, high] = [0, log.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (log[middle]!.signed.block.slot > slot) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A stretch of a chain we asked for: takes it over and asks for the rest. */
export function onBlocks(s: State, from: NodeId, { blocks }: Of<'blocks'>): void {
  let last = -1;
  for (const signed of blocks) {
    if (!importBlock(s, signed, from, false)) break;
    last = signed.block.slot;
  }
  if (last < 0) return;
  for (const [key, wanted] of s.wanted) {
    if (s.tree.get(key) === undefined && wanted.after < last) {
      s.wanted.set(key, { ...wanted, from, after: last, attempts: 0, until: s.now });
    }
  }
}
