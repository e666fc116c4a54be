import { HyperSyncError, isHyperSyncError, isSha512Hex, type Sha512Hex } from '@hypersync/base';
import { codeOf, readError } from './disk-error.ts';
import type { FileSystem } from './file-system.ts';

/** Where things are below a root (formats.md 6). Names that begin with a dot are work in progress and never content. */
export interface Layout {
  readonly root: string;
  readonly trees: string;
  readonly generations: string;
  readonly current: string;
  readonly trust: string;
  readonly journal: string;
  readonly locks: string;
  readonly license: string;
  readonly receipts: string;
  /** Downloads that were broken off; written under the lock only. */
  readonly partial: string;
  tree(sha512: Sha512Hex): string;
  generation(id: number): string;
  /** Whether the self-test passed with this generation; beside it, because a generation never changes. */
  health(id: number): string;
  /** Held shared by who uses a generation, exclusively by who removes it. */
  use(id: number): string;
}

export function layoutOf(root: string): Layout {
  const trees = `${root}/store`;
  const generations = `${root}/generations`;
  return {
    root,
    trees,
    generations,
    current: `${root}/current`,
    trust: `${root}/trust`,
    journal: `${root}/journal`,
    locks: `${root}/lock`,
    license: `${root}/license`,
    receipts: `${root}/receipts`,
    partial: `${root}/partial`,
    tree: (sha512) => `${trees}/${treeName(sha512)}`,
    generation: (id) => `${generations}/${id}`,
    health: (id) => `${generations}/${healthName(id)}`,
    use: (id) => `${root}/lock/generation-${id}`,
  };
}

export function treeName(sha512: Sha512Hex): string {
  if (!isSha512Hex(sha512))
    throw new HyperSyncError('HS-1510', 'A tree is named by something else than a SHA-512 digest.');
  return `sha512-${sha512}`;
}

export function treeDigest(name: string): Sha512Hex | null {
  const digest = name.startsWith('sha512-') ? name.slice('sha512-'.length) : null;
  return isSha512Hex(digest) ? digest : null;
}

export function generationId(name: string): number | null {
  return /^[1-9][0-9]{0,8}$/.test(name) ? Number(name) : null;
}

export const healthName = (id: number): string => `${id}.health.json`;
export const currentTarget = (id: number): string => `generations/${id}`;
export const pluginLink = (sha512: Sha512Hex): string => `../../../store/${treeName(sha512)}`;
export const runtimeLink = (sha512: Sha512Hex): string => `../../store/${treeName(sha512)}`;

/** `mechanism-raft-1.2.3.sigstore.json` (formats.md 1). */
export function bundleName(entry: { readonly name: string; readonly version: string }): string {
  return `${entry.name.slice(entry.name.indexOf('/') + 1)}-${entry.version}.sigstore.json`;
}

/** What `current` names; null where there is none. A link to anywhere else is tampering (HS-1504), not "nothing". */
export function readCurrent(fs: FileSystem, layout: Layout): number | null {
  let target: string;
  try {
    target = fs.readLink(layout.current);
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === 'EINVAL') throw new HyperSyncError('HS-1504', `${layout.current} is not a link.`);
    throw readError(thrown, `Reading ${layout.current}`);
  }
  const id = target.startsWith('generations/') ? generationId(target.slice('generations/'.length)) : null;
  if (id === null) {
    throw new HyperSyncError('HS-1504', `${layout.current} leads to ${JSON.stringify(target.slice(0, 200))}.`);
  }
  return id;
}

/** A `current` that was tampered with must not stop the command that replaces it. */
export function currentOrNull(fs: FileSystem, layout: Layout): number | null {
  try {
    return readCurrent(fs, layout);
  } catch (thrown) {
    if (isHyperSyncError(thrown) && thrown.code === 'HS-1504') return null;
    throw thrown;
  }
}

/** Names in a folder; none where the folder does not exist. */
export function namesIn(fs: FileSystem, folder: string): readonly string[] {
  try {
    return fs.readDirectory(folder);
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return [];
    throw readError(thrown, `Reading the folder ${folder}`);
  }
}

export function generationIds(fs: FileSystem, layout: Layout): number[] {
  return namesIn(fs, layout.generations)
    .map(generationId)
    .filter((id) => id !== null)
    .sort((a, b) => a - b);
}
