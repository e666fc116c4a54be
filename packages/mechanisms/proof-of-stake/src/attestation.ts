import type { NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, hashKey, type Signed, type WeightTable } from '@hypersync/consensus-kit';

/** A block at the border of an epoch (Casper FFG): the last block at or before the epoch's first slot. */
export interface Checkpoint {
  readonly epoch: number;
  readonly root: Uint8Array;
  readonly key: string;
}

/** One member's vote of an epoch: LMD GHOST for the head, Casper FFG for the link from source to target. */
export interface AttestationData {
  readonly slot: number;
  readonly head: Uint8Array;
  readonly source: Checkpoint;
  readonly target: Checkpoint;
}

export interface Attestation {
  readonly data: AttestationData;
  readonly validator: NodeId;
  readonly signature: Uint8Array;
}

const ATTESTATION_TAG = 0x41;
const PROPOSAL_TAG = 0x48;
export const MAX_SIGNATURE = 8192;

export function makeCheckpoint(epoch: number, root: Uint8Array): Checkpoint {
  return { epoch, root, key: hashKey(root) };
}

export function sameCheckpoint(a: Checkpoint, b: Checkpoint): boolean {
  return a.epoch === b.epoch && a.key === b.key;
}

function writeData(writer: ByteWriter, data: AttestationData): void {
  writer.varint(data.slot).raw(data.head);
  for (const checkpoint of [data.source, data.target]) writer.varint(checkpoint.epoch).raw(checkpoint.root);
}

function readData(reader: ByteReader): AttestationData {
  const slot = reader.varint();
  const head = reader.raw(32);
  const checkpoint = (): Checkpoint => makeCheckpoint(reader.varint(), reader.raw(32));
  const data = { slot, head, source: checkpoint(), target: checkpoint() };
  if (data.source.epoch >= data.target.epoch && data.target.epoch > 0) reader.fail();
  return data;
}

/** What a validator signs. Domain and epoch of the cluster are added by the authenticator. */
export function attestationStatement(data: AttestationData): Uint8Array {
  const writer = new ByteWriter(160).u8(ATTESTATION_TAG);
  writeData(writer, data);
  return writer.finish();
}

/** What a proposer signs. */
export function proposalStatement(slot: number, root: Uint8Array): Uint8Array {
  return new ByteWriter(48).u8(PROPOSAL_TAG).varint(slot).raw(root).finish();
}

export type Statement =
  | { readonly t: 'attestation'; readonly data: AttestationData }
  | { readonly t: 'proposal'; readonly slot: number; readonly root: Uint8Array };

/** The inverse of the two functions above; null for any other payload. */
export function readStatement(payload: Uint8Array): Statement | null {
  const reader = new ByteReader(payload);
  const tag = reader.u8();
  if (tag !== ATTESTATION_TAG && tag !== PROPOSAL_TAG) return null;
  const statement: Statement =
    tag === ATTESTATION_TAG
      ? { t: 'attestation', data: readData(reader) }
      : { t: 'proposal', slot: reader.varint(), root: reader.raw(32) };
  return reader.done() ? statement : null;
}

export function attestationSigned({ data, validator, signature }: Attestation): Signed {
  return { signer: validator, payload: attestationStatement(data), signature };
}

/** Validators travel as their place in the member list. */
export function writeAttestation(writer: ByteWriter, attestation: Attestation, table: WeightTable): void {
  writer.varint(table.ids.indexOf(attestation.validator));
  writeData(writer, attestation.data);
  writer.bytes(attestation.signature);
}

export function readAttestation(reader: ByteReader, table: WeightTable): Attestation {
  const validator = table.ids[reader.varint()];
  if (validator === undefined) reader.fail();
  return { validator: validator ?? '', data: readData(reader), signature: reader.bytes(MAX_SIGNATURE) };
}
