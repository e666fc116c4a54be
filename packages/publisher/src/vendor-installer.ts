import { resolve } from 'node:path';
import type { TrustAnchor } from '@hypersync/trust';
import { readState } from './catalog-state.ts';
import { bundleInstaller, writeInstaller } from './installer/installer-bundle.ts';
import { writeOneFile, type OneFilePlatform } from './installer/one-file.ts';
import { anchorFrom } from './self-check.ts';
import { readHeads } from './tuf-author.ts';
import type { Workspace } from './workspace.ts';

export interface InstallerOptions {
  /** Root of the sources: a checkout of HyperSync. */
  readonly source: string;
  /** Folder that receives the result. */
  readonly out: string;
  /** One executable with its own Node for this platform; null: a folder that runs on the host's Node. */
  readonly platform: OneFilePlatform | null;
}

/** What an installer or runtime made now would trust: the newest root, this registry, the present release as floor. */
export function currentAnchor(workspace: Workspace): TrustAnchor {
  const root = readHeads(workspace.paths.tree).root?.document.signed.version ?? 1;
  return anchorFrom(workspace.paths.tree, workspace, root, readState(workspace.paths.tree, workspace.vendor).release);
}

/** The vendor's own `hyper-install`, with its trust compiled in. Returns the path of what to run. Throws HS-1708, HS-1716. */
export async function makeInstaller(workspace: Workspace, options: InstallerOptions): Promise<string> {
  workspace.onProgress({ step: 'bundle', detail: 'hyper-install' });
  const files = await bundleInstaller(resolve(options.source), currentAnchor(workspace));
  const out = resolve(options.out);
  if (options.platform === null) return `${writeInstaller(files, out)}/hyper-install.mjs`;
  workspace.onProgress({ step: 'pack', detail: options.platform });
  return writeOneFile(files, { checkout: resolve(options.source), platform: options.platform, out });
}
