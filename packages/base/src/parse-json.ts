import type { JsonValue } from './canonical-json.ts';
import { HyperSyncError } from './error.ts';
import { fromUtf8 } from './bytes.ts';

export interface JsonLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
  /** Named in errors: a path, an address, a role. */
  readonly source: string;
}

/**
 * JSON from outside: strict UTF-8, bounded in size and depth, no key twice (two readers must not see two documents),
 * and no `__proto__`. Throws HS-1003, or HS-1008 for size and depth.
 */
export function parseJson(bytes: Uint8Array, limits: JsonLimits): JsonValue {
  if (bytes.length > limits.maxBytes) {
    throw new HyperSyncError(
      'HS-1008',
      `${limits.source}: ${bytes.length} bytes of JSON, more than ${limits.maxBytes}.`,
    );
  }
  let text: string;
  try {
    text = fromUtf8(bytes);
  } catch (cause) {
    throw new HyperSyncError('HS-1003', `${limits.source}: not UTF-8.`, { cause });
  }
  checkStructure(text, limits);
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new HyperSyncError('HS-1003', `${limits.source}: ${(cause as Error).message}`, { cause });
  }
}

/** One pass over the text: depth, and keys seen per open object. JSON.parse then judges everything else. */
function checkStructure(text: string, limits: JsonLimits): void {
  const open: (Set<string> | null)[] = [];
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '{' || char === '[') {
      open.push(char === '{' ? new Set() : null);
      if (open.length > limits.maxDepth) {
        throw new HyperSyncError('HS-1008', `${limits.source}: nested deeper than ${limits.maxDepth}.`);
      }
    } else if (char === '}' || char === ']') {
      open.pop();
    } else if (char === '"') {
      const end = endOfString(text, i);
      const keys = open.at(-1);
      if (keys && isKey(text, end)) addKey(keys, text.slice(i, end + 1), limits.source);
      i = end;
    }
  }
}

function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i;
  }
  return text.length;
}

function isKey(text: string, end: number): boolean {
  let i = end + 1;
  while (text[i] === ' ' || text[i] === '\n' || text[i] === '\r' || text[i] === '\t') i++;
  return text[i] === ':';
}

function addKey(keys: Set<string>, literal: string, source: string): void {
  let key: string;
  try {
    key = JSON.parse(literal) as string;
  } catch (cause) {
    throw new HyperSyncError('HS-1003', `${source}: malformed key ${literal.slice(0, 40)}.`, { cause });
  }
  if (key === '__proto__') throw new HyperSyncError('HS-1003', `${source}: the key "__proto__" is not allowed.`);
  if (keys.has(key)) throw new HyperSyncError('HS-1003', `${source}: the key ${JSON.stringify(key)} stands twice.`);
  keys.add(key);
}
