import { HyperSyncError, LIMITS, parseJson, toUtf8, type JsonObject, type JsonValue } from '@hypersync/base';
import type { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { isLoopback } from './address.ts';
import { proxySettings, type AgentOptions } from './agents.ts';
import { failureFrom, failureOf, shown } from './failures.ts';
import { http, https, tls } from './node-http.ts';
import type { Secret } from './secret.ts';

/** One request to a stock npm registry through npm's own client. */
export interface NpmRequest {
  readonly method: 'GET' | 'PUT';
  readonly url: URL;
  readonly body?: JsonObject;
  readonly accept: string;
}

export interface NpmClient {
  /** The JSON of a successful answer, at most `LIMITS.packumentBytes`; otherwise HS-14xx. Does not retry. */
  request(request: NpmRequest): Promise<JsonValue>;
}

/** npm-registry-fetch takes 100 ms to import, so it is loaded with the first request. */
export function npmClient(
  options: AgentOptions & { base: URL; token: Secret | null; signal: AbortSignal | undefined },
): NpmClient {
  const { base, token, signal } = options;
  return {
    async request({ method, url, body, accept }) {
      const { default: registryFetch } = await import('npm-registry-fetch');
      const guard = originGuard(base, options);
      try {
        const answer = await registryFetch(url.href, {
          registry: `${base.href.replace(/\/$/, '')}/`,
          method,
          headers: { accept },
          agent: guard.agent,
          // Retrying is ours: one policy for all registries.
          retry: { retries: 0 },
          timeout: LIMITS.downloadIdleMs,
          ...(signal === undefined ? {} : { signal }),
          ...(body === undefined
            ? {}
            : { body: JSON.stringify(body), headers: { accept, 'content-type': 'application/json' } }),
          ...(token === null
            ? {}
            : { [`//${base.host}${base.pathname.replace(/\/?$/, '/')}:_authToken`]: token.reveal() }),
        });
        return parseJson(await bounded(answer.body as AsyncIterable<Uint8Array>, url), {
          maxBytes: LIMITS.packumentBytes,
          maxDepth: LIMITS.manifestDepth,
          source: shown(url),
        });
      } catch (thrown) {
        throw guard.violation() ?? npmFailure(thrown, url);
      } finally {
        guard.close();
      }
    },
  };
}

function npmFailure(thrown: unknown, url: URL): HyperSyncError {
  const error = thrown as { statusCode?: unknown; body?: unknown; headers?: Record<string, string[]> };
  if (typeof error.statusCode !== 'number' || error instanceof HyperSyncError) return failureFrom(thrown, url);
  const headers = Object.fromEntries(Object.entries(error.headers ?? {}).map(([name, values]) => [name, values[0]]));
  const text = typeof error.body === 'object' && error.body !== null ? JSON.stringify(error.body) : '';
  return failureOf(error.statusCode, toUtf8(text), headers, url);
}

async function bounded(body: AsyncIterable<Uint8Array>, url: URL): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > LIMITS.packumentBytes) throw tooLarge(url);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(url: URL): HyperSyncError {
  return new HyperSyncError('HS-1008', `${shown(url)} is larger than ${LIMITS.packumentBytes} bytes.`);
}

/**
 * npm's client follows redirects to other ports and to plain http with the token still on, and reads error pages
 * without a limit. This agent connects to the registry's own origin only, and cuts a connection that brings too much.
 */
function originGuard(
  base: URL,
  options: AgentOptions,
): { agent: Agent; violation(): HyperSyncError | null; close(): void } {
  let violation: HyperSyncError | null = null;
  const port = base.port === '' ? (base.protocol === 'https:' ? 443 : 80) : Number(base.port);
  const guard = (target: { host?: string | null | undefined; port?: number | string | null | undefined }): void => {
    if (target.host === base.hostname.replace(/^\[|\]$/g, '') && Number(target.port) === port) return;
    violation = new HyperSyncError(
      'HS-1406',
      `${base.host} redirects to ${String(target.host)}:${String(target.port)}.`,
    );
    throw violation;
  };
  const watched = new WeakSet<Socket>();
  const watch = (socket: Socket | null | undefined): void => {
    // Over plain http the callback is the connect listener and brings no socket; over TLS it brings the same one again.
    if (!socket || watched.has(socket)) return;
    watched.add(socket);
    const timer = setInterval(() => {
      if (socket.bytesRead <= 2 * LIMITS.packumentBytes) return;
      violation ??= tooLarge(base);
      socket.destroy();
    }, 20);
    socket.once('close', () => clearInterval(timer));
  };
  const secure = base.protocol === 'https:';
  const trust = options.ca === undefined ? {} : { ca: [...tls().getCACertificates('default'), options.ca] };
  const proxy = isLoopback(base.hostname) ? {} : { proxyEnv: proxySettings(options.environment) };
  const agent = secure ? new (https().Agent)({ ...trust, ...proxy }) : new http.Agent();
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (target, callback) => {
    guard(target);
    const socket = connect(target, (error, stream) => {
      watch(stream as Socket | undefined);
      callback?.(error, stream);
    }) as Socket | undefined;
    watch(socket);
    return socket;
  };
  return { agent, violation: () => violation, close: () => agent.destroy() };
}
