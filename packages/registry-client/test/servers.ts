import { readFileSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Server } from 'node:net';
import { openRegistry, secretOf, type Registry, type RegistryOptions } from '../src/index.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface TestServer {
  readonly address: string;
  readonly port: number;
  /** Every request so far: method, path, and the headers that matter here. */
  readonly seen: { path: string; method: string; authorization: string | undefined; range: string | undefined }[];
  [Symbol.asyncDispose](): Promise<void>;
}

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

/** The authority that signed the certificate of `serveTls`; it is in nobody's roots. */
export const testAuthority = (): string => fixture('ca.pem');

export async function serve(handler: Handler): Promise<TestServer> {
  const seen: TestServer['seen'] = [];
  const server = http.createServer(recording(seen, handler));
  const port = await listen(server);
  return { address: `http://127.0.0.1:${port}`, port, seen, [Symbol.asyncDispose]: () => shut(server) };
}

/** Certificate for registry.test and 127.0.0.1. */
export async function serveTls(handler: Handler): Promise<TestServer> {
  const seen: TestServer['seen'] = [];
  const server = https.createServer(
    { key: fixture('server.key'), cert: fixture('server.pem') },
    recording(seen, handler),
  );
  const port = await listen(server);
  return { address: `https://127.0.0.1:${port}`, port, seen, [Symbol.asyncDispose]: () => shut(server) };
}

/** A proxy that tunnels every CONNECT to `target`, or refuses it with a status. */
export async function serveProxy(target: number | { refuse: number }): Promise<TestServer> {
  const seen: TestServer['seen'] = [];
  const server = http.createServer((request, response) => {
    seen.push({
      path: request.url ?? '',
      method: request.method ?? '',
      authorization: request.headers.authorization,
      range: undefined,
    });
    response.writeHead(500).end();
  });
  server.on('connect', (request, socket) => {
    seen.push({
      path: request.url ?? '',
      method: 'CONNECT',
      authorization: request.headers['proxy-authorization'],
      range: undefined,
    });
    if (typeof target !== 'number') {
      socket.end(`HTTP/1.1 ${target.refuse} Refused\r\n\r\n`);
      return;
    }
    const onward = net.connect(target, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  const port = await listen(server);
  return { address: `http://127.0.0.1:${port}`, port, seen, [Symbol.asyncDispose]: () => shut(server) };
}

/** A registry client that never waits between attempts and reads no proxy from this machine. */
export function connect(address: string, options: Partial<RegistryOptions> = {}): Promise<Registry> {
  return openRegistry(
    {
      address,
      token: secretOf('license-token'),
      kind: 'hypersync',
      partials: null,
      environment: {},
      wait: async () => undefined,
      ...options,
    },
    async () => new Map(),
  );
}

function recording(seen: TestServer['seen'], handler: Handler): Handler {
  return (request, response) => {
    const { authorization, range } = request.headers;
    seen.push({ path: request.url ?? '', method: request.method ?? '', authorization, range });
    handler(request, response);
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function shut(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
