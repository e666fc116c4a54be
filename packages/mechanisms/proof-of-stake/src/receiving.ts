import type { NodeId } from '@hypersync/interface';
import { bundleStatement, type Bundle, type Signed, type Verdict } from '@hypersync/consensus-kit';
import { attestationSigned, proposalStatement, type Attestation } from './attestation.ts';
import type { SignedBlock } from './block.ts';
import { onCompaction } from './compacting.ts';
import { importBlock, takeAttestation } from './importing.ts';
import { decodeMessage, type Message } from './messages.ts';
import { evidenceSigned } from './offences.ts';
import type { State } from './state.ts';
import { onBlocks, onFetch, onStatus, want } from './sync.ts';

/** Bytes from a peer: decoded, sifted, and acted upon once every signature in them is known to be good. */
export function receive(s: State, from: NodeId, bytes: Uint8Array): void {
  const message = decodeMessage(bytes, s.setup.shape);
  if (message === null || !s.setup.table.has(from)) {
    s.malformed++;
    return;
  }
  const useful = sift(s, from, message);
  if (useful === null) return;
  const tag = s.inbox.enter(from, useful, bytes.length);
  if (tag === null) s.malformed++;
  else settle(s, s.authenticator.verifyGroup(s.fx, from, tag, statementsOf(s, from, useful)));
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
    case 'compaction':
      return s.compaction.wants(message.message, s.ledger.index) ? message : null;
    case 'status':
    case 'fetch':
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
      return message.attestations.map(attestationSigned);
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
  ];
}

/** The signatures of a message were checked. */
export function settle(s: State, verdict: Verdict | null): void {
  if (verdict === null || verdict.kind !== 'group') return;
  const waiting = s.inbox.leave(verdict.tag);
  if (waiting === null) return;
  if (verdict.valid) act(s, waiting.from, waiting.message);
  else s.malformed++;
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
      return onBlocks(s, from, message);
    case 'status':
      return onStatus(s, from, message);
    case 'fetch':
      return onFetch(s, from, message);
    case 'compaction':
      return onCompaction(s, from, message.message);
  }
}
