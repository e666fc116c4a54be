import { HyperSyncError, LIMITS, toUtf8 } from '@hypersync/base';
import {
  BorderReader,
  BorderWriter,
  type Decision,
  type Descriptor,
  type Op,
  type ReadLevel,
} from '@hypersync/interface';
import { decodePut, encodePut } from './state-machine.ts';

/**
 * What an application proposes: a value, a value under a key, numbers, or an operation exactly as the interface has it. Text
 * is UTF-8. How the first three become an operation depends on what the mechanism can do; see `toOp`.
 */
export type Proposal = string | Uint8Array | readonly number[] | KeyedValue | Op;

export interface KeyedValue {
  readonly key: string;
  readonly value: string | Uint8Array;
}

/** Where a value without a key goes in mechanisms that have only keys. */
export const DEFAULT_KEY = 'value';

/**
 * Value: appended (total order) or published (gossip), else written under `DEFAULT_KEY`. Keyed: set in the built-in state
 * (total order), written, put, or set as a register (mutate). Approximate agreement takes a point: numbers, or text such as
 * `[0.5, 2]`. Throws HS-2019 for what the mechanism cannot do, HS-1008
 * for more than `LIMITS.proposalBytes`.
 */
export function toOp(descriptor: Descriptor, proposal: Proposal): Op {
  if (typeof proposal === 'object' && 'key' in proposal && !proposal.key.isWellFormed()) {
    throw new HyperSyncError('HS-2019', 'The key has a lone surrogate: it is no text.');
  }
  const op = operationOf(descriptor, proposal);
  const kinds: readonly string[] = descriptor.operations;
  if (!kinds.includes(op.kind)) throw unsupported(descriptor, `operation ${op.kind}`, kinds);
  const size = 'value' in op && op.value instanceof Uint8Array ? op.value.length : 0;
  if (size > LIMITS.proposalBytes) {
    throw new HyperSyncError('HS-1008', `The proposal has ${size} bytes, more than ${LIMITS.proposalBytes}.`);
  }
  return op;
}

/** What was proposed, out of a decision: the inverse of `toOp` for values and keyed values. The key is empty without one. */
export function proposed(descriptor: Descriptor, { key, value }: Decision): { key: string; value: Uint8Array } {
  if (descriptor.guarantee === 'total-order') return decodePut(value) ?? { key: '', value };
  if (descriptor.guarantee === 'approximate') {
    const point = readCoordinates(value);
    return { key: '', value: point === null ? value : toUtf8(`[${point.join(', ')}]`) };
  }
  const kinds: readonly string[] = descriptor.operations;
  return { key, value: (kinds.includes('mutate') ? readRegisterSet(value) : null) ?? value };
}

/** The level asked for, or the strongest that the mechanism has. Throws HS-2019. */
export function toLevel(descriptor: Descriptor, wanted: ReadLevel | undefined): ReadLevel {
  const level = wanted ?? descriptor.reads[0];
  if (level === undefined || !descriptor.reads.includes(level)) {
    throw unsupported(descriptor, `read level ${level ?? '(none)'}`, descriptor.reads);
  }
  return level;
}

function operationOf(descriptor: Descriptor, proposal: Proposal): Op {
  if (Array.isArray(proposal)) return { kind: 'input', value: proposal };
  if (typeof proposal === 'object' && 'kind' in proposal) return proposal;
  if (typeof proposal === 'object' && 'key' in proposal) {
    return keyed(descriptor, proposal.key, bytesOf(proposal.value));
  }
  if (descriptor.guarantee === 'approximate' && typeof proposal === 'string')
    return { kind: 'input', value: pointOf(descriptor, proposal) };
  const value = bytesOf(proposal as string | Uint8Array);
  if (descriptor.guarantee === 'total-order') return { kind: 'append', value };
  const kinds: readonly string[] = descriptor.operations;
  if (kinds.includes('publish')) return { kind: 'publish', value };
  return keyed(descriptor, DEFAULT_KEY, value);
}

function keyed(descriptor: Descriptor, key: string, value: Uint8Array): Op {
  switch (descriptor.guarantee) {
    case 'total-order':
      return { kind: 'append', value: encodePut(key, value) };
    case 'register':
      return { kind: 'write', key, value };
    case 'causal':
      return { kind: 'put', key, value, context: null };
    case 'convergent': {
      const kinds: readonly string[] = descriptor.operations;
      return kinds.includes('put') ? { kind: 'put', key, value } : { kind: 'mutate', key, value: registerSet(value) };
    }
    case 'approximate':
      throw unsupported(descriptor, 'operation on a key', descriptor.operations);
  }
}

/** A point as people write it. */
function pointOf(descriptor: Descriptor, text: string): readonly number[] {
  const coordinates = text.replace(/^\s*\[(.*)\]\s*$/s, '$1').split(',');
  const point = coordinates.map((word) => (word.trim() === '' ? Number.NaN : Number(word)));
  if (point.every((coordinate) => Number.isFinite(coordinate))) return point;
  throw new HyperSyncError('HS-2019', `${descriptor.id} agrees on points, and ${JSON.stringify(text)} is none.`, {
    hint: 'Write its coordinates, such as "[0.5, 2]", as many as the configuration\'s dimension.',
  });
}

/** The output of an approximate agreement; null for bytes that are none. */
export function readCoordinates(value: Uint8Array): readonly number[] | null {
  if (value.length === 0 || value.length % 8 !== 0) return null;
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return Array.from({ length: value.length / 8 }, (_, i) => view.getFloat64(8 * i));
}

/** The mutation that every replicated data type knows (`ConvergentOp`). */
function registerSet(value: Uint8Array): Uint8Array {
  const writer = new BorderWriter(value.length + 16);
  writer.byte(2);
  writer.byte(1);
  writer.bytes(value);
  return writer.written();
}

function readRegisterSet(mutation: Uint8Array): Uint8Array | null {
  if (mutation[0] !== 2 || mutation[1] !== 1) return null;
  try {
    const reader = new BorderReader(mutation.subarray(2), false);
    const value = reader.bytes();
    reader.end();
    return value;
  } catch {
    return null;
  }
}

function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? toUtf8(value) : value;
}

function unsupported(descriptor: Descriptor, what: string, has: readonly string[]): HyperSyncError {
  return new HyperSyncError('HS-2019', `${descriptor.id} has no ${what}.`, {
    hint: `It has: ${has.join(', ')}.`,
    details: { mechanism: descriptor.id, has },
  });
}
