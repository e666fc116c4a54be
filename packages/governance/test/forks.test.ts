import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ForkDetector, type ForkDetectorOptions, type Vertex } from '../src/index.ts';

const ROOT: Vertex = { hash: 'root', parent: '', sequence: 0, author: 'genesis', weight: 0 };

function chain(options: Partial<ForkDetectorOptions> = {}): ForkDetector {
  return new ForkDetector({ layout: 'chain', root: ROOT, ...options });
}

/** `parent>name:weight`, one after the other. */
function grow(detector: ForkDetector, ...steps: readonly string[]): void {
  for (const step of steps) expect(detector.addVertex(vertexOf(step)).kind, step).toMatch(/^(extended|forked)$/);
}

const heights = new Map<string, number>([['root', 0]]);

function vertexOf(step: string): Vertex {
  const [, parent = '', hash = '', weight = '1'] = /^(\w+)>(\w+)(?::(\d+))?$/.exec(step) ?? [];
  const sequence = heights.get(parent)! + 1;
  heights.set(hash, sequence);
  return { hash, parent, sequence, author: `author-of-${hash}`, weight: Number(weight) };
}

describe('a fork', () => {
  it('is two vertices on one parent, noticed where the branches part', () => {
    const detector = chain();
    grow(detector, 'root>a1', 'a1>a2', 'a2>a3');
    expect(detector.forks()).toEqual([]);
    expect(detector.addVertex(vertexOf('a1>b2'))).toEqual({ kind: 'forked', fork: 2 });
    expect(detector.addVertex(vertexOf('b2>b3'))).toEqual({ kind: 'forked', fork: 2 });
    expect(detector.forks()).toMatchObject([
      {
        sequence: 2,
        author: null,
        status: 'active',
        winner: null,
        branches: [
          { root: 'a2', tip: 'a3', length: 2, weight: 2, canonical: true },
          { root: 'b2', tip: 'b3', length: 2, weight: 2, canonical: false },
        ],
      },
    ]);
    expect(detector.getCanonical(2)).toBe('a2');
  });

  it('can be reported by whoever saw both sides', () => {
    const detector = chain();
    grow(detector, 'root>r1');
    const [first, second] = [vertexOf('r1>x2'), vertexOf('r1>y2')];
    expect(detector.detectFork(2, first, first)).toBeNull();
    expect(detector.detectFork(3, first, second)).toBeNull();
    expect(detector.detectFork(2, first, second)).toMatchObject({ sequence: 2, status: 'active' });
    expect(detector.detectFork(2, first, second)?.branches).toHaveLength(2);
  });

  it('is won by the longer branch, then by the heavier, then by the lower hash', () => {
    const winner = (...steps: readonly string[]): string | null => {
      const detector = chain();
      grow(detector, ...steps);
      return detector.resolveFork(1)!.winner;
    };
    expect(winner('root>la1:100', 'root>lb1:1', 'lb1>lb2:1')).toBe('lb2');
    expect(winner('root>wa1:1', 'root>wb1:2')).toBe('wb1');
    expect(winner('root>wa1:2', 'root>wb1:1')).toBe('wa1');
    expect(winner('root>hb1:1', 'root>ha1:1')).toBe('ha1');
    expect(winner('root>ma1', 'root>mb1', 'root>mc1', 'mc1>mc2', 'mc1>mcc2:5', 'ma1>ma2:2')).toBe('mcc2');
  });

  it('may be decided by votes that come later', () => {
    const detector = chain();
    grow(detector, 'root>va1:3', 'root>vb1:3');
    expect(detector.resolveFork(1)!.winner).toBe('va1');
    expect(detector.support('vb1', 1)).toBe(true);
    expect(detector.resolveFork(1)!.winner).toBe('vb1');
    expect(detector.reconcileChain(1)).not.toBeNull();
    expect(detector.getFork(1)!.status).toBe('reconciled');
    expect(detector.support('va1', 5)).toBe(true); // beside the one that is followed: to be looked at again
    expect(detector.getFork(1)!.status).toBe('active');
    expect(detector.resolveFork(1)).toMatchObject({ status: 'resolved', winner: 'va1' });
    grow(detector, 'vb1>vb2'); // whatever changes, the winner has to be found anew
    expect(detector.getFork(1)).toMatchObject({ status: 'active', winner: null });
    expect([detector.support('nobody', 1), detector.support('vb1', 2 ** 32)]).toEqual([false, false]);
  });

  it('is followed only when reconciled, by taking back and applying the rest of two chains', () => {
    const detector = chain();
    grow(detector, 'root>p1', 'p1>p2', 'p2>p3', 'p1>q2', 'q2>q3', 'q3>q4');
    expect(detector.resolveFork(2)).toMatchObject({ status: 'resolved', winner: 'q4' });
    expect(detector.getCanonical(2)).toBe('p2');
    expect(detector.reconcileChain(2)).toEqual({ rollback: ['p3', 'p2'], apply: ['q2', 'q3', 'q4'] });
    expect([1, 2, 3, 4, 5].map((s) => detector.getCanonical(s))).toEqual(['p1', 'q2', 'q3', 'q4', null]);
    expect(detector.getFork(2)!.status).toBe('reconciled');
    expect(detector.reconcileChain(2)).toEqual({ rollback: [], apply: [] });
    grow(detector, 'p3>p4', 'p4>p5');
    expect(detector.getFork(2)!.status).toBe('active');
    expect(detector.reconcileChain(2)).toEqual({ rollback: ['q4', 'q3', 'q2'], apply: ['p2', 'p3', 'p4', 'p5'] });
    expect([detector.resolveFork(7), detector.reconcileChain(7), detector.getFork(7)]).toEqual([null, null, null]);
  });

  it('within a branch is a fork of its own once that branch is followed', () => {
    const detector = chain();
    grow(detector, 'root>s1', 'root>t1', 't1>t2', 't2>t3', 't2>u3', 'u3>u4');
    expect(detector.forks().map(({ sequence }) => sequence)).toEqual([1]);
    detector.reconcileChain(1);
    expect(detector.forks()).toMatchObject([
      { sequence: 1, status: 'reconciled', winner: 'u4' },
      { sequence: 3, status: 'reconciled', winner: 'u4' },
    ]);
  });
});

/** A random tree: each vertex names its parent among those before it. */
const tree = fc.array(fc.record({ parent: fc.nat(), weight: fc.integer({ min: 0, max: 3 }) }), {
  minLength: 2,
  maxLength: 25,
});

function verticesOf(shape: readonly { parent: number; weight: number }[]): Vertex[] {
  const all: Vertex[] = [ROOT];
  for (const [i, { parent, weight }] of shape.entries()) {
    const on = all[parent % all.length]!;
    all.push({ hash: `h${(i * 7) % 31}-${i}`, parent: on.hash, sequence: on.sequence + 1, author: `n${i}`, weight });
  }
  return all.slice(1);
}

/** Parents first, otherwise as the numbers say. */
function inSomeOrder(vertices: readonly Vertex[], keys: readonly number[]): Vertex[] {
  const left = vertices.map((vertex, i) => ({ vertex, key: keys[i] ?? 0 })).sort((a, b) => a.key - b.key);
  const placed = new Set(['root']);
  const order: Vertex[] = [];
  while (left.length > 0) {
    const at = left.findIndex(({ vertex }) => placed.has(vertex.parent));
    const [next] = left.splice(at, 1);
    placed.add(next!.vertex.hash);
    order.push(next!.vertex);
  }
  return order;
}

function settled(vertices: readonly Vertex[]): ForkDetector {
  const detector = chain({ limits: { maxBranches: 64 } });
  for (const vertex of vertices) expect(detector.addVertex(vertex).kind).toMatch(/^(extended|forked)$/);
  for (const { sequence } of detector.forks()) detector.reconcileChain(sequence);
  return detector;
}

describe('what is followed', () => {
  it('does not depend on the order in which vertices came', () => {
    fc.assert(
      fc.property(tree, fc.array(fc.nat(), { minLength: 25, maxLength: 25 }), (shape, keys) => {
        const vertices = verticesOf(shape);
        const [one, other] = [settled(vertices), settled(inSomeOrder(vertices, keys))];
        const followed = (detector: ForkDetector) => [...Array(26).keys()].map((s) => detector.getCanonical(s));
        expect(followed(other)).toEqual(followed(one));
        expect(other.encode()).toEqual(one.encode());
      }),
    );
  });

  it('is the best chain of all, by an independent count', () => {
    fc.assert(
      fc.property(tree, (shape) => {
        const vertices = verticesOf(shape);
        const byHash = new Map(vertices.map((vertex) => [vertex.hash, vertex]));
        const chains = vertices.map((tip) => {
          const path: Vertex[] = [];
          for (let at: Vertex | undefined = tip; at !== undefined; at = byHash.get(at.parent)) path.unshift(at);
          return { tip: tip.hash, path, weight: path.reduce((sum, { weight }) => sum + weight, 0) };
        });
        chains.sort((a, b) => b.path.length - a.path.length || b.weight - a.weight || (a.tip < b.tip ? -1 : 1));
        const detector = settled(vertices);
        const best = chains[0]!;
        expect(best.path.map(({ sequence }) => detector.getCanonical(sequence))).toEqual(
          best.path.map(({ hash }) => hash),
        );
        expect(detector.getCanonical(best.path.length + 1)).toBeNull();
      }),
    );
  });

  it('can be rebuilt by its replays', () => {
    fc.assert(
      fc.property(tree, (shape) => {
        const detector = chain({ limits: { maxBranches: 64 } });
        const applied: string[] = ['root'];
        for (const vertex of verticesOf(shape)) {
          const { kind, fork } = detector.addVertex(vertex);
          if (kind === 'extended') applied.push(vertex.hash);
          const replay = fork === null ? { rollback: [], apply: [] } : detector.reconcileChain(fork)!;
          for (const hash of replay.rollback) expect(applied.pop()).toBe(hash);
          applied.push(...replay.apply);
        }
        expect(applied).toEqual(applied.map((_, sequence) => detector.getCanonical(sequence)));
      }),
    );
  });
});

describe('what is final', () => {
  it('is never overridden, however long or heavy the other branch', () => {
    const detector = chain();
    grow(detector, 'root>f1', 'f1>f2', 'f2>f3', 'root>g1:1000');
    detector.finalize('f1');
    for (const step of ['g1>g2', 'root>z1:9000']) expect(detector.addVertex(vertexOf(step)).kind).not.toBe('forked');
    let parent = 'g1';
    for (let i = 2; i < 50; i++) {
      expect(detector.addVertex(vertexOf(`${parent}>g${i}`)).kind).toBe('unknown-parent');
      parent = `g${i}`;
    }
    expect([1, 2, 3, 4].map((s) => detector.getCanonical(s))).toEqual(['f1', 'f2', 'f3', null]);
  });

  it('is reported as a failed fork when contradicted, and as nothing when repeated', () => {
    const detector = chain();
    grow(detector, 'root>c1', 'c1>c2', 'c2>c3');
    detector.finalize('c2');
    expect(detector.addVertex(vertexOf('root>c1')).kind).toBe('known');
    expect(detector.addVertex(vertexOf('c1>c2')).kind).toBe('known');
    expect(detector.addVertex(vertexOf('root>d1')).kind).toBe('contradicts-final');
    expect(detector.detectFork(2, vertexOf('c1>c2'), vertexOf('c1>d2'))).toMatchObject({
      status: 'failed',
      winner: 'c2',
    });
    expect(detector.forks()).toMatchObject([
      { sequence: 1, status: 'failed' },
      { sequence: 2, status: 'failed' },
    ]);
    expect([detector.getCanonical(0), detector.getCanonical(1)]).toEqual(['root', 'c1']);
  });

  it('brings back whoever was following another branch', () => {
    const detector = chain();
    grow(detector, 'root>i1', 'root>j1', 'j1>j2', 'j1>jj2:9');
    expect(detector.finalize('j1')).toEqual({ rollback: ['i1'], apply: ['j1', 'jj2'] });
    expect(detector.getCanonical(1)).toBe('j1');
    expect(() => detector.finalize('i1')).toThrow(RangeError);
  });

  it('is remembered for a bounded time; before that, a vertex is just too old', () => {
    const detector = chain({ limits: { finalMemory: 2 } });
    grow(detector, 'root>k1', 'k1>k2', 'k2>k3', 'k3>k4');
    detector.finalize('k4');
    expect([vertexOf('root>k1'), vertexOf('k1>k2'), vertexOf('k2>k3')].map((v) => detector.addVertex(v).kind)).toEqual([
      'too-old',
      'known',
      'known',
    ]);
  });
});

describe('limits', () => {
  it('refuse what is malformed, out of order or too much', () => {
    const detector = chain({ limits: { maxVertices: 4, maxBranches: 2 } });
    const good = { hash: 'm1', parent: 'root', sequence: 1, author: 'a', weight: 1 };
    const bad = [
      { hash: '' },
      { sequence: -1 },
      { sequence: 0.5 },
      { weight: Number.NaN },
      { weight: -1 },
      { hash: 'x'.repeat(129) },
    ];
    for (const change of bad) expect(detector.addVertex({ ...good, ...change }).kind).toBe('malformed');
    expect(detector.addVertex({ ...good, parent: 'nobody' }).kind).toBe('unknown-parent');
    expect(detector.addVertex({ ...good, sequence: 5 }).kind).toBe('extended');
    expect(detector.addVertex({ ...good, hash: 'm2', parent: 'm1', sequence: 5 }).kind).toBe('bad-sequence');
    expect(detector.addVertex({ ...good, hash: 'm3', author: 'b' }).kind).toBe('forked');
    expect(detector.addVertex({ ...good, hash: 'm4', author: 'c' }).kind).toBe('too-many-branches');
    expect(detector.addVertex({ ...good, hash: 'm5', parent: 'm1', sequence: 6 }).kind).toBe('extended');
    expect(detector.addVertex({ ...good, hash: 'm6', parent: 'm5', sequence: 7 }).kind).toBe('full');
    expect(() => new ForkDetector({ layout: 'chain' })).toThrow(RangeError);
    expect(() => chain({ limits: { maxVertices: 0 } })).toThrow(RangeError);
  });

  it('do not let one author fill a parent: two of its vertices prove the fork', () => {
    const detector = chain({ limits: { maxBranches: 4 } });
    const by = (author: string, i: number): Vertex => ({
      hash: `${author}${i}`,
      parent: 'root',
      sequence: 1,
      author,
      weight: 1,
    });
    expect([0, 1, 2, 3].map((i) => detector.addVertex(by('evil', i)).kind)).toEqual([
      'extended',
      'forked',
      'too-many-branches',
      'too-many-branches',
    ]);
    expect(detector.addVertex(by('honest', 0)).kind).toBe('forked');
  });

  it('cleanup forgets the losing branches of what is reconciled, and nothing else', () => {
    const detector = chain();
    grow(detector, 'root>o1', 'root>oo1', 'o1>o2', 'o2>o3', 'o1>oo2');
    detector.reconcileChain(1);
    expect(detector.cleanup(2)).toBe(1);
    expect(detector.forks().map(({ sequence, status }) => [sequence, status])).toEqual([[2, 'active']]);
    expect(detector.addVertex(vertexOf('oo1>oox2')).kind).toBe('unknown-parent');
    expect(detector.cleanup(10)).toBe(0);
    detector.reconcileChain(2);
    expect([detector.cleanup(2), detector.cleanup(3)]).toEqual([0, 1]);
    expect([1, 2, 3].map((s) => detector.getCanonical(s))).toEqual(['o1', 'o2', 'o3']);
  });
});

describe('a DAG', () => {
  const dag = (): ForkDetector => new ForkDetector({ layout: 'dag' });
  const vertex = (author: string, round: number, hash: string, parent: string): Vertex => ({
    hash,
    parent,
    sequence: round,
    author,
    weight: 1,
  });

  it('has a lane per author: vertices of different authors in one round are no fork, two of one author are', () => {
    const detector = dag();
    for (const author of ['a', 'b']) {
      expect(detector.addVertex(vertex(author, 1, `${author}1`, '')).kind).toBe('extended');
      expect(detector.addVertex(vertex(author, 2, `${author}2`, `${author}1`)).kind).toBe('extended');
    }
    expect(detector.forks()).toEqual([]);
    expect(detector.detectFork(2, vertex('a', 2, 'a2', 'a1'), vertex('a', 2, 'a2x', 'a1'))).toMatchObject({
      sequence: 2,
      author: 'a',
      branches: [{ root: 'a2' }, { root: 'a2x' }],
    });
    expect(detector.support('a2x', 5, 'a')).toBe(true);
    expect(detector.reconcileChain(2, 'a')).toEqual({ rollback: ['a2'], apply: ['a2x'] });
    expect([detector.getCanonical(2, 'a'), detector.getCanonical(2, 'b'), detector.getCanonical(2, 'c')]).toEqual([
      'a2x',
      'b2',
      null,
    ]);
  });

  it('has a bounded number of lanes, and notices two first vertices of one author', () => {
    const detector = new ForkDetector({ layout: 'dag', limits: { maxLanes: 1 } });
    detector.addVertex(vertex('a', 1, 'a1', ''));
    expect(detector.addVertex(vertex('a', 1, 'a1x', '')).kind).toBe('forked');
    expect(detector.addVertex(vertex('b', 1, 'b1', '')).kind).toBe('full');
  });
});

describe('what is kept and shown', () => {
  it('is restored exactly, and from nothing but its own encoding', () => {
    fc.assert(
      fc.property(tree, fc.nat(), fc.boolean(), (shape, final, settle) => {
        const vertices = verticesOf(shape);
        const detector = chain({ limits: { maxBranches: 64 } });
        for (const vertex of vertices) detector.addVertex(vertex);
        if (settle) for (const { sequence } of detector.forks()) detector.reconcileChain(sequence);
        else for (const { sequence } of detector.forks()) detector.resolveFork(sequence);
        if (settle) detector.finalize(detector.getCanonical(final % 3) ?? 'root');
        const copy = chain({ limits: { maxBranches: 64 } });
        const bytes = detector.encode();
        expect(copy.restore(bytes)).toBe(true);
        expect(copy.encode()).toEqual(bytes);
        expect(copy.forks()).toEqual(detector.forks());
        expect(detector.clone().encode()).toEqual(bytes);
      }),
    );
  });

  it('is refused when damaged, without a throw', () => {
    const detector = chain();
    grow(detector, 'root>y1', 'y1>y2', 'root>yy1');
    detector.resolveFork(1);
    const bytes = detector.encode();
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), fc.uint8Array(), (at, flip, any) => {
        const damaged = bytes.slice();
        damaged[at]! ^= flip;
        const copy = chain();
        if (copy.restore(damaged)) expect(copy.encode()).toEqual(damaged);
        expect(chain().restore(any)).toBe(false);
      }),
      { numRuns: 1000 },
    );
    const text = String.fromCharCode(...bytes);
    const restores = (changed: string): boolean =>
      chain().restore(Uint8Array.from(changed, (char) => char.charCodeAt(0)));
    expect(restores(text)).toBe(true);
    const head = text.lastIndexOf('y2');
    expect(restores(`${text.slice(0, head)}y1${text.slice(head + 2)}`)).toBe(false); // not where a chain ends
    expect(restores(`${text.slice(0, -6)}\0\0\0`)).toBe(false); // the fork is left out
    expect(restores('\x01\0\0')).toBe(false); // no chain at all
  });

  it('remembers what is final in order, or not at all', () => {
    const detector = chain();
    grow(detector, 'root>e1', 'e1>e2');
    detector.finalize('e2');
    const bytes = detector.encode();
    expect(chain().restore(bytes)).toBe(true);
    const at = String.fromCharCode(...bytes).lastIndexOf('e1') - 2;
    for (const sequence of [0, 2]) expect(chain().restore(bytes.with(at, sequence))).toBe(false);
  });

  it('keeps a bounded number of failed forks, one per place', () => {
    const detector = chain({ limits: { finalMemory: 1000 } });
    for (let i = 1; i <= 300; i++)
      detector.addVertex({
        hash: `e${i}x`,
        parent: i === 1 ? 'root' : `e${i - 1}x`,
        sequence: i,
        author: 'a',
        weight: 1,
      });
    detector.finalize('e300x');
    const forge = (i: number, name: string) =>
      detector.addVertex({ hash: `${name}${i}`, parent: 'root', sequence: i, author: 'evil', weight: 1 }).kind;
    for (const name of ['f', 'g']) expect(forge(1, name)).toBe('contradicts-final');
    expect(detector.forks()).toHaveLength(1);
    for (let i = 1; i < 300; i++) forge(i, 'h');
    expect(detector.forks()).toHaveLength(256);
  });

  it('of a copy is its own', () => {
    const detector = chain();
    grow(detector, 'root>z1', 'root>zz1', 'zz1>zz2');
    const copy = detector.clone();
    const before = detector.encode();
    grow(copy, 'root>zzz1', 'zz1>zzz2');
    expect(detector.encode()).toEqual(before);
    expect(detector.getFork(1)!.branches).toHaveLength(2);
    copy.reconcileChain(1);
    copy.finalize('zz1');
    expect(detector.encode()).toEqual(before);
  });

  it('counts under the names of the metrics', () => {
    let seconds = 0;
    const detector = chain({ stopwatch: () => (seconds += 1) });
    grow(detector, 'root>n1', 'n1>n2', 'root>nn1', 'n1>nn2');
    detector.resolveFork(2);
    detector.finalize('n1');
    detector.addVertex(vertexOf('root>nnn1'));
    expect(Object.fromEntries(detector.metrics().map(({ name, value }) => [name, value]))).toMatchObject({
      fork_detector_forks_detected_total: 2,
      fork_detector_forks_resolved_total: 1,
      fork_detector_forks_failed_total: 1,
      fork_detector_active_forks: 0,
      fork_detector_resolution_duration_seconds: { count: 1, sum: 1 },
    });
  });
});
