import { HyperSyncError } from '@hypersync/base';
import { tierName } from '@hypersync/manifest';
import type { StoreState } from '@hypersync/store';
import { testOrGoBack } from '../apply.ts';
import { anchorOf, checkInterrupted, type Context } from '../context.ts';
import { verifyGeneration } from './verify.ts';

/** To the generation before, or to any other; verified first, tested after. Never a question of licenses. */
export async function rollback(context: Context, to: number | null): Promise<number> {
  const { store, settings, report } = context;
  anchorOf(context);
  const targetIn = (state: StoreState): number =>
    requireGeneration(state, settings.root, to ?? previousOf(state, settings.root));
  // Asked once without the lock: a root that holds nothing must not be made into an installation.
  targetIn(store.state());
  return store.write(
    'rollback',
    async (session) => {
      const before = session.state;
      const target = targetIn(before);
      report.progress({ event: 'phase', phase: 'verify', message: `Verifying generation ${target}` });
      const verified = await verifyGeneration(context, target);
      checkInterrupted(context);
      const changed = before.current !== target;
      if (changed) await session.switchTo(target);
      const { entry } = verified.manifest.runtime;
      const selfTest = await testOrGoBack(context, session, { generation: target, previous: before.current, entry });
      const { tier, manifest } = verified.lock;
      const { release } = manifest;
      report.result(
        {
          schemaVersion: 1,
          kind: 'rollback',
          changed,
          generation: target,
          previous: before.current,
          tier,
          release,
          selfTest,
        },
        `Generation ${target} (${tierName(tier)} release ${release}) is ${changed ? 'in place again' : 'in place already'}; its self-test passed.`,
      );
      return 0;
    },
    { waitMs: settings.waitMs },
  );
}

function requireGeneration({ generations }: StoreState, root: string, id: number): number {
  if (generations.some((generation) => generation.id === id)) return id;
  throw new HyperSyncError('HS-1505', `There is no generation ${id} in ${root}.`);
}

/** The newest below the current one that is not known to be broken. */
function previousOf({ current, generations }: StoreState, root: string): number {
  if (generations.length === 0) throw new HyperSyncError('HS-1501', `There is no installation in ${root}.`);
  const earlier = generations.filter(
    ({ id, healthy, lock }) => healthy && lock !== null && (current === null || id < current),
  );
  const newest = earlier.at(-1);
  if (newest !== undefined) return newest.id;
  throw new HyperSyncError(
    'HS-1611',
    `No generation in ${root} is older than ${current ?? 'the current one'} and healthy.`,
  );
}
