/**
 * @file Turns `schemas/` into `validators.mjs` with ajv. Compiling at run time would cost an installer 60 ms at every
 * start; the generated module costs 3. Run `node packages/manifest/src/compile-validators.ts` after changing a schema;
 * a test fails while the two differ.
 */
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SUFFIX = '.schema.json';

/** Schemas by name: those that input is checked against, or those of what programs print (`output-*`). */
export function readSchemas(which: 'input' | 'output' = 'input'): ReadonlyMap<string, AnySchemaObject> {
  const require = createRequire(import.meta.url);
  const room = dirname(require.resolve('@hypersync/schemas/lock.schema.json'));
  const names = readdirSync(room)
    .filter((name) => name.endsWith(SUFFIX) && name.startsWith('output-') === (which === 'output'))
    .sort();
  const read = (name: string): AnySchemaObject => JSON.parse(readFileSync(join(room, name), 'utf8')) as AnySchemaObject;
  return new Map(names.map((name) => [name.slice(0, -SUFFIX.length), read(name)]));
}

/** The options of the generator, which a test also uses to compile the same schemas at run time. */
export function createAjv(schemas: ReadonlyMap<string, AnySchemaObject>): Ajv2020 {
  return new Ajv2020({
    strict: true,
    allowUnionTypes: true,
    // Errors carry value and schema: the messages are made of them.
    verbose: true,
    // Lengths in UTF-16 units: no helper module to import.
    unicode: false,
    logger: false,
    // One function per $ref instead of a copy per use.
    inlineRefs: false,
    schemas: [...schemas.values()],
    code: { source: true, esm: true, lines: true },
  });
}

/** The text of `validators.mjs`. One statement, so that one comment keeps the formatter away. */
export function generateValidators(): string {
  const schemas = readSchemas();
  const ids = Object.fromEntries([...schemas.values()].map((schema, i) => [`schema_${i}`, String(schema.$id)]));
  const code = standalone.default(createAjv(schemas), ids);
  if (code.includes('require('))
    throw new TypeError('a schema uses a keyword whose validator imports a helper; write it another way');
  const functions = new Map(
    [...code.matchAll(/^.*?export const schema_(\d+) = (\w+);/gm)].map((match) => [Number(match[1]), match[2]]),
  );
  const table = [...schemas.keys()].map((name, i) => `'${name}': ${functions.get(i)}`).join(', ');
  const body = code.replaceAll(/export const schema_\d+ = \w+;/g, '').replace('"use strict";', '');
  return `// Generated from schemas/ by compile-validators.ts; do not edit.\n/* oxlint-disable */\n// oxfmt-ignore\nexport const VALIDATORS = (() => {${body}\nreturn { ${table} };\n})();\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('validators.mjs', import.meta.url), generateValidators());
}
