import { HyperSyncError, type Sha512Hex } from '@hypersync/base';
import type { ArtifactEntry } from '@hypersync/manifest';
import type { VerifiedArtifact } from '@hypersync/trust';
import type { FileSystem } from './file-system.ts';
import { treeName, type Layout } from './layout.ts';
import { checkFiles, readTree, removeTree, writeTree } from './tree.ts';

/**
 * Trees beside their final names, where a name with a dot says that nothing counts yet; so they need no intent. Their
 * flushes run while the next artifact is fetched and verified, and one barrier waits for them all.
 */
export class Staging {
  readonly #fs: FileSystem;
  readonly #layout: Layout;
  readonly #flushes = new Map<Sha512Hex, Promise<void>>();
  readonly #checked = new WeakMap<ReadonlyMap<string, Uint8Array>, ArtifactEntry>();

  constructor(fs: FileSystem, layout: Layout) {
    this.#fs = fs;
    this.#layout = layout;
  }

  /** Throws HS-1506 for files that are not the signed ones. Once for each set of files. */
  check({ entry }: Pick<VerifiedArtifact, 'entry'>, files: ReadonlyMap<string, Uint8Array>): void {
    if (this.#checked.get(files) === entry) return;
    checkFiles(entry, files);
    this.#checked.set(files, entry);
  }

  /** Writes what was checked. A tree that is there already is kept. */
  add(artifact: Pick<VerifiedArtifact, 'entry'>, files: ReadonlyMap<string, Uint8Array>): void {
    const { entry } = artifact;
    const digest = entry.tarball.sha512;
    if (this.#flushes.has(digest)) return;
    this.check(artifact, files);
    const isThere = this.#fs.stat(this.#layout.tree(digest)) !== null;
    if (isThere && isIntact(this.#fs, this.#layout, entry)) return;
    // Known before a byte is written: what a full disk leaves half done is taken back, too.
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Whoever waits is told; until then a failure must not count as one that nobody handles.
    promise.catch(() => {});
    this.#flushes.set(digest, promise);
    try {
      resolve(this.#fs.sync(writeTree(this.#fs, this.#path(digest), files)));
    } catch (thrown) {
      reject(thrown);
      throw thrown;
    }
  }

  has(digest: Sha512Hex): boolean {
    return this.#flushes.has(digest);
  }

  /** Resolves when every staged tree is durable. */
  async durable(): Promise<void> {
    await allSettled(this.#flushes.values());
  }

  /** Gives a durable tree away, to be put up. Returns where it lies. */
  take(digest: Sha512Hex): string {
    this.#flushes.delete(digest);
    return this.#path(digest);
  }

  #path(digest: Sha512Hex): string {
    return `${this.#layout.trees}/.new-${treeName(digest)}`;
  }

  /** Takes back what no transaction put up. Whatever fails here, the next command sweeps away. */
  async discard(): Promise<void> {
    await Promise.allSettled(this.#flushes.values());
    for (const digest of this.#flushes.keys()) {
      try {
        removeTree(this.#fs, this.#path(digest));
      } catch {
        // The disk is the reason why we are here.
      }
    }
    this.#flushes.clear();
  }
}

/** Waits for the last before it throws the first failure: nothing must be under way when a transaction is taken back. */
export async function allSettled(flushes: Iterable<Promise<void>>): Promise<void> {
  for (const outcome of await Promise.allSettled(flushes)) if (outcome.status === 'rejected') throw outcome.reason;
}

export function isIntact(fs: FileSystem, layout: Layout, entry: ArtifactEntry): boolean {
  try {
    readTree(fs, layout.tree(entry.tarball.sha512), entry);
    return true;
  } catch {
    return false;
  }
}

/** Kept trees are hashed again: a plan must not build on files that were damaged since. */
export function requireIntact(fs: FileSystem, layout: Layout, entry: ArtifactEntry): void {
  if (isIntact(fs, layout, entry)) return;
  throw new HyperSyncError('HS-1509', `${entry.name} ${entry.version} was to be kept, but its tree is damaged.`, {
    details: { package: entry.name, version: entry.version },
  });
}
