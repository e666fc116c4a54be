import type { NodeId } from '@hypersync/interface';
import { hashKey, type Bundle } from '@hypersync/consensus-kit';
import { payloadBytes, type FullBlock } from './block.ts';
import type { QuorumCertificate } from './certificate.ts';
import { serveSnapshot } from './checkpointing.ts';
import { commitBy } from './committing.ts';
import { encodeMessage, MAX_BLOCKS, type Message } from './messages.ts';
import { heldBundles } from './payload.ts';
import { breakOff } from './forensics.ts';
import { learnQc } from './rounds.ts';
import type { State } from './state.ts';
import { consider } from './voting.ts';

type Of<T extends Message['t']> = Extract<Message, { t: T }>;

const MIB = 1024 * 1024;
/** Blocks in one answer; a block of the largest payload must fit, and all into the largest message. */
const ANSWER_BYTES = 2.5 * MIB;
/** Votes in the QCs of one answer; the other side checks each. */
const ANSWER_VOTES = 2048;

function reply(s: State, peer: NodeId, message: Message): void {
  const bytes = encodeMessage(message, s.setup.table);
  if (s.served.spend(peer, bytes.length, s.now)) s.fx.send(peer, bytes, { lane: 'bulk' });
}

/** The first block that lacks on the way down from what we should build on, or vote for. */
function missingBlock(s: State): { readonly key: string; readonly qc: QuorumCertificate } | null {
  const proposal = s.proposals.get(s.round);
  for (const qc of [s.highQc, ...(proposal === undefined ? [] : [proposal.block.qc])]) {
    if (s.broken || qc.round <= s.tree.tip.round) continue;
    const way = s.tree.pathTo(qc);
    if (way !== 'conflict' && 'missing' in way) return { key: way.missing, qc };
  }
  return null;
}

/** Others than us; those that the guard holds something against come last. */
function trustedFirst(s: State, peers: readonly NodeId[]): NodeId[] {
  const isTrusted = (id: NodeId): boolean => s.guard.standingOf(s.now, id) === 'trusted';
  const others = peers.filter((id) => id !== s.setup.self);
  return [...others.filter(isTrusted), ...others.filter((id) => !isTrusted(id))];
}

/** Asks for missing ancestors: those first who voted for what stands on them, one after another. */
export function fetchMissing(s: State): void {
  const wanted = missingBlock(s);
  if (wanted === null) {
    s.fetch = null;
    return;
  }
  const { key, qc } = wanted;
  if (s.fetch?.key === key && s.now < s.fetch.until) return;
  const attempt = s.fetch?.key === key ? s.fetch.attempt + 1 : 0;
  s.fetch = { key, attempt, until: s.now + Math.ceil(s.setup.base / 2) };
  const { ids } = s.setup.table;
  const voters = qc.signatures.map(({ signer }) => signer);
  const peers = trustedFirst(s, [...voters, ...ids]);
  const peer = peers[(attempt + ids.indexOf(s.setup.self)) % peers.length];
  if (peer === undefined) return;
  const id = Uint8Array.from({ length: 32 }, (_, i) => Number.parseInt(key.slice(2 * i, 2 * i + 2), 16));
  s.fx.send(peer, encodeMessage({ t: 'fetch', height: s.tree.tip.height, id }, s.setup.table));
}

/**
 * Answers with a stretch of our chain above the height, oldest first, as much as fits; else with the block alone: one beside
 * our chain, or one no higher than the peer's tip, which then follows another history.
 */
export function onFetch(s: State, from: NodeId, { height, id }: Of<'fetch'>): void {
  if (serveSnapshot(s, from, height)) return;
  const [key, open] = [hashKey(id), openChain(s)];
  const low = [
    ...s.tree.log.slice(0, s.tree.firstAbove(height)),
    ...open.filter(({ block }) => block.height <= height),
  ];
  const aside = open.some(({ block }) => block.key === key) ? undefined : s.tree.get(key);
  const alone = aside ?? low.find(({ block }) => block.key === key);
  if (alone !== undefined) return reply(s, from, { t: 'blocks', blocks: [alone], qc: null });
  showChain(s, from, [...committedAbove(s, height), ...open.filter(({ block }) => block.height > height)], s.highQc);
}

/** Shows a peer what we have committed above its height, and why: its own highest QC may not tell. */
export function showCommitted(s: State, peer: NodeId, height: number): void {
  if (s.commitment === null || serveSnapshot(s, peer, height)) return;
  const { above, qc } = s.commitment;
  showChain(s, peer, [...committedAbove(s, height), ...above], qc);
}

function showChain(s: State, peer: NodeId, chain: readonly FullBlock[], top: QuorumCertificate): void {
  const blocks = prefixOf(chain);
  const last = blocks.at(-1)?.block;
  if (last === undefined) return;
  const qc = chain[blocks.length]?.block.qc ?? top;
  reply(s, peer, { t: 'blocks', blocks, qc: qc.key === last.key ? qc : null });
}

function committedAbove(s: State, height: number): readonly FullBlock[] {
  const start = s.tree.firstAbove(height);
  return s.tree.log.slice(start, start + MAX_BLOCKS);
}

/** The blocks above the tip on the way to our highest QC. */
function openChain(s: State): readonly FullBlock[] {
  if (s.highQc.round <= s.tree.tip.round) return [];
  const way = s.tree.pathTo(s.highQc);
  return way === 'conflict' || 'missing' in way ? [] : way.path;
}

/** As much as fits into one answer, at least one block. */
function prefixOf(chain: readonly FullBlock[]): readonly FullBlock[] {
  let [bytes, votes] = [0, 0];
  const end = chain.findIndex(({ block, bundles }, i) => {
    votes += block.qc.signatures.length;
    bytes +=
      payloadBytes(bundles) + block.header.length + 32 * block.bundleIds.length + 96 * block.qc.signatures.length;
    return i > 0 && (i >= MAX_BLOCKS || bytes > ANSWER_BYTES || votes > ANSWER_VOTES);
  });
  return chain.slice(0, end < 0 ? chain.length : end);
}

/** Keeps only what a QC names, itself or through its descendants: a peer cannot make us store anything else. */
export function onBlocks(s: State, { blocks, qc }: Of<'blocks'>): void {
  if (qc !== null) learnQc(s, qc);
  const offered = new Map(blocks.map((full) => [full.block.key, full]));
  const keep = (from: QuorumCertificate): void => {
    for (let at = from; at.round > s.tree.tip.round;) {
      const known = s.tree.get(at.key);
      const full = known ?? offered.get(at.key);
      if (full === undefined || full.block.round !== at.round) return;
      // certified later than our tip, and yet no higher: it stands on another history
      if (full.block.height <= s.tree.tip.height) return breakOff(s, Math.min(full.block.qc.round, s.tree.tip.round));
      if (known === undefined && s.tree.add(full)) s.fx.persist([s.setup.journal.block(full)], false);
      at = full.block.qc;
    }
  };
  if (qc !== null && s.tree.isCertified(qc)) keep(qc);
  for (let wanted = missingBlock(s); wanted !== null; wanted = missingBlock(s)) {
    if (!offered.has(wanted.key)) break;
    keep(wanted.qc);
    if (s.tree.get(wanted.key) === undefined) break;
  }
  if (qc !== null) commitBy(s, qc);
  commitBy(s, s.highQc);
  consider(s);
}

export function onWant(s: State, from: NodeId, { ids }: Of<'want'>): void {
  const bundles: Bundle[] = heldBundles(s, ids);
  if (bundles.length > 0) reply(s, from, { t: 'batch', bundles });
}
