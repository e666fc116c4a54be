import { errorFrom, HyperSyncError, type ErrorCode } from '@hypersync/base';
import type { Decision, Guarantee, NodeId } from '@hypersync/interface';
import type { Cluster } from './cluster.ts';
import type { Host } from './host.ts';
import { DEFAULT_KEY } from './operations.ts';
import { startCluster } from './start-cluster.ts';

export interface MechanismResult {
  readonly mechanism: string;
  readonly version: string;
  readonly guarantee: Guarantee;
  readonly nodes: number;
  readonly ok: boolean;
  /** What was proposed and then seen on every node. */
  readonly decided: number;
  readonly ms: number;
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly hint: string } | null;
}

export interface SelfTestResult {
  readonly schemaVersion: 1;
  readonly kind: 'self-test';
  readonly ok: boolean;
  readonly generation: number;
  readonly tier: string;
  readonly runtime: string;
  readonly ms: number;
  readonly mechanisms: readonly MechanismResult[];
}

export interface SelfTestOptions {
  readonly host: Host;
  /** For all mechanisms together. */
  readonly timeoutMs: number;
  /** Clusters at a time; they mostly wait for their own timers. Default 4. */
  readonly parallel?: number;
  /** Default: all that are installed. */
  readonly mechanisms?: readonly string[];
  readonly onProgress?: (result: MechanismResult) => void;
}

const VALUES = 3;

/**
 * Loads every plugin and has a small cluster of it agree: each class is held to what it promises. Never throws for a plugin;
 * its error is in the result.
 */
export async function selfTest(options: SelfTestOptions): Promise<SelfTestResult> {
  const { host, timeoutMs } = options;
  const started = performance.now();
  const deadline = started + timeoutMs;
  const waiting = [...(options.mechanisms ?? host.mechanisms.map(({ id }) => id))];
  const results: MechanismResult[] = [];
  const one = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const result = await testMechanism(host, id, deadline);
      results.push(result);
      options.onProgress?.(result);
    }
  };
  await Promise.all(Array.from({ length: options.parallel ?? 4 }, one));
  return {
    schemaVersion: 1,
    kind: 'self-test',
    ok: results.length > 0 && results.every(({ ok }) => ok),
    generation: host.generation,
    tier: host.tier,
    runtime: host.runtimeVersion,
    ms: Math.round(performance.now() - started),
    mechanisms: results.sort((a, b) => (a.mechanism < b.mechanism ? -1 : 1)),
  };
}

async function testMechanism(host: Host, mechanism: string, deadline: number): Promise<MechanismResult> {
  const started = performance.now();
  const { entry, descriptor } = host.plugin(mechanism);
  const nodes = Math.max(entry.profile.minNodes, descriptor.faults.minNodes, 1);
  const base = { mechanism, version: entry.version, guarantee: descriptor.guarantee, nodes };
  let cluster: Cluster | null = null;
  const limit = timeLimit(deadline, mechanism);
  try {
    const forming = startCluster({ host, mechanism, nodes, workers: 'shared', purpose: 'diagnosis' });
    // A cluster that comes up after the time is over must still be ended.
    forming.then((late) => limit.over() && void late.stop({ drainMs: 0 })).catch(() => {});
    cluster = await Promise.race([forming, limit.reached]);
    const decided = await Promise.race([agree(cluster, deadline), limit.reached]);
    return { ...base, ok: true, decided, ms: since(started), error: null };
  } catch (thrown) {
    const { code, message, hint } = faultOf(cluster) ?? errorFrom(thrown);
    return { ...base, ok: false, decided: 0, ms: since(started), error: { code, message, hint } };
  } finally {
    limit.clear();
    await cluster?.stop({ drainMs: 0 });
  }
}

/** Why a node of it ended by itself: that says more than what was noticed of it. */
function faultOf(cluster: Cluster | null): HyperSyncError | null {
  const ended = cluster?.nodes.map((node) => cluster.fault(node)) ?? [];
  return ended.find((error) => error !== null) ?? null;
}

/** Proposes what the class can do and waits until every node shows it. Returns how many values. */
async function agree(cluster: Cluster, deadline: number): Promise<number> {
  switch (cluster.descriptor.guarantee) {
    case 'total-order':
      return agreeInOrder(cluster, deadline);
    case 'register':
    case 'causal':
    case 'convergent':
      return agreeOnValues(cluster, deadline);
    case 'approximate':
      return agreeNearby(cluster, deadline);
  }
}

/** Every node has every value exactly once, all in the same order. */
async function agreeInOrder(cluster: Cluster, deadline: number): Promise<number> {
  const values = valuesOf(cluster);
  let last = 0;
  for (const [i, value] of values.entries()) {
    const { position } = await cluster.propose(value, { timeoutMs: left(deadline), ...nth(cluster, i) });
    if (position.class === 'total-order') last = Math.max(last, position.index);
  }
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

/** Every node puts in another number; what comes out lies within what was put in. */
async function agreeNearby(cluster: Cluster, deadline: number): Promise<number> {
  const events = cluster.events();
  const inputs = cluster.nodes.map((_, i) => [i, 1]);
  await Promise.all(
    cluster.nodes.map((node, i) => cluster.propose(inputs[i] ?? [], { node, timeoutMs: left(deadline) })),
  );
  const decided = new Set<NodeId>();
  for await (const event of events) {
    if (event.type === 'decision') decided.add(event.node);
    if (decided.size === cluster.nodes.length) break;
  }
  return decided.size;
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

function since(started: number): number {
  return Math.round(performance.now() - started);
}

interface TimeLimit {
  readonly reached: Promise<never>;
  over(): boolean;
  clear(): void;
}

function timeLimit(deadline: number, mechanism: string): TimeLimit {
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const reached = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      over = true;
      reject(new HyperSyncError('HS-2023', `The time was over before ${mechanism} had agreed.`));
    }, left(deadline));
  });
  reached.catch(() => {});
  return { reached, over: () => over, clear: () => clearTimeout(timer) };
}
