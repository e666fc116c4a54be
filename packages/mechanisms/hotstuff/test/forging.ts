import type { NodeId } from '@hypersync/interface';
import { bundleStatement, hashKey, makeBundle, type Bundle } from '@hypersync/consensus-kit';
import { genesisQc, makeBlock, type Block } from '../src/block.ts';
import {
  encodeStatement,
  makeQc,
  makeTc,
  type QuorumCertificate,
  type TimeoutCertificate,
  type Vote,
} from '../src/certificate.ts';
import type { Message, SignedVote } from '../src/messages.ts';
import { voteFor } from '../src/safety.ts';
import { TIMEOUT, type Cluster, type Flight } from './cluster.ts';

/** Longer than a few rounds whose leaders are dead. */
export const LONG = 12 * TIMEOUT;

/** With equal members and nobody out: the schedule of the first two windows. */
export function leaderOf(cluster: Cluster, round: number): NodeId {
  return cluster.ids[(round + 1) % cluster.ids.length]!;
}

/** One operation through a node that leads, and everything that follows from it at once. */
export function decideOne(cluster: Cluster, text = 'x'): NodeId {
  const id = leaderOf(cluster, Number(cluster.detail('n1', 'round')));
  cluster.propose(id, text);
  cluster.settle();
  return id;
}

export function signedVote(cluster: Cluster, signer: NodeId, vote: Vote): SignedVote {
  return { vote, signature: cluster.sign(signer, encodeStatement({ kind: 'vote', ...vote })) };
}

export function qcFor(cluster: Cluster, block: Block, signers: readonly NodeId[]): QuorumCertificate {
  const vote = voteFor(block, cluster.chainLength);
  return makeQc(vote, new Map(signers.map((id) => [id, signedVote(cluster, id, vote).signature])));
}

export function timeoutMessage(cluster: Cluster, signer: NodeId, round: number, highQc: QuorumCertificate): Message {
  const signature = cluster.sign(signer, encodeStatement({ kind: 'timeout', round, highRound: highQc.round }));
  return { t: 'timeout', round, highQc, signature, vote: null };
}

export function tcFor(
  cluster: Cluster,
  round: number,
  highRounds: Readonly<Record<NodeId, number>>,
): TimeoutCertificate {
  const shares = Object.entries(highRounds).map(([signer, highRound]) => ({
    signer,
    highRound,
    signature: cluster.sign(signer, encodeStatement({ kind: 'timeout', round, highRound })),
  }));
  return makeTc(round, shares);
}

/** A block on the genesis block or on the one given. */
export function blockOn(
  cluster: Cluster,
  round: number,
  qc: QuorumCertificate | null,
  parts: Partial<Pick<Block, 'author' | 'height'>> & { readonly bundles?: readonly Bundle[] } = {},
): Block {
  return makeBlock({
    round,
    height: parts.height ?? round,
    author: parts.author ?? leaderOf(cluster, round),
    qc: qc ?? genesisQc(cluster.shape.genesis),
    bundleIds: (parts.bundles ?? []).map(({ id }) => id),
    evidence: [],
  });
}

export function proposalOf(cluster: Cluster, block: Block, tc: TimeoutCertificate | null = null): Message {
  const payload = encodeStatement({ kind: 'proposal', round: block.round, id: block.id });
  return { t: 'proposal', block, signature: cluster.sign(block.author, payload), tc };
}

export function foreignBundle(cluster: Cluster, origin: NodeId, number: number, text: string, forged = false): Bundle {
  const operations = [{ kind: 'append' as const, session: 0, sequence: 0, value: new Uint8Array(Buffer.from(text)) }];
  const { id } = makeBundle(origin, 9, number, operations);
  const signer = forged ? 'somebody else' : origin;
  return makeBundle(origin, 9, number, operations, cluster.sign(signer, bundleStatement(id)));
}

export function votesOf(sent: readonly Flight[], from: NodeId): { round: number; key: string }[] {
  return sent.flatMap(({ from: sender, message }) =>
    sender === from && message.t === 'vote' ? [{ round: message.vote.round, key: hashKey(message.vote.id) }] : [],
  );
}

/** Messages of one kind, with their senders and targets. */
export function sentOf<T extends Message['t']>(
  sent: readonly Flight[],
  t: T,
): { readonly from: NodeId; readonly to: NodeId; readonly message: Extract<Message, { t: T }> }[] {
  return sent.filter((flight) => flight.message.t === t) as never;
}
