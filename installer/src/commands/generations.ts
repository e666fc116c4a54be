import { HyperSyncError } from '@hypersync/base';
import { tierName } from '@hypersync/manifest';
import { notePending, type Context } from '../context.ts';
import { size } from '../report.ts';

/** What this installation could run, and which one it runs. */
export async function generations(context: Context): Promise<number> {
  notePending(context);
  const { current, generations: all, pending } = context.store.state();
  const rows = all.map(({ id, lock, health, current: isCurrent }) => ({
    id,
    current: isCurrent,
    health: lock === null ? ('damaged' as const) : health,
    created: lock?.created ?? null,
    tier: lock?.tier ?? null,
    release: lock?.manifest.release ?? null,
    runtime: lock?.runtime.version ?? null,
    plugins:
      lock === null ? {} : Object.fromEntries(Object.entries(lock.plugins).map(([name, one]) => [name, one.version])),
  }));
  const lines = rows.map(({ id, current: mark, health, created, tier, release, plugins }) => {
    const what =
      tier === null ? 'cannot be read' : `${tierName(tier)} release ${release}, ${Object.keys(plugins).length} plugins`;
    return `${mark ? '*' : ' '} ${String(id).padStart(4)}  ${(created ?? '').padEnd(24)}  ${health.padEnd(9)}  ${what}`;
  });
  const text = lines.length === 0 ? `Nothing is installed in ${context.settings.root}.` : lines.join('\n');
  context.report.result({ schemaVersion: 1, kind: 'generations', current, pending, generations: rows } as const, text);
  return 0;
}

/** Frees what no kept generation and no running host needs. */
export async function collectGarbage(context: Context, keep: number): Promise<number> {
  const { store, settings, report, environment } = context;
  if (environment.fs.stat(settings.root) === null) {
    throw new HyperSyncError('HS-1501', `There is no installation in ${settings.root}.`);
  }
  const done = await store.write('gc', (session) => session.collectGarbage(keep), { waitMs: settings.waitMs });
  const { generations: removed, trees, bytes, inUse } = done;
  const busy = inUse.length === 0 ? '' : ` In use, and kept: ${inUse.join(', ')}.`;
  report.result(
    { schemaVersion: 1, kind: 'gc', generations: removed, trees, bytes, inUse },
    `Removed ${removed.length} generations and ${trees.length} trees, ${size(bytes)}.${busy}`,
  );
  return 0;
}
