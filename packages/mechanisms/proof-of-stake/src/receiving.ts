import type { NodeId } from '@hypersync/interface';
import { bundleStatement, type Bundle, type Signed, type Verdict } from '@hypersync/consensus-kit';
import type { Suspicion } from '@hypersync/governance';
import { attestationSigned, proposalStatement, type Attestation } from './attestation.ts';
import type { SignedBlock } from './block.ts';
import { onCompaction } from './compacting.ts';
import { importBlock, takeAttestation, takeRequest } from './importing.ts';
import { accuse, testify } from './accountability.ts';
import { requestSigned } from './registry.ts';
import { decodeMessage, type Message } from './messages.ts';
import { evidenceSigned } from './offences.ts';
import type { State } from './state.ts';
import { onBlocks, onFetch, onStatus, want } from './sync.ts';

/** The guard's word on a message: now, after all others of this step, or not at all. */
export function admit(s: State, from: NodeId, bytes: Uint8Array): void {
  const admission = s.guard.admit(s.now, from);
  if (admission === 'process') receive(s, from, bytes);
  else if (admission === 'defer') s.deferred.push({ from, bytes });
  else s.malformed++;
}

function refuse(s: State, from: NodeId, why: Suspicion): void {
  s.malformed++;
  s.guard.suspect(s.now, from, why);
}

/** Bytes from a peer: decoded, sifted, and acted upon once every signature in them is known to be good. */
export function receive(s: State, from: NodeId, bytes: Uint8Array): void {
  const message = decodeMessage(bytes, s.setup.shape);
  if (message === null) return refuse(s, from, 'malformed');
  const useful = sift(s, from, message);
  if (useful === null) return;
  const tag = s.inbox.enter(from, useful, bytes.length);
  if (tag === null) return refuse(s, from, 'flood');
  const verdict = s.authenticator.verifyGroup(s.fx, from, tag, statementsOf(s, from, useful));
  if (verdict?.kind === 'group' && !verdict.valid) {
    s.inbox.leave(tag); // not asked at all: too much of this peer is being verified
    return refuse(s, from, 'flood');
  }
  settle(s, verdict);
}

/** What is left of a message once everything known or untimely is taken away; null for nothing. */
function sift(s: State, from: NodeId, message: Message): Message | null {
  switch (message.t) {
    case 'bundles': {
      const bundles = message.bundles.filter((bundle) => isBundleWanted(s, bundle));
      return bundles.length === 0 ? null : { ...message, bundles };
    }
    case 'block':
      return isBlockWanted(s, message.signed, from) ? message : null;
    case 'attestations': {
      const attestations = message.attestations.filter((one) => one.validator === from && isVoteTimely(s, one));
      return attestations.length === 0 ? null : { ...message, attestations };
    }
    case 'blocks': {
      const blocks = message.blocks.filter((signed) => isNew(s, signed) && !isFromTheFuture(s, signed.block.slot));
      return blocks.length === 0 || s.wanted.size === 0 ? null : { ...message, blocks };
    }
    case 'requests': {
      const requests = message.requests.filter((request) => s.wantsRequest(request));
      return requests.length === 0 ? null : { ...message, requests };
    }
    case 'compaction':
      return s.compaction.wants(message.message, s.ledger.index) ? message : null;
    case 'status':
    case 'fetch':
    case 'testimony':
      return message;
  }
}

function isBundleWanted(s: State, bundle: Bundle): boolean {
  return !s.pool.has(bundle.key) && !s.ledger.isDecided(bundle);
}

function isNew(s: State, { block }: SignedBlock): boolean {
  return block.slot > s.tree.root.slot && s.tree.get(block.key) === undefined;
}

/** A quarter of a slot and the error of our own clock are forgiven. */
function isFromTheFuture(s: State, slot: number): boolean {
  return !s.clock.isKnown || s.clock.timeOf(slot) > s.now + s.clock.error + Math.floor(s.setup.slotMicros / 4);
}

function isBlockWanted(s: State, signed: SignedBlock, from: NodeId): boolean {
  const { block } = signed;
  if (!isNew(s, signed) || isFromTheFuture(s, block.slot) || block.size > s.setup.config.maxBlockBytes) return false;
  if (s.tree.get(block.parentKey) !== undefined) return true;
  want(s, block.root, from);
  return false;
}

function isVoteTimely(s: State, { data }: Attestation): boolean {
  const epoch = s.epochAt(s.slot);
  if (s.epochAt(data.slot) !== data.target.epoch || isFromTheFuture(s, data.slot)) return false;
  return data.target.epoch + 1 >= epoch;
}

function statementsOf(s: State, from: NodeId, message: Message): Signed[] {
  switch (message.t) {
    case 'bundles':
      return message.bundles.map(bundleSigned);
    case 'block':
      return blockSigned(s, message.signed);
    case 'attestations':
    case 'testimony':
      return message.attestations.map(attestationSigned);
    case 'requests':
      return message.requests.map(requestSigned);
    case 'blocks':
      return message.blocks.flatMap((signed) => blockSigned(s, signed));
    case 'compaction':
      return s.compaction.statements(from, message.message);
    case 'status':
    case 'fetch':
      return [];
  }
}

function bundleSigned(bundle: Bundle): Signed {
  return { signer: bundle.origin, payload: bundleStatement(bundle.id), signature: bundle.signature };
}

function blockSigned(s: State, { block, signature }: SignedBlock): Signed[] {
  return [
    { signer: block.proposer, payload: proposalStatement(block.slot, block.root), signature },
    ...block.bundles.filter((bundle) => !s.pool.has(bundle.key)).map(bundleSigned),
    ...block.attestations.map(attestationSigned),
    ...block.evidence.flatMap(evidenceSigned),
    ...block.requests.map(requestSigned),
  ];
}

/** The signatures of a message were checked. */
export function settle(s: State, verdict: Verdict | null): void {
  if (verdict === null || verdict.kind !== 'group') return;
  const waiting = s.inbox.leave(verdict.tag);
  if (waiting === null) return;
  if (verdict.valid) act(s, waiting.from, waiting.message);
  else refuse(s, waiting.from, 'bad-signature');
}

function act(s: State, from: NodeId, message: Message): void {
  switch (message.t) {
    case 'bundles':
      for (const bundle of message.bundles) s.pool.add(bundle, s.ledger);
      return;
    case 'block':
      importBlock(s, message.signed, from, true);
      return;
    case 'attestations':
      for (const attestation of message.attestations) {
        takeAttestation(s, attestation);
        want(s, attestation.data.head, from);
      }
      return;
    case 'blocks':
      for (const { block } of message.blocks) for (const attestation of block.attestations) witness(s, attestation);
      return onBlocks(s, from, message);
    case 'requests':
      for (const request of message.requests) takeRequest(s, request);
      return;
    case 'testimony':
      for (const attestation of message.attestations) witness(s, attestation);
      if (message.wantsAnswer) testify(s, from, false);
      return;
    case 'status':
      return onStatus(s, from, message);
    case 'fetch':
      return onFetch(s, from, message);
    case 'compaction':
      return onCompaction(s, from, message.message);
  }
}

/**
 * A verified vote, wherever it comes from: it counts for nothing, but it may convict. Votes for times to come are left out,
 * or a member could have the watch forget what it has really signed.
 */
function witness(s: State, attestation: Attestation): void {
  const { slot, target } = attestation.data;
  if (s.epochAt(slot) !== target.epoch || isFromTheFuture(s, slot)) return;
  accuse(s, attestation.validator, s.watch.attestation(attestation));
}
