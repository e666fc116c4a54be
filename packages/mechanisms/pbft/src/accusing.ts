import type { NodeId } from '@hypersync/interface';
import { ByzantineGuard, type Inquiry } from '@hypersync/governance';
import { tellSealed } from './executing.ts';
import { conflictRule } from './evidence.ts';
import { settle } from './receiving.ts';
import type { Setup, State } from './state.ts';
import { CLAIM_BYTES, MAX_STATEMENT } from './statements.ts';

/** What an open question takes in the inbox; the log bounds how many there are. */
const INQUIRY_BYTES = 64;

export function makeGuard({
  self,
  epoch,
  table,
  config,
}: Pick<Setup, 'self' | 'epoch' | 'table' | 'config'>): ByzantineGuard {
  const maxPayload = MAX_STATEMENT + CLAIM_BYTES * config.watermarkWindow;
  return new ByzantineGuard({ self, members: table, epoch, conflict: conflictRule, maxPayload });
}

/** Tells the driver what the guard found, and puts proof into the log: only there does anything follow from it. */
export function report(s: State): void {
  for (const found of s.guard.takeReports()) {
    s.fx.evidence(found);
    const known = s.accused.has(found.culprit) || found.culprit === s.setup.self;
    if (!found.provable || known || !s.speaks || s.ledger.sealed !== null) continue;
    if (s.desk.accuse(found.proof)) s.accused.add(found.culprit);
  }
}

/** An accusation that the log holds: from now on the epoch cannot end before this replica has checked it. */
export function decideAccusation(s: State, submitter: NodeId, bytes: Uint8Array): void {
  const inquiry = s.guard.decide(s.now, s.ledger.index, submitter, bytes);
  if (inquiry !== null) ask(s, inquiry);
}

/** After a snapshot took the place of the log: what was decided there is checked here, too. */
export function askOpen(s: State): void {
  for (const inquiry of s.guard.openInquiries()) ask(s, inquiry);
}

/** Counted as our own question, so that nobody's flood keeps it from being asked. */
function ask(s: State, { id, statements }: Inquiry): void {
  const tag = s.inbox.enter(s.setup.self, { t: 'INQUIRY', id }, INQUIRY_BYTES);
  if (tag === null) throw new RangeError('pbft: more decided evidence than the log may hold');
  settle(s, s.authenticator.verifyGroup(s.fx, s.setup.self, tag, statements));
}

export function answerInquiry(s: State, id: number, valid: boolean): void {
  s.guard.answer(s.now, id, valid);
  tellSealed(s);
}
