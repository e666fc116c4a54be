import type { ErrorObject } from 'ajv';

/** One violation of a schema in words: `path` like `$.plugins[3].tarball.size`. */
export interface Problem {
  readonly path: string;
  readonly message: string;
  readonly fix: string;
}

/** Turns ajv's error into where, what is allowed and what to do. The error must come from an instance with `verbose`. */
export function explainProblem(error: ErrorObject, root: unknown): Problem {
  const path = pathText(error.instancePath, root);
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(path, String(params['additionalProperty']), Object.keys(propertiesOf(error)));
    case 'required': {
      const key = String(params['missingProperty']);
      const wanted = (propertiesOf(error) as Record<string, unknown>)[key];
      return { path, message: `lacks the key "${key}".`, fix: `Add "${key}": ${describeSchema(wanted)}` };
    }
    case 'propertyNames':
      return {
        path,
        message: `has a key that is not allowed: ${quote(params['propertyName'])}.`,
        fix: 'Correct the name of that key.',
      };
    default:
      return {
        path,
        message: `is ${quote(error.data)}; allowed is ${allowedBy(error, params)}`,
        fix: `Set ${path} to ${describeSchema(error.parentSchema)}`,
      };
  }
}

function unknownKey(path: string, key: string, known: readonly string[]): Problem {
  const nearest = nearestOf(key, known);
  return {
    path,
    message: `has an unknown key ${quote(key)}${nearest === null ? '' : `; did you mean "${nearest}"?`} Allowed: ${known.join(', ')}.`,
    fix: nearest === null ? `Remove ${quote(key)}.` : `Rename ${quote(key)} to "${nearest}", or remove it.`,
  };
}

function propertiesOf(error: ErrorObject): object {
  const properties: unknown = error.parentSchema?.['properties'];
  return typeof properties === 'object' && properties !== null ? properties : {};
}

function allowedBy(error: ErrorObject, params: Readonly<Record<string, unknown>>): string {
  switch (error.keyword) {
    case 'type':
      return `${[params['type']].flat().join(' or ')}.`;
    case 'const':
      return `only ${JSON.stringify(params['allowedValue'])}.`;
    case 'enum':
      return `one of ${(params['allowedValues'] as unknown[]).map((value) => JSON.stringify(value)).join(', ')}.`;
    case 'pattern':
      return describeSchema(error.parentSchema);
    case 'uniqueItems':
      return `each item once; items ${String(params['j'])} and ${String(params['i'])} are equal.`;
    default:
      return `what ${error.message ?? error.keyword}.`;
  }
}

/** What a schema wants, as a short sentence. */
function describeSchema(schema: unknown): string {
  if (typeof schema !== 'object' || schema === null) return 'a value.';
  const facts = schema as Readonly<Record<string, unknown>>;
  if (typeof facts['description'] === 'string') return facts['description'].replace(/([^.])$/, '$1.');
  if ('const' in facts) return `${JSON.stringify(facts['const'])}.`;
  if (Array.isArray(facts['enum'])) return `one of ${facts['enum'].map((value) => JSON.stringify(value)).join(', ')}.`;
  const bounds = [
    ['minimum', 'at least'],
    ['exclusiveMinimum', 'more than'],
    ['maximum', 'at most'],
    ['minLength', 'at least this many characters:'],
    ['maxLength', 'at most this many characters:'],
    ['minItems', 'at least this many items:'],
    ['maxItems', 'at most this many items:'],
    ['pattern', 'matching'],
  ] as const;
  const parts = bounds.filter(([key]) => key in facts).map(([key, words]) => `${words} ${String(facts[key])}`);
  const type = 'type' in facts ? [facts['type']].flat().join(' or ') : 'a value';
  return parts.length === 0 ? `${type}.` : `${type}, ${parts.join(', ')}.`;
}

/** JSON pointer to `$.a[0].b`; only real array positions become `[n]`. */
function pathText(pointer: string, root: unknown): string {
  let text = '$';
  let at: unknown = root;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(at)) text += `[${key}]`;
    else text += /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key.slice(0, 80))}]`;
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  }
  return text;
}

/** Remote text goes into terminals and logs: JSON quoting escapes control characters, and long values are cut. */
function quote(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}

/** The known word at most two edits (or a third of its length) away; null when none is close. */
export function nearestOf(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  if (word.length > 100) return null;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best !== null && bestDistance <= Math.max(2, Math.floor(best.length / 3)) ? best : null;
}

/** Levenshtein, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
