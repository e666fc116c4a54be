import { ERRORS, errorFrom, HyperSyncError, type ErrorCode } from '@hypersync/base';
import type { Guarantee } from '@hypersync/interface';
import { agree } from './agreement.ts';
import type { Cluster } from './cluster.ts';
import type { Host } from './host.ts';
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

/**
 * Loads every plugin and has a small cluster of it agree: each class is held to what it promises. Never throws for a plugin;
 * its error is in the result.
 */
export async function selfTest(options: SelfTestOptions): Promise<SelfTestResult> {
  const { host, timeoutMs } = options;
  const started = performance.now();
  const deadline = started + timeoutMs;
  const slow = (id: string): number => (host.plugin(id).descriptor.timing === 'synchronous-slots' ? 0 : 1);
  const ids = options.mechanisms ?? host.mechanisms.map(({ id }) => id);
  // The slowest first, so that they do not begin when the others have ended.
  const waiting = [...ids].sort((a, b) => slow(a) - slow(b));
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
  try {
    const decided = await agreement(host, mechanism, nodes, deadline);
    return { ...base, ok: true, decided, ms: since(started), error: null };
  } catch (thrown) {
    const { code, message, hint } = errorFrom(thrown);
    return { ...base, ok: false, decided: 0, ms: since(started), error: { code, message, hint } };
  }
}

/** Mechanisms with slots go by wall time however idle they are: tried in quick motion first, then as configured. */
async function agreement(host: Host, mechanism: string, nodes: number, deadline: number): Promise<number> {
  const { entry, descriptor } = host.plugin(mechanism);
  if (descriptor.timing === 'synchronous-slots') {
    try {
      const half = performance.now() + left(deadline) / 2;
      return await attempt(host, mechanism, nodes, half, inQuickMotion(entry.config));
    } catch (thrown) {
      if (errorFrom(thrown).exitCode === ERRORS['HS-2007'].exit) throw thrown;
    }
  }
  return attempt(host, mechanism, nodes, deadline, {});
}

/** Every time of at least 100 ms at a fifth. Within one process messages take microseconds. */
function inQuickMotion(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const times = Object.entries(config).filter(([key, value]) => key.endsWith('Ms') && Number(value) >= 100);
  return Object.fromEntries(times.map(([key, value]) => [key, Math.ceil(Number(value) / 5)]));
}

async function attempt(
  host: Host,
  mechanism: string,
  nodes: number,
  deadline: number,
  config: Readonly<Record<string, unknown>>,
): Promise<number> {
  let cluster: Cluster | null = null;
  const limit = timeLimit(deadline, mechanism);
  try {
    const forming = startCluster({ host, mechanism, nodes, config, workers: 'shared', purpose: 'diagnosis' });
    // A cluster that comes up after the time is over must still be ended.
    forming.then((late) => limit.over() && void late.stop({ drainMs: 0 })).catch(() => {});
    cluster = await Promise.race([forming, limit.reached]);
    const settings = { ...host.plugin(mechanism).entry.config, ...config };
    return await Promise.race([agree(cluster, deadline, settings), limit.reached]);
  } catch (thrown) {
    throw faultOf(cluster) ?? thrown;
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
