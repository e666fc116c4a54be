import { availableParallelism } from 'node:os';
import { HyperSyncError, systemRandom, type Random } from '@hypersync/base';
import { BorderWriter, decodeProblems, encodeConfig, type Lane, type Member, type NodeId } from '@hypersync/interface';
import { checkModule, type AdmittedPlugin } from './admit-plugin.ts';
import { ClusterNode } from './cluster-node.ts';
import { Cluster, type ClusterEvent } from './cluster.ts';
import { EventStream } from './event-stream.ts';
import type { Host } from './host.ts';
import { createKeyRing } from './key-ring.ts';
import { checkNodes } from './node-limits.ts';
import { DEFAULT_LIMITS, PluginWorker, type PluginLimits, type Realm, type RuntimeParts } from './plugin-worker.ts';
import { systemTime, type Time } from './time.ts';

export interface ClusterOptions {
  readonly host: Host;
  /** Id of an installed mechanism. */
  readonly mechanism: string;
  /** How many (they are called n1, n2, ...), or their names: 1 to 64 of `a-z 0-9 . _ -`. */
  readonly nodes: number | readonly NodeId[];
  /** Over the defaults of the mechanism and tier. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Positive integers; default 1 each. */
  readonly weights?: Readonly<Record<NodeId, number>>;
  readonly limits?: Partial<PluginLimits>;
  /**
   * `per-node` (default): a fault of one node's plugin ends that node only. `shared`: all realms in one worker, which starts
   * sooner; a node that loops or runs out of memory ends all.
   */
  readonly workers?: 'per-node' | 'shared';
  /** Events kept for a reader that is behind; default 10,000. */
  readonly eventBuffer?: number;
  /** `diagnosis` needs no license. */
  readonly purpose?: 'work' | 'diagnosis';
  readonly time?: Time;
  readonly random?: Random;
}

/**
 * Starts a cluster of confined nodes in this process: in-memory transport and storage, real signatures, real clocks. Throws
 * HS-2012 to HS-2016 before anything runs, HS-2007 to HS-2011 when the plugin does not come up.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { host } = options;
  const plugin = host.plugin(options.mechanism);
  const members = membersOf(options);
  checkNodes(members.length, plugin.entry, host.limits, options.purpose);
  const realms = realmSource(
    plugin,
    host.parts,
    { ...DEFAULT_LIMITS, ...options.limits },
    options.workers ?? 'per-node',
  );
  const events = new EventStream<ClusterEvent>(options.eventBuffer ?? 10_000);
  const nodes = new Map<NodeId, ClusterNode>();
  const cluster = new Cluster(plugin.descriptor, nodes, events);
  const config = { ...plugin.entry.config, ...options.config };
  const random = options.random ?? systemRandom;
  const keys = createKeyRing(members.map((member) => member.id));
  for (const { id } of members) {
    const node = new ClusterNode(id, members, config, {
      descriptor: plugin.descriptor,
      keys,
      time: options.time ?? systemTime,
      seed: () => new DataView(random.bytes(4).buffer).getUint32(0),
      openRealm: realms.open,
      send: (from, to, bytes, lane) => deliver(nodes, from, to, bytes, lane),
      onEvent: (event) => cluster.onEvent(event),
      onStatus: (status) => cluster.onStatus(status),
      onStep: () => cluster.onStep(),
    });
    nodes.set(id, node);
  }
  try {
    await eachOf([...nodes.values()], realms.atOnce, (node) => node.load());
    for (const node of [...nodes.values()].slice(0, 1)) await checkConfig(plugin, node.realm, config, members.length);
    await Promise.all([...nodes.values()].map((node) => node.run()));
  } catch (error) {
    await Promise.all([...nodes.values()].map((node) => node.end(error as HyperSyncError)));
    await realms.end(error as HyperSyncError);
    throw error;
  }
  return cluster;
}

/** In-memory transport: reliable, in order per sender and lane, and it authenticates the sender. */
function deliver(
  nodes: ReadonlyMap<NodeId, ClusterNode>,
  from: NodeId,
  to: NodeId,
  bytes: Uint8Array,
  lane: Lane,
): void {
  for (const node of nodes.values()) {
    if (node.id !== from && (to === 'all' || to === node.id)) node.receive(from, bytes, lane);
  }
}

interface RealmSource {
  open(this: void): Promise<Realm>;
  end(reason: HyperSyncError): Promise<void>;
  /** How many to open at once. */
  readonly atOnce: number;
}

function realmSource(
  plugin: AdmittedPlugin,
  parts: RuntimeParts,
  limits: PluginLimits,
  workers: 'per-node' | 'shared',
): RealmSource {
  const load = async (worker: PluginWorker): Promise<Realm> => {
    const realm = await worker.open(plugin.id, plugin.module);
    await checkModule(plugin, realm);
    return realm;
  };
  if (workers === 'shared') return sharedWorker(load, () => new PluginWorker(parts, limits));
  return {
    atOnce: Math.max(2, availableParallelism()),
    end: async () => {},
    async open() {
      const worker = new PluginWorker(parts, limits);
      try {
        const realm = await load(worker);
        return { call: realm.call, release: (reason) => worker.terminate(reason) };
      } catch (error) {
        await worker.terminate(error as HyperSyncError);
        throw error;
      }
    },
  };
}

/** One worker for as long as any realm in it is in use; a new one when it has ended. */
function sharedWorker(load: (worker: PluginWorker) => Promise<Realm>, start: () => PluginWorker): RealmSource {
  let worker: PluginWorker | null = null;
  let users = 0;
  return {
    atOnce: 1,
    end: async (reason) => worker?.terminate(reason),
    async open() {
      if (worker === null || worker.ended !== null) {
        worker = start();
        users = 0;
      }
      const mine = worker;
      users++;
      const realm = await load(mine);
      return {
        call: realm.call,
        release: async (reason) => {
          await realm.release(reason);
          if (mine === worker && --users === 0) await mine.terminate(reason);
        },
      };
    },
  };
}

async function checkConfig(
  plugin: AdmittedPlugin,
  realm: Realm,
  config: Readonly<Record<string, unknown>>,
  nodes: number,
): Promise<void> {
  const writer = new BorderWriter(1024 * 1024);
  try {
    encodeConfig(writer, config, nodes);
  } catch (cause) {
    const message = `The configuration is no plain data: ${(cause as Error).message}.`;
    throw new HyperSyncError('HS-2015', message, { cause });
  }
  const problems = decodeProblems(await realm.call('validateConfig', writer.written()));
  if (problems.length === 0) return;
  const lines = problems.map(({ key, allowed, reason }) => `${key}: allowed is ${allowed} (${reason})`);
  throw new HyperSyncError('HS-2015', `${plugin.id} refuses its configuration. ${lines.join('; ')}.`, {
    details: { mechanism: plugin.id, problems },
  });
}

function membersOf({ nodes, weights }: ClusterOptions): readonly Member[] {
  const names = typeof nodes === 'number' ? Array.from({ length: nodes }, (_, i) => `n${i + 1}`) : nodes;
  const members = names.map((id) => ({ id, weight: weights?.[id] ?? 1 }));
  for (const { id, weight } of members) {
    if (!/^[a-z0-9._-]{1,64}$/.test(id)) throw wrongMember(`the name ${JSON.stringify(id.slice(0, 80))}`);
    if (!Number.isSafeInteger(weight) || weight < 1 || weight > 2 ** 32)
      throw wrongMember(`the weight ${weight} of ${id}`);
  }
  if (new Set(names).size !== names.length) throw wrongMember('a name twice');
  return members.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function wrongMember(what: string): HyperSyncError {
  return new HyperSyncError('HS-1007', `The cluster was given ${what}.`, {
    hint: 'Names are 1 to 64 characters of a-z 0-9 . _ - and differ; weights are integers from 1 to 2^32.',
  });
}

/** Runs `body` for every item, `atOnce` at a time; the first failure is thrown once all that run have ended. */
async function eachOf<T>(items: readonly T[], atOnce: number, body: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const results = await Promise.allSettled(
    Array.from({ length: Math.min(atOnce, items.length) }, async () => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await body(item);
    }),
  );
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
