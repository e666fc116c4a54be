import { isHyperSyncError, LIMITS, parseJson } from '@hypersync/base';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkOutput } from '@hypersync/manifest/output-schemas';
import { createAjv, generateValidators, readSchemas } from '../src/compile-validators.ts';
import { parseYaml, SCHEMA_IDS, TIERS, validateDocument, type SchemaId } from '../src/index.ts';

const FIXTURES = new URL('fixtures/', import.meta.url);

/** What a person reads for each malformed document: message, then what to do. */
const MALFORMED: Readonly<Record<string, readonly [code: string, message: string, hint?: string]>> = {
  'alias-bomb.tier-overrides.yaml': ['HS-1104', 'an anchor is not accepted at line 3, column 7.'],
  'bad-key-name.mechanism-defaults.yaml': [
    'HS-1103',
    '$.config has a key "election-timeout"; allowed is text matching ^[a-z][A-Za-z0-9]{0,63}$.',
    'Correct the key "election-timeout", or remove it.',
  ],
  'bare-name.access-table.json': [
    'HS-1103',
    '$.packages has a key "raft"; allowed is text matching ^@[a-z0-9][a-z0-9-]{0,63}/[a-z0-9][a-z0-9-]{0,100}$.',
    'Correct the key "raft", or remove it.',
  ],
  'duplicate-key.access-table.json': ['HS-1003', 'the key "packages" stands twice.'],
  'negative-nodes.resource-profile.yaml': [
    'HS-1103',
    '$.minNodes is 0; allowed is a whole number, at least 1.',
    'Set $.minNodes to a whole number, at least 1.',
  ],
  'nested-value.mechanism-defaults.yaml': [
    'HS-1103',
    '$.config.electionTimeoutMs is an object; allowed is text or a number or true or false.',
  ],
  'next-version.license-keys.json': ['HS-1103', '$.schemaVersion is 2; allowed is 1.', 'Set $.schemaVersion to 1.'],
  'no-evidence.tier-source.yaml': ['HS-1103', '$ lacks the key "evidence".', 'Add "evidence": an object.'],
  'no-such-tier.tier-overrides.yaml': [
    'HS-1103',
    '$.tiers has an unknown key "platinum". Allowed: core, basic, pro, advanced, qm-venture, qm-campaign, qm-imperium.',
    'Remove "platinum".',
  ],
  'not-a-list.signer-policy.json': ['HS-1103', '$.keys is an object; allowed is a list, items at most 64.'],
  'not-json.lock.json': ['HS-1003', 'Expected double-quoted property name in JSON at position 22 (line 2 column 1)'],
  'null-document.lock.json': [
    'HS-1103',
    '$ is null; allowed is an object (What a generation holds, and what admitted it).',
  ],
  'prototype.tier-overrides.yaml': ['HS-1104', 'the key "__proto__" is not accepted at line 3, column 1.'],
  'short-key.license-keys.json': ['HS-1103', '$.keys[0].x is "AAAA"; allowed is Base64url of the 32 key bytes.'],
  'tabs.tier-overrides.yaml': ['HS-1104', 'Tabs are not allowed as indentation at line 3, column 1.'],
  'tag.tier-overrides.yaml': ['HS-1104', 'Unresolved tag: tag:yaml.org,2002:js/function at line 2, column 7.'],
  'text-for-number.resource-profile.yaml': [
    'HS-1103',
    '$.cpuCores is "one"; allowed is a number, more than 0, at most 1024 (Cores).',
    'Set $.cpuCores to a number, more than 0, at most 1024 (Cores).',
  ],
  'trailing-slash.registry-info.json': [
    'HS-1103',
    '$.origin is "https://registry.example/"; allowed is Public address without a trailing slash.',
  ],
  'traversal.revocations.json': [
    'HS-1103',
    '$.yanked[0].package is "@hypersync/../../etc/passwd"; allowed is Scoped npm name in lower case.',
  ],
  'twice-the-key.signer-policy.json': [
    'HS-1103',
    '$.rules[0].keys holds an item twice, at 1 and 0.',
    'Remove one of the two.',
  ],
  'twice.mechanism-defaults.yaml': ['HS-1104', 'Map keys must be unique at line 6, column 3.'],
  'two-documents.tier-overrides.yaml': ['HS-1104', 'more than one document.'],
  'unknown-key.tier-source.yaml': [
    'HS-1103',
    '$ has an unknown key "maxNode"; did you mean "maxNodes"? Allowed: schemaVersion, kind, id, audience, maxNodes, support, evidence.',
    'Rename "maxNode" to "maxNodes", or remove it.',
  ],
  'unknown-level.revocations.json': [
    'HS-1103',
    '$.yanked[0].level is "delete"; allowed is one of "hidden", "warn", "block", "quarantine".',
    'Set $.yanked[0].level to one of "hidden", "warn", "block", "quarantine".',
  ],
  'unknown-tier.tier-source.yaml': [
    'HS-1103',
    '$.id is "gold"; allowed is one of "core", "basic", "pro", "advanced", "qm-venture", "qm-campaign", "qm-imperium".',
  ],
  'unsigned.tier-source.yaml': [
    'HS-1103',
    '$.evidence.bundle is false; allowed is true (A signature bundle is always demanded).',
  ],
  'wrong-kind.revocations.json': ['HS-1103', '$.kind is "signer-policy"; allowed is "revocations".'],
};

function read(file: string): void {
  const limits = { maxBytes: LIMITS.manifestBytes, maxDepth: LIMITS.manifestDepth, source: file };
  const bytes = readFileSync(new URL(file, FIXTURES));
  const value = file.endsWith('.json') ? parseJson(bytes, limits) : parseYaml(bytes, limits);
  validateDocument(file.split('.')[1] as SchemaId, value, file);
}

function refusal(action: () => unknown): { code: string; message: string; hint: string } {
  try {
    action();
  } catch (thrown) {
    if (isHyperSyncError(thrown)) return { code: thrown.code, message: thrown.message, hint: thrown.hint };
    throw thrown;
  }
  throw new Error('was accepted');
}

describe('malformed documents', () => {
  test('every fixture has its expected message', () => {
    expect(readdirSync(FIXTURES).sort()).toEqual(Object.keys(MALFORMED).sort());
  });

  test.each(Object.entries(MALFORMED))('%s', (file, [code, message, hint]) => {
    const refused = refusal(() => read(file));
    expect({ code: refused.code, message: refused.message }).toEqual({ code, message: `${file}: ${message}` });
    if (hint !== undefined) expect(refused.hint).toBe(hint);
  });

  test('control characters of a hostile value do not reach the terminal', () => {
    const refused = refusal(() =>
      validateDocument('access-table', { schemaVersion: 1, kind: '\u001b[2J', packages: {} }, 'x'),
    );
    expect(refused.message).toBe('x: $.kind is "\\u001b[2J"; allowed is "access".');
  });
});

describe('schemas', () => {
  const schemas = readSchemas();
  const ajv = createAjv(schemas);

  test('the generated validators are those of the schemas', () => {
    for (const [name, text] of generateValidators()) {
      const committed = readFileSync(new URL(`../src/${name}`, import.meta.url), 'utf8');
      expect(committed === text, `${name}: run node packages/manifest/src/compile-validators.ts`).toBe(true);
    }
    expect([...SCHEMA_IDS].sort()).toEqual([...schemas.keys()]);
  });

  test.each([...schemas])('%s is valid 2020-12, described, and closed', (name, schema) => {
    expect(ajv.validateSchema(schema)).toBe(true);
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `https://hypersync.io/schemas/${name}.schema.json`,
      title: name,
    });
    for (const [path, part] of objectSchemas(schema, '$')) {
      expect(part['additionalProperties'], `${name} ${path} is open`).toBeDefined();
    }
  });

  test.each([...readSchemas('output')])('%s is valid 2020-12 and states its kind', (name, schema) => {
    expect(ajv.validateSchema(schema)).toBe(true);
    expect(schema).toMatchObject({
      $id: `https://hypersync.io/schemas/${name}.schema.json`,
      properties: { schemaVersion: { const: 1 }, kind: { const: name.replace('output-', '') } },
    });
  });

  test('output is held against the schema of its kind', () => {
    const serving = { schemaVersion: 1, kind: 'serving', tree: 't', address: 'a', origin: 'o', release: 1 };
    expect(() => checkOutput(serving)).not.toThrow();
    expect(() => checkOutput({ ...serving, release: -1 })).toThrow(
      'output-serving: $.release is -1; allowed is a whole number, at least 0.',
    );
    expect(() => checkOutput({ kind: 'nothing' })).toThrow('There is no schema output-nothing.');
  });

  test('the tiers in the schemas are those of the mapping', () => {
    let found = 0;
    for (const schema of schemas.values()) {
      for (const [, part] of allParts(schema, '$')) {
        if (part['description'] !== 'Slug of a tier.') continue;
        expect(part['enum']).toEqual(TIERS);
        found++;
      }
    }
    expect(found).toBeGreaterThan(4);
  });
});

type Part = Readonly<Record<string, unknown>>;

function* allParts(value: unknown, path: string): Generator<[string, Part]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Part];
  for (const [key, part] of Object.entries(value)) yield* allParts(part, `${path}.${key}`);
}

function* objectSchemas(schema: unknown, path: string): Generator<[string, Part]> {
  for (const [at, part] of allParts(schema, path)) if (part['type'] === 'object') yield [at, part];
}
