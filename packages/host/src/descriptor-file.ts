import { canonicalJson, HyperSyncError, LIMITS, parseJson, type JsonObject, type JsonValue } from '@hypersync/base';
import { OP_KINDS, type Descriptor, type Guarantee } from '@hypersync/interface';

const DEPTH = 8;

/** A descriptor as signed: its meaning, and the one text that equal descriptors have in common. */
export interface SignedDescriptor {
  readonly descriptor: Descriptor;
  readonly canonical: string;
}

/** Reads `descriptor.json`. Throws HS-2005. */
export function readDescriptor(bytes: Uint8Array, source: string): SignedDescriptor {
  let value: JsonValue;
  try {
    value = parseJson(bytes, { maxBytes: LIMITS.configBytes, maxDepth: DEPTH, source });
  } catch (cause) {
    throw new HyperSyncError('HS-2005', (cause as Error).message, { cause });
  }
  return { descriptor: asDescriptor(value, source), canonical: canonicalJson(value) };
}

/** Checks everything that a driver relies on. Throws HS-2005, which names the field. */
export function asDescriptor(value: JsonValue, source: string): Descriptor {
  const refuse = (field: string): never => {
    throw new HyperSyncError('HS-2005', `${source}: ${field} is missing or not what the interface allows.`);
  };
  if (!isObject(value)) return refuse('the descriptor');
  for (const field of ['id', 'version', 'interfaceVersion', 'finality']) {
    if (typeof value[field] !== 'string' || value[field] === '') refuse(field);
  }
  const guarantee = value['guarantee'];
  if (typeof guarantee !== 'string' || !Object.hasOwn(OP_KINDS, guarantee)) return refuse('guarantee');
  const kinds: readonly string[] = OP_KINDS[guarantee as Guarantee];
  if (!isListOf(value['operations'], kinds)) refuse('operations');
  if (!isListOf(value['reads'], ['linearizable', 'lease', 'sequential', 'causal', 'eventual'])) refuse('reads');
  if (!isOneOf(value['timing'], ['asynchronous', 'partially-synchronous', 'synchronous-slots'])) refuse('timing');
  if (!isOneOf(value['authentication'], ['channel', 'signed'])) refuse('authentication');
  const { faults, capabilities } = value;
  if (!isObject(faults) || !Number.isSafeInteger(faults['minNodes'])) refuse('faults');
  if (!isObject(capabilities) || !isOneOf(capabilities['snapshot'], ['none', 'log', 'state'])) refuse('capabilities');
  return value as unknown as Descriptor;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOneOf(value: JsonValue | undefined, allowed: readonly string[]): boolean {
  return typeof value === 'string' && allowed.includes(value);
}

function isListOf(value: JsonValue | undefined, allowed: readonly string[]): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((item) => allowed.includes(item as string));
}
