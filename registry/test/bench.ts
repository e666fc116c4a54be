import { fixedClock } from '@hypersync/base';
import { createFakeVendor, fakeSigningKey, writeVendorTree, type FakeVendor } from '@hypersync/testkit';
import { issueLicense } from '@hypersync/entitlement';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistryServer, type RegistryServer, type RegistryServerOptions } from '../src/index.ts';
import type { TokenKind } from './entitlement-matrix.ts';

const DAY = 86_400_000;

export interface Bench extends AsyncDisposable {
  readonly vendor: FakeVendor;
  readonly tree: string;
  readonly address: string;
  readonly server: RegistryServer;
  /** The raw target goes out as it is: no client tidies the encoding. */
  get(
    target: string,
    options?: { token?: string | null; method?: string; headers?: Record<string, string> },
  ): Promise<Answered>;
}

export interface Answered {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  json(): Record<string, never>;
}

export async function makeTree(vendor?: FakeVendor): Promise<{ vendor: FakeVendor; tree: string }> {
  const made = vendor ?? (await createFakeVendor());
  const tree = mkdtempSync(join(tmpdir(), 'tree-'));
  await writeVendorTree(made, tree);
  return { vendor: made, tree };
}

export async function openBench(
  options: { vendor?: FakeVendor; server?: Partial<RegistryServerOptions> } = {},
): Promise<Bench> {
  const { vendor, tree } = await makeTree(options.vendor);
  const server = await createRegistryServer({ tree, clock: fixedClock(vendor.now), recheckMs: 0, ...options.server });
  const address = await server.listen();
  const agent = new http.Agent({ keepAlive: true });
  return {
    vendor,
    tree,
    address,
    server,
    get: (target, { token = null, method = 'GET', headers = {} } = {}) =>
      send(address, agent, target, method, {
        ...(token === null ? {} : { authorization: token.includes(' ') ? token : `Bearer ${token}` }),
        ...headers,
      }),
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await server.close();
      rmSync(tree, { recursive: true, force: true });
    },
  };
}

function send(
  address: string,
  agent: http.Agent,
  path: string,
  method: string,
  headers: Record<string, string>,
): Promise<Answered> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, path, method, headers, agent }, (response) => {
      const chunks: Uint8Array[] = [];
      response.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const body = Buffer.concat(chunks);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body,
          json: () => JSON.parse(body.toString()) as Record<string, never>,
        });
      });
    });
    request.on('error', reject);
    request.end();
  });
}

/** A real token of every kind; `revoked` needs its serial in the published list before the tree is written. */
export async function tokenOf(kind: TokenKind, vendor: FakeVendor): Promise<string | null> {
  const { now } = vendor;
  switch (kind) {
    case 'none':
      return null;
    case 'garbage':
      return 'Bearer not.a.license';
    case 'basic-auth':
      return `Basic ${Buffer.from(`user:${await vendor.license('pro')}`).toString('base64')}`;
    case 'other-key': {
      const thief = fakeSigningKey('licenses-1', 'ed25519');
      const terms = {
        vendor: 'Example Vendor',
        customer: 'Thief',
        serial: 'T-1',
        tier: 'pro',
        nodes: 0,
        issuedAt: now,
        notBefore: now,
        expires: now + DAY,
        graceDays: 0,
        sequence: 1,
        floor: 0,
      };
      return issueLicense(terms, { kid: 'licenses-1', sign: async (message) => thief.sign(message) });
    }
    case 'revoked':
      return vendor.license('pro', { serial: 'L-REVOKED' });
    case 'expired':
      return vendor.license('pro', {
        issuedAt: now - 90 * DAY,
        notBefore: now - 90 * DAY,
        expires: now - 30 * DAY,
        graceDays: 14,
      });
    case 'in-grace':
      return vendor.license('pro', {
        issuedAt: now - 90 * DAY,
        notBefore: now - 90 * DAY,
        expires: now - DAY,
        graceDays: 14,
      });
    case 'not-yet':
      return vendor.license('pro', { notBefore: now + DAY, expires: now + 30 * DAY });
    case 'core':
    case 'basic':
    case 'pro':
    case 'qm-imperium':
      return vendor.license(kind);
  }
}

/** A vendor with one package per tier, and one revoked license. */
export async function vendorWithRevokedLicense(): Promise<FakeVendor> {
  const vendor = await createFakeVendor({ mechanisms: ['gossip', 'raft', 'paxos'] });
  vendor.revokedSerials.push('L-REVOKED');
  vendor.publish();
  return vendor;
}
