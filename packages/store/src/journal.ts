import { canonicalJsonBytes, isSha512Hex, parseJson, type Clock, type Sha512Hex } from '@hypersync/base';
import { readError } from './disk-error.ts';
import type { FileSystem } from './file-system.ts';
import type { Layout } from './layout.ts';

/** What a transaction is about to do, on disk before its first effect. */
export interface Intent {
  /** The command, for people. */
  readonly action: string;
  readonly kind: 'commit' | 'switch' | 'collect';
  readonly started: string;
  /** The generation to be written or switched to; 0 for `collect`. */
  readonly generation: number;
  /** Trees that the transaction adds: what healing takes back when the switch did not happen. */
  readonly trees: readonly Sha512Hex[];
}

const MAX_BYTES = 64 * 1024;
const pathOf = (layout: Layout): string => `${layout.journal}/pending.json`;

/** Returns what has to be synced before the first effect. */
export function writeIntent(
  fs: FileSystem,
  layout: Layout,
  clock: Clock,
  intent: Omit<Intent, 'started'>,
): readonly string[] {
  const started = new Date(clock.now()).toISOString();
  const path = pathOf(layout);
  fs.writeFile(path, canonicalJsonBytes({ schemaVersion: 1, kind: 'intent', ...rename(intent), started }), 0o644);
  return [path, layout.journal];
}

/** Not followed by a flush: an entry that comes back after a power cut only makes the next command look once more. */
export function endIntent(fs: FileSystem, layout: Layout): void {
  fs.remove(pathOf(layout));
}

/**
 * Null where nothing is pending; `unreadable` for a torn entry, which says that its transaction had not begun: effects
 * start only after the entry and its folder were flushed.
 */
export function readIntent(fs: FileSystem, layout: Layout): Intent | 'unreadable' | null {
  const path = pathOf(layout);
  let bytes: Uint8Array;
  try {
    if (fs.stat(path) === null) return null;
    bytes = fs.readFile(path, MAX_BYTES);
  } catch (thrown) {
    throw readError(thrown, `Reading the journal ${path}`);
  }
  try {
    return parseIntent(bytes, path);
  } catch {
    return 'unreadable';
  }
}

function rename(intent: Omit<Intent, 'started'>): {
  action: string;
  step: string;
  generation: number;
  trees: string[];
} {
  return { action: intent.action, step: intent.kind, generation: intent.generation, trees: [...intent.trees] };
}

function parseIntent(bytes: Uint8Array, source: string): Intent | 'unreadable' {
  const value = parseJson(bytes, { maxBytes: MAX_BYTES, maxDepth: 4, source }) as Record<string, unknown>;
  const { action, step, started, generation, trees } = value;
  if (typeof action !== 'string' || typeof started !== 'string') return 'unreadable';
  if (step !== 'commit' && step !== 'switch' && step !== 'collect') return 'unreadable';
  if (!Number.isSafeInteger(generation) || !Array.isArray(trees) || !trees.every(isSha512Hex)) return 'unreadable';
  return { action, kind: step, started, generation: generation as number, trees };
}
