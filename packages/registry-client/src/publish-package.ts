import {
  HyperSyncError,
  sha512Hex,
  sha512Integrity,
  systemRandom,
  type JsonObject,
  type Random,
} from '@hypersync/base';
import { createHash } from 'node:crypto';
import { below, checkVersion, parseAddress, splitName } from './address.ts';
import { npmClient, type NpmClient } from './npm-fetch.ts';
import { isObject } from './npm-registry.ts';
import { realWait, withRetries, type Wait } from './retry.ts';
import type { Secret } from './secret.ts';

export interface PublishRequest {
  readonly address: string;
  readonly token: Secret | null;
  /** package.json of the tarball plus `dist` additions (signatures). */
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly tarball: Uint8Array;
  readonly tag: string;
  /** PEM bundle added to the system's roots. */
  readonly ca?: string;
  readonly signal?: AbortSignal;
  /** Where HTTPS_PROXY and NO_PROXY are read; default: the process's environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly random?: Random;
  readonly wait?: Wait;
}

/**
 * npm's publish protocol through npm-registry-fetch. Same bytes again is `exists`; other bytes is HS-1409. Safe to
 * repeat: an attempt whose answer was lost is found as `exists` by the next.
 */
export async function publishPackage(request: PublishRequest): Promise<'published' | 'exists'> {
  const { address, token, signal, ca, environment = process.env } = request;
  const base = parseAddress(address);
  const name = String(request.manifest['name']);
  const version = checkVersion(String(request.manifest['version']));
  const parts = splitName(name);
  const url = below(base, `@${parts.scope}%2f${parts.base}`);
  const client = npmClient({ base, token, signal, ca, environment });
  const integrity = sha512Integrity(sha512Hex(request.tarball));
  const body = publishBody(request, {
    name,
    version,
    integrity,
    tarball: below(base, `${name}/-/${parts.base}-${version}.tgz`).href,
  });
  const policy = { random: request.random ?? systemRandom, wait: request.wait ?? realWait, signal };
  return withRetries(policy, async () => {
    if (await isPublished(client, url, { name, version, integrity })) return 'exists';
    try {
      await client.request({ method: 'PUT', url, body, accept: 'application/json' });
      return 'published';
    } catch (error) {
      // Two publishers at once: the registry says conflict to the second; whose bytes won decides.
      const status = error instanceof HyperSyncError ? error.details['status'] : undefined;
      if (status !== 409 && status !== 403) throw error;
      if (await isPublished(client, url, { name, version, integrity })) return 'exists';
      throw error;
    }
  });
}

/** Throws HS-1409 where the version holds other bytes. */
async function isPublished(
  client: NpmClient,
  url: URL,
  wanted: { name: string; version: string; integrity: string },
): Promise<boolean> {
  let packument;
  try {
    packument = await client.request({ method: 'GET', url, accept: 'application/json' });
  } catch (error) {
    if (error instanceof HyperSyncError && error.code === 'HS-1413') return false;
    throw error;
  }
  const versions = isObject(packument) ? packument['versions'] : undefined;
  const entry = isObject(versions) && Object.hasOwn(versions, wanted.version) ? versions[wanted.version] : undefined;
  if (!isObject(entry)) return false;
  const held = isObject(entry['dist']) ? entry['dist']['integrity'] : undefined;
  if (held === wanted.integrity) return true;
  throw new HyperSyncError('HS-1409', `${wanted.name}@${wanted.version} is already published with other bytes.`, {
    details: { name: wanted.name, version: wanted.version, published: held ?? null, offered: wanted.integrity },
  });
}

function publishBody(
  request: PublishRequest,
  facts: { name: string; version: string; integrity: string; tarball: string },
): JsonObject {
  const { manifest, tarball, tag } = request;
  const additions = manifest['dist'];
  const dist = {
    ...(typeof additions === 'object' && additions !== null ? additions : {}),
    integrity: facts.integrity,
    // npm's own field for clients older than 2017; nothing of ours reads it.
    shasum: createHash('sha1').update(tarball).digest('hex'),
    tarball: facts.tarball,
  };
  return {
    _id: facts.name,
    name: facts.name,
    description: typeof manifest['description'] === 'string' ? manifest['description'] : '',
    'dist-tags': { [tag]: facts.version },
    versions: {
      [facts.version]: { ...manifest, _id: `${facts.name}@${facts.version}`, dist } as unknown as JsonObject,
    },
    access: null,
    _attachments: {
      [`${facts.name}-${facts.version}.tgz`]: {
        content_type: 'application/octet-stream',
        data: Buffer.from(tarball).toString('base64'),
        length: tarball.length,
      },
    },
  };
}
