import type { SchemaId } from './documents.ts';
import { INSTALLATION_VALIDATORS } from './installation-validators.mjs';
import { obeySchema } from './obey-schema.ts';
import { VENDOR_VALIDATORS } from './vendor-validators.mjs';

const VALIDATORS = { ...INSTALLATION_VALIDATORS, ...VENDOR_VALIDATORS };

export const SCHEMA_IDS = Object.keys(VALIDATORS) as readonly SchemaId[];

/** Checks a parsed document against its schema. Throws HS-1103. */
export function validateDocument(schema: SchemaId, value: unknown, source: string): void {
  obeySchema(VALIDATORS[schema], value, { schema, source });
}
