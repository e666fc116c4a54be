import { join, resolve } from 'node:path';
import { canonicalJsonBytes, HyperSyncError, LIMITS, parseJson, type Clock, type JsonValue } from '@hypersync/base';
import { readBounded, writeDurably } from './durable-files.ts';

/** Who publishes, and what its statements say. `vendor.json` of the workspace. */
export interface VendorFacts {
  readonly vendor: string;
  /** Public address of the registry without a trailing slash; compiled into installers. */
  readonly registry: string;
  /** SLSA `builder.id` and source of every package. */
  readonly builder: string;
  readonly source: string;
}

export type ProgressEvent = { readonly step: string; readonly detail: string };

/** A vendor's folder: facts, keys, builds, the registry tree, licenses. */
export interface Workspace extends VendorFacts {
  readonly directory: string;
  readonly clock: Clock;
  readonly onProgress: (event: ProgressEvent) => void;
  readonly paths: {
    readonly keys: string;
    readonly builds: string;
    /** The registry tree of formats.md 5, which `hyper-registry serve` serves. */
    readonly tree: string;
    readonly licenses: string;
  };
}

const FILE = 'vendor.json';
const NAMES = ['vendor', 'registry', 'builder', 'source'] as const;

export function workspacePaths(directory: string): Workspace['paths'] {
  const root = resolve(directory);
  return {
    keys: join(root, 'keys'),
    builds: join(root, 'builds'),
    tree: join(root, 'tree'),
    licenses: join(root, 'licenses'),
  };
}

/** Throws HS-1701. */
export function openWorkspace(options: {
  directory: string;
  clock: Clock;
  onProgress?: (event: ProgressEvent) => void;
}): Workspace {
  const directory = resolve(options.directory);
  const facts = readFacts(directory);
  if (facts === null) throw new HyperSyncError('HS-1701', `${directory} has no ${FILE}.`);
  const onProgress = options.onProgress ?? (() => {});
  return { ...facts, directory, clock: options.clock, onProgress, paths: workspacePaths(directory) };
}

export function readFacts(directory: string): VendorFacts | null {
  const path = join(directory, FILE);
  const bytes = readBounded(path, LIMITS.configBytes);
  if (bytes === null) return null;
  let value: JsonValue;
  try {
    value = parseJson(bytes, { maxBytes: LIMITS.configBytes, maxDepth: 4, source: path });
  } catch (cause) {
    throw new HyperSyncError('HS-1701', `${path} is damaged.`, { cause });
  }
  return checkFacts(value, path);
}

export function writeFacts(directory: string, facts: VendorFacts): void {
  const { vendor, registry, builder, source } = checkFacts(facts as unknown as JsonValue, 'the options');
  const body = { schemaVersion: 1, kind: 'vendor', vendor, registry, builder, source };
  writeDurably(join(directory, FILE), canonicalJsonBytes(body));
}

function checkFacts(value: JsonValue, source: string): VendorFacts {
  const facts = (typeof value === 'object' && value !== null ? value : {}) as Partial<VendorFacts>;
  for (const name of NAMES) {
    const text = facts[name];
    if (typeof text !== 'string' || text.length < 1 || text.length > 200) {
      throw new HyperSyncError('HS-1701', `${source}: ${name} has to be a text of 1 to 200 characters.`);
    }
  }
  const { vendor, registry, builder, source: origin } = facts as VendorFacts;
  const url = URL.parse(registry);
  if (url === null || !/^https?:$/.test(url.protocol) || /[?#]|\/$/.test(registry) || url.username !== '') {
    throw new HyperSyncError(
      'HS-1701',
      `${source}: registry has to be an address like https://registry.example/hypersync.`,
    );
  }
  return { vendor, registry, builder, source: origin };
}
