import type { Invariant, NodeView } from '@hypersync/testkit/consensus';
import type { CrdtValue } from '../src/index.ts';

/** What the invariants look at besides status. */
interface Observed {
  /** Missing where a check has wrapped the mechanism. */
  peek?(name: string): readonly CrdtValue[];
}

const detail = (node: NodeView, name: string): number => Number(node.status?.detail[name]);

function peek(node: NodeView, name: string): readonly CrdtValue[] {
  return (node.mechanism as unknown as Observed | null)?.peek?.(name) ?? [];
}

function frontierOf({ status }: NodeView): string {
  const position = status?.position;
  return position?.class === 'convergent' ? JSON.stringify(position.frontier) : '';
}

/** Calls `check` with a node in whose state something has changed. */
function onChange(check: (node: NodeView, isNewLife: boolean) => string | null): ReturnType<Invariant['start']> {
  const seen = new Map<string, string>();
  return (_nodes, node) => {
    if (node.status === null) return null;
    const now = `${node.incarnation} ${detail(node, 'mutations')}`;
    const before = seen.get(node.id);
    if (before === now) return null;
    seen.set(node.id, now);
    return check(node, before?.startsWith(`${node.incarnation} `) !== true);
  };
}

/** A mutation under `name` adds at most `most`: the total never falls, and is never more than all mutations can have made it. */
export function countedOnce(name: string, most: number): Invariant {
  return {
    name: 'what is counted is counted once',
    start() {
      const totals = new Map<string, number>();
      return onChange((node, isNewLife) => {
        const [value] = peek(node, name);
        const total = value?.type === 'g-counter' ? value.total : 0;
        const before = isNewLife ? 0 : (totals.get(node.id) ?? 0);
        totals.set(node.id, total);
        if (total < before) return `${node.id}: the counter went from ${before} to ${total}`;
        const mutations = detail(node, 'mutations');
        return total > most * mutations ? `${node.id}: the counter is ${total} after ${mutations} mutations` : null;
      });
    },
  };
}

/** Elements and fields that begin with `keep` are removed by nobody: who has one once, has it. */
export function whatNobodyRemovesStays(...names: readonly string[]): Invariant {
  return {
    name: 'what nobody removes stays',
    start() {
      const kept = new Map<string, Set<string>>();
      return onChange((node, isNewLife) => {
        const now = new Set(names.flatMap((name) => peek(node, name).flatMap(namesIn)).filter(isKept));
        const lost = isNewLife ? undefined : [...(kept.get(node.id) ?? [])].find((name) => !now.has(name));
        kept.set(node.id, now);
        return lost === undefined ? null : `${node.id} has lost ${lost}`;
      });
    },
  };
}

const isKept = (name: string): boolean => name.startsWith('keep');

function namesIn(value: CrdtValue): string[] {
  if (value.type === 'or-set') return [...value.elements];
  return value.type === 'or-map' ? value.fields.map(([field]) => field) : [];
}

/** Where all have all and this member knows it, deleted elements are left only where they hold two others together. */
export function whatAllKnowDeletedHoldsNoPlace(): Invariant {
  return {
    name: 'what all know deleted holds no place',
    start: () => (nodes, changed) => {
      if (changed.status === null || detail(changed, 'uninformed') > 0) return null;
      const frontier = frontierOf(changed);
      const isSettled = nodes.every(
        (node) =>
          node.status !== null &&
          frontierOf(node) === frontier &&
          detail(node, 'mutations') === detail(changed, 'mutations'),
      );
      const [runs, elements] = [detail(changed, 'runs'), detail(changed, 'elements')];
      return isSettled && runs > 2 * elements ? `${changed.id} keeps ${runs} runs for ${elements} elements` : null;
    },
  };
}
