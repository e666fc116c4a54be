import { HyperSyncError, type Clock, type Sha512Hex } from '@hypersync/base';
import { serializeLockFile, type LockFile } from '@hypersync/manifest';
import type { VerifiedArtifact } from '@hypersync/trust';
import { writeError } from './disk-error.ts';
import type { FileSystem } from './file-system.ts';
import { dropUnfinished, heal, removeIfThere } from './heal.ts';
import { endIntent, writeIntent } from './journal.ts';
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
import { allSettled, requireIntact, type Staging } from './staging.ts';
import { FOLDER_MODE } from './tree.ts';

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
 * Everything is written beside its final name and flushed together with the intent; then it is put in place, and at last
 * comes the one rename that counts. Between these steps the disk is waited for, and only there: what comes before a barrier
 * may become durable in any order. A failure takes everything back; what cannot be taken back now (the disk may be the
 * reason) the next command does, from the intent.
 */
export async function commitGeneration(
  context: TransactionContext,
  staging: Staging,
  content: GenerationContent,
): Promise<number> {
  const { fs, layout, emit } = context;
  checkContent(content);
  const artifacts = [content.runtime, ...content.plugins.values()];
  for (const { artifact, files } of artifacts) if (files === null) requireIntact(fs, layout, artifact.entry);
  // All of them, before the first is written.
  for (const { artifact, files } of artifacts) if (files !== null) staging.check(artifact, files);
  const from = currentOrNull(fs, layout);
  const generation = Math.max(0, from ?? 0, ...generationIds(fs, layout)) + 1;
  let repaired = false;
  try {
    for (const { artifact, files } of artifacts) if (files !== null) staging.add(artifact, files);
    const fresh = artifacts.map(({ artifact }) => artifact).filter((artifact) => staging.has(digestOf(artifact)));
    const trees = fresh.map(digestOf).filter((digest) => fs.stat(layout.tree(digest)) === null);
    repaired = trees.length < fresh.length;
    const { action, clock } = context;
    const intent = writeIntent(fs, layout, clock, { action, kind: 'commit', generation, trees });
    const staged = stageGeneration(context, content, generation);
    await allSettled([staging.durable(), fs.sync([...intent, ...staged])]);
    for (const artifact of fresh) putUpTree(context, staging, artifact);
    fs.rename(stagedGeneration(layout, generation), layout.generation(generation));
    await fs.sync(fresh.length > 0 ? [layout.trees, layout.generations] : [layout.generations]);
    emit({ event: 'generation-written', generation });
    await switchCurrent(context, from, generation);
  } catch (thrown) {
    await staging.discard();
    throw await takeBack(context, thrown, generation);
  }
  await finish(context, repaired);
  return generation;
}

/** One rename to a generation that exists. */
export async function switchGeneration(context: TransactionContext, generation: number): Promise<void> {
  const { fs, layout } = context;
  const from = currentOrNull(fs, layout);
  try {
    const intent = { action: context.action, kind: 'switch', generation, trees: [] } as const;
    await fs.sync(writeIntent(fs, layout, context.clock, intent));
    await switchCurrent(context, from, generation);
  } catch (thrown) {
    throw await takeBack(context, thrown, generation);
  }
  await finish(context, false);
}

/** No generation counts any more: where the first one turned out not to work. */
export async function switchOff(context: TransactionContext): Promise<void> {
  const { fs, layout } = context;
  try {
    const intent = { action: context.action, kind: 'switch', generation: 0, trees: [] } as const;
    await fs.sync(writeIntent(fs, layout, context.clock, intent));
    removeIfThere(fs, layout.current);
    await fs.sync([layout.root]);
  } catch (thrown) {
    throw await takeBack(context, thrown, 0);
  }
  await finish(context, false);
}

async function finish({ fs, layout }: TransactionContext, repaired: boolean): Promise<void> {
  try {
    if (repaired) {
      dropUnfinished(fs, layout.trees);
      await fs.sync([layout.trees]);
    }
    endIntent(fs, layout);
  } catch {
    // The switch is durable. An intent that stays makes the next command look, find its goal reached and remove it.
  }
}

async function takeBack(
  { fs, layout }: TransactionContext,
  thrown: unknown,
  generation: number,
): Promise<HyperSyncError> {
  let outcome = 'Nothing was switched; the next command cleans up';
  try {
    const switched = currentOrNull(fs, layout) === generation;
    await heal(fs, layout);
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

/** The rename puts up only what is whole and durable. A damaged tree gives way to its repair. */
function putUpTree({ fs, layout, emit }: TransactionContext, staging: Staging, { entry }: Admitted): void {
  const digest = entry.tarball.sha512;
  const final = layout.tree(digest);
  if (fs.stat(final) !== null) fs.rename(final, `${layout.trees}/.old-${treeName(digest)}`);
  fs.rename(staging.take(digest), final);
  emit({ event: 'tree-written', name: entry.name, bytes: entry.tarball.size });
}

const stagedGeneration = (layout: Layout, generation: number): string => `${layout.generations}/.new-${generation}`;

/** The generation beside its final name. Returns what has to be synced. */
function stageGeneration(
  context: TransactionContext,
  content: GenerationContent,
  generation: number,
): readonly string[] {
  const { fs, layout } = context;
  const created = new Date(context.clock.now()).toISOString();
  const sealed = new Map([
    ['lock.json', serializeLockFile({ ...content.lock, generation, created })],
    ['manifest.json', content.manifest],
    ...[...content.metadata].map(([name, bytes]): [string, Uint8Array] => [`metadata/${flat(name)}`, bytes]),
  ]);
  const folder = stagedGeneration(layout, generation);
  const folders = [`${folder}/plugins`, `${folder}/metadata`, folder];
  for (const path of folders.toReversed()) fs.makeDirectory(path, 0o755);
  const files = new Map([...sealed, ['seal.json', serializeSeal(sealed)]]);
  for (const [name, bytes] of files) fs.writeFile(`${folder}/${name}`, bytes, 0o444);
  for (const [id, { artifact }] of content.plugins) {
    fs.makeLink(pluginLink(digestOf(artifact)), `${folder}/plugins/${id}`);
  }
  fs.makeLink(runtimeLink(digestOf(content.runtime.artifact)), `${folder}/runtime`);
  for (const path of folders) fs.changeMode(path, FOLDER_MODE);
  const inUse = layout.use(generation);
  if (fs.stat(inUse) === null) fs.writeFile(inUse, new Uint8Array(), 0o644);
  return [...[...files.keys()].map((name) => `${folder}/${name}`), ...folders, inUse, layout.locks];
}

async function switchCurrent({ fs, layout, emit }: TransactionContext, from: number | null, to: number): Promise<void> {
  const next = `${layout.root}/.current-new`;
  fs.makeLink(currentTarget(to), next);
  fs.rename(next, layout.current);
  await fs.sync([layout.root]);
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
