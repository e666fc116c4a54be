import {
  ByteReader,
  ByteWriter,
  readBundle,
  readCompaction,
  writeBundle,
  writeCompaction,
  type Bundle,
  type CompactionMessage,
} from '@hypersync/consensus-kit';
import { readAttestation, writeAttestation, type Attestation } from './attestation.ts';
import { MAX_REQUESTS, readRequest, writeRequest, type Request } from './registry.ts';
import { readSignedBlock, writeSignedBlock, type Shape, type SignedBlock } from './block.ts';

/** What travels between validators. */
export type Message =
  | { readonly t: 'bundles'; readonly bundles: readonly Bundle[] }
  | { readonly t: 'block'; readonly signed: SignedBlock }
  | { readonly t: 'attestations'; readonly attestations: readonly Attestation[] }
  | {
      readonly t: 'status';
      readonly finalizedSlot: number;
      readonly finalizedRoot: Uint8Array;
      readonly headSlot: number;
      readonly head: Uint8Array;
    }
  /** Wants the chain that ends in `root`, from above `after` on. */
  | { readonly t: 'fetch'; readonly after: number; readonly root: Uint8Array }
  /** A stretch of one chain, oldest first. */
  | { readonly t: 'blocks'; readonly blocks: readonly SignedBlock[] }
  | { readonly t: 'compaction'; readonly message: CompactionMessage }
  /** Members that want to leave or to come back. */
  | { readonly t: 'requests'; readonly requests: readonly Request[] }
  /** Votes for somebody who holds another block final, so that those who voted for both are found. */
  | { readonly t: 'testimony'; readonly wantsAnswer: boolean; readonly attestations: readonly Attestation[] };

/** By tag, the first byte of a message. */
export const MESSAGE_NAMES = [
  'bundles',
  'block',
  'attestations',
  'status',
  'fetch',
  'blocks',
  'compaction',
  'requests',
  'testimony',
] as const;

export const MAX_BLOCKS = 512;
const MAX_ATTESTATIONS = 4096;

/** Slots are written plus one: genesis has slot -1. */
export function encodeMessage(message: Message, { table }: Pick<Shape, 'table'>): Uint8Array {
  const writer = new ByteWriter(256).u8(MESSAGE_NAMES.indexOf(message.t));
  switch (message.t) {
    case 'bundles':
      writer.list(message.bundles, writeBundle);
      break;
    case 'block':
      writeSignedBlock(writer, message.signed, table);
      break;
    case 'attestations':
      writer.list(message.attestations, (w, attestation) => writeAttestation(w, attestation, table));
      break;
    case 'status':
      writer
        .varint(message.finalizedSlot + 1)
        .varint(message.headSlot + 1)
        .raw(message.head)
        .raw(message.finalizedRoot);
      break;
    case 'fetch':
      writer.varint(message.after + 1).raw(message.root);
      break;
    case 'blocks':
      writer.list(message.blocks, (w, signed) => writeSignedBlock(w, signed, table));
      break;
    case 'compaction':
      writeCompaction(writer, message.message);
      break;
    case 'requests':
      writer.list(message.requests, writeRequest);
      break;
    case 'testimony':
      writer.bool(message.wantsAnswer);
      writer.list(message.attestations, (w, attestation) => writeAttestation(w, attestation, table));
      break;
  }
  return writer.finish();
}

/** Null for anything but one well-formed message within the limits. */
export function decodeMessage(bytes: Uint8Array, shape: Shape): Message | null {
  const reader = new ByteReader(bytes);
  const name = MESSAGE_NAMES[reader.u8()];
  if (name === undefined) return null;
  const message = readBody(reader, name, shape);
  return reader.done() ? message : null;
}

function readBody(reader: ByteReader, t: (typeof MESSAGE_NAMES)[number], shape: Shape): Message {
  switch (t) {
    case 'bundles':
      return { t, bundles: reader.list(MAX_BLOCKS, (r) => readBundle(r, shape.limits)) };
    case 'block':
      return { t, signed: readSignedBlock(reader, shape) };
    case 'attestations':
      return { t, attestations: reader.list(MAX_ATTESTATIONS, (r) => readAttestation(r, shape.table)) };
    case 'status':
      return {
        t,
        finalizedSlot: reader.varint() - 1,
        headSlot: reader.varint() - 1,
        head: reader.raw(32),
        finalizedRoot: reader.raw(32),
      };
    case 'fetch':
      return { t, after: reader.varint() - 1, root: reader.raw(32) };
    case 'blocks':
      return { t, blocks: reader.list(MAX_BLOCKS, (r) => readSignedBlock(r, shape)) };
    case 'compaction':
      return { t, message: readCompaction(reader, shape.table) };
    case 'requests':
      return { t, requests: reader.list(MAX_REQUESTS, (r) => readRequest(r, shape.table)) };
    case 'testimony':
      return {
        t,
        wantsAnswer: reader.bool(),
        attestations: reader.list(MAX_ATTESTATIONS, (r) => readAttestation(r, shape.table)),
      };
  }
}
