import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { fixedClock } from '@hypersync/base';
import { openRegistry, type Registry } from '@hypersync/registry-client';
import { memoryMetadataStore, openTrustedCatalog, verifyArtifact } from '@hypersync/trust';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { currentAnchor, publish, publishToNpm } from '../src/index.ts';
import { NOW, removeTemplates, vendorThat, type VendorBox } from './vendor-box.ts';

let vendor: VendorBox;
let server: Server;
let address = '';

/** As much of an npm registry as publishing and installing need: versions merge, a version never changes. */
function stockRegistry(): Server {
  const packages = new Map<
    string,
    { versions: Record<string, unknown>; 'dist-tags': Record<string, string>; name: string }
  >();
  const tarballs = new Map<string, Buffer>();
  return createServer((request, response) => {
    void (async () => {
      const path = decodeURIComponent(request.url ?? '/');
      const answer = (status: number, body: unknown): void =>
        void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      if (request.method === 'PUT') {
        let text = '';
        for await (const chunk of request) text += String(chunk);
        const body = JSON.parse(text) as {
          name: string;
          versions: Record<string, unknown>;
          'dist-tags': Record<string, string>;
          _attachments: Record<string, { data: string }>;
        };
        const known = packages.get(body.name) ?? { name: body.name, versions: {}, 'dist-tags': {} };
        if (Object.keys(body.versions).some((version) => version in known.versions))
          return answer(409, { error: 'exists' });
        Object.assign(known.versions, body.versions);
        Object.assign(known['dist-tags'], body['dist-tags']);
        packages.set(body.name, known);
        const [version = ''] = Object.keys(body.versions);
        for (const { data } of Object.values(body._attachments))
          tarballs.set(`/${body.name}/-/${body.name.split('/')[1]}-${version}.tgz`, Buffer.from(data, 'base64'));
        return answer(201, {});
      }
      const tarball = tarballs.get(path);
      if (tarball !== undefined) return void response.writeHead(200, { 'content-length': tarball.length }).end(tarball);
      const known = packages.get(path.slice(1));
      answer(known === undefined ? 404 : 200, known ?? { error: 'not found' });
    })();
  });
}

beforeEach(async () => {
  vendor = await vendorThat('published');
  server = stockRegistry().listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.close();
  vendor.remove();
});
afterAll(removeTemplates);

/** Plain ustar, which is all that the publisher writes. */
async function unpack(tarball: Uint8Array): Promise<ReadonlyMap<string, Uint8Array>> {
  const [raw, files] = [gunzipSync(tarball), new Map<string, Uint8Array>()];
  const text = (at: number, length: number): string => raw.toString('latin1', at, at + length).replace(/\0.*$/s, '');
  for (let at = 0; raw[at] !== 0;) {
    const size = Number.parseInt(text(at + 124, 12), 8);
    const prefix = text(at + 345, 155);
    files.set(`${prefix === '' ? '' : `${prefix}/`}${text(at, 100)}`, raw.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

async function installable(registry: Registry): Promise<readonly string[]> {
  const source = { fetch: (path: string, maxBytes: number) => registry.metadata(path, maxBytes) };
  const catalog = await openTrustedCatalog({
    anchor: currentAnchor(vendor.workspace),
    source,
    store: memoryMetadataStore(),
    clock: fixedClock(NOW),
  });
  const { manifest } = await catalog.tierManifest('core');
  const names: string[] = [];
  for (const entry of [manifest.runtime, ...manifest.plugins]) {
    const wanted = { name: entry.name, version: entry.version };
    const tarball = await registry.tarball({ ...wanted, ...entry.tarball });
    const bundle = await registry.bundle({ ...wanted, size: entry.bundle.size });
    verifyArtifact(
      { entry, tarball, bundle },
      { policy: catalog.policy, evidence: manifest.evidence, revocations: catalog.revocations },
    );
    names.push(`${entry.name}@${entry.version}`);
  }
  return names;
}

const open = () => openRegistry({ address, token: null, kind: 'npm', partials: null }, unpack);

it('puts everything into a stock registry, from which a customer gets the whole tier with the same trust', async () => {
  const first = await publishToNpm(vendor.workspace, { address, token: null });
  expect(first.published).toHaveLength(7);
  expect(first.published.at(-1)).toBe('@hypersync/metadata@1.1.0');
  const registry = await open();
  expect(await installable(registry)).toContain('@hypersync/mechanism-gossip@1.0.0');
  await registry.close();
  expect(await publishToNpm(vendor.workspace, { address, token: null })).toMatchObject({
    published: [],
    existing: { length: 7 },
  });
});

it('follows with the next release', async () => {
  await publishToNpm(vendor.workspace, { address, token: null });
  await vendor.build('1.1.0', ['gossip']);
  await publish(vendor.workspace, vendor.passphrase);
  const { published } = await publishToNpm(vendor.workspace, { address, token: null });
  expect(published).toEqual(['@hypersync/mechanism-gossip@1.1.0', '@hypersync/metadata@2.2.0']);
  const registry = await open();
  expect(await installable(registry)).toContain('@hypersync/mechanism-gossip@1.1.0');
  await registry.close();
});
