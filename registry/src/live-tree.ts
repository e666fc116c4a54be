import type { Clock } from '@hypersync/base';
import { createAnswerer, type Answerer } from './answers.ts';
import { createIdentifier, type Identifier } from './identity.ts';
import type { RegistryLogger } from './server.ts';
import { createTarballStore } from './tarball-store.ts';
import { readTree } from './tree.ts';
import { treeFingerprint } from './tree-files.ts';

/** One state of the tree with everything that was derived from it; replaced as a whole. */
export interface TreeState {
  readonly identifier: Identifier;
  readonly answerer: Answerer;
  readonly release: number;
  readonly origin: string;
}

export interface LiveTree {
  /** The newest state; looks at the disk at most every `recheckMs`. */
  current(): Promise<TreeState>;
  /** The state that was served last. */
  served(): TreeState;
}

/**
 * Follows the tree without being told: looks whether a file that decides was replaced, and whether a publication is still
 * under way. A new state that cannot be read is logged, and the old one goes on being served.
 */
export async function createLiveTree(options: {
  directory: string;
  clock: Clock;
  logger: RegistryLogger;
  origin: string | null;
  recheckMs: number;
}): Promise<LiveTree> {
  const { directory, clock, logger, recheckMs } = options;
  const tarballs = createTarballStore(directory);
  const load = async (): Promise<TreeState> => {
    const tree = await readTree(directory, null);
    const origin = options.origin ?? tree.info.origin;
    logger.info({ tree: directory, release: tree.info.release, packages: tree.packages.size }, 'tree read');
    return {
      identifier: createIdentifier(tree, clock),
      answerer: createAnswerer(tree, tarballs, origin),
      release: tree.info.release,
      origin,
    };
  };

  let fingerprint = await treeFingerprint(directory);
  let state = await load();
  let looked = performance.now();
  let looking: Promise<void> | null = null;

  const look = async (): Promise<void> => {
    const found = await treeFingerprint(directory);
    // Half of a publication is no state to serve; a dead publisher's half is finished by the next one.
    if (found === null || found === fingerprint) return;
    try {
      const loaded = await load();
      // A publication that began while we read: what we have may be half of it, the next look reads again.
      if ((await treeFingerprint(directory)) !== found) return;
      state = loaded;
    } catch (error) {
      logger.error(
        { tree: directory, error: (error as Error).message, serving: state.release },
        'the new tree is not served',
      );
    }
    fingerprint = found;
  };

  return {
    served: () => state,
    async current() {
      if (performance.now() - looked >= recheckMs) {
        looking ??= look().finally(() => {
          looked = performance.now();
          looking = null;
        });
        await looking;
      }
      return state;
    },
  };
}
