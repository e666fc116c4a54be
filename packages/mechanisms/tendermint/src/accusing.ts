import type { Misbehaviour, NodeId } from '@hypersync/interface';
import { MAX_EVIDENCE_BYTES } from './block.ts';
import { readEvidence } from './evidence.ts';
import { encodeMessage } from './messages.ts';
import type { State } from './state.ts';

/** Misbehaviour that this node found itself: told to the driver, to the others, and put into the next block. */
export function report(s: State, found: Misbehaviour): void {
  if (!note(s, found)) return;
  s.fx.send('all', encodeMessage({ t: 'evidence', proofs: [found.proof] }, s.setup.table));
}

/** The same found by a peer, its signatures checked here. */
export function noteProof(s: State, proof: Uint8Array): void {
  const evidence = readEvidence(proof);
  if (evidence !== null) note(s, { culprit: evidence.culprit, kind: evidence.kind, provable: true, proof });
}

/** False when it says nothing new. */
function note(s: State, found: Misbehaviour): boolean {
  const charge = `${found.culprit}/${found.kind}`;
  if (s.reported.has(charge) || found.proof.length > MAX_EVIDENCE_BYTES) return false;
  s.reported.add(charge);
  s.fx.evidence(found);
  s.guard.suspect(s.now, found.culprit, 'equivocation');
  if (s.chain.isNews(found.proof) && !s.evidence.has(found.culprit)) s.evidence.set(found.culprit, found.proof);
  if (s.chain.isOverwhelmed(suspects(s))) s.broken = true;
  return true;
}

/** Members that are proven guilty, in the chain or not yet. */
export function suspects(s: State): Set<NodeId> {
  return new Set([...s.chain.convicted, ...s.evidence.keys()]);
}

export function isWanted(s: State, proof: Uint8Array): boolean {
  const evidence = readEvidence(proof);
  if (evidence === null || !s.setup.table.has(evidence.culprit)) return false;
  return !s.reported.has(`${evidence.culprit}/${evidence.kind}`);
}
