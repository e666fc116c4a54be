import { raised } from '@hypersync/consensus-kit';
import type { Delta } from './delta.ts';
import { normalised } from './dots.ts';
import type { Mutation } from './mutation.ts';
import type { ObjectNode } from './object-tree.ts';
import { MAP, MAX_DEPTH, tagOf, TYPES, type LeafTag, type TypeTag } from './place.ts';
import type { ReplicaState } from './replica-state.ts';
import { byUtf16, planRemoval, planSet, setValue } from './types/collections.ts';
import { counterTotal, planCounter } from './types/counter.ts';
import type { Plan } from './types/plan.ts';
import { lwwRegisterValue, mvRegisterValue, planLwwRegister, planMvRegister } from './types/registers.ts';
import { planSequence, sequenceValue } from './types/sequences.ts';
import { encodeValue, type CrdtValue } from './value.ts';

/** A mutation of the object at the end of a path of maps. */
interface Target {
  readonly path: readonly string[];
  readonly mutation: Mutation;
}

function targetOf(mutation: Mutation): Target {
  const path: string[] = [];
  let inner = mutation;
  while (inner.type === 'or-map' && inner.action === 'update') {
    path.push(inner.field);
    inner = inner.mutation;
  }
  if (inner.type !== 'or-map' || inner.action !== 'put') return { path, mutation: inner };
  return { path: [...path, inner.field], mutation: { type: 'mv-register', action: 'set', value: inner.value } };
}

/** The delta of a mutation by member `self`; null when a number would leave its range, or maps would go too deep. */
export function deltaOf(
  state: ReplicaState,
  name: string,
  mutation: Mutation,
  self: number,
  wall: number,
): Delta | null {
  const target = targetOf(mutation);
  if (target.path.length > MAX_DEPTH) return null;
  const plan = planOf(state.node(name, target.path), target.mutation, self, wall);
  if (plan === null) return null;
  const base = state.vector;
  const counter = base[self]! + 1;
  const type = tagOf(target.mutation.type) as LeafTag; // a map itself adds nothing
  const place = { name, path: target.path, type };
  const entries = plan.add === undefined ? [] : [{ author: self, counter, ...place, ...plan.add }];
  const parts = plan.insert === undefined ? [] : [{ place, runs: [runOf(self, counter, plan.insert)] }];
  const dots = plan.insert?.content.length ?? 1;
  return {
    since: base,
    base,
    upTo: raised(base, self, counter + dots - 1),
    entries,
    parts,
    kept: [],
    removed: normalised(plan.remove)!,
  };
}

function runOf(author: number, start: number, { spot, content }: NonNullable<Plan['insert']>) {
  return { author, start, length: content.length, parent: spot.parent, left: spot.left, key: null, content };
}

function planOf(node: ObjectNode | null, mutation: Mutation, self: number, wall: number): Plan | null {
  switch (mutation.type) {
    case 'g-counter':
    case 'pn-counter':
      return planCounter(node?.entries(mutation.type === 'g-counter' ? 6 : 1) ?? [], mutation.amount, self);
    case 'lww-register':
      return planLwwRegister(node?.entries(2) ?? [], mutation, wall);
    case 'mv-register':
      return planMvRegister(node?.entries(3) ?? [], mutation);
    case 'or-set':
      return planSet(node?.elements() ?? new Map(), mutation);
    case 'text':
    case 'list':
      return planSequence(node?.sequence(tagOf(mutation.type)) ?? null, mutation);
    case 'or-map': {
      const below = [...(node?.fields() ?? [])];
      const isMeant = ([field]: readonly [string, ObjectNode]): boolean =>
        mutation.action === 'clear' || (mutation.action === 'remove' && field === mutation.field);
      return planRemoval(below.filter(isMeant).map(([, child]) => child));
    }
  }
}

/** Whether some name or field on the way is in use here for another type; a mutation of a second one is refused. */
export function usedOtherwise(state: ReplicaState, name: string, mutation: Mutation): boolean {
  const { path, mutation: inner } = targetOf(mutation);
  const isOther = (node: ObjectNode | null, wanted: TypeTag): boolean =>
    node !== null && node.types().some((type) => type !== wanted);
  const onTheWay = path.map((_, depth) => state.node(name, path.slice(0, depth)));
  return onTheWay.some((node) => isOther(node, MAP)) || isOther(state.node(name, path), tagOf(inner.type));
}

/** One value, or none where the name is unused; several if members gave the name several types at the same time. */
export function readObject(state: ReplicaState, name: string): Uint8Array[] {
  return valuesOf(state.node(name)).map(encodeValue);
}

/** One value per type that stands there. */
export function valuesOf(node: ObjectNode | null): CrdtValue[] {
  return node === null ? [] : node.types().map((type) => valueOf(node, type));
}

function valueOf(node: ObjectNode, tag: TypeTag): CrdtValue {
  const type = TYPES[tag];
  const entries = node.entries(tag);
  switch (type) {
    case 'lww-register':
      return lwwRegisterValue(entries);
    case 'mv-register':
      return mvRegisterValue(entries);
    case 'or-set':
      return setValue(node.elements());
    case 'or-map': {
      const fields = [...node.fields()].sort(([a], [b]) => byUtf16(a, b));
      return { type, fields: fields.map(([field, child]) => [field, valuesOf(child)]) };
    }
    case 'g-counter':
    case 'pn-counter':
      return { type, total: counterTotal(entries) };
    case 'text':
    case 'list':
      return sequenceValue(node.sequence(tag)!);
  }
}
