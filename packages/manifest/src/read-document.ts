import { LIMITS, parseJson } from '@hypersync/base';
import { validateDocument, type SchemaId } from './validate.ts';

/** Bounded, strict JSON that obeys its schema, or a refusal. */
export function readDocument<T>(schema: SchemaId, bytes: Uint8Array, source: string): T {
  const value = parseJson(bytes, { maxBytes: LIMITS.manifestBytes, maxDepth: LIMITS.manifestDepth, source });
  validateDocument(schema, value, source);
  return value as T;
}
