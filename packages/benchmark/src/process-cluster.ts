import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import type { Contact } from './replica-links.ts';

/** What one replica is told at its start. */
export interface Setup {
  readonly self: string;
  readonly place: number;
  readonly mechanism: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Every frame carries an HMAC under a key of its two ends. */
  readonly sessionMacs: boolean;
  /** False takes the Byzantine guard out, to see what it costs. */
  readonly guard: boolean;
  /** This one says everything sixteen times, with broken signatures. */
  readonly attacks: boolean;
}

export type Command =
  | { readonly t: 'setup'; readonly setup: Setup }
  | { readonly t: 'join'; readonly contacts: readonly Contact[] }
  | { readonly t: 'load'; readonly clients: number; readonly bytes: number }
  | { readonly t: 'rest' }
  | { readonly t: 'measure' };

/** Of one replica since its start, but for the latencies, which are since the last question. */
export interface Figures {
  readonly signed: number;
  readonly verified: number;
  readonly steps: number;
  readonly persisted: number;
  readonly delivered: number;
  readonly evidence: number;
  /** Milliseconds from a client's first attempt to its outcome. */
  readonly latencies: readonly number[];
  readonly rejected: number;
  readonly wireBytes: number;
  readonly frames: number;
  readonly refused: number;
  readonly cpuMicros: number;
  readonly heapUsed: number;
  readonly rss: number;
  readonly detail: Readonly<Record<string, number | string | boolean>>;
}

export interface ClusterRun {
  readonly mechanism: string;
  readonly nodes: number;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly sessionMacs?: boolean;
  readonly guard?: boolean;
  /** The last member attacks, and has no clients. */
  readonly attack?: boolean;
  /** In a closed loop, at each honest replica. */
  readonly clients: number;
  readonly valueBytes: number;
  readonly warmUpMs: number;
  /** Ends after so long, or so many operations, whichever comes first. */
  readonly durationMs: number;
  readonly operations?: number;
  /** Flags for the processes, `--cpu-prof` for example. */
  readonly execArgv?: readonly string[];
}

export interface ClusterFigures {
  readonly operations: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Milliseconds, of the clients of all replicas. */
  readonly p50: number;
  readonly p99: number;
  /** CPU of all processes together. */
  readonly cpuMicrosPerOperation: number;
  readonly wireBytes: number;
  /** What the payloads alone take, once to each other replica. */
  readonly payloadBytes: number;
  readonly signedPerOperation: number;
  readonly verifiedPerOperation: number;
  /** Largest of the replicas, at the end. */
  readonly rss: number;
  readonly heapUsed: number;
  readonly rejected: number;
  readonly last: readonly Figures[];
}

const PROGRAM = fileURLToPath(new URL('./replica-process.ts', import.meta.url));
const POLL_MS = 1000;

/** Runs a cluster of real processes on loopback, with load, and measures it after a warm-up. */
export async function runCluster(run: ClusterRun): Promise<ClusterFigures> {
  const children = Array.from({ length: run.nodes }, () =>
    fork(PROGRAM, [], { execArgv: [...(run.execArgv ?? [])], serialization: 'advanced' }),
  );
  try {
    return await measure(run, children);
  } finally {
    await Promise.all(children.map(endOf));
  }
}

async function measure(run: ClusterRun, children: readonly ChildProcess[]): Promise<ClusterFigures> {
  const { mechanism, config = {}, sessionMacs = false, guard = true, attack = false } = run;
  const contacts = await Promise.all(
    children.map(async (child, place) => {
      const attacks = attack && place === run.nodes - 1;
      const self = `n${String(place + 1).padStart(2, '0')}`;
      const setup = { self, place, mechanism, config, sessionMacs, guard, attacks };
      return (await ask(child, { t: 'setup', setup })) as Contact;
    }),
  );
  await Promise.all(children.map((child) => ask(child, { t: 'join', contacts })));
  const honest = attack ? children.slice(0, -1) : children;
  for (const child of honest) await ask(child, { t: 'load', clients: run.clients, bytes: run.valueBytes });
  await pause(run.warmUpMs);
  const before = await figuresOf(honest);
  const start = performance.now();
  const latencies: number[] = [];
  let after = before;
  while (performance.now() - start < run.durationMs && latencies.length < (run.operations ?? Infinity)) {
    await pause(Math.min(POLL_MS, run.durationMs - (performance.now() - start)));
    after = await figuresOf(honest);
    for (const { latencies: more } of after) for (const one of more) latencies.push(one);
  }
  return summary(run, before, after, latencies, (performance.now() - start) / 1000);
}

function figuresOf(children: readonly ChildProcess[]): Promise<Figures[]> {
  return Promise.all(children.map(async (child) => (await ask(child, { t: 'measure' })) as Figures));
}

function summary(
  run: ClusterRun,
  before: readonly Figures[],
  after: readonly Figures[],
  latencies: readonly number[],
  seconds: number,
): ClusterFigures {
  const operations = latencies.length;
  const grown = (pick: (figures: Figures) => number): number =>
    after.reduce((sum, figures, i) => sum + pick(figures) - pick(before[i]!), 0);
  const sorted = Float64Array.from(latencies).sort();
  const quantile = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return {
    operations,
    seconds,
    perSecond: operations / seconds,
    p50: quantile(0.5),
    p99: quantile(0.99),
    cpuMicrosPerOperation: grown(({ cpuMicros }) => cpuMicros) / operations,
    wireBytes: grown(({ wireBytes }) => wireBytes),
    payloadBytes: operations * run.valueBytes * (run.nodes - 1),
    signedPerOperation: grown(({ signed }) => signed) / operations,
    verifiedPerOperation: grown(({ verified }) => verified) / operations,
    rss: Math.max(...after.map(({ rss }) => rss)),
    heapUsed: Math.max(...after.map(({ heapUsed }) => heapUsed)),
    rejected: after.reduce((sum, { rejected }) => sum + rejected, 0),
    last: after,
  };
}

/** One question at a time; a replica that dies fails the run. */
async function ask(child: ChildProcess, command: Command): Promise<unknown> {
  const gone = new AbortController();
  const died = once(child, 'exit', { signal: gone.signal }).then(() => {
    throw new TypeError('a replica has died');
  });
  const answered = once(child, 'message', { signal: gone.signal });
  child.send(command);
  try {
    const [message] = (await Promise.race([answered, died])) as [{ readonly answer: unknown }];
    return message.answer;
  } finally {
    gone.abort();
    died.catch(() => {});
    answered.catch(() => {});
  }
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.disconnect();
  const hurry = setTimeout(() => child.kill('SIGKILL'), 3000);
  await gone;
  clearTimeout(hurry);
}
