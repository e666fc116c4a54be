import { HyperSyncError } from '@hypersync/base';
import type { SchemaId } from './documents.ts';
import { explainProblem } from './explain-problem.ts';
import { VALIDATORS } from './validators.mjs';

export const SCHEMA_IDS = Object.keys(VALIDATORS) as readonly SchemaId[];

/**
 * Checks a parsed document against its schema. Throws HS-1103; the message names source, path, what is allowed there, and
 * the hint the fix. Stops at the first problem: the document may come from an attacker who would make us list a million.
 */
export function validateDocument(schema: SchemaId, value: unknown, source: string): void {
  const validate = VALIDATORS[schema];
  if (validate(value)) return;
  const { path, message, fix } = explainProblem(validate.errors?.[0], value);
  throw new HyperSyncError('HS-1103', `${source}: ${path} ${message}`, {
    hint: fix,
    details: { source, schema, path },
  });
}
