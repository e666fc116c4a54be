import { report } from './accusing.ts';
import { encodeHeader } from './block.ts';
import { learn } from './casting.ts';
import { contradiction, lunacy, type SignedPayload } from './evidence.ts';
import type { Message } from './messages.ts';
import type { State } from './state.ts';
import { proposalStatement } from './vote.ts';

/** A proposal whose signatures are all known to be good: kept, whether we shall like it or not, and looked at for what it proves. */
export function onProposal(s: State, message: Extract<Message, { t: 'proposal' }>): void {
  const { block, round, polRound, signature, pol } = message;
  const { instance: i } = s;
  if (block.header.height !== i.height) return;
  const proposer = i.proposer(round);
  const payload = proposalStatement({ height: i.height, round, id: block.id, polRound });
  if (pol !== null) learn(s, pol);
  i.votes.heard(proposer, round);
  s.guard.heard(proposer);
  for (const bundle of block.bundles) s.pool.add(bundle, s.ledger);
  const known = i.proposals.get(round);
  if (known === undefined) {
    i.proposals.set(round, {
      proposer,
      polRound,
      id: block.id,
      key: block.key,
      signature,
      arrival: s.clock.read(s.now),
    });
    if (!i.values.has(block.key)) i.values.set(block.key, block);
  }
  const signed = { payload, signature };
  if (known?.proposer === proposer) {
    const first = { payload: proposalStatement({ height: i.height, round, ...known }), signature: known.signature };
    const double = contradiction(proposer, first, signed);
    if (double !== null) report(s, double);
  }
  for (const found of i.votes.offencesOfProposal(proposer, signed)) report(s, found);
  if (s.chain.headerProblem(block.header) !== null) accuseOfLunacy(s, message, signed);
}

/** Only where the header contradicts our tip, which it names as its parent: a correct node may have another tip, but never that. */
function accuseOfLunacy(s: State, { block, round }: Extract<Message, { t: 'proposal' }>, signed: SignedPayload): void {
  const tip = s.log.at(s.chain.height);
  const parent = tip === undefined ? null : encodeHeader(tip.block.header);
  const found = lunacy(s.instance.proposer(round), signed, encodeHeader(block.header), parent);
  if (found !== null) report(s, found);
}
