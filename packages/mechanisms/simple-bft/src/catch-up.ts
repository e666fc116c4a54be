import type { NodeId } from '@hypersync/interface';
import { hashKey } from '@hypersync/consensus-kit';
import type { Block, Tip } from './block.ts';
import { offerSnapshot, serveSnapshot } from './checkpointing.ts';
import { finalizeChain } from './finalizing.ts';
import { encodeMessage, MAX_BLOCKS, MAX_CERTIFICATES, type Message } from './messages.ts';
import { sendStatus } from './pacing.ts';
import { keepNotarized } from './proposing.ts';
import type { State } from './state.ts';
import { learn } from './voting.ts';
import type { Certificate } from './vote.ts';

type Of<T extends Message['t']> = Extract<Message, { t: T }>;

const MIB = 1024 * 1024;
/** Blocks in one answer; with certificates it must stay below the largest message. */
const ANSWER_BYTES = 2.5 * MIB;
function reply(s: State, peer: NodeId, message: Message): void {
  const bytes = encodeMessage(message, s.setup.table);
  if (s.served.spend(peer, bytes.length, s.now)) s.fx.send(peer, bytes, { lane: 'bulk' });
}

/** A peer says where it stands: whoever is ahead shows the other why. */
export function onStatus(s: State, from: NodeId, status: Of<'status'>): void {
  const certificates = certificatesFor(s, status);
  if (certificates.length > 0) reply(s, from, { t: 'certificates', certificates });
  if (s.chain.log.length === 0) offerSnapshot(s, from, status.finalized);
  const behind = status.iteration > s.iteration || status.finalized > s.chain.tip.height;
  if (!behind || s.now - (s.answered.get(from) ?? -Infinity) < s.setup.delta) return;
  s.answered.set(from, s.now);
  sendStatus(s, from);
}

function certificatesFor(s: State, { finalized, complete }: Of<'status'>): Certificate[] {
  const found: Certificate[] = [];
  const final = s.chain.finalization ?? s.chain.log.findLast((entry) => entry.finalization !== null)?.finalization;
  if (final && final.height > finalized) found.push(final);
  if (complete < s.iteration - 1) {
    const above = s.chain.certificatesAbove(Math.max(complete, finalized));
    found.push(...above.slice(0, MAX_CERTIFICATES - 2));
    const last = above.at(-1);
    if (above.length > MAX_CERTIFICATES - 2 && last !== undefined) found.push(last);
  }
  return found;
}

/** Asks for the blocks between the tip and the highest finalization, one peer after another until they are there. */
export function fetchMissing(s: State): void {
  const wanted = missingBlock(s);
  if (wanted === null) {
    s.fetch = null;
    return;
  }
  if (s.fetch !== null && s.fetch.key === wanted.key && s.now < s.fetch.until) return;
  const attempt = s.fetch?.key === wanted.key ? s.fetch.attempt + 1 : 0;
  s.fetch = { key: wanted.key, attempt, until: s.now + 2 * s.setup.delta };
  const peers = s.setup.table.ids.filter((id) => id !== s.setup.self);
  const signers =
    s.chain.finalization?.signatures.map(({ signer }) => signer).filter((id) => id !== s.setup.self) ?? [];
  const peer = [...signers, ...peers][
    (attempt + s.setup.table.ids.indexOf(s.setup.self)) % (signers.length + peers.length)
  ];
  if (peer === undefined) return;
  const { height, hash } = wanted;
  s.fx.send(peer, encodeMessage({ t: 'fetch', finalized: s.chain.tip.height, height, hash }, s.setup.table));
}

function missingBlock(s: State): Tip | null {
  if (s.chain.finalization === null || s.broken) return null;
  const way = s.chain.pathTo(s.chain.finalization);
  return way !== 'conflict' && 'missing' in way ? way.missing : null;
}

/** Answers with a stretch of the finalized chain that ends in a finalization, else with the block asked for. */
export function onFetch(s: State, from: NodeId, { finalized, hash }: Of<'fetch'>): void {
  if (serveSnapshot(s, from, finalized)) return;
  const stretch = finalizedStretch(s, finalized);
  if (stretch !== null) return reply(s, from, { t: 'blocks', ...stretch });
  const block = s.chain.block(hashKey(hash));
  if (block !== undefined)
    reply(s, from, { t: 'blocks', blocks: withAncestors(s, block, finalized), certificates: [] });
}

function finalizedStretch(s: State, finalized: number): { blocks: Block[]; certificates: Certificate[] } | null {
  const { log } = s.chain;
  const start = s.chain.firstAbove(finalized);
  let bytes = 0;
  let proven = -1;
  for (let i = start; i < log.length && i - start < MAX_BLOCKS; i++) {
    bytes += log[i]!.block.size + 128;
    if (bytes > ANSWER_BYTES) break;
    if (log[i]!.finalization !== null) proven = i;
  }
  if (proven < 0) return null;
  const blocks = log.slice(start, proven + 1).map(({ block }) => block);
  return { blocks, certificates: [log[proven]!.finalization!] };
}

function withAncestors(s: State, block: Block, finalized: number): Block[] {
  const blocks: Block[] = [];
  let bytes = 0;
  let at: Block | undefined = block;
  while (at !== undefined && at.height > finalized && blocks.length < MAX_BLOCKS) {
    bytes += at.size + 128;
    if (bytes > ANSWER_BYTES && blocks.length > 0) break;
    blocks.push(at);
    at = s.chain.block(hashKey(at.parentHash));
  }
  return blocks.reverse();
}

/** Keeps only what a certificate or a certified block names: a peer cannot make us store anything else. */
export function onBlocks(s: State, { blocks, certificates }: Of<'blocks'>): void {
  for (const certificate of certificates) learn(s, certificate);
  const offered = new Map(blocks.map((block) => [block.key, block]));
  for (let wanted = missingBlock(s); wanted !== null; wanted = missingBlock(s)) {
    const block = offered.get(wanted.key);
    if (block === undefined || block.height !== wanted.height) break;
    keepNotarized(s, block);
  }
  finalizeChain(s);
}
