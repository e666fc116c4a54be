import type { NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, type Signed, type WeightTable } from '@hypersync/consensus-kit';
import { MAX_SIGNATURE } from './attestation.ts';
import type { ChainState } from './chain-state.ts';
import type { Rules } from './transition.ts';

/**
 * A member asks to stop validating, or to begin again. Its requests are numbered: odd ones are exits, even ones
 * activations, so an old request that somebody repeats says nothing.
 */
export interface Request {
  readonly validator: NodeId;
  readonly sequence: number;
  readonly signature: Uint8Array;
}

/** The last request of a member that is on chain. Who has none validates, as at the start. */
export interface RegistryEntry {
  readonly sequence: number;
  /** Of the block that holds it. */
  readonly slot: number;
  /** From this epoch on it is in force; null while it waits in the queue. */
  readonly due: number | null;
}

export type Registry = ReadonlyMap<NodeId, RegistryEntry>;

const REQUEST_TAG = 0x52;
export const MAX_REQUESTS = 16;
/** Fewer validators are never left by an exit: with less than four, no fault at all is borne. */
const MIN_VALIDATORS = 4;
/** One member in sixteen may leave or come back per epoch, and always one: a quorum does not change faster than it can be found out. */
const CHURN = 16;

const isExit = (sequence: number): boolean => sequence % 2 === 1;

/** What a member signs. Domain and epoch of the cluster are added by the authenticator. */
export function requestStatement(sequence: number): Uint8Array {
  return new ByteWriter(16).u8(REQUEST_TAG).varint(sequence).finish();
}

export function requestSigned({ validator, sequence, signature }: Request): Signed {
  return { signer: validator, payload: requestStatement(sequence), signature };
}

/** The sequence of a request that we signed ourselves; null for any other statement. */
export function readRequestStatement(payload: Uint8Array): number | null {
  const reader = new ByteReader(payload);
  const [tag, sequence] = [reader.u8(), reader.varint()];
  return reader.done() && tag === REQUEST_TAG ? sequence : null;
}

export function writeRequest(writer: ByteWriter, { validator, sequence, signature }: Request): void {
  writer.string(validator).varint(sequence).bytes(signature);
}

export function readRequest(reader: ByteReader, table: WeightTable): Request {
  const request = { validator: reader.string(64), sequence: reader.varint(), signature: reader.bytes(MAX_SIGNATURE) };
  if (!table.has(request.validator) || request.sequence === 0) reader.fail();
  return request;
}

/** Does the member take part in `epoch`? */
export function isValidating(registry: Registry, id: NodeId, epoch: number): boolean {
  const entry = registry.get(id);
  if (entry === undefined) return true;
  return isExit(entry.sequence) !== (entry.due !== null && epoch >= entry.due);
}

/** The number of the member's next request when its state shall be `active` or not; null when there is nothing to ask for. */
export function nextRequest(registry: Registry, id: NodeId, active: boolean): number | null {
  const last = registry.get(id)?.sequence ?? 0;
  return isExit(last) === active ? last + 1 : null;
}

/** May the request stand in the next block of this branch? */
export function isRequestDue(state: ChainState, { validator, sequence }: Request, rules: Rules): boolean {
  const entry = state.registry.get(validator);
  if (sequence !== (entry?.sequence ?? 0) + 1 || state.slashed.has(validator)) return false;
  if (entry !== undefined && (entry.due === null || entry.due > state.epoch)) return false;
  if (!isExit(sequence)) return true;
  const staying = rules.table.ids.filter((id) => {
    const other = state.registry.get(id);
    const isLeaving = isExit(other?.sequence ?? 0);
    return id !== validator && !state.slashed.has(id) && !isLeaving && isValidating(state.registry, id, state.epoch);
  });
  return staying.length >= MIN_VALIDATORS;
}

/** A new epoch begins: the oldest requests in final blocks get their date, as many as the churn allows. */
export function schedule(registry: Registry, finalizedSlot: number, epoch: number, rules: Rules): Registry {
  const waiting = [...registry].filter(([, { due, slot }]) => due === null && slot <= finalizedSlot);
  if (waiting.length === 0) return registry;
  waiting.sort(([a, { slot: x }], [b, { slot: y }]) => x - y || (a < b ? -1 : 1));
  const next = new Map(registry);
  for (const [id, entry] of waiting.slice(0, Math.max(1, Math.floor(rules.table.size / CHURN)))) {
    const delay = isExit(entry.sequence) ? rules.exitDelayEpochs : rules.activationDelayEpochs;
    next.set(id, { ...entry, due: epoch + delay });
  }
  return next;
}
