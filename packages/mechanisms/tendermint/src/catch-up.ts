import type { NodeId } from '@hypersync/interface';
import { hashKey } from '@hypersync/consensus-kit';
import { report } from './accusing.ts';
import type { Block } from './block.ts';
import { learn } from './casting.ts';
import { offerSnapshot } from './checkpointing.ts';
import { decide } from './deciding.ts';
import { encodeMessage, MAX_CERTIFICATES, MAX_DECIDED, MAX_VOTES, type Decided, type Message } from './messages.ts';
import { sendStatus } from './pacing.ts';
import type { State } from './state.ts';
import { timeoutVote } from './timeouts.ts';
import { signersOf, type Certificate } from './vote.ts';

type Of<T extends Message['t']> = Extract<Message, { t: T }>;

/** One answer stays well below the largest message, and below what a receiver verifies at once. */
const ANSWER_BYTES = 2.5 * 1024 * 1024;
const ANSWER_SIGNATURES = 1024;
/** How many, roughly, answer a status that went to all. */
const SPEAKERS = 8;

function reply(s: State, peer: NodeId, message: Message): void {
  const bytes = encodeMessage(message, s.setup.table);
  if (s.served.spend(peer, bytes.length, s.now)) s.fx.send(peer, bytes, { lane: 'bulk' });
}

/** A peer says where it stands: whoever is ahead shows the other why. */
export function onStatus(s: State, from: NodeId, status: Of<'status'>): void {
  const { height, id } = status;
  if (contradicts(s, height, id))
    return reply(s, from, { t: 'certificates', certificates: [s.log.at(height)!.commit] });
  if (height > s.chain.height) return showUs(s, from);
  if (height === s.chain.height) return fillIn(s, from, status);
  if (!status.asks && !isOurTurn(s)) return;
  if (height < s.log.base) return offerSnapshot(s, from, height);
  const blocks = stretch(s, height + 1);
  if (blocks.length > 0) reply(s, from, { t: 'decided', blocks });
}

/**
 * The peer is in this height, too, in our round or behind: the votes of its round that it lacks, whoever cast them. So what
 * one correct node has received, all receive (the paper's gossip property), also from voters that are silent by now.
 */
function fillIn(s: State, from: NodeId, { round, prevotes, precommits, asks }: Of<'status'>): void {
  const { instance: i } = s;
  if (round > i.round || i.step === 'new-height') return;
  const speaksForOthers = asks || isOurTurn(s);
  const votes = [...i.votes.ofRound(round)].filter(({ voter, vote }) => {
    const known = (vote.type === 'prevote' ? prevotes : precommits).has(voter);
    return !known && voter !== from && (speaksForOthers || voter === s.setup.self);
  });
  if (votes.length > 0) reply(s, from, { t: 'votes', votes: votes.slice(0, MAX_VOTES) });
}

/** In a large cluster some answer what went to all, in turns: all at once would send everything a hundred times. */
function isOurTurn(s: State): boolean {
  const { ids } = s.setup.table;
  s.turn++;
  return (ids.indexOf(s.setup.self) + s.turn) % Math.ceil(ids.length / SPEAKERS) === 0;
}

function contradicts(s: State, height: number, id: Uint8Array): boolean {
  const ours = s.log.at(height);
  return ours !== undefined && ours.block.key !== hashKey(id);
}

/** Tells a peer that is ahead where we stand, now and then. */
function showUs(s: State, peer: NodeId): void {
  if (s.now - (s.answered.get(peer) ?? -Infinity) < timeoutVote(s.setup.config, 0) / 2) return;
  s.answered.set(peer, s.now);
  sendStatus(s, peer);
}

function stretch(s: State, first: number): Decided[] {
  const blocks: Decided[] = [];
  let [bytes, signatures] = [0, 0];
  for (let height = first; blocks.length < MAX_DECIDED; height++) {
    const entry = s.log.at(height);
    if (entry === undefined) break;
    bytes += entry.block.size + entry.commit.votes.length * 80 + 128;
    signatures += entry.commit.votes.length;
    if (blocks.length > 0 && (bytes > ANSWER_BYTES || signatures > ANSWER_SIGNATURES)) break;
    blocks.push({ block: entry.block, commit: entry.commit });
  }
  return blocks;
}

/** Decided blocks with commits whose signatures are good: taken one by one, each by the validators of its height. */
export function onDecided(s: State, from: NodeId, { blocks }: Of<'decided'>): void {
  for (const { block, commit } of blocks) {
    const { instance: i } = s;
    const fits = block.header.height === i.height && commit.height === i.height && commit.key === block.key;
    if (!fits || commit.type !== 'precommit' || !i.votes.isCertified(commit)) continue;
    if (s.ledger.sealed !== null || s.broken || s.chain.blockProblem(block) !== null) return;
    learn(s, commit);
    decide(s, { block, commit });
  }
  // the peer may have more to show than fits into one answer
  if (blocks.length > 1 && s.chain.height === blocks.at(-1)!.block.header.height) sendStatus(s, from);
}

/** Asks for a block of this height that is named but not here, one of those who must have it after another. */
export function fetchMissing(s: State): void {
  const wanted = missing(s);
  if (wanted === null) {
    s.fetch = null;
    return;
  }
  if (s.fetch !== null && s.fetch.key === wanted.key && s.now < s.fetch.until) return;
  const attempt = s.fetch?.key === wanted.key ? s.fetch.attempt + 1 : 0;
  s.fetch = { key: wanted.key, attempt, until: s.now + timeoutVote(s.setup.config, 0) };
  const holders = wanted.holders.filter((id) => id !== s.setup.self);
  const penalty = new Map(holders.map((id) => [id, s.guard.penaltyOf(s.now, id)]));
  holders.sort((a, b) => penalty.get(a)! - penalty.get(b)!);
  const peer = holders[attempt % holders.length];
  if (peer === undefined) return;
  s.fx.send(peer, encodeMessage({ t: 'fetch', height: s.instance.height, id: wanted.id }, s.setup.table));
}

interface Missing {
  readonly key: string;
  readonly id: Uint8Array;
  readonly holders: NodeId[];
}

function missing(s: State): Missing | null {
  if (s.ledger.sealed !== null || s.broken) return null;
  const { instance: i } = s;
  for (const certificate of [i.votes.commit, i.votes.pol(i.round)]) {
    if (certificate === null || i.values.has(certificate.key)) continue;
    return { key: certificate.key, id: certificate.id, holders: signersOf(certificate) };
  }
  const proposal = i.proposals.get(i.round);
  if (proposal === undefined || i.step !== 'propose' || i.values.has(proposal.key) || s.now < proposal.fetchAt)
    return null;
  return { key: proposal.key, id: proposal.id, holders: [proposal.proposer] };
}

export function onFetch(s: State, from: NodeId, { height, id }: Of<'fetch'>): void {
  const key = hashKey(id);
  const decided = s.log.at(height);
  if (decided !== undefined) return reply(s, from, { t: 'decided', blocks: stretch(s, height) });
  const block: Block | undefined = height === s.instance.height ? s.instance.values.get(key) : undefined;
  if (block !== undefined) reply(s, from, { t: 'block', block });
}

/** A verified certificate: of the height being decided, or of one where the sender has seen something else than we. */
export function onCertificate(s: State, certificate: Certificate): void {
  if (certificate.height === s.instance.height) return learn(s, certificate);
  const votes = s.past.get(certificate.height);
  for (const found of votes?.learn(certificate, certificate.round) ?? []) report(s, found);
  const decided = s.log.at(certificate.height);
  if (decided === undefined || certificate.type !== 'precommit' || decided.commit.key === certificate.key) return;
  // the validators of a height long past are not at hand; more than two thirds of all members are enough in any case
  const table = votes?.validators.table ?? s.setup.table;
  if (table.hasByzantineQuorum(signersOf(certificate))) onFork(s, decided, certificate);
}

/**
 * Two commits at one height: a third or more of the weight is faulty. This node signs nothing any more and shows everybody
 * all it knows of that height, so that the culprits are found wherever the two halves of their lies meet.
 */
function onFork(s: State, decided: Decided, rival: Certificate): void {
  if (s.broken) return;
  s.broken = true;
  const { table } = s.setup;
  const certificates = [decided.commit, rival];
  const votes = s.past.get(rival.height);
  if (votes !== undefined) certificates.push(...[...votes.certificates()].slice(0, MAX_CERTIFICATES - 2));
  s.fx.send('all', encodeMessage({ t: 'certificates', certificates }, table), { lane: 'bulk' });
  const heard = [...(votes?.all() ?? [])].slice(-MAX_VOTES);
  if (heard.length > 0) s.fx.send('all', encodeMessage({ t: 'votes', votes: heard }, table), { lane: 'bulk' });
}
