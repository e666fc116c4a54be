import { LIMITS, parseJson } from '@hypersync/base';
import type { Documents, SchemaId } from './documents.ts';
import { validateDocument } from './validate.ts';

/** Bounded, strict JSON that obeys its schema, or a refusal. */
export function readDocument<S extends SchemaId>(schema: S, bytes: Uint8Array, source: string): Documents[S] {
  const value = parseJson(bytes, { maxBytes: LIMITS.manifestBytes, maxDepth: LIMITS.manifestDepth, source });
  validateDocument(schema, value, source);
  return value as unknown as Documents[S];
}
