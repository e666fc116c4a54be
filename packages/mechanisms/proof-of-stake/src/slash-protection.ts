import { ByteReader, ByteWriter, type StateWriter } from '@hypersync/consensus-kit';
import type { AttestationData } from './attestation.ts';

/**
 * Slashing protection in its minimal form (EIP-3076): the highest slot proposed and the highest source and target
 * attested. Written to disk before the signature leaves. What it allows can never contradict what it allowed before:
 * targets rise strictly (no double vote) and sources never fall (no surround vote).
 */
export interface ProtectionRecord {
  /** -1 before the first. */
  readonly proposedSlot: number;
  readonly source: number;
  readonly target: number;
}

export class SlashProtection {
  record: ProtectionRecord = { proposedSlot: -1, source: -1, target: -1 };

  allowsProposal(slot: number): boolean {
    return slot > this.record.proposedSlot;
  }

  allowsAttestation({ source, target }: AttestationData): boolean {
    return target.epoch > this.record.target && source.epoch >= this.record.source;
  }

  /** Throws when `allowsProposal` says no: better to stop than to be slashed. */
  markProposal(slot: number): ProtectionRecord {
    if (!this.allowsProposal(slot)) throw new RangeError(`a second proposal for slot ${slot}`);
    this.record = { ...this.record, proposedSlot: slot };
    return this.record;
  }

  markAttestation(data: AttestationData): ProtectionRecord {
    if (!this.allowsAttestation(data)) throw new RangeError(`a slashable attestation for epoch ${data.target.epoch}`);
    this.record = { ...this.record, source: data.source.epoch, target: data.target.epoch };
    return this.record;
  }

  clone(): SlashProtection {
    const copy = new SlashProtection();
    copy.record = this.record;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.bytes(encodeProtection(this.record));
  }
}

export function encodeProtection({ proposedSlot, source, target }: ProtectionRecord): Uint8Array {
  return new ByteWriter(24)
    .varint(proposedSlot + 1)
    .varint(source + 1)
    .varint(target + 1)
    .finish();
}

export function decodeProtection(bytes: Uint8Array): ProtectionRecord | null {
  const reader = new ByteReader(bytes);
  const record = { proposedSlot: reader.varint() - 1, source: reader.varint() - 1, target: reader.varint() - 1 };
  return reader.done() ? record : null;
}
