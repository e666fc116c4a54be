import { HyperSyncError } from '@hypersync/base';
import accessTable from '@hypersync/schemas/access-table.schema.json' with { type: 'json' };
import capabilityMatrix from '@hypersync/schemas/capability-matrix.schema.json' with { type: 'json' };
import licenseKeys from '@hypersync/schemas/license-keys.schema.json' with { type: 'json' };
import lock from '@hypersync/schemas/lock.schema.json' with { type: 'json' };
import mechanismDefaults from '@hypersync/schemas/mechanism-defaults.schema.json' with { type: 'json' };
import registryInfo from '@hypersync/schemas/registry-info.schema.json' with { type: 'json' };
import resourceProfile from '@hypersync/schemas/resource-profile.schema.json' with { type: 'json' };
import revocations from '@hypersync/schemas/revocations.schema.json' with { type: 'json' };
import signerPolicy from '@hypersync/schemas/signer-policy.schema.json' with { type: 'json' };
import tierManifest from '@hypersync/schemas/tier-manifest.schema.json' with { type: 'json' };
import tierMapping from '@hypersync/schemas/tier-mapping.schema.json' with { type: 'json' };
import tierOverrides from '@hypersync/schemas/tier-overrides.schema.json' with { type: 'json' };
import tierSource from '@hypersync/schemas/tier-source.schema.json' with { type: 'json' };
import tierView from '@hypersync/schemas/tier-view.schema.json' with { type: 'json' };
import validationRules from '@hypersync/schemas/validation-rules.schema.json' with { type: 'json' };
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { SchemaId } from './documents.ts';
import { explainProblem, type Problem } from './explain-problem.ts';

const SCHEMAS = {
  'tier-manifest': tierManifest,
  'signer-policy': signerPolicy,
  revocations,
  'license-keys': licenseKeys,
  lock,
  'tier-mapping': tierMapping,
  'tier-source': tierSource,
  'resource-profile': resourceProfile,
  'capability-matrix': capabilityMatrix,
  'mechanism-defaults': mechanismDefaults,
  'tier-overrides': tierOverrides,
  'validation-rules': validationRules,
  'registry-info': registryInfo,
  'access-table': accessTable,
  'tier-view': tierView,
} as const satisfies Record<SchemaId, object>;

export const SCHEMA_IDS = Object.keys(SCHEMAS) as readonly SchemaId[];

/** Compiled on first use and kept: a program that reads one kind of document pays for one schema. */
const compiled = new Map<SchemaId, ValidateFunction>();

/**
 * Checks a parsed document against its schema. Throws HS-1103; the message names source, path, what is allowed there and
 * the fix. Stops at the first problem: the documents may come from an attacker who would make us list a million.
 */
export function validateDocument(schema: SchemaId, value: unknown, source: string): void {
  const validate = validatorOf(schema);
  if (validate(value)) return;
  const error = validate.errors?.[0];
  const problem: Problem =
    error === undefined
      ? { path: '$', message: 'does not obey the schema', fix: 'Correct it.' }
      : explainProblem(error, value);
  throw new HyperSyncError('HS-1103', `${source}: ${problem.path} ${problem.message}`, {
    hint: problem.fix,
    details: { source, schema, path: problem.path },
  });
}

function validatorOf(schema: SchemaId): ValidateFunction {
  let validate = compiled.get(schema);
  if (validate === undefined) {
    // verbose: errors carry the schema beside the keyword, which is what the messages are made of. Optimizing costs more than it saves.
    const ajv = new Ajv2020({
      strict: true,
      allowUnionTypes: true,
      allErrors: false,
      verbose: true,
      validateSchema: false,
      code: { optimize: false },
    });
    validate = ajv.compile(SCHEMAS[schema]);
    compiled.set(schema, validate);
  }
  return validate;
}
