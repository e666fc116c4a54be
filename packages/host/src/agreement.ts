/** What a self-test asks of a cluster, by class: to agree on a few values in the way its descriptor promises. */
import { HyperSyncError } from '@hypersync/base';
import type { Decision, NodeId } from '@hypersync/interface';
import type { Cluster } from './cluster.ts';
import { DEFAULT_KEY, readCoordinates } from './operations.ts';

const VALUES = 3;

/** Proposes what the class can do and waits until every node shows it. Returns how many values. */
export async function agree(
  cluster: Cluster,
  deadline: number,
  config: Readonly<Record<string, unknown>>,
): Promise<number> {
  switch (cluster.descriptor.guarantee) {
    case 'total-order':
      return agreeInOrder(cluster, deadline);
    case 'register':
    case 'causal':
    case 'convergent':
      return agreeOnValues(cluster, deadline);
    case 'approximate':
      return agreeNearby(cluster, deadline, Number(config['dimension'] ?? 1));
  }
}

/** Every node has every value exactly once, all in the same order. */
async function agreeInOrder(cluster: Cluster, deadline: number): Promise<number> {
  const values = valuesOf(cluster);
  const committed = await Promise.all(
    values.map((value, i) => cluster.propose(value, { timeoutMs: left(deadline), ...nth(cluster, i) })),
  );
  const last = Math.max(...committed.map(({ position }) => (position.class === 'total-order' ? position.index : 0)));
  const complete = (): boolean => cluster.nodes.every((node) => cluster.state(node).applied >= last);
  if (!(await cluster.until(complete, left(deadline)))) throw disagreement(cluster, 'some node did not deliver all');
  const sequences = cluster.nodes.map((node) => {
    const delivered = cluster.state(node).recent.slice(0, last);
    return delivered.map((value) => Buffer.from(value).toString());
  });
  for (const sequence of sequences) {
    const once = values.every((value) => sequence.filter((other) => other === value).length === 1);
    if (!once) throw disagreement(cluster, 'a node did not deliver every value exactly once');
    if (sequence.join('\n') !== sequences[0]?.join('\n')) throw disagreement(cluster, 'the orders differ');
  }
  return values.length;
}

/** Every node can read, or was given, each value. */
async function agreeOnValues(cluster: Cluster, deadline: number): Promise<number> {
  const seen = new Map<NodeId, string[]>(cluster.nodes.map((node) => [node, []]));
  const events = cluster.events();
  const collecting = (async () => {
    for await (const event of events) {
      if (event.type === 'decision') seen.get(event.node)?.push(textOf(event.decision));
    }
  })();
  try {
    const values = valuesOf(cluster);
    for (const [i, value] of values.entries()) {
      await cluster.propose(value, { timeoutMs: left(deadline), ...nth(cluster, i) });
      const given = (node: NodeId): boolean => seen.get(node)?.some((text) => text.endsWith(value)) === true;
      while (!(await everyNodeShows(cluster, value, given, deadline))) {
        if (left(deadline) <= 1) throw disagreement(cluster, `some node did not come to know ${value}`);
        await cluster.until(() => cluster.nodes.every(given), 20);
      }
    }
    return values.length;
  } finally {
    await events.return?.();
    await collecting;
  }
}

async function everyNodeShows(
  cluster: Cluster,
  value: string,
  given: (node: NodeId) => boolean,
  deadline: number,
): Promise<boolean> {
  for (const node of cluster.nodes) {
    if (given(node)) continue;
    if (cluster.descriptor.reads.length === 0) return false;
    const answer = await cluster.read(DEFAULT_KEY, { node, timeoutMs: left(deadline) });
    if (!answer.values.some((bytes) => Buffer.from(bytes).toString().endsWith(value))) return false;
  }
  return true;
}

/** Every node puts in another point; what comes out lies close together and, in a flat space, within what was put in. */
async function agreeNearby(cluster: Cluster, deadline: number, dimension: number): Promise<number> {
  const events = cluster.events();
  const inputs = cluster.nodes.map((_, i) => pointBeside(dimension, i / cluster.nodes.length));
  await Promise.all(cluster.nodes.map((node, i) => cluster.propose(inputs[i]!, { node, timeoutMs: left(deadline) })));
  const decided = new Map<NodeId, readonly number[]>();
  for await (const event of events) {
    if (event.type === 'decision') decided.set(event.node, readCoordinates(event.decision.value) ?? []);
    if (decided.size === cluster.nodes.length) break;
  }
  const outputs = [...decided.values()];
  const axes = outputs[0]?.length ?? 0;
  if (axes === 0) throw disagreement(cluster, 'an output is no point');
  for (let axis = 0; axis < axes; axis++) {
    const [least, most] = range(outputs.map((output) => output[axis] ?? Number.NaN));
    if (!(most - least <= NEAR)) throw disagreement(cluster, 'the outputs are far apart');
    if (axes !== dimension) continue;
    const [low, high] = range(inputs.map((input) => input[axis]!));
    if (!(least >= low - NEAR && most <= high + NEAR)) throw disagreement(cluster, 'an output lies beyond the inputs');
  }
  return decided.size;
}

/** Coarser than any default epsilon, finer than the inputs are apart. */
const NEAR = 0.05;

/** Near the origin, so that curved spaces, where it is a direction from their base, take it too. */
function pointBeside(dimension: number, aside: number): readonly number[] {
  return Array.from({ length: dimension }, (_, axis) => (axis === 0 ? 0.4 * aside : 0));
}

function range(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

function valuesOf(cluster: Cluster): string[] {
  return Array.from({ length: VALUES }, (_, i) => `self-test ${cluster.descriptor.id} ${i + 1}`);
}

/** Proposals enter at different nodes where no leader takes them all. */
function nth(cluster: Cluster, i: number): { node?: NodeId } {
  const node = cluster.nodes[i % cluster.nodes.length];
  return cluster.descriptor.capabilities.leader || node === undefined ? {} : { node };
}

function textOf(decision: Decision): string {
  return Buffer.from(decision.value).toString();
}

function disagreement(cluster: Cluster, what: string): HyperSyncError {
  return new HyperSyncError('HS-2022', `${cluster.descriptor.id}: ${what}.`);
}

function left(deadline: number): number {
  return Math.max(1, deadline - performance.now());
}
