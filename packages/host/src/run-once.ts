import { HyperSyncError } from '@hypersync/base';
import type { Position } from '@hypersync/interface';
import type { Cluster } from './cluster.ts';
import type { Host } from './host.ts';
import { proposed } from './operations.ts';
import { startCluster } from './start-cluster.ts';

export interface RunRequest {
  readonly host: Host;
  readonly mechanism: string;
  readonly nodes: number;
  readonly config: Readonly<Record<string, unknown>>;
  readonly values: readonly string[];
  /** Propose the values under this key; null without one. */
  readonly key: string | null;
  /** For each proposal. */
  readonly timeoutMs: number;
  readonly onProgress: (line: string) => void;
}

/** What one node decided. */
export interface DecisionReport {
  readonly node: string;
  readonly position: Position;
  /** Empty for a value without a key. */
  readonly key: string;
  /** As text; bytes that are none show as U+FFFD. */
  readonly value: string;
}

export interface RunResult {
  readonly schemaVersion: 1;
  readonly kind: 'run';
  readonly mechanism: string;
  readonly nodes: number;
  readonly decisions: readonly DecisionReport[];
}

/** The other nodes are given so long to show what is committed already. */
const FOLLOW_MS = 2000;

/** Starts a cluster, proposes the values one after the other, stops it. Throws as `startCluster`, `propose`; HS-1006 on SIGINT. */
export async function runOnce(request: RunRequest): Promise<RunResult> {
  const { host, mechanism, nodes, config, onProgress } = request;
  const cluster = await startCluster({ host, mechanism, nodes, config });
  let interrupted = false;
  const interrupt = (): void => {
    interrupted = true;
    void cluster.stop({ drainMs: 0 });
  };
  process.once('SIGINT', interrupt);
  try {
    onProgress(`${mechanism}: ${cluster.nodes.join(', ')} are running`);
    const decisions = await proposeAll(cluster, request);
    return { schemaVersion: 1, kind: 'run', mechanism, nodes, decisions };
  } catch (error) {
    throw interrupted ? new HyperSyncError('HS-1006', 'The cluster was stopped by SIGINT.') : error;
  } finally {
    process.removeListener('SIGINT', interrupt);
    await cluster.stop();
  }
}

async function proposeAll(cluster: Cluster, request: RunRequest): Promise<readonly DecisionReport[]> {
  const { values, key, timeoutMs, onProgress } = request;
  const decisions: DecisionReport[] = [];
  const events = cluster.events();
  const collecting = (async () => {
    for await (const event of events) {
      if (event.type !== 'decision') continue;
      const said = proposed(cluster.descriptor, event.decision);
      const { position } = event.decision;
      decisions.push({ node: event.node, position, key: said.key, value: Buffer.from(said.value).toString() });
    }
  })();
  const one = async (value: string, at: { readonly node?: string }): Promise<void> => {
    const { node, position } = await cluster.propose(key === null ? value : { key, value }, { timeoutMs, ...at });
    onProgress(`${node} committed ${JSON.stringify(value)} at ${placeOf(position)}`);
  };
  if (cluster.descriptor.guarantee === 'approximate') await everyNode(cluster, values, one);
  else for (const value of values) await one(value, {});
  const expected = decisionsOf(cluster, values.length);
  await cluster.until(() => decisions.length >= expected, Math.min(timeoutMs, FOLLOW_MS));
  await events.return?.();
  await collecting;
  return decisions;
}

/** They agree on where all of them are: each has its own reading, the values in turn. */
async function everyNode(
  cluster: Cluster,
  values: readonly string[],
  one: (value: string, at: { readonly node: string }) => Promise<void>,
): Promise<void> {
  if (values.length === 0) return;
  await Promise.all(cluster.nodes.map(async (node, i) => one(values[i % values.length]!, { node })));
}

/** A register is decided where it is written; in the other classes every node comes to deliver it. */
function decisionsOf({ descriptor, nodes }: Cluster, values: number): number {
  if (descriptor.guarantee === 'register') return values;
  return descriptor.guarantee === 'approximate' ? nodes.length : values * nodes.length;
}

/** One line for people: node, place, value. */
export function decisionLine({ node, position, key, value }: DecisionReport): string {
  return `${node}\t${placeOf(position)}\t${key === '' ? '' : `${key} = `}${value}\n`;
}

/** A position in a few characters. */
function placeOf(position: Position): string {
  switch (position.class) {
    case 'total-order':
      return `#${position.index}`;
    case 'register':
      return `ts ${position.ts} by ${position.writer}`;
    case 'causal':
      return `${position.dot.node}:${position.dot.counter}`;
    case 'convergent': {
      const seen = Object.entries(position.frontier).map(([node, counter]) => `${node}:${counter}`);
      return position.root === '' ? seen.join(' ') : `${seen.join(' ')} ${position.root.slice(0, 8)}`;
    }
    case 'approximate':
      return `round ${position.round}`;
  }
}
