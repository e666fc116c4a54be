import type { Block } from './block.ts';
import { cast } from './casting.ts';
import { decide } from './deciding.ts';
import { assemble } from './judging.ts';
import type { State } from './state.ts';
import { timeoutPropose, timeoutVote } from './timeouts.ts';
import { NIL } from './vote.ts';
import { isTimely } from './wall-clock.ts';

/**
 * Algorithm 1 of Buchman, Kwon, Milosevic 2018. Each rule fires when its condition holds and says whether it did; line
 * numbers are the paper's. Proposing (lines 14 to 19) is in `proposing.ts`, resting between heights in `pacing.ts`.
 */
const RULES: readonly ((s: State) => boolean)[] = [
  decideCommitted,
  skipRound,
  prevoteProposal,
  lockOrFollow,
  precommitNil,
  scheduleTimeouts,
  endHopelessRound,
];

/** How far the round moves at one instant: what a third of the weight claims is not worth more work than this at once. */
const LONGEST_SKIP = 10_000;

/** Fires rules until none is left to fire. */
export function progress(s: State): void {
  while (s.ledger.sealed === null && !s.broken && RULES.some((rule) => rule(s)));
}

/** Lines 11 to 21. Whoever proposes waits, too: its own proposal may be kept back by what it signed before a restart. */
export function startRound(s: State, round: number): void {
  const { instance: i } = s;
  i.enter(round, s.now);
  i.timeoutPropose = s.now + timeoutPropose(s.setup.config, round);
  s.guard.expect(s.now, i.proposer(round));
  i.resendAt ??= s.now + 2 * timeoutVote(s.setup.config, 0);
}

/** Lines 49 to 54, for any round. */
function decideCommitted(s: State): boolean {
  const { instance: i, chain } = s;
  const { commit } = i.votes;
  const block = commit === null ? undefined : i.values.get(commit.key);
  if (commit === null || block === undefined) return false;
  if (chain.blockProblem(block) !== null) {
    s.broken = true; // more than two thirds want what no correct node accepts
    return false;
  }
  decide(s, { block, commit });
  return true;
}

/** Lines 55 and 56. */
function skipRound(s: State): boolean {
  const { instance: i } = s;
  const round = i.votes.skipTo(i.round);
  if (round === null || (round > i.round + LONGEST_SKIP && i.startedAt === s.now)) return false;
  s.skips++;
  startRound(s, Math.min(round, i.round + LONGEST_SKIP));
  return true;
}

/**
 * Lines 22 to 33. A proof of lock of this very round stands in for the proposal: correct nodes have prevoted on it. Lock
 * rule: another value than the locked one is accepted only with a proof of lock from the lock's round or a later one.
 */
function prevoteProposal(s: State): boolean {
  const { instance: i } = s;
  assemble(s);
  const head = i.headOf(i.round);
  if (i.step !== 'propose' || head === null) return false;
  const value = i.values.get(head.key);
  if (value === undefined) return false;
  const { polRound } = head;
  if (polRound >= 0 && i.votes.pol(polRound)?.key !== head.key) return false; // line 28 waits for 2f+1 prevotes
  const mayAccept = polRound >= 0 ? i.locked.round <= polRound : i.locked.round === -1;
  const accepts = (mayAccept || i.locked.key === head.key) && isAcceptable(s, value, polRound);
  if (accepts) cast(s, 'prevote', value.id, polRound);
  else cast(s, 'prevote', NIL, -1);
  return true;
}

/** The paper's valid(v); its time is judged only when it is proposed first. */
function isAcceptable(s: State, value: Block, polRound: number): boolean {
  const { instance: i, setup } = s;
  if (s.chain.blockProblem(value) !== null || value.size > setup.config.maxBlockBytes) return false;
  const arrival = i.proposals.get(i.round)?.arrival ?? null;
  const limits = {
    precision: setup.config.precisionMs * 1000,
    messageDelay: setup.config.messageDelayMs * 1000,
  };
  return polRound >= 0 || isTimely(value.header.time, i.round, arrival, limits);
}

/** Lines 36 to 43. */
function lockOrFollow(s: State): boolean {
  const { instance: i, setup } = s;
  const pol = i.votes.pol(i.round);
  if (pol === null || i.valid.round === i.round || (i.step !== 'prevote' && i.step !== 'precommit')) return false;
  const value = i.values.get(pol.key);
  if (value === undefined || s.chain.blockProblem(value) !== null) return false;
  const chosen = { round: i.round, key: pol.key };
  const writes = [setup.journal.pol(pol), ...(i.stored.has(value.key) ? [] : [setup.journal.block(value)])];
  i.stored.add(value.key);
  i.valid = chosen;
  i.relayPolAt = s.now + timeoutVote(setup.config, i.round) / 4;
  if (i.step === 'prevote') {
    i.locked = chosen;
    cast(s, 'precommit', pol.id, -1, writes);
  } else s.fx.persist(writes, false);
  return true;
}

/** Lines 44 to 46; and as soon as no value can be locked any more in this round (cometbft#1430). */
function precommitNil(s: State): boolean {
  const { instance: i } = s;
  if (i.step !== 'prevote') return false;
  if (!i.votes.hasNil('prevote', i.round) && i.votes.isOpen('prevote', i.round)) return false;
  cast(s, 'precommit', NIL, -1);
  return true;
}

/** Lines 34, 35, 47 and 48. */
function scheduleTimeouts(s: State): boolean {
  const { instance: i } = s;
  if (i.step === 'new-height') return false;
  const at = s.now + timeoutVote(s.setup.config, i.round);
  const prevote = i.step === 'prevote' && i.timeoutPrevote === null && i.votes.hasAny('prevote', i.round);
  if (prevote) i.timeoutPrevote = at;
  const precommit = i.timeoutPrecommit === null && i.votes.hasAny('precommit', i.round);
  if (precommit) i.timeoutPrecommit = at;
  return prevote || precommit;
}

/**
 * Does not wait for line 65 when nothing can be decided in this round any more; but whoever precommitted a value has seen
 * a proof of lock, and that must have reached us, too, before we go on (the paper's Lemma 7 needs it).
 */
function endHopelessRound(s: State): boolean {
  const { instance: i } = s;
  if (i.step === 'new-height' || i.votes.isOpen('precommit', i.round)) return false;
  const pol = i.votes.pol(i.round);
  if (!i.votes.precommitted(i.round).every((key) => pol?.key === key && i.valid.round === i.round)) return false;
  startRound(s, i.round + 1);
  return true;
}

/** Lines 57 to 67. */
export function expireTimeouts(s: State): void {
  const { instance: i } = s;
  if (s.ledger.sealed !== null || s.broken) return;
  if (i.step === 'propose' && due(s, i.timeoutPropose)) cast(s, 'prevote', NIL, -1);
  if (i.step === 'prevote' && due(s, i.timeoutPrevote)) cast(s, 'precommit', NIL, -1);
  if (i.step !== 'new-height' && due(s, i.timeoutPrecommit)) startRound(s, i.round + 1);
}

function due(s: State, at: number | null): boolean {
  return at !== null && s.now >= at;
}
