import { hashKey, type Signed } from '@hypersync/consensus-kit';
import { attestationStatement, proposalStatement, type AttestationData } from './attestation.ts';
import { makeBlock, MAX_BUNDLES, MAX_EVIDENCE } from './block.ts';
import type { ChainState } from './chain-state.ts';
import type { Evidence } from './offences.ts';
import {
  isRequestDue,
  isValidating,
  MAX_REQUESTS,
  readRequestStatement,
  requestStatement,
  type Request,
} from './registry.ts';
import { importBlock, raiseCheckpoints, takeAttestation } from './importing.ts';
import { encodeMessage } from './messages.ts';
import type { State } from './state.ts';
import { sendStatus } from './sync.ts';
import { advance, attestingSlot, proposerOf } from './transition.ts';
import type { TreeNode } from './tree.ts';
import { checkAge } from './weak-subjectivity.ts';

/** Follows the clock: new slots and epochs, then whatever is due in the current one. */
export function tick(s: State): void {
  const slot = s.clock.slotAt(s.now);
  if (slot > s.slot) openSlot(s, slot);
  if (s.slot < 0 || slot < 0 || !s.isActive || !s.isAnchored) return;
  if (s.proposerChecked < s.slot && s.now < s.clock.timeOf(s.slot, 1)) proposeIfDue(s);
  if (s.attesterChecked < s.slot && s.now >= s.clock.timeOf(s.slot, 1)) attestIfDue(s);
}

function openSlot(s: State, slot: number): void {
  const isNewEpoch = s.epochAt(slot) > s.epochAt(s.slot);
  if (s.slot < 0) checkAge(s, s.epochAt(slot));
  else missProposer(s, s.slot);
  s.slot = slot;
  s.fork.boosted = null;
  for (const attestation of s.waitingVotes.splice(0)) {
    if (attestation.data.slot < slot) s.fork.attest(attestation);
    else s.waitingVotes.push(attestation);
  }
  if (isNewEpoch) openEpoch(s);
}

/** Nobody has seen a block where one was due: the guard notes it, for our own view of its proposer. */
function missProposer(s: State, slot: number): void {
  if (!s.isActive || s.proposerChecked < slot) return;
  const head = s.fork.head(s.tree, slot);
  const proposer = proposerOf(advance(head.state, slot, s.rules), slot, s.rules);
  if (head.slot < slot && s.tree.countAt(slot, proposer) === 0) s.guard.suspect(s.now, proposer, 'silence');
}

function openEpoch(s: State): void {
  s.attestations.prune(s.epochAt(s.slot) - 1);
  for (const node of s.tree.nodes) if (s.tree.get(node.key) !== undefined) raiseCheckpoints(s, node);
  s.pruneRequests();
  askForOurself(s);
  if (!s.isActive) return;
  const onChain = bundlesBelow(s, s.fork.head(s.tree, s.slot));
  for (const bundle of s.desk.undecided) {
    if (onChain.has(bundle.key)) continue;
    s.fx.send('all', encodeMessage({ t: 'bundles', bundles: [bundle] }, s.setup.shape), {
      lane: 'bulk',
      after: s.bootToken > s.durable ? s.bootToken : undefined,
    });
  }
  sendStatus(s);
}

function proposeIfDue(s: State): void {
  s.proposerChecked = s.slot;
  const head = s.fork.head(s.tree, s.slot);
  if (head.slot >= s.slot || !s.protection.allowsProposal(s.slot)) return;
  const state = advance(head.state, s.slot, s.rules);
  const { self, table, journal, config } = s.setup;
  if (proposerOf(state, s.slot, s.rules) !== self) return;
  const attestations = s.attestations.select(state, s.slot, s.rules);
  const bundles = s.pool.select(
    { bytes: config.maxBlockBytes - attestations.length * 512, count: MAX_BUNDLES },
    bundlesBelow(s, head),
    s.slot,
  );
  const block = makeBlock(
    {
      slot: s.slot,
      proposer: self,
      parentRoot: head.state.root,
      bundles,
      attestations,
      evidence: evidenceFor(s, state),
      requests: [...s.requests.values()].filter((one) => isRequestDue(state, one, s.rules)).slice(0, MAX_REQUESTS),
    },
    table,
  );
  const token = s.fx.persist([journal.protection(s.protection.markProposal(s.slot))]);
  const statement = proposalStatement(block.slot, block.root);
  s.casting.set(hashKey(statement), { token, block, data: null });
  s.authenticator.sign(s.fx, statement);
}

/** Proofs for a block on this branch: one for each culprit that the branch does not convict yet. */
function evidenceFor(s: State, state: ChainState): Evidence[] {
  const found = new Map<string, Evidence>();
  for (const evidence of s.guard.provenEvidence()) {
    if (!state.slashed.has(evidence.culprit)) found.set(evidence.culprit, evidence);
  }
  return [...found.values()].slice(0, MAX_EVIDENCE);
}

/** Our operator wants us to leave, or to come back. */
function askForOurself(s: State): void {
  const sequence = s.ownRequest;
  const known = s.requests.get(s.setup.self);
  if (sequence === null) return;
  if (known?.sequence === sequence) spreadRequest(s, known);
  else s.authenticator.sign(s.fx, requestStatement(sequence));
}

function spreadRequest(s: State, request: Request): void {
  s.requests.set(request.validator, request);
  s.fx.send('all', encodeMessage({ t: 'requests', requests: [request] }, s.setup.shape));
}

function bundlesBelow(s: State, head: TreeNode): Set<string> {
  return new Set(s.tree.pathTo(head.key).flatMap(({ signed }) => signed?.block.bundles.map(({ key }) => key) ?? []));
}

function attestIfDue(s: State): void {
  s.attesterChecked = s.slot;
  const head = s.fork.head(s.tree, s.slot);
  const state = advance(head.state, s.slot, s.rules);
  const { self, journal } = s.setup;
  if (attestingSlot(state, self, s.rules) !== s.slot) return;
  if (!isValidating(state.registry, self, state.epoch)) return;
  const data: AttestationData = {
    slot: s.slot,
    head: head.state.root,
    source: state.justified,
    target: state.current,
  };
  if (!s.protection.allowsAttestation(data)) return;
  const token = s.fx.persist([journal.protection(s.protection.markAttestation(data))]);
  const statement = attestationStatement(data);
  s.casting.set(hashKey(statement), { token, block: null, data });
  s.authenticator.sign(s.fx, statement);
}

/** Our signature arrived: the statement leaves, gated on the protection's record of it. */
export function dutySigned(s: State, { payload, signature }: Signed): void {
  const request = readRequestStatement(payload);
  if (request !== null) spreadRequest(s, { validator: s.setup.self, sequence: request, signature });
  const casting = s.casting.get(hashKey(payload));
  if (casting === undefined) return;
  s.casting.delete(hashKey(payload));
  s.lastSigned.set(casting.block === null ? 'attestation' : 'proposal', { payload, token: casting.token });
  const after = casting.token > s.durable ? casting.token : undefined;
  const { shape, self } = s.setup;
  if (casting.block !== null) {
    const signed = { block: casting.block, signature };
    s.fx.send('all', encodeMessage({ t: 'block', signed }, shape), { lane: 'bulk', after });
    importBlock(s, signed, self, true);
  } else {
    const attestation = { data: casting.data, validator: self, signature };
    s.fx.send('all', encodeMessage({ t: 'attestations', attestations: [attestation] }, shape), { after });
    takeAttestation(s, attestation);
  }
}
