import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';

const ROOM = new URL('../../../schemas/', import.meta.url);

const ajv = new Ajv2020({ allErrors: true });
for (const name of readdirSync(ROOM).filter((file) => file.startsWith('output-'))) {
  const schema = JSON.parse(readFileSync(new URL(name, ROOM), 'utf8')) as AnySchemaObject;
  ajv.addSchema(schema, name.replace('.schema.json', ''));
}

/** Holds a program's JSON against the schema that its `kind` names. */
export function checkOutput(value: unknown): void {
  const schema = `output-${(value as { kind: string }).kind}`;
  expect(ajv.getSchema(schema), schema).toBeDefined();
  ajv.validate(schema, value);
  expect(ajv.errors ?? []).toEqual([]);
}
