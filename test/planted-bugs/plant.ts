import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
// types only: a worker installs its hook before it loads anything of the mechanism
import type { RunOverrides } from './overrides.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** One deliberate fault in shipped code: `anchor` stands exactly once in `file` and is read as `replacement`. */
export interface PlantedBug {
  readonly id: string;
  /** Relative to the checkout, with `/`. */
  readonly file: string;
  readonly anchor: string;
  readonly replacement: string;
  /** Which real bug or warning it stands for, and what goes wrong. */
  readonly story: string;
  readonly run: RunOverrides;
}

/** Null when the anchor stands exactly once in the file as it is now; else what is wrong. */
export function anchorProblem(bug: PlantedBug): string | null {
  const path = join(ROOT, bug.file);
  if (!existsSync(path)) return `${bug.id}: there is no ${bug.file}`;
  const count = readFileSync(path, 'utf8').split(bug.anchor).length - 1;
  if (count === 1) return null;
  return `${bug.id}: the anchor stands ${count} times in ${bug.file}, it must stand there once`;
}

/** The source with the bug in it; throws unless the anchor stands there once. */
export function plant(bug: PlantedBug, source: string): string {
  const parts = source.split(bug.anchor);
  if (parts.length !== 2)
    throw new Error(`${bug.id}: the anchor stands ${parts.length - 1} times in ${bug.file}, it must stand there once`);
  return parts.join(bug.replacement);
}

export function fileUrl(bug: PlantedBug): string {
  return pathToFileURL(join(ROOT, bug.file)).href;
}
