import { fromUtf8, HyperSyncError, type JsonValue } from '@hypersync/base';
import {
  isCollection,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type YAMLParseError,
  type YAMLWarning,
} from 'yaml';

export interface YamlLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
  /** Named in errors: a path. */
  readonly source: string;
}

/**
 * YAML 1.2 core schema from outside, as plain JSON values: bounded in size and depth, one document, no key twice, no
 * aliases (a few lines of them unfold into gigabytes), no tags, no `__proto__`. Throws HS-1104, or HS-1008 for size and depth.
 */
export function parseYaml(bytes: Uint8Array, limits: YamlLimits): JsonValue {
  const { source, maxDepth } = limits;
  if (bytes.length > limits.maxBytes) {
    throw new HyperSyncError('HS-1008', `${source}: ${bytes.length} bytes of YAML, more than ${limits.maxBytes}.`);
  }
  const text = decode(bytes, source);
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { ...STRICT, lineCounter: lines });
    const problem = document.errors[0] ?? document.warnings[0];
    // The parser is recursive: what exhausts its stack is nested deeper than any limit.
    if (problem?.code === 'RESOURCE_EXHAUSTION') throw tooDeep(source, maxDepth);
    if (problem !== undefined) throw malformed(source, wordsOf(problem), problem);
    refuseUnsafe(document, maxDepth, source, lines);
    return document.toJS({ maxAliasCount: 0 }) as JsonValue;
  } catch (thrown) {
    if (thrown instanceof RangeError) throw tooDeep(source, maxDepth);
    throw thrown;
  }
}

const STRICT = {
  version: '1.2',
  schema: 'core',
  uniqueKeys: true,
  strict: true,
  stringKeys: true,
  logLevel: 'error',
} as const;

function refuseUnsafe(document: Document, maxDepth: number, source: string, lines: LineCounter): void {
  const refuse = (what: string, offset = 0): never => {
    const { line, col } = lines.linePos(offset);
    throw malformed(source, `${what} is not accepted at line ${line}, column ${col}.`);
  };
  visit(document, {
    Pair: (_, { key }) => {
      if (isScalar(key) && key.value === '__proto__') refuse('the key "__proto__"', key.range?.[0]);
    },
    Node: (_, node, path) => {
      // A mapping adds two steps to the path (itself and the pair), a list one.
      const depth = path.filter((step) => isCollection(step)).length;
      if (depth > maxDepth) throw tooDeep(source, maxDepth);
      // Without anchors there are no aliases.
      if ('anchor' in node && node.anchor !== undefined) refuse('an anchor', node.range?.[0]);
    },
  });
}

function wordsOf(problem: YAMLParseError | YAMLWarning): string {
  const [first = ''] = problem.message.split('\n');
  if (problem.code === 'MULTIPLE_DOCS') return 'more than one document.';
  return first.replace(/:$/, '.');
}

function decode(bytes: Uint8Array, source: string): string {
  try {
    return fromUtf8(bytes);
  } catch (cause) {
    throw malformed(source, 'not UTF-8.', cause);
  }
}

function malformed(source: string, message: string, cause?: unknown): HyperSyncError {
  return new HyperSyncError('HS-1104', `${source}: ${message}`, { cause, details: { source } });
}

function tooDeep(source: string, maxDepth: number): HyperSyncError {
  return new HyperSyncError('HS-1008', `${source}: nested deeper than ${maxDepth}.`, { details: { source } });
}
