import { bundleStatement, ByteWriter, makeBundle } from '@hypersync/consensus-kit';
import type { NodeId } from '@hypersync/interface';
import type { Block } from '../src/block.ts';
import type { Message } from '../src/messages.ts';
import { makeCertificate, proposalStatement, voteStatement, type Certificate, type Vote } from '../src/vote.ts';
import { DELTA, signAs, type Cluster, type Flight } from './cluster.ts';

/** Longer than any iteration whose leader is dead. */
export const LONG = 12 * DELTA;

export function leaderOf(cluster: Cluster, height: number): NodeId {
  return cluster.ids[(height + 1) % cluster.ids.length]!;
}

/** The signature as the authenticator of the cluster wants it. */
export function sign(cluster: Cluster, signer: NodeId, payload: Uint8Array): Uint8Array {
  const domain = `simplex/1/${cluster.genesis.key.slice(0, 32)}`;
  return signAs(signer, new ByteWriter().string(domain).varint(1).bytes(payload).finish());
}

export function voteMessage(cluster: Cluster, signer: NodeId, vote: Vote): Message {
  return { t: 'vote', vote, signature: sign(cluster, signer, voteStatement(vote)) };
}

export function certificate(cluster: Cluster, vote: Vote, signers: readonly NodeId[]): Certificate {
  return makeCertificate(vote, new Map(signers.map((id) => [id, sign(cluster, id, voteStatement(vote))])));
}

export function proposal(cluster: Cluster, block: Block, certificates: Certificate[] = []): Message {
  const signature = sign(cluster, leaderOf(cluster, block.height), proposalStatement(block.height, block.hash));
  return { t: 'proposal', block, signature, certificates };
}

export function foreignBundle(cluster: Cluster, origin: NodeId, number: number, text: string, forged = false) {
  const operations = [{ kind: 'append' as const, session: 0, sequence: 0, value: new Uint8Array(Buffer.from(text)) }];
  const bundle = makeBundle(origin, 9, number, operations);
  const signature = sign(cluster, forged ? 'somebody else' : origin, bundleStatement(bundle.id));
  return { ...bundle, signature, size: bundle.size + signature.length };
}

/** A piece of a snapshot with bytes in it. */
export function pieceOf(message: Message) {
  if (message.t !== 'compaction' || message.message.t !== 'chunk') return null;
  return message.message.bytes.length > 0 ? message.message : null;
}

export const votes = (sent: readonly Flight[], from: NodeId): Vote[] =>
  sent.flatMap(({ from: sender, message }) => (sender === from && message.t === 'vote' ? [message.vote] : []));
