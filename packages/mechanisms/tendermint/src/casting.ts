import type { NodeId, StoreOp, Token } from '@hypersync/interface';
import { hashKey, type Signed } from '@hypersync/consensus-kit';
import { encodeHeader } from './block.ts';
import { phantom } from './evidence.ts';
import { encodeMessage } from './messages.ts';
import { report } from './accusing.ts';
import type { SignedStep } from './sign-state.ts';
import type { State } from './state.ts';
import { encodeMembers } from './validators.ts';
import { keyOf, readStatement, voteStatement, type Certificate, type Vote, type VoteType } from './vote.ts';

/**
 * Signs a vote for the current round, once its entry is on its way to the disk; it leaves and counts when both are done.
 * Moves the step in any case: whoever may not sign (any more) follows the round silently.
 */
export function cast(
  s: State,
  type: VoteType,
  id: Uint8Array,
  polRound: number,
  writes: readonly StoreOp[] = [],
): void {
  const { instance: i } = s;
  const vote: Vote = { type, height: i.height, round: i.round, id, polRound: type === 'prevote' ? polRound : -1 };
  i.step = type;
  const said = signOnce(s, vote, type, voteStatement(vote), writes);
  if (!said && writes.length > 0) s.fx.persist(writes, false);
}

/** False, and nothing is signed, when that would go back behind what was signed before. */
export function signOnce(
  s: State,
  { height, round }: Pick<Vote, 'height' | 'round'>,
  step: SignedStep,
  payload: Uint8Array,
  writes: readonly StoreOp[],
): boolean {
  if (!s.mayVote || !s.signState.admits(height, round, step)) return false;
  s.signState.mark(height, round, step);
  const token = s.fx.persist([s.setup.journal.signed(height, round, step, payload), ...writes]);
  signStatement(s, payload, token);
  return true;
}

export function signStatement(s: State, payload: Uint8Array, token: Token): void {
  s.casting.set(hashKey(payload), { payload, token, signature: null });
  s.authenticator.sign(s.fx, payload);
}

/** Our signature arrived: the vote leaves, gated on its entry. */
export function voteSigned(s: State, statement: Signed): void {
  const read = readStatement(statement.payload);
  const casting = s.casting.get(hashKey(statement.payload));
  if (read?.kind !== 'vote' || casting === undefined) return;
  casting.signature = statement.signature;
  const after = casting.token > s.durable ? casting.token : undefined;
  sendVotes(s, [{ vote: read.vote, signature: statement.signature }], after);
  countOwnVotes(s);
}

export function sendVotes(s: State, votes: readonly { vote: Vote; signature: Uint8Array }[], after?: Token): void {
  const { table, self } = s.setup;
  const signed = votes.map((one) => ({ voter: self, ...one }));
  s.fx.send('all', encodeMessage({ t: 'votes', votes: signed }, table), { after });
}

/** Our own votes count only once they are durable, or a certificate could carry what a crash makes us forget. */
export function countOwnVotes(s: State): void {
  for (const [key, { payload, token, signature }] of s.casting) {
    const read = readStatement(payload);
    if (signature === null || token > s.durable || read?.kind !== 'vote') continue;
    s.casting.delete(key);
    recordVote(s, s.setup.self, read.vote, signature);
  }
}

/** Counts one verified vote; what it proves is reported. Votes of heights just decided are read for that alone. */
export function recordVote(s: State, voter: NodeId, vote: Vote, signature: Uint8Array): void {
  const { instance: i } = s;
  const votes = vote.height === i.height ? i.votes : s.past.get(vote.height);
  if (votes === undefined) return;
  const current = vote.height === i.height ? i.round : vote.round;
  for (const found of votes.add(voter, vote, signature, current)) report(s, found);
  if (votes.validators.has(voter) || vote.height !== i.height) return;
  const block = i.values.get(keyOf(vote.id));
  if (block === undefined) return;
  const signed = { payload: voteStatement(vote), signature };
  const members = encodeMembers(votes.validators.table.members);
  const found = phantom(voter, signed, encodeHeader(block.header), members);
  if (found !== null) report(s, found);
}

/** Takes a certificate of the height being decided whose signatures are known to be good. */
export function learn(s: State, certificate: Certificate): void {
  for (const found of s.instance.votes.learn(certificate, s.instance.round)) report(s, found);
}
