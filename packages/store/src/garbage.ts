import type { Sha512Hex } from '@hypersync/base';
import { codeOf, writeError } from './disk-error.ts';
import type { FileSystem } from './file-system.ts';
import { heal, removeIfThere } from './heal.ts';
import { endIntent, writeIntent } from './journal.ts';
import { generationIds, namesIn, readCurrent, treeDigest, type Layout } from './layout.ts';
import type { LockFiles } from './locks.ts';
import type { TransactionContext } from './transaction.ts';
import { removeTree } from './tree.ts';

export interface Collected {
  readonly generations: readonly number[];
  readonly trees: readonly Sha512Hex[];
  readonly bytes: number;
  /** Generations that stay because a process uses them. */
  readonly inUse: readonly number[];
}

/**
 * Roots are `current`, the `keep` newest generations and those in use (attack C07). Generations go before trees, each
 * moved out of sight by one rename, so that no generation is ever seen without one of its trees.
 */
export async function collectGarbage(context: TransactionContext, locks: LockFiles, keep: number): Promise<Collected> {
  const { fs, layout } = context;
  const current = readCurrent(fs, layout);
  const ids = generationIds(fs, layout);
  const newest = new Set(keep > 0 ? ids.slice(-keep) : []);
  const held = ids
    .filter((id) => id !== current && !newest.has(id))
    .map((id) => ({ id, release: locks.acquire(layout.use(id), 'exclusive') }));
  try {
    const generations = held.filter((one) => one.release !== null).map((one) => one.id);
    const inUse = held.filter((one) => one.release === null).map((one) => one.id);
    const referenced = treesOf(
      fs,
      layout,
      ids.filter((id) => !generations.includes(id)),
    );
    const trees = referenced === null ? [] : presentTrees(fs, layout).filter((digest) => !referenced.has(digest));
    const bytes = generations.length + trees.length === 0 ? 0 : await removeAll(context, generations, trees);
    const partial = removeTree(fs, layout.partial);
    removeOldTemporaries(context);
    return { generations, trees, bytes: bytes + partial, inUse };
  } finally {
    for (const { release } of held) release?.();
  }
}

async function removeAll(
  context: TransactionContext,
  generations: readonly number[],
  trees: readonly Sha512Hex[],
): Promise<number> {
  const { fs, layout } = context;
  try {
    const intent = { action: context.action, kind: 'collect', generation: 0, trees } as const;
    await fs.sync(writeIntent(fs, layout, context.clock, intent));
    for (const id of generations) {
      removeIfThere(fs, layout.health(id));
      fs.rename(layout.generation(id), `${layout.generations}/.gone-${id}`);
    }
    await fs.sync([layout.generations]);
    for (const digest of trees) fs.rename(layout.tree(digest), `${layout.trees}/.gone-${digest}`);
    await fs.sync([layout.trees]);
    let bytes = 0;
    for (const id of generations) bytes += removeTree(fs, `${layout.generations}/.gone-${id}`);
    for (const digest of trees) bytes += removeTree(fs, `${layout.trees}/.gone-${digest}`);
    await fs.sync([layout.generations, layout.trees]);
    endIntent(fs, layout);
    return bytes;
  } catch (thrown) {
    try {
      await heal(fs, layout);
    } catch {
      // The next command does it: the intent is on disk.
    }
    throw writeError(thrown, `Removing unused generations in ${layout.root}; the current one is untouched`);
  }
}

/** Null where a generation cannot be read: then no tree is surely unused, and none is removed. */
function treesOf(fs: FileSystem, layout: Layout, ids: readonly number[]): ReadonlySet<Sha512Hex> | null {
  const digests = new Set<Sha512Hex>();
  try {
    for (const id of ids) {
      const folder = layout.generation(id);
      const links = fs.readDirectory(`${folder}/plugins`).map((name) => `${folder}/plugins/${name}`);
      for (const link of [...links, `${folder}/runtime`]) {
        const digest = treeDigest(fs.readLink(link).split('/').at(-1) ?? '');
        if (digest === null) return null;
        digests.add(digest);
      }
    }
  } catch (thrown) {
    if (codeOf(thrown) === null) throw thrown;
    return null;
  }
  return digests;
}

function presentTrees(fs: FileSystem, layout: Layout): readonly Sha512Hex[] {
  return namesIn(fs, layout.trees)
    .map(treeDigest)
    .filter((digest) => digest !== null);
}

const HOUR_MS = 3_600_000;

/** What a metadata write left that was killed before its rename; a fresh one may belong to a command that still runs. */
function removeOldTemporaries({ fs, layout, clock }: TransactionContext): void {
  for (const name of namesIn(fs, layout.trust)) {
    const path = `${layout.trust}/${name}`;
    const stat = name.startsWith('.new-') ? fs.stat(path) : null;
    if (stat !== null && stat.mtimeMs < clock.now() - HOUR_MS) fs.remove(path);
  }
}
