import type { NodeId } from '@hypersync/interface';
import { Authenticator, ByteReader, ByteWriter, type Signed } from '@hypersync/consensus-kit';
import type { Message } from './messages.ts';
import type { QuorumNode } from './node.ts';
import { MAX_ID, MAX_KEY, MAX_VALUE, type Register, type Tag } from './register.ts';

/**
 * Dissemination quorums (Malkhi, Reiter 1998) for members whose stores may lie, when `faultyStores` is above 0: a register
 * carries its writer's signature over key, tag and value, so that a store can withhold it or repeat an old one, but not make
 * one up; and any two quorums have more in common than the stores that may lie.
 */
export interface SignedValues {
  readonly authenticator: Authenticator<'register'>;
  /** Messages whose signatures are being verified. */
  held: Map<number, { readonly from: NodeId; readonly message: Message }>;
  nextHeld: number;
}

const MAX_STATEMENT = MAX_VALUE + 1024;
/** Verifications in flight for one peer; a frontier page in signed mode holds fewer registers. */
const QUEUE = 128;
export const SIGNED_PAGE = 32;

export function signedValues(self: NodeId, members: readonly NodeId[], epoch: number): SignedValues {
  const options = { self, members, epoch, domain: 'hypersync quorum', maxPayload: MAX_STATEMENT, queuePerPeer: QUEUE };
  return { authenticator: new Authenticator(options), held: new Map(), nextHeld: 1 };
}

export function cloneSigned(signed: SignedValues): SignedValues {
  return { authenticator: signed.authenticator.clone(), held: new Map(signed.held), nextHeld: signed.nextHeld };
}

/** What a writer signs; epoch and protocol are added by the authenticator. */
export function statementOf(key: string, { tag, value }: Pick<Register, 'tag' | 'value'>): Uint8Array {
  const writer = new ByteWriter(value.length + 128);
  return writer.string(key).varint(tag.ts).string(tag.writer).bytes(value).finish();
}

/** Key and tag of an own statement. */
export function readStatement(payload: Uint8Array): { readonly key: string; readonly tag: Tag } {
  const reader = new ByteReader(payload);
  return { key: reader.string(MAX_KEY), tag: { ts: reader.varint(), writer: reader.string(MAX_ID) } };
}

/** Registers in a message, each with its key; replies do not say theirs, so the operation does. */
function registersIn(node: QuorumNode, m: Message): readonly { readonly key: string; readonly register: Register }[] {
  switch (m.type) {
    case 'store':
      return [m];
    case 'query-reply': {
      const key = node.operations.get(m.id)?.key;
      return key === undefined ? [] : [{ key, register: m.register }];
    }
    case 'frontier-page':
      return m.registers;
    case 'query':
    case 'store-reply':
    case 'frontier':
      return [];
  }
}

/** True when every signature in the message is known to be good; else it is held, or dropped. */
export function isVouchedFor(node: QuorumNode, signed: SignedValues, from: NodeId, message: Message): boolean {
  const statements: Signed[] = [];
  for (const { key, register } of registersIn(node, message)) {
    const { tag, signature } = register;
    if (tag.ts > 0) statements.push({ signer: tag.writer, payload: statementOf(key, register), signature });
  }
  if (statements.length === 0) return true;
  const id = signed.nextHeld++;
  const verdict = signed.authenticator.verifyGroup(node.fx, from, new ByteWriter(8).varint(id).finish(), statements);
  if (verdict === null) signed.held.set(id, { from, message });
  else if (verdict.kind !== 'group' || !verdict.valid) node.dropped++;
  return verdict?.kind === 'group' && verdict.valid;
}

/** A verification is answered: the message that waited for it, unless it was a lie. */
export function release(
  node: QuorumNode,
  signed: SignedValues,
  token: number,
  valid: boolean,
): { readonly from: NodeId; readonly message: Message } | null {
  const verdict = signed.authenticator.verified(token, valid);
  if (verdict?.kind !== 'group') return null;
  const id = new ByteReader(verdict.tag).varint();
  const held = signed.held.get(id) ?? null;
  signed.held.delete(id);
  if (verdict.valid) return held;
  node.dropped++;
  return null;
}
