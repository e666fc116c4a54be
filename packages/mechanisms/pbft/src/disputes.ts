import type { NodeId } from '@hypersync/interface';
import type { Signed } from '@hypersync/consensus-kit';
import { ACCOUNT, encodeMessage, type Message } from './messages.ts';
import type { State } from './state.ts';
import { certificateStatements, encodeStatement, type Certificate } from './statements.ts';
import { viewChangeStatement, type NewView, type ViewChange } from './view-change.ts';
import { newViewStatements } from './view-changing.ts';

/**
 * Who is to blame when honest replicas have decided differently, which takes more than a third of liars (accountability;
 * after Sheng, Wang, Nayak, Kannan, Viswanath: BFT Protocol Forensics, CCS 2021). Either more than a third signed two
 * commits or two checkpoints of one place, or more than a third left a view without owning up to what they had committed
 * in it. The one half of the proof is on the one side, the other on the other: so the sides show each other what they have.
 */
export type Account = Extract<Message, { t: 'ACCOUNT' }>;

const MIB = 1024 * 1024;
/** A dispute with a peer is not repeated for so many retransmission times; twice as long each time, so many times. */
const PATIENCE = 4;
const MAX_DOUBLINGS = 10;

/** A peer's log contradicts ours. It may be lying; then showing it what we have does no harm. */
export function dispute(s: State, peer: NodeId): void {
  const { until, doublings } = s.disputes.get(peer) ?? { until: 0, doublings: 0 };
  if (s.now < until) return;
  const patience = PATIENCE * s.setup.config.retransmitMs * 1000 * 2 ** doublings;
  s.disputes.set(peer, { until: s.now + patience, doublings: Math.min(doublings + 1, MAX_DOUBLINGS) });
  const bytes = encodeMessage(accountOf(s), s.setup.shape);
  if (s.served.spend(peer, bytes.length, s.now)) s.fx.send(peer, bytes, { lane: 'bulk' });
}

function accountOf(s: State): Account {
  const proofs = s.log.proofs.slice(-ACCOUNT.proofs);
  const newViews = s.newViews.filter((newView) => sizeOf(newView) < MIB / 2).slice(-ACCOUNT.newViews);
  return { t: 'ACCOUNT', proofs, commits: ownCommits(s).slice(-ACCOUNT.commits), newViews };
}

function ownCommits(s: State): Account['commits'] {
  return s.log.entries.flatMap(({ commit }) => commit ?? []);
}

function sizeOf({ changes }: NewView): number {
  return changes.reduce((sum, { payload, prePrepared }) => sum + payload.length + 48 * prePrepared.length, 0);
}

/** Nobody needs the same account twice in a row, or any more once more than a third are convicted: that one shall have ours. */
export function isAccountWanted(s: State, from: NodeId): boolean {
  if (s.setup.table.hasOneThird(s.guard.provenEvidence().map(({ culprit }) => culprit))) {
    dispute(s, from);
    return false;
  }
  const wanted = s.now - (s.accounted.get(from) ?? -Infinity) >= s.setup.config.retransmitMs * 1000;
  if (wanted) s.accounted.set(from, s.now);
  return wanted;
}

export function accountStatements(s: State, { proofs, commits, newViews }: Account): Signed[] {
  const certificates = [...proofs, ...commits].flatMap(certificateStatements);
  return [...certificates, ...newViews.flatMap((newView) => newViewStatements(s, newView))];
}

/** What a peer decided upon, its signatures known to be good, held against what we have; it shall have ours too. */
export function onAccount(s: State, from: NodeId, theirs: Account): void {
  for (const proof of theirs.proofs) {
    const own = s.log.proofs.find(({ statement }) => statement.number === proof.statement.number);
    if (own !== undefined && own.key !== proof.key) accuseBoth(s, own, proof);
  }
  for (const commit of theirs.commits) {
    const own = s.log.at(commit.statement.number)?.commit;
    if (own != null && own.key !== commit.key && own.statement.view === commit.statement.view)
      accuseBoth(s, own, commit);
  }
  const changes = (newViews: readonly NewView[]): ViewChange[] => newViews.flatMap((newView) => newView.changes);
  accuseForgetful(s, theirs.commits, changes(s.newViews));
  accuseForgetful(s, ownCommits(s), changes(theirs.newViews));
  dispute(s, from);
}

/** Whoever signed both certificates. */
function accuseBoth(s: State, one: Certificate, other: Certificate): void {
  const said = new Map(certificateStatements(one).map((statement) => [statement.signer, statement]));
  for (const statement of certificateStatements(other)) {
    const earlier = said.get(statement.signer);
    if (earlier !== undefined) s.guard.contradiction(s.now, statement.signer, earlier, statement);
  }
}

/** Whoever committed in one view and left it, or a later one, without a word of that. */
function accuseForgetful(s: State, commits: Account['commits'], changes: readonly ViewChange[]): void {
  for (const change of changes) {
    for (const { statement, signatures } of commits) {
      if (statement.view >= change.view || statement.number <= change.stable.statement.number) continue;
      const said = signatures.find(({ signer }) => signer === change.sender);
      if (said === undefined) continue;
      const commit = { ...said, payload: encodeStatement(statement) };
      if (s.guard.contradiction(s.now, change.sender, commit, viewChangeStatement(change)) !== null) break;
    }
  }
}
