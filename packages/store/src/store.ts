import type { Clock } from '@hypersync/base';
import type { LockFile } from '@hypersync/manifest';
import type { FileSystem } from './file-system.ts';
import type { GenerationContent, TransactionEvent } from './transaction.ts';

export interface GenerationSummary {
  readonly id: number;
  readonly current: boolean;
  /** Null where its lock file cannot be read: it exists, but is damaged. */
  readonly lock: LockFile | null;
  /** False once a health check after the switch failed. */
  readonly healthy: boolean;
}

export interface StoreState {
  readonly current: number | null;
  readonly generations: readonly GenerationSummary[];
  /** What an interrupted command left behind; a writing command heals it first. */
  readonly pending: string | null;
}

/** One installation root. Reading needs no lock; `write` takes the lock, heals, runs, releases. */
export interface Store {
  readonly root: string;
  state(): StoreState;
  hasTree(sha512: string): boolean;
  /** HS-1502 (exit 75) when another process holds the lock and `waitMs` passed. */
  write<T>(action: string, body: (session: WriteSession) => Promise<T>, options?: { waitMs?: number }): Promise<T>;
}

export interface WriteSession {
  readonly state: StoreState;
  /** Writes trees and the generation, then switches `current` to it by one rename. Returns the new id. */
  commit(content: GenerationContent, onEvent?: (event: TransactionEvent) => void): Promise<number>;
  /** Switches to an existing generation by one rename. */
  switchTo(generation: number): Promise<void>;
  /** Marks a generation as unhealthy, so that rollback does not choose it again by itself. */
  markUnhealthy(generation: number): Promise<void>;
  /** Removes generations but the current one and the `keep` newest, then trees that nothing refers to. */
  collectGarbage(keep: number): Promise<{ generations: readonly number[]; trees: readonly string[]; bytes: number }>;
}

export function openStore(_options: {
  root: string;
  fs: FileSystem;
  clock: Clock;
  onEvent?: (event: TransactionEvent) => void;
}): Store {
  throw new Error('not written yet');
}
