import { HyperSyncError, LIMITS, toUtf8 } from '@hypersync/base';
import type { Metadata, Root } from '@tufjs/models';
import type { TrustAnchor } from './anchor.ts';
import { refusal } from './refusal.ts';
import { checkSignatures, parseRole } from './tuf-documents.ts';

export interface RootChain {
  readonly root: Metadata<Root>;
  /** Every root from the anchor on, by flat name `N.root.json`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Where the next root comes from. `judge` throws on a root that does not follow; a supplier may then try another copy. */
export type NextRoot = (version: number, judge: (bytes: Uint8Array) => void) => Promise<Uint8Array | null>;

/**
 * TUF 5.3: from the anchor, one version at a time, each root signed by a threshold of the one before and of itself.
 * Nothing that was stored or served is believed without this replay.
 */
export async function replayRoots(anchor: TrustAnchor, next: NextRoot): Promise<RootChain> {
  const anchorBytes = toUtf8(anchor.root);
  let root = parseRole('root', anchorBytes, 'the root in the trust anchor');
  checkRootSignatures(root, root, 'the root in the trust anchor');
  const files = new Map([[`${root.signed.version}.root.json`, anchorBytes]]);
  for (let rotations = 0; ; rotations++) {
    const version = root.signed.version + 1;
    let following: Metadata<Root> | undefined;
    const bytes = await next(version, (candidate) => void (following = followingRoot(root, candidate)));
    if (bytes === null) return { root, files };
    if (rotations >= LIMITS.tufRootRotations) {
      throw new HyperSyncError('HS-1220', `The root chain has more than ${LIMITS.tufRootRotations} rotations.`);
    }
    root = following ?? followingRoot(root, bytes);
    files.set(`${version}.root.json`, bytes);
  }
}

/**
 * Roots from before the anchor, newest first, as far as each of them vouches for the next. Nothing here trusts them; a
 * generation keeps them for its runtime, whose own anchor may be older than the installer's. A missing one ends the walk.
 */
export async function rootsBefore(
  chain: RootChain,
  read: (version: number) => Promise<Uint8Array | null>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const [[, bytes] = ['', new Uint8Array()]] = chain.files;
  let next = parseRole('root', bytes, 'the root in the trust anchor');
  for (let version = next.signed.version - 1; version >= 1 && files.size < LIMITS.tufRootRotations; version--) {
    const name = `${version}.root.json`;
    const earlier = await read(version);
    if (earlier === null) break;
    try {
      const root = parseRole('root', earlier, name);
      if (root.signed.version !== version) break;
      checkSignatures(root, 'root', next, name);
      next = root;
    } catch {
      break;
    }
    files.set(name, earlier);
  }
  return files;
}

/** TUF 5.3.4 (both thresholds) and 5.3.5 (exactly the next version). */
function followingRoot(trusted: Metadata<Root>, bytes: Uint8Array): Metadata<Root> {
  const version = trusted.signed.version + 1;
  const what = `${version}.root.json`;
  const following = parseRole('root', bytes, what);
  checkRootSignatures(trusted, following, `${what} against the keys of root ${trusted.signed.version}`);
  checkRootSignatures(following, following, `${what} against its own keys`);
  if (following.signed.version !== version) {
    throw new HyperSyncError(
      'HS-1203',
      `${what} holds version ${following.signed.version}, and only ${version} may follow.`,
    );
  }
  return following;
}

function checkRootSignatures(delegator: Metadata<Root>, root: Metadata<Root>, what: string): void {
  try {
    checkSignatures(delegator, 'root', root, what);
  } catch (thrown) {
    const cause = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
    throw refusal('HS-1202', what, cause);
  }
}
