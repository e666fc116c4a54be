import { bytesEqual } from '@hypersync/base';
import { oneLeaderPerTerm, type Invariant, type NodeView } from '@hypersync/testkit/consensus';
import { Raft } from '../src/raft.ts';

function raftOf(node: NodeView): Raft | null {
  return node.mechanism instanceof Raft ? node.mechanism : null;
}

function detail(node: NodeView, key: string): number {
  const value = node.status?.detail[key];
  return typeof value === 'number' ? value : 0;
}

/** Figure 3: two logs that have the same term at an index are equal up to it. */
function logMatching(depth = 12): Invariant {
  return {
    name: 'log matching',
    start() {
      const last = new Map<string, string>();
      return (nodes, changed) => {
        const mine = raftOf(changed);
        if (mine === null) return null;
        const shape = `${changed.incarnation}/${detail(changed, 'lastIndex')}/${detail(changed, 'lastTerm')}`;
        if (last.get(changed.id) === shape) return null;
        last.set(changed.id, shape);
        for (const other of nodes) {
          const theirs = raftOf(other);
          if (theirs === null || other.id === changed.id) continue;
          const common = Math.min(detail(changed, 'lastIndex'), detail(other, 'lastIndex'));
          const problem = compareLogs(mine, theirs, common, depth);
          if (problem !== null) return `${changed.id} and ${other.id}: ${problem}`;
        }
        return null;
      };
    },
  };
}

function compareLogs(a: Raft, b: Raft, from: number, depth: number): string | null {
  let index = from;
  while (index > 0 && a.termAt(index) !== b.termAt(index)) index--;
  for (let i = index; i > Math.max(0, index - depth); i--) {
    const [x, y] = [a.termAt(i), b.termAt(i)];
    if (x === undefined || y === undefined) return null;
    if (x !== y) return `the same term at ${index}, but terms ${x} and ${y} at ${i}`;
    const [v, w] = [a.valueAt(i), b.valueAt(i)];
    if (v !== undefined && w !== undefined && !bytesEqual(v, w)) return `different values at ${i} in term ${x}`;
  }
  return null;
}

/** Figure 3: what was committed is in the log of every later leader; and no index is ever committed twice differently. */
function leaderCompleteness(): Invariant {
  return {
    name: 'leader completeness',
    start() {
      /** Per index the term of its entry, and the term in which it was committed: only later leaders than that must have it. */
      const committed = new Map<number, { readonly term: number; readonly within: number }>();
      const reached = new Map<string, number>();
      const leaders = new Set<string>();
      return (_nodes, changed) => {
        const raft = raftOf(changed);
        if (raft === null || changed.status === null) return null;
        const [base, commit] = [detail(changed, 'baseIndex'), detail(changed, 'commit')];
        const place = `${changed.id}/${changed.incarnation}`;
        for (let i = Math.max(base, reached.get(place) ?? 0) + 1; i <= commit; i++) {
          const term = raft.termAt(i);
          const known = committed.get(i);
          if (known !== undefined && known.term !== term)
            return `${changed.id} committed term ${term} at ${i}, others ${known.term}`;
          if (term !== undefined && known === undefined) committed.set(i, { term, within: changed.status.term });
        }
        reached.set(place, commit);
        const reign = `${place}/${changed.status.term}`;
        if (changed.status.role !== 'leader' || leaders.has(reign)) return null;
        leaders.add(reign);
        for (const [i, { term, within }] of committed)
          if (i > base && within < changed.status.term && raft.termAt(i) !== term)
            return `${changed.id} leads term ${changed.status.term} without the entry committed at ${i} in term ${term}`;
        return null;
      };
    },
  };
}

/** Figure 3 as one rule: election safety, log matching, leader completeness. What breaks one breaks the next sooner or later. */
export function figureThree(): Invariant {
  const rules = [oneLeaderPerTerm('leader'), logMatching(), leaderCompleteness()];
  return {
    name: 'figure 3',
    start() {
      const checks = rules.map((rule) => ({ name: rule.name, check: rule.start() }));
      return (nodes, changed) => {
        for (const { name, check } of checks) {
          const problem = check(nodes, changed);
          if (problem !== null) return `${name}: ${problem}`;
        }
        return null;
      };
    },
  };
}
