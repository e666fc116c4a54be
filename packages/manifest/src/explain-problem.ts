import type { ErrorObject } from 'ajv';

/** One violation of a schema in words: `path` like `$.plugins[3].tarball.size`. */
export interface Problem {
  readonly path: string;
  readonly message: string;
  readonly fix: string;
}

/** Turns ajv's error into where, what is allowed and what to do. The error must come from an instance with `verbose`. */
export function explainProblem(error: ErrorObject | undefined, root: unknown): Problem {
  if (error === undefined)
    return { path: '$', message: 'does not obey the schema.', fix: 'Compare it with the schema.' };
  const path = pathText(error.instancePath, root);
  const params = error.params as Readonly<Record<string, unknown>>;
  if (error.propertyName !== undefined || error.keyword === 'propertyNames') {
    const name = quote(error.propertyName ?? params['propertyName']);
    return {
      path,
      message: `has a key ${name}; allowed is ${describe(error.parentSchema)}.`,
      fix: `Correct the key ${name}, or remove it.`,
    };
  }
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(path, String(params['additionalProperty']), Object.keys(propertiesOf(error)));
    case 'required': {
      const key = String(params['missingProperty']);
      const wanted = (propertiesOf(error) as Record<string, unknown>)[key];
      return { path, message: `lacks the key "${key}".`, fix: `Add "${key}": ${describe(wanted)}.` };
    }
    case 'uniqueItems': {
      const places = `${String(params['j'])} and ${String(params['i'])}`;
      return { path, message: `holds an item twice, at ${places}.`, fix: 'Remove one of the two.' };
    }
    default: {
      const allowed = describe(error.parentSchema);
      return { path, message: `is ${quote(error.data)}; allowed is ${allowed}.`, fix: `Set ${path} to ${allowed}.` };
    }
  }
}

function unknownKey(path: string, key: string, known: readonly string[]): Problem {
  const nearest = nearestOf(key, known);
  return {
    path,
    message: `has an unknown key ${quote(key)}${nearest === null ? '.' : `; did you mean "${nearest}"?`} Allowed: ${known.join(', ')}.`,
    fix: nearest === null ? `Remove ${quote(key)}.` : `Rename ${quote(key)} to "${nearest}", or remove it.`,
  };
}

function propertiesOf(error: ErrorObject): object {
  const properties: unknown = error.parentSchema?.['properties'];
  return typeof properties === 'object' && properties !== null ? properties : {};
}

const BOUNDS = [
  ['minimum', 'at least'],
  ['exclusiveMinimum', 'more than'],
  ['maximum', 'at most'],
  ['minLength', 'characters at least'],
  ['maxLength', 'characters at most'],
  ['minItems', 'items at least'],
  ['maxItems', 'items at most'],
  ['maxProperties', 'keys at most'],
] as const;

/** What a schema wants, in a few words. A pattern is shown only where nothing says it better. */
function describe(schema: unknown): string {
  if (typeof schema !== 'object' || schema === null) return 'a value';
  const facts = schema as Readonly<Record<string, unknown>>;
  const description = typeof facts['description'] === 'string' ? facts['description'].replace(/\.$/, '') : null;
  const remark = description === null ? '' : ` (${description})`;
  if ('const' in facts) return `${JSON.stringify(facts['const'])}${remark}`;
  if (Array.isArray(facts['enum'])) return `one of ${facts['enum'].map((value) => JSON.stringify(value)).join(', ')}`;
  if (typeof facts['pattern'] === 'string') return description ?? `text matching ${facts['pattern']}`;
  const types = ([facts['type'] ?? 'value'].flat() as string[]).map((type) => TYPE_WORDS[type] ?? type);
  const bounds = BOUNDS.filter(([key]) => key in facts).map(([key, words]) => `, ${words} ${String(facts[key])}`);
  return `${types.join(' or ')}${bounds.join('')}${remark}`;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  value: 'a value',
};

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
