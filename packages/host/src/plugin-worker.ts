import { Worker } from 'node:worker_threads';
import { HyperSyncError } from '@hypersync/base';
import { BorderReader } from '@hypersync/interface';
import { OPERATIONS, REPLY, type Operation } from './border.ts';
import type { LoadProblem } from './confinement.ts';
import { WORKER_EXIT, type WorkerReply, type WorkerRequest, type WorkerSetup } from './worker-protocol.ts';

/** What the trusted side of a runtime consists of. Verified with the plugins where it comes from a generation. */
export interface RuntimeParts {
  /** Entry of the worker: a file, or the source text of one self-contained module. */
  readonly worker: URL | string;
  /** Source text of the prelude: one self-contained module. */
  readonly prelude: string;
}

/** What a plugin may use. */
export interface PluginLimits {
  /** One call into the plugin, milliseconds. */
  readonly stepTimeoutMs: number;
  /** Starting the worker and evaluating a plugin, milliseconds. */
  readonly loadTimeoutMs: number;
  /** Heap, and apart from it ArrayBuffers, of one worker, MiB each. */
  readonly memoryMb: number;
}

export const DEFAULT_LIMITS: PluginLimits = { stepTimeoutMs: 5_000, loadTimeoutMs: 20_000, memoryMb: 256 };

interface Waiting {
  readonly what: string;
  readonly limitMs: number;
  readonly resolve: (reply: WorkerReply) => void;
  readonly reject: (error: HyperSyncError) => void;
}

const PROBLEMS: Readonly<Record<LoadProblem, string>> = {
  'prelude-failed': 'the prelude of this runtime failed',
  'not-a-module': 'it is not an ECMAScript module',
  'imports-something': 'it imports another module',
  'dynamic-import': 'it uses import()',
  'top-level-await': 'it awaits at top level',
  'threw-while-loading': 'it threw while it was evaluated',
  'no-default-export': 'it has no default export',
};

/** One worker thread, seen from the main thread. Holds any number of realms; a fault of one ends all of them. */
export class PluginWorker {
  readonly #worker: Worker;
  readonly #limits: PluginLimits;
  readonly #waiting = new Map<number, Waiting>();
  #watchdog: NodeJS.Timeout | null = null;
  #nextId = 1;
  #nextSlot = 1;
  #ended: HyperSyncError | null = null;

  constructor(parts: RuntimeParts, limits: PluginLimits) {
    this.#limits = limits;
    const setup: WorkerSetup = { prelude: parts.prelude, externalBytes: limits.memoryMb * 1024 * 1024 };
    this.#worker = new Worker(entryOf(parts.worker), {
      execArgv: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
      env: {},
      workerData: setup,
      resourceLimits: { maxOldGenerationSizeMb: limits.memoryMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    });
    this.#worker.on('message', (reply: WorkerReply) => this.#settle(reply));
    this.#worker.on('error', (error: Error | null) => this.#end(faultOf(error)));
    this.#worker.on('exit', (code) => this.#end(exitFault(code)));
  }

  /** Evaluates a plugin in a new realm. Throws HS-2008, or what ended the worker. */
  async open(name: string, plugin: Uint8Array): Promise<Realm> {
    const slot = this.#nextSlot++;
    // A copy: the verified bytes stay with their owner, and the transfer empties what it is given.
    const bytes = new Uint8Array(plugin);
    const reply = await this.#ask(
      `load ${name}`,
      this.#limits.loadTimeoutMs,
      { t: 'open', slot, plugin: bytes },
      bytes,
    );
    if (reply.t === 'refused') {
      const said = reply.said === '' ? '' : `: ${JSON.stringify(reply.said)}`;
      throw new HyperSyncError('HS-2008', `Plugin ${name}: ${PROBLEMS[reply.problem]}${said}.`, {
        details: { plugin: name, problem: reply.problem },
      });
    }
    return {
      call: (operation, request) => this.#call(name, slot, operation, request),
      release: async () => this.#close(slot),
    };
  }

  /** Null while the worker lives. */
  get ended(): HyperSyncError | null {
    return this.#ended;
  }

  async terminate(reason: HyperSyncError): Promise<void> {
    this.#end(reason);
    await this.#worker.terminate();
  }

  async #call(name: string, slot: number, operation: Operation, request: Uint8Array): Promise<Uint8Array> {
    const bytes = new Uint8Array(request);
    const message = { t: 'call', slot, operation: OPERATIONS[operation], bytes } as const;
    const reply = await this.#ask(`${operation} of ${name}`, this.#limits.stepTimeoutMs, message, bytes);
    if (reply.t !== 'bytes') throw broken(name, operation, 'it could not answer at all');
    const kind = reply.bytes[0];
    if (kind === REPLY.ok) return reply.bytes.subarray(1);
    const said = new BorderReader(reply.bytes.subarray(1), false).text();
    const how = kind === REPLY.threw ? 'it threw' : 'its answer breaks the interface';
    throw broken(name, operation, `${how}: ${JSON.stringify(said)}`);
  }

  #close(slot: number): void {
    if (this.#ended === null) this.#ask('close', this.#limits.stepTimeoutMs, { t: 'close', slot }).catch(() => {});
  }

  #ask(
    what: string,
    limitMs: number,
    request: DistributedOmit<WorkerRequest>,
    moved?: Uint8Array,
  ): Promise<WorkerReply> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { what, limitMs, resolve, reject });
      if (this.#waiting.size === 1) this.#watch();
      this.#worker.postMessage({ ...request, id }, moved === undefined ? [] : [moved.buffer as ArrayBuffer]);
    });
  }

  #settle(reply: WorkerReply): void {
    const waiting = this.#waiting.get(reply.id);
    if (waiting === undefined) return;
    this.#waiting.delete(reply.id);
    waiting.resolve(reply);
    this.#watch();
  }

  /** The worker answers in order, so only the oldest request can be the one that does not return. */
  #watch(): void {
    if (this.#watchdog !== null) clearTimeout(this.#watchdog);
    this.#watchdog = null;
    const oldest = this.#waiting.values().next().value;
    if (oldest === undefined) return;
    this.#watchdog = setTimeout(() => {
      const message = `${oldest.what} did not return within ${oldest.limitMs} ms.`;
      void this.terminate(new HyperSyncError('HS-2010', message, { details: { limitMs: oldest.limitMs } }));
    }, oldest.limitMs);
  }

  #end(reason: HyperSyncError): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    if (this.#watchdog !== null) clearTimeout(this.#watchdog);
    for (const waiting of this.#waiting.values()) waiting.reject(reason);
    this.#waiting.clear();
  }
}

/** One plugin in one realm. Faults are HS-2009 (this realm) or HS-2010, HS-2011 (its whole worker). */
export interface Realm {
  /** The bytes of the reply; the caller owns them. */
  readonly call: (operation: Operation, request: Uint8Array) => Promise<Uint8Array>;
  /** Gives it back; `reason` is what calls still open are rejected with where its worker ends, too. */
  readonly release: (reason: HyperSyncError) => Promise<void>;
}

type DistributedOmit<T> = T extends unknown ? Omit<T, 'id'> : never;

function entryOf(worker: URL | string): URL {
  return worker instanceof URL
    ? worker
    : new URL(`data:text/javascript;base64,${Buffer.from(worker).toString('base64')}`);
}

function broken(name: string, operation: Operation, why: string): HyperSyncError {
  return new HyperSyncError('HS-2009', `Plugin ${name}, ${operation}: ${why}.`, {
    details: { plugin: name, operation },
  });
}

function faultOf(error: { code?: unknown; message?: unknown } | null): HyperSyncError {
  const memory = error?.code === 'ERR_WORKER_OUT_OF_MEMORY';
  const message = memory
    ? 'The worker reached its limit of heap memory.'
    : `The worker failed: ${String(error?.message)}`;
  return new HyperSyncError('HS-2011', message, { details: { reason: memory ? 'memory' : 'error' }, cause: error });
}

function exitFault(code: number): HyperSyncError {
  if (code === WORKER_EXIT.memory) {
    const message = 'The worker ended itself: the plugin holds more memory in ArrayBuffers than it may.';
    return new HyperSyncError('HS-2011', message, { details: { reason: 'memory' } });
  }
  if (code === WORKER_EXIT.surfaced) {
    const message = 'The worker ended itself: an exception or rejection left the confined realm.';
    return new HyperSyncError('HS-2011', message, { details: { reason: 'surfaced' } });
  }
  return new HyperSyncError('HS-2011', `The worker ended with code ${code}.`, { details: { reason: 'exit', code } });
}
