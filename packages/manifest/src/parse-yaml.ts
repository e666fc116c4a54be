import { fromUtf8, HyperSyncError, type JsonValue } from '@hypersync/base';
import { LineCounter, parseDocument, visit } from 'yaml';

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
  const { source } = limits;
  if (bytes.length > limits.maxBytes) {
    throw new HyperSyncError('HS-1008', `${source}: ${bytes.length} bytes of YAML, more than ${limits.maxBytes}.`);
  }
  const text = decode(bytes, source);
  refuseDeepFlow(text, limits);
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    uniqueKeys: true,
    strict: true,
    stringKeys: true,
    lineCounter,
    logLevel: 'silent',
  });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined)
    throw new HyperSyncError('HS-1104', `${source}: ${problem.message.split('\n')[0]}`, { cause: problem });
  const refuse = (offset: number | undefined, what: string): never => {
    const { line, col } = lineCounter.linePos(offset ?? 0);
    throw new HyperSyncError('HS-1104', `${source}: ${what} at line ${line}, column ${col}.`);
  };
  visit(document, {
    Alias: (_, node) => refuse(node.range?.[0], 'an alias is not accepted'),
    Node: (_, node, path) => {
      if (path.length > 2 * limits.maxDepth)
        throw new HyperSyncError('HS-1008', `${source}: nested deeper than ${limits.maxDepth}.`);
      if ('anchor' in node && node.anchor !== undefined) refuse(node.range?.[0], 'an anchor is not accepted');
      if (node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:'))
        refuse(node.range?.[0], 'a tag is not accepted');
    },
    Pair: (_, pair) => {
      const key: unknown = pair.key;
      const value = typeof key === 'object' && key !== null && 'value' in key ? key.value : key;
      if (value === '__proto__') refuse(undefined, 'the key "__proto__" is not accepted');
    },
  });
  return document.toJS({ maxAliasCount: 0 }) as JsonValue;
}

function decode(bytes: Uint8Array, source: string): string {
  try {
    return fromUtf8(bytes);
  } catch (cause) {
    throw new HyperSyncError('HS-1104', `${source}: not UTF-8.`, { cause });
  }
}

/** The parser is recursive: brackets and indentation are counted before it sees them, or it runs out of stack. */
function refuseDeepFlow(text: string, limits: YamlLimits): void {
  let flow = 0;
  for (const char of text) {
    if (char === '[' || char === '{') flow++;
    else if (char === ']' || char === '}') flow--;
    if (flow > limits.maxDepth)
      throw new HyperSyncError('HS-1008', `${limits.source}: nested deeper than ${limits.maxDepth}.`);
  }
}
