import { HyperSyncError, isHyperSyncError, systemClock, type Clock } from '@hypersync/base';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { AddressInfo } from 'node:net';
import { createLiveTree, type LiveTree } from './live-tree.ts';
import { parseAddress } from './resource.ts';
import { problemReply, replyTo, type Reply } from './respond.ts';

/** Where the server tells what it does; pino's shape. */
export interface RegistryLogger {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export interface RegistryServerOptions {
  /** The tree of formats.md 5. */
  readonly tree: string;
  /** Judges the dates of licenses. */
  readonly clock?: Clock;
  readonly logger?: RegistryLogger;
  /** Public address in packuments; default: that of registry.json. */
  readonly origin?: string;
  /** PEM texts; without them the server speaks plain http. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** How often, at most, a request looks whether something was published. Milliseconds. */
  readonly recheckMs?: number;
}

export interface RegistryServer {
  /** Resolves with the address, e.g. `http://127.0.0.1:4873`. Port 0 takes a free one. Throws HS-1811. */
  listen(options?: { readonly host?: string; readonly port?: number }): Promise<string>;
  /** Takes no new connections, finishes what it began. */
  close(): Promise<void>;
  /** What is being served: the release counter of the tree, and the public address. */
  state(): { readonly release: number; readonly origin: string };
}

/** A license fits twice into this; nothing else of size is ever sent to us. */
const LIMITED = { maxHeaderSize: 16 * 1024 };

const silent: RegistryLogger = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * The server over a tree. Throws HS-1808 where the tree does not say clearly who may have what: there is no state in which
 * it serves and does not check.
 */
export async function createRegistryServer(options: RegistryServerOptions): Promise<RegistryServer> {
  const { logger = silent, clock = systemClock, tls } = options;
  const live = await createLiveTree({
    directory: options.tree,
    clock,
    logger,
    origin: options.origin ?? null,
    recheckMs: options.recheckMs ?? 1000,
  });
  const app: FastifyInstance = fastify({
    ...(tls === undefined
      ? { http: LIMITED }
      : { https: { ...LIMITED, cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' } }),
    logger: false,
    // Routing would decode the address; we read it as it came.
    rewriteUrl: () => '/',
    exposeHeadRoutes: false,
    bodyLimit: 1024,
    connectionTimeout: 60_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 30_000,
    forceCloseConnections: 'idle',
  } as object);
  app.server.maxConnections = 2048;
  // Answered before a body could be read: nothing that a client sends is ever parsed.
  app.addHook('onRequest', async (request, reply) => {
    await handle(request, reply, live, logger);
    return reply;
  });
  return {
    async listen({ host = '127.0.0.1', port = 0 } = {}) {
      try {
        await app.listen({ host, port });
      } catch (cause) {
        const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
        throw new HyperSyncError('HS-1811', `Cannot listen on ${host} port ${port}: ${code}.`, {
          cause,
          details: { host, port, code },
        });
      }
      const bound = app.server.address() as AddressInfo;
      const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
      return `${tls === undefined ? 'http' : 'https'}://${name}:${bound.port}`;
    },
    close: () => closeGracefully(app),
    state: () => live.served(),
  };
}

/** Longest time that a download may still take after the stop. */
const DRAIN_MS = 10_000;

/** A connection that was busy at the stop becomes idle with its answer, and would then be kept open for the next. */
async function closeGracefully(app: FastifyInstance): Promise<void> {
  const sweep = setInterval(() => app.server.closeIdleConnections(), 20);
  const deadline = setTimeout(() => app.server.closeAllConnections(), DRAIN_MS);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
    clearTimeout(deadline);
  }
}

async function handle(
  request: FastifyRequest,
  reply: FastifyReply,
  live: LiveTree,
  logger: RegistryLogger,
): Promise<void> {
  const began = performance.now();
  const { headers, method } = request;
  let customer: string | null = null;
  let code: string | null = null;
  let answer: Reply;
  try {
    if (method !== 'GET' && method !== 'HEAD')
      throw new HyperSyncError('HS-1806', `This registry does not answer ${method}.`);
    const state = await live.current();
    const identity = await state.identifier.identify(headers.authorization);
    if (identity.kind === 'licensed') customer = identity.customer;
    const abbreviated = (headers.accept ?? '').includes('application/vnd.npm.install-v1+json');
    const found = await state.answerer.answer({ address: parseAddress(request.originalUrl), identity, abbreviated });
    answer = replyTo(found, {
      ifNoneMatch: headers['if-none-match'],
      acceptEncoding: headers['accept-encoding']?.toString(),
      range: headers.range,
      ifRange: headers['if-range']?.toString(),
    });
  } catch (thrown) {
    answer = problemReply(thrown);
    code = isHyperSyncError(thrown) ? thrown.code : 'HS-1001';
    if (answer.status >= 500) logger.error({ code, error: (thrown as Error).message }, 'a request failed');
  }
  // The path only: a query or a header may hold what is nobody's business.
  const path = request.originalUrl.split('?', 1)[0]?.slice(0, 300);
  logger.info(
    { method, path, status: answer.status, code, customer, ms: Math.round(performance.now() - began) },
    'request',
  );
  void reply.code(answer.status).headers(answer.headers);
  if (method === 'HEAD' && answer.body !== null && !(answer.body instanceof Uint8Array)) answer.body.destroy();
  await reply.send(method === 'HEAD' ? undefined : (answer.body ?? undefined));
}
