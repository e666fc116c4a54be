import { HyperSyncError } from '@hypersync/base';
import type { ValidateFunction } from 'ajv';
import type { SchemaId } from './documents.ts';
import { explainProblem } from './explain-problem.ts';

/**
 * Checks a parsed document. Throws HS-1103; the message names source, path, what is allowed there, and the hint the fix.
 * Stops at the first problem: the document may come from an attacker who would make us list a million.
 */
export function obeySchema(
  validate: ValidateFunction,
  value: unknown,
  { schema, source }: { readonly schema: SchemaId; readonly source: string },
): void {
  if (validate(value)) return;
  const { path, message, fix } = explainProblem(validate.errors?.[0], value);
  throw new HyperSyncError('HS-1103', `${source}: ${path} ${message}`, {
    hint: fix,
    details: { source, schema, path },
  });
}
