/** Names of the schemas in `schemas/`, without `.schema.json`. */
export type SchemaId =
  | 'tier-manifest'
  | 'signer-policy'
  | 'revocations'
  | 'license-keys'
  | 'lock'
  | 'tier-mapping'
  | 'tier-source'
  | 'resource-profile'
  | 'capability-matrix'
  | 'mechanism-defaults'
  | 'tier-overrides'
  | 'validation-rules';

/** Checks a parsed document against its schema. Throws HS-1103; the message names source, path and what is allowed there. */
export function validateDocument(_schema: SchemaId, _value: unknown, _source: string): void {
  throw new Error('not written yet');
}
