import { LIMITS, parseJson } from '@hypersync/base';
import type { InstallationDocuments } from './documents.ts';
import { INSTALLATION_VALIDATORS } from './installation-validators.mjs';
import { obeySchema } from './obey-schema.ts';

/** Bounded, strict JSON that obeys its schema, or a refusal. Knows only these schemas: a start reads no others. */
export function readInstallationDocument<S extends keyof InstallationDocuments>(
  schema: S,
  bytes: Uint8Array,
  source: string,
): InstallationDocuments[S] {
  const value = parseJson(bytes, { maxBytes: LIMITS.manifestBytes, maxDepth: LIMITS.manifestDepth, source });
  obeySchema(INSTALLATION_VALIDATORS[schema], value, { schema, source });
  return value as unknown as InstallationDocuments[S];
}
