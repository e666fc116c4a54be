import type { NodeId } from '@hypersync/interface';
import { report } from './accusing.ts';
import { encodeHeader, fillIn } from './block.ts';
import { learn } from './casting.ts';
import { contradiction, lunacy, type SignedPayload } from './evidence.ts';
import type { Message } from './messages.ts';
import type { State } from './state.ts';
import { timeoutPropose } from './timeouts.ts';
import { proposalStatement } from './vote.ts';

/** A proposal whose signatures are all known to be good: kept, whether we shall like it or not, and looked at for what it proves. */
export function onProposal(s: State, message: Extract<Message, { t: 'proposal' }>): void {
  const { outline, round, polRound, signature, pol } = message;
  const { instance: i } = s;
  const { id, key } = outline;
  if (outline.header.height !== i.height) return;
  const proposer = i.proposer(round);
  const payload = proposalStatement({ height: i.height, round, id, polRound });
  if (pol !== null) learn(s, pol);
  i.votes.heard(proposer, round);
  s.guard.heard(proposer);
  const known = i.proposals.get(round);
  if (known === undefined) {
    const fetchAt = s.now + timeoutPropose(s.setup.config, round) / 8;
    const arrival = s.clock.read(s.now);
    i.proposals.set(round, { proposer, polRound, outline, id, key, signature, fetchAt, arrival });
  }
  const signed = { payload, signature };
  if (known?.proposer === proposer) {
    const first = { payload: proposalStatement({ height: i.height, round, ...known }), signature: known.signature };
    const double = contradiction(proposer, first, signed);
    if (double !== null) report(s, double);
  }
  for (const found of i.votes.offencesOfProposal(proposer, signed)) report(s, found);
  if (s.chain.headerProblem(outline.header) !== null) accuseOfLunacy(s, proposer, encodeHeader(outline.header), signed);
}

/** Puts together the value proposed in this round, as soon as all of its bundles are there. */
export function assemble(s: State): void {
  const { instance: i } = s;
  const proposal = i.proposals.get(i.round);
  if (proposal === undefined || i.values.has(proposal.key)) return;
  const block = fillIn(proposal.outline, (key) => s.pool.get(key));
  if (block !== null) i.values.set(block.key, block);
}

/** Only where the header contradicts our tip, which it names as its parent: a correct node may have another tip, but never that. */
function accuseOfLunacy(s: State, proposer: NodeId, header: Uint8Array, signed: SignedPayload): void {
  const tip = s.log.at(s.chain.height);
  const parent = tip === undefined ? null : encodeHeader(tip.block.header);
  const found = lunacy(proposer, signed, header, parent);
  if (found !== null) report(s, found);
}
