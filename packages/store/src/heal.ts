import { codeOf } from './disk-error.ts';
import type { FileSystem } from './file-system.ts';
import { endIntent, readIntent, type Intent } from './journal.ts';
import { currentOrNull, namesIn, type Layout } from './layout.ts';
import { removeTree } from './tree.ts';

/**
 * Brings the root back to a whole state after a command that did not end, and says what that was; null where nothing was
 * pending. A commit whose switch happened stays; one whose switch did not is taken back. Safe to be killed and repeated:
 * the intent goes last.
 */
export async function heal(fs: FileSystem, layout: Layout): Promise<string | null> {
  const intent = readIntent(fs, layout);
  // Small files beside the generations (health, license) are replaced without an intent; the lock says that none is ours.
  for (const folder of [layout.generations, layout.trees, layout.license]) dropUnfinished(fs, folder);
  if (intent === null) return null;
  const current = currentOrNull(fs, layout);
  const reached = intent !== 'unreadable' && intent.kind !== 'collect' && current === intent.generation;
  if (intent !== 'unreadable' && intent.kind === 'commit' && !reached) takeBack(fs, layout, intent);
  removeIfThere(fs, `${layout.root}/.current-new`);
  await fs.sync([layout.generations, layout.trees, layout.root]);
  endIntent(fs, layout);
  await fs.sync([layout.journal]);
  return describe(intent, reached);
}

/** What a reader says about an intent that it must not heal. */
export function describe(intent: Intent | 'unreadable', reached: boolean): string {
  if (intent === 'unreadable') return 'a command was interrupted before it changed anything';
  const outcome = reached
    ? `generation ${intent.generation} was already in place`
    : intent.kind === 'collect'
      ? 'what it had begun to remove was removed'
      : 'it was taken back';
  return `${intent.action} of ${intent.started} was interrupted; ${outcome}`;
}

/** The generation before its trees, each out of sight by one rename before it is taken apart. */
function takeBack(fs: FileSystem, layout: Layout, { generation, trees }: Intent): void {
  removeIfThere(fs, layout.health(generation));
  discard(fs, layout.generation(generation), `${layout.generations}/.gone-${generation}`);
  for (const digest of trees) discard(fs, layout.tree(digest), `${layout.trees}/.gone-${digest}`);
}

function discard(fs: FileSystem, path: string, hidden: string): void {
  if (fs.stat(path) === null) return;
  fs.rename(path, hidden);
  removeTree(fs, hidden);
}

/** Names with a dot are never content. A tree that was moved aside comes back where its repair did not arrive. */
export function dropUnfinished(fs: FileSystem, folder: string): void {
  for (const name of namesIn(fs, folder)) {
    if (!name.startsWith('.')) continue;
    const path = `${folder}/${name}`;
    const final = `${folder}/${name.slice('.old-'.length)}`;
    if (name.startsWith('.old-sha512-') && fs.stat(final) === null) fs.rename(path, final);
    else removeTree(fs, path);
  }
}

export function removeIfThere(fs: FileSystem, path: string): void {
  try {
    fs.remove(path);
  } catch (thrown) {
    if (codeOf(thrown) !== 'ENOENT') throw thrown;
  }
}
