import { setTimeout as delay } from 'node:timers/promises';
import { canonicalJsonBytes, HyperSyncError, isHyperSyncError, LIMITS, parseJson, type Clock } from '@hypersync/base';
import { parseLockFile, type ArtifactEntry, type LockFile } from '@hypersync/manifest';
import type { VerifiedArtifact } from '@hypersync/trust';
import { writeError } from './disk-error.ts';
import type { FileSystem } from './file-system.ts';
import { makeLayout } from './folders.ts';
import { collectGarbage, type Collected } from './garbage.ts';
import { describe, heal, removeIfThere } from './heal.ts';
import { readIntent } from './journal.ts';
import { generationIds, healthName, layoutOf, readCurrent, type Layout } from './layout.ts';
import { keepLicense, readLicense } from './license.ts';
import { nodeLockFiles, type LockFiles } from './locks.ts';
import { replaceFiles } from './metadata-files.ts';
import { isIntact, Staging } from './staging.ts';
import {
  commitGeneration,
  switchGeneration,
  switchOff,
  type GenerationContent,
  type TransactionContext,
  type TransactionEvent,
} from './transaction.ts';

export interface GenerationSummary {
  readonly id: number;
  readonly current: boolean;
  /** Null where its lock file cannot be read: it exists, but is damaged. */
  readonly lock: LockFile | null;
  /** False once a health check after the switch failed. */
  readonly healthy: boolean;
  /** `untested`: the command ended before its health check did. */
  readonly health: 'untested' | 'healthy' | 'unhealthy';
}

export interface StoreState {
  readonly current: number | null;
  readonly generations: readonly GenerationSummary[];
  /** What an interrupted command left behind; a writing command heals it first. Null also while a command still runs. */
  readonly pending: string | null;
  /** Set where `current` is no link of ours; the next switch replaces it. */
  readonly problem: string | null;
}

/** One installation root. Reading needs no lock; `write` takes the lock, heals, runs, releases. */
export interface Store {
  readonly root: string;
  state(): StoreState;
  hasTree(sha512: string): boolean;
  /** Every file of the tree hashed: a damaged tree is as good as none, and is fetched again. */
  isIntact(entry: ArtifactEntry): boolean;
  /** The license token kept with the installation, or null. */
  readLicense(): string | null;
  /** HS-1502 (exit 75) when another process holds the lock and `waitMs` passed. */
  write<T>(action: string, body: (session: WriteSession) => Promise<T>, options?: { waitMs?: number }): Promise<T>;
  /** Keeps `gc` away from a generation until released, or until this process dies. HS-1502 while `gc` is removing it. */
  use(generation: number): () => void;
}

export interface WriteSession {
  readonly state: StoreState;
  /**
   * Writes an artifact's tree beside its place and begins to flush it, so that the disk works while the next artifact is on
   * its way; `commit` waits for it and puts it up, the end of the session takes back what was not. Optional: `commit` does
   * it for what was not staged. HS-1506 for files that are not the signed ones.
   */
  stage(artifact: VerifiedArtifact, files: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /** Writes trees and the generation, then switches `current` to it by one rename. Returns the new id. */
  commit(content: GenerationContent, onEvent?: (event: TransactionEvent) => void): Promise<number>;
  /** Switches to an existing generation by one rename. HS-1505 where there is none. */
  switchTo(generation: number): Promise<void>;
  /** Removes `current`: for a first generation that turned out not to work. */
  switchOff(): Promise<void>;
  /** Marks a generation as unhealthy, so that rollback does not choose it again by itself. */
  markUnhealthy(generation: number): Promise<void>;
  markHealthy(generation: number): Promise<void>;
  /** Replaces the kept license; mode 0600. */
  keepLicense(token: string): Promise<void>;
  /** Removes generations but the current one, the `keep` newest and those in use, then trees that nothing refers to. */
  collectGarbage(keep: number): Promise<Collected>;
}

export interface StoreOptions {
  /** Absolute, without a trailing slash. */
  readonly root: string;
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly onEvent?: (event: TransactionEvent) => void;
  readonly locks?: LockFiles;
}

const LOCK_POLL_MS = 50;

export function openStore(options: StoreOptions): Store {
  const { root, fs, clock } = options;
  const layout = layoutOf(root);
  const locks = options.locks ?? nodeLockFiles;
  const emit = options.onEvent ?? (() => {});
  const known: KnownLocks = new Map();
  return {
    root,
    state: () => readState(fs, layout, locks, known),
    hasTree: (sha512) => fs.stat(layout.tree(sha512)) !== null,
    isIntact: (entry) => isIntact(fs, layout, entry),
    readLicense: () => readLicense(fs, layout),
    use: (generation) => {
      const release = locks.acquire(layout.use(generation), 'shared');
      if (release !== null) return release;
      throw new HyperSyncError('HS-1502', `Generation ${generation} in ${root} is being removed.`);
    },
    write: async (action, body, { waitMs = 0 } = {}) => {
      await guarded(`Preparing ${root}`, () => makeLayout(fs, layout));
      const release = await takeLock(fs, layout, locks, waitMs);
      const staging = new Staging(fs, layout);
      try {
        await signOwner(fs, layout, clock, action);
        const healed = await guarded(`Healing ${root}`, () => heal(fs, layout));
        if (healed !== null) emit({ event: 'healed', what: healed });
        return await body(sessionOf({ fs, layout, clock, action, emit }, staging, locks, known));
      } finally {
        await staging.discard();
        try {
          removeIfThere(fs, ownerPath(layout));
        } catch {
          // Only a name for people; the lock itself is the kernel's.
        }
        release();
      }
    },
  };
}

function sessionOf(context: TransactionContext, staging: Staging, locks: LockFiles, known: KnownLocks): WriteSession {
  const { fs, layout, clock } = context;
  const mark = async (generation: number, healthy: boolean): Promise<void> => {
    const at = new Date(clock.now()).toISOString();
    const note = new Map([[healthName(generation), canonicalJsonBytes({ schemaVersion: 1, healthy, at })]]);
    await guarded(`Noting the health of generation ${generation}`, () =>
      replaceFiles(fs, layout.generations, note, 0o644),
    );
  };
  return {
    get state() {
      return readState(fs, layout, null, known);
    },
    stage: (artifact, files) => guarded(`Writing ${artifact.entry.name}`, () => staging.add(artifact, files)),
    commit: (content, onEvent) =>
      guarded(`Writing a generation in ${layout.root}`, () =>
        commitGeneration(onEvent === undefined ? context : { ...context, emit: onEvent }, staging, content),
      ),
    switchTo: async (generation) => {
      if (!generationIds(fs, layout).includes(generation)) {
        throw new HyperSyncError('HS-1505', `There is no generation ${generation} in ${layout.root}.`);
      }
      await guarded(`Switching in ${layout.root}`, () => switchGeneration(context, generation));
    },
    switchOff: () => guarded(`Switching off in ${layout.root}`, () => switchOff(context)),
    markHealthy: (generation) => mark(generation, true),
    markUnhealthy: (generation) => mark(generation, false),
    keepLicense: (token) => guarded('Keeping the license', () => keepLicense(fs, layout, token)),
    collectGarbage: (keep) => guarded(`Collecting in ${layout.root}`, () => collectGarbage(context, locks, keep)),
  };
}

/** Lock files that were parsed already. Bytes are read and compared each time; only judging them again is saved. */
type KnownLocks = Map<number, { readonly bytes: Uint8Array; readonly lock: LockFile }>;

function readState(fs: FileSystem, layout: Layout, locks: LockFiles | null, known: KnownLocks): StoreState {
  let current: number | null = null;
  let problem: string | null = null;
  try {
    current = readCurrent(fs, layout);
  } catch (thrown) {
    // Only what was read and is wrong is a problem of the installation; a disk that cannot be read is not "nothing".
    if (!isHyperSyncError(thrown) || thrown.code !== 'HS-1504') throw thrown;
    problem = thrown.message;
  }
  const generations = generationIds(fs, layout).map((id): GenerationSummary => {
    const health = readHealth(fs, layout, id);
    return {
      id,
      current: id === current,
      lock: readLock(fs, layout, id, known),
      healthy: health !== 'unhealthy',
      health,
    };
  });
  const intent = readIntent(fs, layout);
  const interrupted = intent !== null && (locks === null || !isRunning(fs, layout, locks));
  const reached = interrupted && intent !== 'unreadable' && intent.kind !== 'collect' && intent.generation === current;
  return { current, generations, pending: interrupted ? describe(intent, reached) : null, problem };
}

function readLock(fs: FileSystem, layout: Layout, id: number, known: KnownLocks): LockFile | null {
  const path = `${layout.generation(id)}/lock.json`;
  try {
    const bytes = fs.readFile(path, LIMITS.manifestBytes);
    const before = known.get(id);
    if (before !== undefined && Buffer.compare(before.bytes, bytes) === 0) return before.lock;
    const lock = parseLockFile(bytes, path);
    known.set(id, { bytes, lock });
    return lock;
  } catch {
    return null;
  }
}

function readHealth(fs: FileSystem, layout: Layout, id: number): GenerationSummary['health'] {
  try {
    const path = layout.health(id);
    const value = parseJson(fs.readFile(path, 4096), { maxBytes: 4096, maxDepth: 2, source: path });
    return (value as { healthy?: unknown }).healthy === true ? 'healthy' : 'unhealthy';
  } catch {
    return 'untested';
  }
}

const lockPath = (layout: Layout): string => `${layout.locks}/write`;
const ownerPath = (layout: Layout): string => `${layout.locks}/owner`;

async function takeLock(fs: FileSystem, layout: Layout, locks: LockFiles, waitMs: number): Promise<() => void> {
  const path = lockPath(layout);
  for (let waited = 0; ; waited += LOCK_POLL_MS) {
    const release = await guarded(`Locking ${path}`, () => locks.acquire(path, 'exclusive'));
    if (release !== null) return release;
    if (waited >= waitMs) break;
    await delay(Math.min(LOCK_POLL_MS, waitMs - waited));
  }
  const owner = readOwner(fs, layout);
  throw new HyperSyncError('HS-1502', `${layout.root} is being changed by ${owner ?? 'another command'}.`, {
    details: { root: layout.root, owner, waitedMs: waitMs },
  });
}

function isRunning(fs: FileSystem, layout: Layout, locks: LockFiles): boolean {
  if (fs.stat(lockPath(layout)) === null) return false;
  const release = locks.acquire(lockPath(layout), 'shared');
  release?.();
  return release === null;
}

/** Who holds the lock, for people: a link, because making one is a single step. */
async function signOwner(fs: FileSystem, layout: Layout, clock: Clock, action: string): Promise<void> {
  await guarded(`Locking ${layout.root}`, () => {
    removeIfThere(fs, ownerPath(layout));
    const since = new Date(clock.now()).toISOString();
    fs.makeLink(`process ${process.pid}: ${action.replaceAll('/', ' ')}, since ${since}`, ownerPath(layout));
  });
}

function readOwner(fs: FileSystem, layout: Layout): string | null {
  try {
    return fs.readLink(ownerPath(layout));
  } catch {
    return null;
  }
}

/** No error of the disk leaves this room without a code. */
async function guarded<T>(doing: string, body: () => T | Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (thrown) {
    throw writeError(thrown, doing);
  }
}
