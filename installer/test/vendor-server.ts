import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFakeVendor, type FakeVendor, type FakeVendorOptions } from '@hypersync/testkit';

export interface ServedVendor {
  readonly vendor: FakeVendor;
  readonly address: string;
  /** Called for each request before it is answered; a promise that never resolves is a server that hangs. */
  before: (path: string) => Promise<void> | void;
  close(): Promise<void>;
}

/** The fake vendor's current state on a port of this machine, by the addresses of formats.md 5. No entitlement: that is the server's. */
export async function serveVendor(options: FakeVendorOptions = {}): Promise<ServedVendor> {
  const served: { -readonly [K in keyof ServedVendor]?: ServedVendor[K] } = { before: () => {} };
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = decodeURIComponent(request.url ?? '').slice(1);
    await served.before?.(path);
    const bytes = served.vendor === undefined ? null : bytesAt(served.vendor, path);
    response.writeHead(bytes === null ? 404 : 200, { 'content-length': bytes?.length ?? 0 });
    response.end(bytes ?? undefined);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  served.vendor = await createFakeVendor({ now: Date.now(), registry: address, ...options });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return Object.assign(served, { address, close }) as ServedVendor;
}

/** What the vendor serves at a path of formats.md 5, already decoded and without its first slash. */
export function bytesAt(vendor: FakeVendor, path: string): Uint8Array | null {
  const tuf = /^-\/hypersync\/tuf\/(.+)$/.exec(path)?.[1];
  if (tuf !== undefined) return vendor.repository.files.get(tuf) ?? null;
  const tarball = /^(@[^/]+\/([^/]+))\/-\/\2-(.+)\.tgz$/.exec(path);
  if (tarball !== null) return vendor.artifacts.get(`${tarball[1]}@${tarball[3]}`)?.tarball ?? null;
  const bundle = /^-\/hypersync\/bundles\/(.+)\.sigstore\.json$/.exec(path)?.[1];
  const found = [...vendor.artifacts.values()].find(
    ({ entry }) => `${entry.name.split('/')[1]}-${entry.version}` === bundle,
  );
  return found?.bundle ?? null;
}
