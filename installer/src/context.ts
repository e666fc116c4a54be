import type { Store } from '@hypersync/store';
import { requireAnchor, type TrustAnchor } from '@hypersync/trust';
import { HyperSyncError } from '@hypersync/base';
import type { InstallerEnvironment } from './environment.ts';
import type { Reporter } from './report.ts';
import type { Settings } from './settings.ts';

/** What every command has at hand. */
export interface Context {
  readonly environment: InstallerEnvironment;
  readonly settings: Settings;
  readonly report: Reporter;
  readonly store: Store;
}

/** The compiled-in anchor, or HS-1201: no flag, file or variable can take its place. */
export function anchorOf({ environment }: Pick<Context, 'environment'>): TrustAnchor {
  return requireAnchor(environment.anchor);
}

/** Between steps: an interrupted command stops before its next effect. */
export function checkInterrupted({ environment }: Pick<Context, 'environment'>): void {
  if (environment.interrupted.aborted) {
    throw new HyperSyncError('HS-1006', 'Interrupted; the generation that was in place is still in place.');
  }
}

/** Readers heal nothing: they say what they found and go on. */
export function notePending({ store, report }: Pick<Context, 'store' | 'report'>): void {
  const { pending, problem } = store.state();
  if (pending !== null)
    report.progress({ event: 'note', message: `note: ${pending}; the next command that writes cleans up` });
  if (problem !== null) report.progress({ event: 'warning', message: problem });
}
