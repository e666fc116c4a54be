/**
 * @file Holds what a program prints under `--output json` against the schema that its `kind` names. For tests of every
 * program, and an entry of its own: no program reads its own output, so none carries these schemas or ajv along.
 */
import { HyperSyncError } from '@hypersync/base';
import { createAjv, readSchemas } from './compile-validators.ts';
import { explainProblem } from './explain-problem.ts';

let ajv: ReturnType<typeof createAjv> | undefined;

/** Throws HS-1103 where there is no such schema, or where the value does not obey it. */
export function checkOutput(value: unknown): void {
  const kind = String((value as { readonly kind?: unknown } | null)?.kind);
  ajv ??= createAjv(readSchemas('output'));
  const validate = ajv.getSchema(`https://hypersync.io/schemas/output-${kind}.schema.json`);
  if (validate === undefined) throw new HyperSyncError('HS-1103', `There is no schema output-${kind}.`);
  if (validate(value) === true) return;
  const { path, message, fix } = explainProblem(validate.errors?.[0], value);
  throw new HyperSyncError('HS-1103', `output-${kind}: ${path} ${message}`, { hint: fix });
}
