import { raised } from '@hypersync/consensus-kit';
import { TYPES, type TypeTag } from './entry.ts';
import type { Mutation } from './mutation.ts';
import type { ObjectView, ReplicaState } from './replica-state.ts';
import { mapValue, planMap, planSet, setValue } from './types/collections.ts';
import { counterValue, planCounter } from './types/counter.ts';
import type { Plan } from './types/plan.ts';
import { lwwRegisterValue, mvRegisterValue, planLwwRegister, planMvRegister } from './types/registers.ts';
import { encodeValue, type CrdtValue } from './value.ts';
import type { Delta } from './delta.ts';

const TAGS = Object.keys(TYPES).map(Number) as TypeTag[];

const tagOf = (mutation: Mutation): TypeTag => TAGS.find((tag) => TYPES[tag] === mutation.type)!;

/** The delta of a mutation by member `self`; null when a number would leave the range. */
export function deltaOf(
  state: ReplicaState,
  name: string,
  mutation: Mutation,
  self: number,
  wall: number,
): Delta | null {
  const plan = planOf(state, name, mutation, self, wall);
  if (plan === null) return null;
  const base = state.vector;
  const counter = base[self]! + 1;
  const entry = plan.add && { author: self, counter, type: tagOf(mutation), name, ...plan.add };
  const removed = plan.remove.map(({ author, counter }) => ({ author, counter }));
  const entries = entry === null ? [] : [entry];
  return { since: base, base, upTo: raised(base, self, counter), entries, kept: [], removed };
}

function planOf(state: ReplicaState, name: string, mutation: Mutation, self: number, wall: number): Plan | null {
  const view = state.view(tagOf(mutation), name);
  switch (mutation.type) {
    case 'pn-counter':
      return planCounter(view, mutation, self);
    case 'lww-register':
      return planLwwRegister(view, mutation, wall);
    case 'mv-register':
      return planMvRegister(view, mutation);
    case 'or-set':
      return planSet(view, mutation);
    case 'or-map':
      return planMap(view, mutation);
  }
}

/** Another type that the name is in use for here; a mutation of a second type is refused where it can be seen. */
export function otherTypeOf(state: ReplicaState, name: string, mutation: Mutation): boolean {
  return TAGS.some((tag) => TYPES[tag] !== mutation.type && state.view(tag, name).size > 0);
}

/** One value, or none where the name is unused; several if members gave the name several types at the same time. */
export function readObject(state: ReplicaState, name: string): Uint8Array[] {
  return TAGS.filter((tag) => state.view(tag, name).size > 0).map((tag) => encodeValue(valueOf(state, tag, name)));
}

/** More entries or bytes than this are not told on every change, but left to be read. */
const TOLD_FIELDS = 64;
const TOLD_BYTES = 65_536;

/** The object's value as its listeners are told of it: empty where it is large, since every small change tells it anew. */
export function toldValue(state: ReplicaState, tag: TypeTag, name: string): Uint8Array {
  const view = state.view(tag, name);
  const bytes = view.size > TOLD_FIELDS ? Number.POSITIVE_INFINITY : payloadBytes(view);
  return bytes > TOLD_BYTES ? new Uint8Array(0) : encodeValue(valueOf(state, tag, name));
}

function payloadBytes(view: ObjectView): number {
  let bytes = 0;
  for (const entries of view.values()) for (const entry of entries) bytes += entry.payload.length;
  return bytes;
}

function valueOf(state: ReplicaState, tag: TypeTag, name: string): CrdtValue {
  const view = state.view(tag, name);
  switch (TYPES[tag]) {
    case 'pn-counter':
      return counterValue(view);
    case 'lww-register':
      return lwwRegisterValue(view);
    case 'mv-register':
      return mvRegisterValue(view);
    case 'or-set':
      return setValue(view);
    case 'or-map':
      return mapValue(view);
  }
}
