import { canonicalJsonBytes, parseJson, type JsonValue } from '@hypersync/base';
import type { MetadataStore } from './metadata-store.ts';

/**
 * What a host has already accepted, beside the metadata files themselves. It can only make the checks stricter, so a
 * damaged file counts as none: the anchor's floor and the files' own versions remain.
 */
export interface Memory {
  readonly rootVersion: number;
  /** Key ids of timestamp and snapshot in force when their files were stored. */
  readonly onlineKeys: readonly string[];
  /** Newest time that signed metadata stated, milliseconds. */
  readonly signedTime: number;
  /** By tier: the highest release counter, and the keys that signed it. */
  readonly releases: Readonly<Record<string, { readonly release: number; readonly keys: readonly string[] }>>;
}

const NAME = 'accepted.json';
const NOTHING: Memory = { rootVersion: 0, onlineKeys: [], signedTime: 0, releases: {} };

export async function readMemory(store: MetadataStore): Promise<Memory> {
  const bytes = await store.read(NAME);
  if (bytes === null) return NOTHING;
  try {
    const value = parseJson(bytes, { maxBytes: 64 * 1024, maxDepth: 6, source: NAME });
    return isMemory(value) ? value : NOTHING;
  } catch {
    return NOTHING;
  }
}

export async function writeMemory(store: MetadataStore, memory: Memory): Promise<void> {
  await store.write(NAME, canonicalJsonBytes(memory as unknown as JsonValue));
}

function isMemory(value: unknown): value is Memory {
  if (!isRecord(value) || !isCounter(value['rootVersion']) || !isCounter(value['signedTime'])) return false;
  if (!isStrings(value['onlineKeys']) || !isRecord(value['releases'])) return false;
  return Object.values(value['releases']).every(
    (entry) => isRecord(entry) && isCounter(entry['release']) && isStrings(entry['keys']),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounter(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
