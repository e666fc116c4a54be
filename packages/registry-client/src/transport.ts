import { concatBytes, HyperSyncError, LIMITS } from '@hypersync/base';
import type { IncomingMessage } from 'node:http';
import type { Agents } from './agents.ts';
import { isLoopback } from './address.ts';
import { failureFrom, failureOf, interrupted, shown } from './failures.ts';
import { http, https } from './node-http.ts';
import type { Secret } from './secret.ts';

/** How long a server may take. Milliseconds and bytes per second. */
export interface Patience {
  readonly idleMs: number;
  readonly minBytesPerSecond: number;
  /** The minimum rate is asked for only after this. */
  readonly graceMs: number;
}

export const PATIENCE: Patience = {
  idleMs: LIMITS.downloadIdleMs,
  minBytesPerSecond: LIMITS.downloadMinBytesPerSecond,
  graceMs: 5000,
};

/** Where the bytes of a successful answer go. Both may throw to refuse; the connection is then cut. */
export interface Sink {
  begin(answer: IncomingMessage): void;
  write(chunk: Uint8Array): void;
}

export interface Transport {
  /** One GET with redirects; resolves when the whole body is in the sink. Throws HS-14xx; does not retry. */
  get(url: URL, request: { accept: string; rangeFrom?: number; sink: Sink }): Promise<void>;
  close(): void;
}

const MAX_REDIRECTS = 3;
const ERROR_BODY_BYTES = 64 * 1024;

export function createTransport(options: {
  base: URL;
  token: Secret | null;
  agents: Agents;
  patience: Patience;
  signal?: AbortSignal | undefined;
}): Transport {
  const { base, token, agents, patience, signal } = options;
  return {
    async get(url, { accept, rangeFrom, sink }) {
      let at = url;
      for (let hop = 0; ; hop++) {
        const headers: Record<string, string> = { accept, 'accept-encoding': 'identity', 'user-agent': 'hypersync' };
        if (rangeFrom !== undefined) headers['range'] = `bytes=${rangeFrom}-`;
        // The license goes to the registry and to nobody else, wherever a redirect leads (attack N25).
        if (token !== null && at.origin === base.origin) headers['authorization'] = `Bearer ${token.reveal()}`;
        const next = await exchange(at, headers, { agents, patience, signal, sink });
        if (next === null) return;
        if (hop === MAX_REDIRECTS) throw refuseRedirect(at, `${MAX_REDIRECTS + 1} redirects in a row`);
        at = checkRedirect(at, next);
      }
    },
    close: () => agents.close(),
  };
}

/** Never from https to http, and plain http only within this machine. */
function checkRedirect(from: URL, location: string): URL {
  const to = URL.parse(location, from.href);
  if (to === null || (to.protocol !== 'https:' && to.protocol !== 'http:'))
    throw refuseRedirect(from, 'to what is no web address');
  if (to.protocol === 'http:' && (from.protocol === 'https:' || !isLoopback(to.hostname))) {
    throw refuseRedirect(from, `to plain http at ${to.host}`);
  }
  if (to.username !== '' || to.password !== '') throw refuseRedirect(from, 'to an address with credentials');
  return to;
}

function refuseRedirect(from: URL, what: string): HyperSyncError {
  return new HyperSyncError('HS-1406', `${shown(from)} redirects ${what}.`, { details: { url: shown(from) } });
}

interface Exchange {
  readonly agents: Agents;
  readonly patience: Patience;
  readonly signal: AbortSignal | undefined;
  readonly sink: Sink;
}

/** One request and its answer. Resolves with the Location of a redirect, or null once the sink has the whole body. */
function exchange(
  url: URL,
  headers: Record<string, string>,
  { agents, patience, signal, sink }: Exchange,
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) throw interrupted(url, signal.reason);
    const client = url.protocol === 'https:' ? https() : http;
    const request = client.request(url, { headers, agent: agents.for(url) });
    const watch = watchRate(patience, url, () => request.destroy());
    const finish = (): void => {
      watch.stop();
      signal?.removeEventListener('abort', stop);
    };
    const fail = (thrown: unknown): void => {
      finish();
      request.destroy();
      // Cutting a connection shows up as a reset; the reason for which we cut it is the one to tell.
      const reason: unknown = watch.verdict() ?? (signal?.aborted === true ? signal.reason : thrown);
      reject(signal?.aborted === true ? interrupted(url, reason) : failureFrom(reason, url));
    };
    const stop = (): void => fail(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    // The clock starts when a connection is ours, not while we wait for one of the pool.
    request.on('socket', () => watch.start());
    request.on('error', fail);
    request.on('response', (answer) => {
      watch.received(0);
      readAnswer(answer, url, sink, watch).then((location) => {
        finish();
        resolve(location);
      }, fail);
    });
    request.end();
  });
}

async function readAnswer(answer: IncomingMessage, url: URL, sink: Sink, watch: RateWatch): Promise<string | null> {
  const status = answer.statusCode ?? 0;
  if ([301, 302, 303, 307, 308].includes(status) && answer.headers.location !== undefined) {
    // A short body is read, so that the connection can be used again; an endless one is not.
    if (Number(answer.headers['content-length'] ?? Number.NaN) <= ERROR_BODY_BYTES) answer.resume();
    else answer.destroy();
    return answer.headers.location;
  }
  if (status !== 200 && status !== 206) {
    const body = memorySink(ERROR_BODY_BYTES, url);
    // An error page may be endless too; what counts is the status.
    await pour(answer, url, body, watch).catch(() => undefined);
    throw failureOf(status, body.bytes(), answer.headers, url);
  }
  const encoding = answer.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw broken(url, `it is encoded as ${encoding.slice(0, 20)}, which was not asked for`);
  sink.begin(answer);
  await pour(answer, url, sink, watch);
  return null;
}

/** By events: an asynchronous iterator would cost an installation of twenty downloads 4 ms. */
function pour(answer: IncomingMessage, url: URL, sink: Pick<Sink, 'write'>, watch: RateWatch): Promise<void> {
  const announced = answer.headers['content-length'];
  let received = 0;
  return new Promise((resolve, reject) => {
    const endedEarly = (): void => reject(broken(url, early(received, announced)));
    answer.on('data', (chunk: Uint8Array) => {
      received += chunk.length;
      watch.received(chunk.length);
      try {
        sink.write(chunk);
      } catch (thrown) {
        reject(thrown);
        answer.destroy();
      }
    });
    answer.on('end', () => {
      const whole = answer.complete && (announced === undefined || Number(announced) === received);
      if (whole) resolve();
      else endedEarly();
    });
    // Node cannot say "ended early" better than "aborted"; a stall brings its own error.
    answer.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') endedEarly();
      else reject(error);
    });
    answer.on('close', () => {
      if (!answer.readableEnded) endedEarly();
    });
  });
}

const early = (received: number, announced: string | undefined): string =>
  `it ended after ${received} bytes${announced === undefined ? '' : ` of ${announced}`}`;

export function broken(url: URL, what: string): HyperSyncError {
  return new HyperSyncError('HS-1407', `The answer of ${shown(url)} is broken: ${what}.`, {
    details: { url: shown(url) },
  });
}

interface RateWatch {
  start(): void;
  received(bytes: number): void;
  stop(): void;
  /** Why the transfer was ended; null while it was not. */
  verdict(): HyperSyncError | null;
}

/** Monotonic. The global `performance` would load a module of Node's that costs a start 1 ms. */
const milliseconds = (): number => process.uptime() * 1000;

/** Ends a transfer that stands still, or that creeps so that it would never end (attack T25). */
function watchRate(patience: Patience, url: URL, cut: () => void): RateWatch {
  let started = 0;
  let last = 0;
  let total = 0;
  let timer: NodeJS.Timeout | undefined;
  let verdict: HyperSyncError | null = null;
  const tooSlow = (what: string): void => {
    verdict ??= new HyperSyncError('HS-1402', `${shown(url)}: ${what}.`, {
      details: { url: shown(url), received: total },
    });
    cut();
  };
  const check = (): void => {
    const now = milliseconds();
    if (now - last > patience.idleMs) tooSlow(`no byte for ${patience.idleMs} ms`);
    else if (
      now - started > patience.graceMs &&
      total > 0 &&
      (total * 1000) / (now - started) < patience.minBytesPerSecond
    ) {
      tooSlow(`fewer than ${patience.minBytesPerSecond} bytes per second`);
    }
  };
  return {
    start() {
      started = last = milliseconds();
      timer = setInterval(check, Math.max(10, Math.min(1000, patience.idleMs / 4, patience.graceMs / 2)));
    },
    received(bytes) {
      last = milliseconds();
      total += bytes;
    },
    stop: () => clearInterval(timer),
    verdict: () => verdict,
  };
}

/** Keeps the body in memory; refuses byte `maxBytes` + 1, and before it a Content-Length that announces it (HS-1008). */
export function memorySink(maxBytes: number, url: URL): Sink & { bytes(): Uint8Array } {
  let chunks: Uint8Array[] = [];
  let length = 0;
  const refuse = (): never => {
    throw new HyperSyncError('HS-1008', `${shown(url)} is larger than ${maxBytes} bytes.`, {
      details: { url: shown(url), maxBytes },
    });
  };
  return {
    begin(answer) {
      chunks = [];
      length = 0;
      if (Number(answer.headers['content-length'] ?? 0) > maxBytes) refuse();
    },
    write(chunk) {
      length += chunk.length;
      if (length > maxBytes) refuse();
      chunks.push(chunk);
    },
    bytes: () => concatBytes(chunks),
  };
}
