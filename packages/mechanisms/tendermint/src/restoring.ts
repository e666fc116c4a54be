import { hashKey } from '@hypersync/consensus-kit';
import type { Block } from './block.ts';
import { signStatement } from './casting.ts';
import { restoreStable } from './checkpointing.ts';
import { deliver, moveTo, tellSealed } from './deciding.ts';
import type { Restored } from './journal.ts';
import { EVIDENCE_DEPTH, remember } from './past-heights.ts';
import type { Decided } from './messages.ts';
import { sendStatus } from './pacing.ts';
import type { State } from './state.ts';
import { timeoutPropose, timeoutVote } from './timeouts.ts';
import { keyOf, proposalStatement, voteStatement, type Certificate, type Statement } from './vote.ts';

/** The first step of an incarnation: takes up what the image holds, and says again what it may not have said. */
export function restore(s: State): void {
  s.started = true;
  const { journal, image, incarnation } = s.setup;
  const stored = journal.restore(image);
  if (stored.checkpoint !== null) restoreStable(s, stored.checkpoint);
  const recent = (stored.decided.at(-1)?.block.header.height ?? 0) - EVIDENCE_DEPTH;
  for (const decided of stored.decided) {
    const problem = decided.commit.key === decided.block.key ? s.chain.blockProblem(decided.block) : 'another block';
    if (problem !== null) throw corrupt(`block ${decided.block.header.height}: ${problem}`);
    if (decided.block.header.height > recent) recall(s, decided, stored.pols);
    deliver(s, decided);
    s.log.push({ ...decided, endIndex: s.ledger.index });
    moveTo(s, s.chain.apply(decided.block));
  }
  restoreInstance(s, stored);
  s.pool.prune(s.ledger);
  tellSealed(s);
  s.bootToken = s.fx.persist([journal.incarnation(incarnation)]);
  sendStatus(s);
}

/** What was certified in a height decided lately: it may still convict somebody. */
function recall(s: State, { commit }: Decided, pols: readonly Certificate[]): void {
  const { votes } = s.instance;
  for (const certificate of [...pols.filter(({ height }) => height === votes.height), commit])
    votes.learn(certificate, certificate.round);
  remember(s, votes);
}

function corrupt(what: string): RangeError {
  return new RangeError(`tendermint: the stored chain is damaged: ${what}`);
}

/** The height being decided: what was signed, locked and valid. */
function restoreInstance(s: State, { signed, blocks, pols }: Restored): void {
  const { instance: i } = s;
  for (const block of blocks) if (block.header.height === i.height) keep(s, block);
  for (const pol of pols) {
    if (pol.height !== i.height) continue;
    i.votes.learn(pol, pol.round);
    if (pol.round > i.valid.round && i.values.has(pol.key)) i.valid = { round: pol.round, key: pol.key };
  }
  const said = signed.map(placeOf).sort((a, b) => a.round - b.round || ORDER[a.step] - ORDER[b.step]);
  for (const { height, round, step } of said) s.signState.restore(height, round, step);
  const here = said.filter(({ height }) => height === i.height);
  for (const { statement } of here) lockAgain(s, statement);
  const last = here.at(-1);
  if (last === undefined) return;
  resume(s, last);
  for (const { round, statement } of here) if (round >= last.round - 1) signAgain(s, statement);
}

function keep(s: State, block: Block): void {
  s.instance.values.set(block.key, block);
  s.instance.stored.add(block.key);
  for (const bundle of block.bundles) s.pool.add(bundle, s.ledger); // we have checked these signatures
}

const ORDER = { propose: 1, prevote: 2, precommit: 3 } as const;

interface Said {
  readonly height: number;
  readonly round: number;
  readonly step: keyof typeof ORDER;
  readonly statement: Statement;
}

function placeOf(statement: Statement): Said {
  const { height, round } = statement.kind === 'vote' ? statement.vote : statement.head;
  return { height, round, step: statement.kind === 'vote' ? statement.vote.type : 'propose', statement };
}

/** Whoever precommitted a value has locked it (lines 38 to 40). */
function lockAgain(s: State, statement: Statement): void {
  const { instance: i } = s;
  if (statement.kind !== 'vote' || statement.vote.type !== 'precommit' || statement.vote.id.length === 0) return;
  const { round, id } = statement.vote;
  const locked = { round, key: keyOf(id) };
  if (!i.values.has(locked.key) || i.votes.pol(round)?.key !== locked.key) throw corrupt(`lock of round ${round}`);
  i.locked = locked;
}

/** Goes on in the round that was signed for last. */
function resume(s: State, last: Said): void {
  const { instance: i, setup } = s;
  i.enter(last.round, s.now);
  i.timeoutPropose = s.now + timeoutPropose(setup.config, last.round);
  i.resendAt = s.now + 2 * timeoutVote(setup.config, 0);
  i.step = last.step;
}

/** The same statement as before, so nothing new is said. Who is a round behind us may still wait for it. */
function signAgain(s: State, statement: Statement): void {
  if (statement.kind === 'vote') signStatement(s, voteStatement(statement.vote), 0);
  else if (s.instance.values.has(hashKey(statement.head.id))) signStatement(s, proposalStatement(statement.head), 0);
}
