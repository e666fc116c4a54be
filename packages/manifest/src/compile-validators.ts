/**
 * @file Turns `schemas/` into modules with ajv. Compiling at run time would cost an installer 60 ms at every start; the
 * generated module costs 2. Run `node packages/manifest/src/compile-validators.ts` after changing a schema; a test fails
 * while the two differ.
 */
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SUFFIX = '.schema.json';

/** What an installation is made of: all that installer and host ever read, in a module of its own, since they parse it at every start. */
const INSTALLATION = new Set(['lock', 'revocations', 'signer-policy', 'tier-manifest']);

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

/** The generated modules by file name. One statement each, so that one comment keeps the formatter away. */
export function generateValidators(): ReadonlyMap<string, string> {
  const schemas = readSchemas();
  const ajv = createAjv(schemas);
  const names = [...schemas.keys()];
  const module = (constant: string, chosen: readonly string[]): string => {
    const ids = Object.fromEntries(chosen.map((name, i) => [`schema_${i}`, String(schemas.get(name)?.$id)]));
    const code = standalone.default(ajv, ids);
    if (code.includes('require('))
      throw new TypeError('a schema uses a keyword whose validator imports a helper; write it another way');
    const functions = new Map(
      [...code.matchAll(/^.*?export const schema_(\d+) = (\w+);/gm)].map((match) => [Number(match[1]), match[2]]),
    );
    const table = chosen.map((name, i) => `'${name}': ${functions.get(i)}`).join(', ');
    const body = code.replaceAll(/export const schema_\d+ = \w+;/g, '').replace('"use strict";', '');
    return `// Generated from schemas/ by compile-validators.ts; do not edit.\n/* oxlint-disable */\n// oxfmt-ignore\nexport const ${constant} = (() => {${body}\nreturn { ${table} };\n})();\n`;
  };
  const own = names.filter((name) => INSTALLATION.has(name));
  const others = names.filter((name) => !INSTALLATION.has(name));
  return new Map([
    ['installation-validators.mjs', module('INSTALLATION_VALIDATORS', own)],
    ['vendor-validators.mjs', module('VENDOR_VALIDATORS', others)],
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of generateValidators()) writeFileSync(new URL(name, import.meta.url), text);
}
