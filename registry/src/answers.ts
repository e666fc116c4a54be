import {
  isHyperSyncError,
  LIMITS,
  parseJson,
  sha256Hex,
  toUtf8,
  type JsonObject,
  type JsonValue,
} from '@hypersync/base';
import type { Readable } from 'node:stream';
import { yankOf } from '@hypersync/manifest';
import { admit, licenseNeeded, notFound, refuseQuarantined, tierOf, type Needed } from './access.ts';
import type { Identity } from './identity.ts';
import { LruMap } from './lru-map.ts';
import { distTags, renderPackument, versionManifest, visibleVersions, type Sight } from './packument-view.ts';
import type { Address, Resource } from './resource.ts';
import { searchAnswer } from './search.ts';
import type { TarballStore } from './tarball-store.ts';
import { baseOf, bundlePath, readFileOf, tarballPath } from './tree-files.ts';
import { isObject, type Package, type Tree } from './tree.ts';

/** How long an answer may be kept, and by whom. */
export type Caching =
  /** Bytes that can never change, for everybody. */
  | 'public-for-ever'
  /** Bytes that can never change, but only for who was allowed to see them. */
  | 'private-for-ever'
  /** Ask again each time; 304 if nothing changed. */
  | 'private-revalidate'
  | 'public-revalidate';

export interface Answer {
  readonly type: string;
  readonly caching: Caching;
  /** Strong, without quotes. */
  readonly etag: string;
  readonly body:
    | { readonly bytes: Uint8Array }
    | { readonly size: number; stream(start: number, end: number): Readable };
  /** Worth compressing, and depends on the Accept header. */
  readonly negotiated: boolean;
}

export interface Question {
  readonly address: Address;
  readonly identity: Identity;
  /** The client asked for npm's abbreviated packument. */
  readonly abbreviated: boolean;
}

export interface Answerer {
  /** Throws HyperSyncError with the code of the refusal. */
  answer(question: Question): Promise<Answer>;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const ABBREVIATED_TYPE = 'application/vnd.npm.install-v1+json; charset=utf-8';
const REMEMBERED_BYTES = 64 * 1024 * 1024;

/** Answers from one state of the tree. Rendered packuments are kept until the next state replaces this answerer. */
export function createAnswerer(tree: Tree, tarballs: TarballStore, origin: string): Answerer {
  const rendered = new LruMap<string, Answer>(REMEMBERED_BYTES);
  const byBase = new Map([...tree.packages.keys()].map((name) => [baseOf(name), name]));
  const context: Context = { tree, tarballs, origin, rendered, byBase };
  return {
    async answer({ address, identity, abbreviated }) {
      const { resource, view, query } = address;
      const name = nameIn(context, resource);
      const needed = neededBy(tree, resource, name);
      const tier = admit(identity, needed, view);
      try {
        // A view shows less than the license allows: what its tier lacks is not there.
        if (view !== null && name !== null && tree.views.get(view)?.has(name) !== true) throw notFound();
        return await found(context, { resource, query, identity, abbreviated, sight: { tier, view } });
      } catch (error) {
        // Without a license there are the names of CORE and nothing else, not even what is missing among them.
        const missing = isHyperSyncError(error) && error.code === 'HS-1804';
        throw missing && needed !== 'open' && identity.kind === 'anonymous' ? licenseNeeded() : error;
      }
    },
  };
}

interface Admitted {
  readonly resource: Resource;
  readonly query: URLSearchParams;
  readonly identity: Identity;
  readonly abbreviated: boolean;
  readonly sight: Sight;
}

async function found(context: Context, { resource, query, identity, abbreviated, sight }: Admitted): Promise<Answer> {
  const { tree } = context;
  switch (resource.kind) {
    case 'ping':
      return jsonAnswer({}, 'public-revalidate');
    case 'whoami':
      return whoami(identity);
    case 'keys':
      return tree.npmKeys === null ? refuse() : bytesAnswer(tree.npmKeys, JSON_TYPE, 'public-revalidate');
    case 'search':
      return jsonAnswer(searchAnswer(tree, sight, query), 'private-revalidate');
    case 'packument':
      return packument(context, packageOf(context, resource.name), sight, abbreviated);
    case 'dist-tags': {
      const held = packageOf(context, resource.name);
      return jsonAnswer(distTags(tree, held, visibleVersions(tree, held, sight), sight), 'private-revalidate');
    }
    case 'version':
      return version(context, resource, sight);
    case 'tarball':
      return tarball(context, resource);
    case 'bundle':
    case 'attestations':
      return bundle(context, resource);
    case 'tuf-metadata':
    case 'tuf-target':
      return tuf(context, resource);
    case 'unknown':
      return refuse();
  }
}

interface Context {
  readonly tree: Tree;
  readonly tarballs: TarballStore;
  readonly origin: string;
  readonly rendered: LruMap<string, Answer>;
  /** `mechanism-raft` to its full name. */
  readonly byBase: ReadonlyMap<string, string>;
}

/** The package that a resource belongs to; null where it belongs to none. No version is looked up: who may ask comes first. */
function nameIn(context: Context, resource: Resource): string | null {
  if ('name' in resource) return resource.name;
  return resource.kind === 'bundle' ? (context.byBase.get(resource.base) ?? resource.base) : null;
}

/** TUF metadata is open to all: who has no license must see, too, that there is no next root. */
function neededBy(tree: Tree, resource: Resource, name: string | null): Needed {
  switch (resource.kind) {
    case 'ping':
    case 'keys':
    case 'tuf-metadata':
      return 'open';
    case 'search':
    case 'whoami':
      return 'core';
    case 'tuf-target':
      return resource.tier ?? 'open';
    case 'packument':
    case 'dist-tags':
    case 'version':
    case 'tarball':
    case 'bundle':
    case 'attestations':
    case 'unknown':
      return name === null ? null : tierOf(tree, name);
  }
}

function refuse(): never {
  throw notFound();
}

function whoami(identity: Identity): Answer {
  if (identity.kind !== 'licensed') throw licenseNeeded();
  return jsonAnswer({ username: identity.customer, tier: identity.tier }, 'private-revalidate');
}

function packageOf(context: Context, name: string): Package {
  return context.tree.packages.get(name) ?? refuse();
}

function packument(context: Context, held: Package, sight: Sight, abbreviated: boolean): Answer {
  const form = abbreviated ? 'abbreviated' : 'full';
  const key = `${sight.view ?? '-'} ${sight.tier} ${form} ${held.name}`;
  const known = context.rendered.get(key);
  if (known !== undefined) return known;
  const bytes = renderPackument(context.tree, held, sight, context.origin, form) ?? refuse();
  const answer = {
    ...bytesAnswer(bytes, abbreviated ? ABBREVIATED_TYPE : JSON_TYPE, 'private-revalidate'),
    negotiated: true,
  };
  context.rendered.set(key, answer, bytes.length);
  return answer;
}

function version(context: Context, { name, version: asked }: { name: string; version: string }, sight: Sight): Answer {
  const held = packageOf(context, name);
  const visible = visibleVersions(context.tree, held, sight);
  const wanted = distTags(context.tree, held, visible, sight)[asked] ?? asked;
  refuseQuarantined(context.tree, name, wanted);
  if (!visible.includes(wanted)) throw notFound();
  return jsonAnswer(versionManifest(context.tree, held, wanted, sight, context.origin), 'private-revalidate');
}

async function tarball(context: Context, { name, file }: { name: string; file: string }): Promise<Answer> {
  const held = packageOf(context, name);
  const wanted = versionIn(file, name, '.tgz');
  if (wanted === null || !isKnown(context.tree, held, wanted)) throw notFound();
  refuseQuarantined(context.tree, name, wanted);
  const body = await context.tarballs.read(tarballPath(name, wanted), held.versions.get(wanted) ?? null);
  const etag = `sha512-${body.sha512.slice(0, 64)}`;
  return { type: 'application/octet-stream', caching: 'private-for-ever', etag, body, negotiated: false };
}

/** Listed, or withdrawn: a publisher may leave a withdrawn version out of the packument, and locks that hold it must work on. */
function isKnown(tree: Tree, held: Package, wanted: string): boolean {
  return held.versions.has(wanted) || yankOf(tree.revocations, held.name, wanted) !== null;
}

type Evidence = Extract<Resource, { kind: 'bundle' | 'attestations' }>;

async function bundle(context: Context, resource: Evidence): Promise<Answer> {
  const held = packageOf(context, nameIn(context, resource) ?? '');
  const { version: wanted } = resource;
  if (!isKnown(context.tree, held, wanted)) throw notFound();
  const path = bundlePath(held.name, wanted);
  refuseQuarantined(context.tree, held.name, wanted);
  const bytes = await readFileOf(context.tree.directory, path, LIMITS.bundleBytes);
  if (bytes === null) throw notFound();
  if (resource.kind === 'bundle') return bytesAnswer(bytes, JSON_TYPE, 'private-for-ever');
  const value = parseJson(bytes, {
    maxBytes: LIMITS.bundleBytes,
    maxDepth: LIMITS.manifestDepth,
    source: path,
  });
  return jsonAnswer({ attestations: [{ predicateType: predicateTypeOf(value), bundle: value }] }, 'private-for-ever');
}

function versionIn(file: string, name: string, suffix: string): string | null {
  const prefix = `${baseOf(name)}-`;
  return file.startsWith(prefix) && file.endsWith(suffix) ? file.slice(prefix.length, -suffix.length) : null;
}

function predicateTypeOf(bundle: JsonValue): string {
  const envelope = isObject(bundle) ? bundle['dsseEnvelope'] : undefined;
  const payload = isObject(envelope) ? envelope['payload'] : undefined;
  if (typeof payload !== 'string') return '';
  const statement = parseJson(Buffer.from(payload, 'base64'), {
    maxBytes: LIMITS.bundleBytes,
    maxDepth: LIMITS.manifestDepth,
    source: 'statement',
  });
  const type = isObject(statement) ? statement['predicateType'] : undefined;
  return typeof type === 'string' ? type : '';
}

/** Only the timestamp changes under its name; everything else carries its version or digest in the name. */
async function tuf(context: Context, resource: Resource & { kind: 'tuf-metadata' | 'tuf-target' }): Promise<Answer> {
  const folder =
    resource.kind === 'tuf-metadata' ? 'metadata' : resource.tier === null ? 'targets' : `targets/${resource.tier}`;
  const bytes = await readFileOf(context.tree.directory, `tuf/${folder}/${resource.file}`, LIMITS.tufTargetsBytes);
  if (bytes === null) throw notFound();
  if (resource.file === 'timestamp.json') return bytesAnswer(bytes, JSON_TYPE, 'public-revalidate');
  return bytesAnswer(
    bytes,
    JSON_TYPE,
    resource.kind === 'tuf-target' && resource.tier !== null ? 'private-for-ever' : 'public-for-ever',
  );
}

function jsonAnswer(value: JsonObject, caching: Caching): Answer {
  return bytesAnswer(toUtf8(JSON.stringify(value)), JSON_TYPE, caching);
}

function bytesAnswer(bytes: Uint8Array, type: string, caching: Caching): Answer {
  return { type, caching, etag: sha256Hex(bytes).slice(0, 32), body: { bytes }, negotiated: false };
}
