import { HyperSyncError, type Clock, type Sha512Hex } from '@hypersync/base';
import { serializeLockFile, type ArtifactEntry, type LockFile } from '@hypersync/manifest';
import type { VerifiedArtifact } from '@hypersync/trust';
import { writeError } from './disk-error.ts';
import type { FileSystem } from './file-system.ts';
import { dropUnfinished, heal, removeIfThere } from './heal.ts';
import { beginIntent, endIntent } from './journal.ts';
import {
  currentOrNull,
  currentTarget,
  generationIds,
  pluginLink,
  runtimeLink,
  treeName,
  type Layout,
} from './layout.ts';
import { serializeSeal } from './seal.ts';
import { checkFiles, closeFolder, readTree, writeTree } from './tree.ts';

/** What admitted an artifact, without the tarball, which a generation does not keep. */
export type Admitted = Pick<VerifiedArtifact, 'entry' | 'evidence'>;

/** A verified artifact with its unpacked files (path without `package/`), or null when the store already holds the tree. */
export type GenerationArtifact =
  | { readonly artifact: VerifiedArtifact; readonly files: ReadonlyMap<string, Uint8Array> }
  | { readonly artifact: Admitted; readonly files: null };

/** Everything a new generation is made of. The store checks every file against the artifact's signed list while writing. */
export interface GenerationContent {
  /** Without `generation` and `created`, which the transaction decides. */
  readonly lock: Omit<LockFile, 'generation' | 'created'>;
  readonly manifest: Uint8Array;
  /** Signed metadata by flat name, bundles among them. */
  readonly metadata: ReadonlyMap<string, Uint8Array>;
  readonly runtime: GenerationArtifact;
  readonly plugins: ReadonlyMap<string, GenerationArtifact>;
}

export type TransactionEvent =
  | { readonly event: 'tree-written'; readonly name: string; readonly bytes: number }
  | { readonly event: 'generation-written'; readonly generation: number }
  | { readonly event: 'switched'; readonly from: number | null; readonly to: number }
  | { readonly event: 'healed'; readonly what: string };

export interface TransactionContext {
  readonly fs: FileSystem;
  readonly layout: Layout;
  readonly clock: Clock;
  readonly action: string;
  readonly emit: (event: TransactionEvent) => void;
}

/**
 * Intent, trees, generation, and at last the one rename that counts. A failure before it takes everything back; what
 * cannot be taken back now (the disk may be the reason) the next command does, from the intent.
 */
export function commitGeneration(context: TransactionContext, content: GenerationContent): number {
  const { fs, layout } = context;
  checkContent(content);
  const artifacts = [content.runtime, ...content.plugins.values()];
  const fresh = artifacts.filter((artifact) => needsWriting(fs, layout, artifact));
  const from = currentOrNull(fs, layout);
  const generation = Math.max(0, from ?? 0, ...generationIds(fs, layout)) + 1;
  const trees = fresh.filter(({ artifact }) => fs.stat(layout.tree(digestOf(artifact))) === null);
  try {
    beginIntent(fs, layout, context.clock, {
      action: context.action,
      kind: 'commit',
      generation,
      trees: trees.map(({ artifact }) => digestOf(artifact)),
    });
    for (const artifact of fresh) addTree(context, artifact);
    if (fresh.length > 0) fs.syncDirectory(layout.trees);
    addGeneration(context, content, generation);
    switchCurrent(context, from, generation);
  } catch (thrown) {
    throw takeBack(context, thrown, generation);
  }
  finish(context, trees.length < fresh.length);
  return generation;
}

/** One rename to a generation that exists. */
export function switchGeneration(context: TransactionContext, generation: number): void {
  const { fs, layout } = context;
  const from = currentOrNull(fs, layout);
  try {
    beginIntent(fs, layout, context.clock, { action: context.action, kind: 'switch', generation, trees: [] });
    switchCurrent(context, from, generation);
  } catch (thrown) {
    throw takeBack(context, thrown, generation);
  }
  finish(context, false);
}

/** No generation counts any more: where the first one turned out not to work. */
export function switchOff(context: TransactionContext): void {
  const { fs, layout } = context;
  try {
    beginIntent(fs, layout, context.clock, { action: context.action, kind: 'switch', generation: 0, trees: [] });
    removeIfThere(fs, layout.current);
    fs.syncDirectory(layout.root);
  } catch (thrown) {
    throw takeBack(context, thrown, 0);
  }
  finish(context, false);
}

function finish({ fs, layout }: TransactionContext, repaired: boolean): void {
  try {
    if (repaired) {
      dropUnfinished(fs, layout.trees);
      fs.syncDirectory(layout.trees);
    }
    endIntent(fs, layout);
  } catch {
    // The switch is durable. An intent that stays makes the next command look, find its goal reached and remove it.
  }
}

function takeBack({ fs, layout }: TransactionContext, thrown: unknown, generation: number): HyperSyncError {
  let outcome = 'Nothing was switched; the next command cleans up';
  try {
    const switched = currentOrNull(fs, layout) === generation;
    heal(fs, layout);
    outcome = switched
      ? `Generation ${generation} is in place, but the disk did not confirm it`
      : 'Nothing was changed';
  } catch {
    // Whatever broke the transaction can break this too; the intent is on disk and the next command heals.
  }
  return writeError(thrown, `Writing generation ${generation} in ${layout.root} failed. ${outcome}`);
}

/** The lock must say exactly what is installed; a mistake here would be found only by the next `verify`. */
function checkContent({ lock, runtime, plugins }: GenerationContent): void {
  const refuse = (what: string): never => {
    throw new HyperSyncError('HS-1510', `The lock file to be written ${what}.`);
  };
  if (lock.runtime.sha512 !== digestOf(runtime.artifact)) refuse('names another runtime');
  if (Object.keys(lock.plugins).length !== plugins.size) refuse('lists another number of plugins');
  for (const [id, { artifact }] of plugins) {
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id)) refuse(`has a plugin named ${JSON.stringify(id)}`);
    if (lock.plugins[id]?.sha512 !== digestOf(artifact)) refuse(`names another ${id}`);
  }
}

/** Kept trees are hashed again: a plan must not build on files that were damaged since. */
function needsWriting(fs: FileSystem, layout: Layout, { artifact, files }: GenerationArtifact): boolean {
  const { entry } = artifact;
  if (files !== null) checkFiles(entry, files);
  if (isIntact(fs, layout, entry)) return false;
  if (files !== null) return true;
  throw new HyperSyncError('HS-1509', `${entry.name} ${entry.version} was to be kept, but its tree is damaged.`, {
    details: { package: entry.name, version: entry.version },
  });
}

export function isIntact(fs: FileSystem, layout: Layout, entry: ArtifactEntry): boolean {
  try {
    readTree(fs, layout.tree(entry.tarball.sha512), entry);
    return true;
  } catch {
    return false;
  }
}

/** Beside its final name first; the rename puts up only what is whole and flushed. A damaged tree gives way to its repair. */
function addTree({ fs, layout, emit }: TransactionContext, { artifact, files }: GenerationArtifact): void {
  if (files === null) return;
  const name = treeName(digestOf(artifact));
  const final = `${layout.trees}/${name}`;
  const staging = `${layout.trees}/.new-${name}`;
  writeTree(fs, staging, files);
  if (fs.stat(final) !== null) fs.rename(final, `${layout.trees}/.old-${name}`);
  fs.rename(staging, final);
  emit({ event: 'tree-written', name: artifact.entry.name, bytes: artifact.entry.tarball.size });
}

function addGeneration(context: TransactionContext, content: GenerationContent, generation: number): void {
  const { fs, layout, emit } = context;
  const created = new Date(context.clock.now()).toISOString();
  const sealed = new Map([
    ['lock.json', serializeLockFile({ ...content.lock, generation, created })],
    ['manifest.json', content.manifest],
    ...[...content.metadata].map(([name, bytes]): [string, Uint8Array] => [`metadata/${flat(name)}`, bytes]),
  ]);
  const staging = `${layout.generations}/.new-${generation}`;
  fs.makeDirectory(staging, 0o755);
  fs.makeDirectory(`${staging}/metadata`, 0o755);
  fs.makeDirectory(`${staging}/plugins`, 0o755);
  for (const [name, bytes] of sealed) fs.writeFile(`${staging}/${name}`, bytes, 0o444);
  fs.writeFile(`${staging}/seal.json`, serializeSeal(sealed), 0o444);
  for (const [id, { artifact }] of content.plugins) {
    fs.makeLink(pluginLink(digestOf(artifact)), `${staging}/plugins/${id}`);
  }
  fs.makeLink(runtimeLink(digestOf(content.runtime.artifact)), `${staging}/runtime`);
  closeFolder(fs, `${staging}/plugins`);
  closeFolder(fs, `${staging}/metadata`);
  closeFolder(fs, staging);
  const inUse = layout.use(generation);
  if (fs.stat(inUse) === null) fs.writeFile(inUse, new Uint8Array(), 0o644);
  fs.rename(staging, layout.generation(generation));
  fs.syncDirectory(layout.generations);
  emit({ event: 'generation-written', generation });
}

function switchCurrent({ fs, layout, emit }: TransactionContext, from: number | null, to: number): void {
  const next = `${layout.root}/.current-new`;
  fs.makeLink(currentTarget(to), next);
  fs.rename(next, layout.current);
  fs.syncDirectory(layout.root);
  emit({ event: 'switched', from, to });
}

/** Names come from signed metadata, but a name is still no path. */
function flat(name: string): string {
  if (!/^[A-Za-z0-9@][A-Za-z0-9._@+-]{0,254}$/.test(name)) {
    throw new HyperSyncError('HS-1510', `Metadata cannot be kept under the name ${JSON.stringify(name.slice(0, 80))}.`);
  }
  return name;
}

const digestOf = (artifact: Admitted): Sha512Hex => artifact.entry.tarball.sha512;
