import type { NodeId, Token } from '@hypersync/interface';
import { hashKey, type Signed } from '@hypersync/consensus-kit';
import { makeBlock, MAX_BUNDLES, MAX_EVIDENCE, type Block } from './block.ts';
import { signOnce } from './casting.ts';
import type { Proposal } from './instance.ts';
import { encodeMessage } from './messages.ts';
import type { State } from './state.ts';
import { timeoutPropose } from './timeouts.ts';
import { proposalStatement, readStatement } from './vote.ts';

/** Room for header and counts. */
const BLOCK_OVERHEAD = 512;

/** Has this node to propose in the current round, and has not yet? */
export function mayPropose(s: State): boolean {
  const { instance: i } = s;
  if (i.step !== 'propose' || i.proposer(i.round) !== s.setup.self || !s.mayVote) return false;
  return s.signState.admits(i.height, i.round, 'propose');
}

/** Until then a proposer without anything to propose waits for something. */
export function emptyAt(s: State): number {
  return s.instance.startedAt + timeoutPropose(s.setup.config, s.instance.round) / 2;
}

/** Lines 14 to 19: the valid value with its round, else something new. */
export function propose(s: State): void {
  const { instance: i } = s;
  const valid = i.valid.round >= 0 ? i.values.get(i.valid.key) : undefined;
  if (i.valid.round >= 0 && valid === undefined) return; // on its way: another round will have it
  if (valid === undefined && s.pool.size === 0 && s.evidence.size === 0 && s.now < emptyAt(s)) return;
  const block = valid ?? getValue(s);
  const head = { height: i.height, round: i.round, id: block.id, polRound: i.valid.round };
  const writes = i.stored.has(block.key) ? [] : [s.setup.journal.block(block)];
  i.values.set(block.key, block);
  i.stored.add(block.key);
  signOnce(s, head, 'propose', proposalStatement(head), writes);
}

/** The paper's getValue(). */
function getValue(s: State): Block {
  let room = s.setup.config.maxBlockBytes - BLOCK_OVERHEAD;
  const evidence: Uint8Array[] = [];
  for (const proof of s.evidence.values()) {
    if (evidence.length >= MAX_EVIDENCE || proof.length > room / 2) break;
    evidence.push(proof);
    room -= proof.length + 4;
  }
  const bundles = s.pool.select({ bytes: room, count: MAX_BUNDLES }, new Set(), s.instance.height);
  return makeBlock(s.chain.place(blockTime(s)), bundles, evidence);
}

/** The middle of what the clock says; where there is none, or it lags, the least that moves on. */
function blockTime(s: State): number {
  const wall = s.clock.read(s.now);
  const middle = wall === null ? 0 : Math.floor((wall.earliest + wall.latest) / 2);
  return Math.max(s.chain.time + 1, middle);
}

/** Our signature under our own proposal arrived. */
export function proposalSigned(s: State, { payload, signature }: Signed): void {
  const read = readStatement(payload);
  const casting = s.casting.get(hashKey(payload));
  if (read?.kind !== 'proposal' || casting === undefined) return;
  s.casting.delete(hashKey(payload));
  const { height, round, id, polRound } = read.head;
  const { instance: i } = s;
  if (height !== i.height || round < i.round || i.proposals.has(round)) return;
  const outline = i.values.get(hashKey(id));
  if (outline === undefined) return;
  const arrival = s.clock.read(s.now);
  const { key } = outline;
  const proposal = { proposer: s.setup.self, outline, id, key, polRound, signature, fetchAt: s.now, arrival };
  i.proposals.set(round, proposal);
  i.proposalToken = casting.token;
  sendProposal(s, round, proposal, casting.token > s.durable ? casting.token : undefined);
}

export function sendProposal(s: State, round: number, proposal: Proposal, after?: Token, to: NodeId = 'all'): void {
  const { polRound, outline, signature } = proposal;
  const pol = polRound < 0 ? null : s.instance.votes.pol(polRound);
  if (polRound >= 0 && pol === null) return;
  const bytes = encodeMessage({ t: 'proposal', round, polRound, outline, signature, pol }, s.setup.table);
  s.fx.send(to, bytes, { lane: 'bulk', after });
}
