import { HyperSyncError } from '@hypersync/base';
import { parseTier, tierName, type TierId } from '@hypersync/manifest';
import { apply, type Applied } from '../apply.ts';
import { notePending, type Context } from '../context.ts';
import { openOrigin } from '../origin.ts';
import { makePlan, planText } from '../plan.ts';
import { loadPlan, savePlan } from '../plan-file.ts';
import { size } from '../report.ts';

export interface InstallFlags {
  readonly yes: boolean;
}

/** `hyper-install --tier T` and `hyper-install apply` without a file. */
export async function install(context: Context, flags: InstallFlags): Promise<number> {
  const tier = wantedTier(context);
  return applyTier(context, tier, { action: 'install', yes: flags.yes });
}

/** The newest release of the tier that is installed. */
export async function upgrade(context: Context, flags: InstallFlags): Promise<number> {
  const installed = installedTier(context);
  if (installed === null) {
    throw new HyperSyncError(
      'HS-1501',
      `Nothing is installed in ${context.settings.root}, so there is nothing to upgrade.`,
    );
  }
  return applyTier(context, installed, { action: 'upgrade', yes: flags.yes });
}

/** A saved plan exactly as it was shown, or a refusal. Looking at the plan was the confirmation. */
export async function applySaved(context: Context, file: string): Promise<number> {
  const saved = loadPlan(context, file);
  return applyTier(context, parseTier(saved.tier), { action: 'apply', yes: true, require: saved.require });
}

export interface PlanFlags {
  readonly out: string | null;
  readonly detailedExitcode: boolean;
}

export async function plan(context: Context, flags: PlanFlags): Promise<number> {
  notePending(context);
  const tier = context.settings.tier === null ? (installedTier(context) ?? wantedTier(context)) : wantedTier(context);
  const origin = await openOrigin(context, tier, licenseAction(context, tier));
  try {
    const { plan: made } = makePlan(context, origin);
    for (const message of made.warnings) context.report.progress({ event: 'warning', message });
    if (flags.out !== null) savePlan(context, flags.out, made);
    const saved = flags.out === null ? '' : `\nSaved: hyper-install apply ${flags.out} does exactly this.`;
    const fetched = made.downloadBytes > 0 ? `\n${size(made.downloadBytes)} to fetch.` : '';
    context.report.result({ ...made }, `${planText(made, 'would')}${fetched}${saved}`);
    return flags.detailedExitcode && made.pending ? 2 : 0;
  } finally {
    await origin.close();
  }
}

async function applyTier(context: Context, tier: TierId, options: Parameters<typeof apply>[2]): Promise<number> {
  const origin = await openOrigin(context, tier, licenseAction(context, tier));
  try {
    const applied = await apply(context, origin, options);
    const { plan, changed, generation, previous, selfTest } = applied;
    const { changes, release } = plan;
    context.report.result(
      { schemaVersion: 1, kind: 'apply', tier, release, changed, generation, previous, changes, selfTest },
      appliedText(context, tier, applied),
    );
    return 0;
  } finally {
    await origin.close();
  }
}

function appliedText({ report, settings }: Context, tier: TierId, applied: Applied): string {
  const { plan, changed, generation, previous, selfTest } = applied;
  if (!changed) {
    const tested = selfTest === null ? '' : ' Its self-test passed.';
    return `Nothing to do: ${tierName(tier)} release ${plan.release} is installed as generation ${generation}.${tested}`;
  }
  const plugins = plan.changes.filter(({ id, action }) => id !== 'runtime' && action !== 'remove').length;
  const test = selfTest === null ? '' : ` Self-test passed in ${selfTest.milliseconds} ms.`;
  const back = previous === null ? '' : `\nTo go back to generation ${previous}: hyper-install rollback`;
  return [
    `${report.style.green('Installed')} ${tierName(tier)} release ${plan.release}: ${plugins} plugins and the runtime, generation ${generation} in ${settings.root}.${test}`,
    `To see which key and evidence admitted each: hyper-install verify${back}`,
  ].join('\n');
}

/** A larger tier is a new installation in the eyes of the license; the same one, or a smaller one, is not. */
function licenseAction(context: Context, tier: TierId): 'install' | 'upgrade' {
  return installedTier(context) === tier ? 'upgrade' : 'install';
}

function installedTier({ store }: Context): TierId | null {
  return store.state().generations.find((generation) => generation.current)?.lock?.tier ?? null;
}

function wantedTier({ settings }: Context): TierId {
  if (settings.tier !== null) return parseTier(settings.tier);
  throw new HyperSyncError('HS-1002', 'Which tier? None was given.', {
    hint: 'hyper-install --tier CORE needs no license; hyper-install --help shows the rest.',
  });
}
