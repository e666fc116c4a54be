import type { NodeId } from '@hypersync/interface';
import { encodeMessage } from './messages.ts';
import { makeEvidence, type SignedStatement } from './offences.ts';
import type { State } from './state.ts';

/** What a testimony may weigh, bytes; the newest attestations come first. */
const TESTIMONY_BYTES = 1_000_000;
const TESTIMONY_VOTES = 2000;
/** Between two testimonies for one peer, slots. */
const PAUSE_SLOTS = 8;

/** Two statements of one member, both verified: proof, if they contradict each other. One per offence is kept and reported. */
export function accuse(s: State, culprit: NodeId, pair: readonly [SignedStatement, SignedStatement] | null): void {
  if (pair === null || culprit === s.setup.self) return;
  const offence = makeEvidence(culprit, ...pair)?.offence;
  const isKnown = s.guard.provenEvidence().some((known) => known.culprit === culprit && known.offence === offence);
  if (offence === undefined || isKnown || s.guard.contradiction(s.now, culprit, ...pair) === null) return;
  if (offence !== 'double-proposal') s.fork.discount(culprit);
}

/**
 * A peer holds another block final than we do. By Casper FFG (theorem 1) more than a third of the stake has then signed
 * what contradicts itself, but the two halves lie with two groups of nodes: each shows the other the votes it knows.
 */
export function testify(s: State, to: NodeId, wantsAnswer: boolean): void {
  const culprits = s.guard.provenEvidence().map(({ culprit }) => culprit);
  if (wantsAnswer && s.setup.table.hasOneThird(culprits)) return; // the fork is explained
  if (s.now - (s.testified.get(to) ?? -Infinity) < PAUSE_SLOTS * s.setup.slotMicros) return;
  s.testified.set(to, s.now);
  const attestations = s.watch.newest(TESTIMONY_VOTES);
  const bytes = encodeMessage({ t: 'testimony', wantsAnswer, attestations }, s.setup.shape);
  if (bytes.length <= TESTIMONY_BYTES && s.served.spend(to, bytes.length, s.now))
    s.fx.send(to, bytes, { lane: 'bulk' });
}

/** Their finalized block is not on our finalized chain, though ours reaches as far. */
export function contradictsOurs(s: State, slot: number, key: string): boolean {
  if (slot > s.tree.root.slot || key === s.tree.root.key || s.logKeys.has(key)) return false;
  // what lies below the log we no longer know
  return slot > s.base.state.slot;
}
