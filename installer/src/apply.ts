import { HyperSyncError, isHyperSyncError } from '@hypersync/base';
import type { LockFile, TierId } from '@hypersync/manifest';
import { bundleName, type GenerationContent, type TransactionEvent, type WriteSession } from '@hypersync/store';
import { checkInterrupted, type Context } from './context.ts';
import type { Obtained } from './fetch-artifacts.ts';
import type { Origin } from './origin.ts';
import { makePlan, planText, type Plan, type Planned } from './plan.ts';
import { runSelfTest, type SelfTestReport } from './self-test.ts';

export interface Applied {
  readonly plan: Plan;
  readonly changed: boolean;
  readonly generation: number;
  readonly previous: number | null;
  /** Null when there was nothing to test: the generation was in place and healthy. */
  readonly selfTest: SelfTestReport | null;
}

export interface ApplyOptions {
  /** The command's name, for the journal. */
  readonly action: string;
  readonly yes: boolean;
  /** Set for a saved plan: throws where this plan is not exactly that. */
  readonly require?: (plan: Plan) => void;
}

/**
 * Plan, fetch, commit, switch, test; all under the installation's lock, so that what was planned is what is changed. A
 * generation that fails its self-test gives way to the one before it.
 */
export async function apply(context: Context, origin: Origin, options: ApplyOptions): Promise<Applied> {
  const { store, settings } = context;
  // A first look without the lock: most runs find nothing to do, and a refused plan must not even leave folders.
  const first = options.require === undefined ? makePlan(context, origin) : null;
  const done = first === null ? null : alreadyDone(context, origin, first);
  if (done !== null) return done;
  return store.write(
    options.action,
    async (session) => {
      checkInterrupted(context);
      origin.refuseOldLicense();
      const { plan, lock } = stillHolds(first, session) ? first : makePlan(context, origin);
      options.require?.(plan);
      for (const message of plan.warnings) context.report.progress({ event: 'warning', message });
      if (!plan.pending && lock !== null) return nothingToDo(context, session, origin, plan, lock);
      context.report.progress({ event: 'note', message: planText(plan, 'will') });
      await confirmLoss(context, plan, options.yes);
      const artifacts = await fetchAll(context, origin, plan, session);
      await keepFacts(context, session, origin);
      checkInterrupted(context);
      const previous = session.state.current;
      context.report.progress({ event: 'phase', phase: 'write', message: 'Writing and switching' });
      const generation = await session.commit(contentOf(origin, plan, artifacts), (event) => tell(context, event));
      const selfTest = await testOrGoBack(context, session, { generation, previous, entry: runtimeEntry(origin) });
      return { plan, changed: true, generation, previous, selfTest };
    },
    { waitMs: settings.waitMs },
  );
}

/** What was planned for an empty root holds as long as it is empty; what is there is looked at again under the lock. */
function stillHolds(first: Planned | null, session: WriteSession): first is Planned {
  return first !== null && first.lock === null && session.state.generations.length === 0;
}

/** Null where there is anything to do, to heal, to keep or to test. */
function alreadyDone(context: Context, origin: Origin, { plan, lock }: Planned): Applied | null {
  const { store, settings } = context;
  const { generations, pending } = store.state();
  const current = generations.find((generation) => generation.current);
  if (plan.pending || pending !== null || lock === null || current?.health !== 'healthy') return null;
  if (settings.license !== null && origin.token !== null && store.readLicense() !== origin.token.trim()) return null;
  for (const message of plan.warnings) context.report.progress({ event: 'warning', message });
  return { plan, changed: false, generation: lock.generation, previous: lock.generation, selfTest: null };
}

/** Still useful: a kept license is renewed, and a generation whose command died before its self-test is tested now. */
async function nothingToDo(
  context: Context,
  session: WriteSession,
  origin: Origin,
  plan: Plan,
  lock: LockFile,
): Promise<Applied> {
  await keepFacts(context, session, origin);
  const { generation } = lock;
  const tested = session.state.generations.some((one) => one.id === generation && one.health === 'healthy');
  if (tested) return { plan, changed: false, generation, previous: generation, selfTest: null };
  const selfTest = await runSelfTest(context, runtimeEntry(origin));
  await noteHealthy(context, session, generation);
  return { plan, changed: false, generation, previous: generation, selfTest };
}

const runtimeEntry = (origin: Origin): string => origin.manifest.manifest.runtime.entry;

async function fetchAll(
  context: Context,
  origin: Origin,
  plan: Plan,
  session: WriteSession,
): Promise<readonly Obtained[]> {
  context.report.progress({ event: 'phase', phase: 'download', message: 'Fetching and verifying' });
  try {
    const { obtainArtifacts } = await import('./fetch-artifacts.ts');
    const base = plan.base?.generation ?? null;
    const stage: WriteSession['stage'] = (artifact, files) => session.stage(artifact, files);
    return await obtainArtifacts(context, origin, plan.changes, { base, stage });
  } catch (thrown) {
    // A download that broke because the user gave up is an interruption, not trouble of the network.
    checkInterrupted(context);
    throw thrown;
  }
}

/** What lies beside the generations: trust metadata that was held back, and a license that was given. */
async function keepFacts({ settings, store }: Context, session: WriteSession, origin: Origin): Promise<void> {
  const { token } = origin;
  const isNew = settings.license !== null && token !== null && store.readLicense() !== token.trim();
  const kept = [origin.keepMetadata(), ...(isNew ? [session.keepLicense(token)] : [])];
  // Together, because both wait for the disk; to the end, because nothing may be under way once the lock is released.
  for (const outcome of await Promise.allSettled(kept)) if (outcome.status === 'rejected') throw outcome.reason;
}

function contentOf(origin: Origin, plan: Plan, artifacts: readonly Obtained[]): GenerationContent {
  const { manifest: verified, catalog, license } = origin;
  const metadata = new Map(catalog.files());
  for (const { content, bundle } of artifacts) metadata.set(bundleName(content.artifact.entry), bundle);
  const runtime = artifacts.find((artifact) => artifact.id === 'runtime');
  if (runtime === undefined) throw new HyperSyncError('HS-1001', 'The plan has no runtime.');
  const plugins = artifacts.filter((artifact) => artifact.id !== 'runtime');
  const { role, roleVersion, rootVersion, sha512, manifest } = verified;
  return {
    lock: {
      schemaVersion: 1,
      kind: 'lock',
      tier: plan.tier,
      registry: plan.registry,
      manifest: { role, roleVersion, rootVersion, release: manifest.release, sha512 },
      license:
        license === null ? null : { serial: license.serial, customer: license.customer, tier: license.tier as TierId },
      runtime: runtime.locked,
      plugins: Object.fromEntries(plugins.map(({ id, locked }) => [id, locked])),
    },
    manifest: verified.bytes,
    metadata,
    runtime: runtime.content,
    plugins: new Map(plugins.map(({ id, content }) => [id, content])),
  };
}

/** Whoever loses plugins or goes back in versions is asked; where nobody can be asked, `--yes` has to say so. */
async function confirmLoss({ environment, report }: Context, plan: Plan, yes: boolean): Promise<void> {
  const lossy = plan.changes.filter((change) => change.action === 'remove' || change.action === 'downgrade');
  if (lossy.length === 0 || yes) return;
  const names = lossy.map((change) => change.name).join(', ');
  const ask = report.form === 'text' ? environment.confirm : null;
  if (ask !== null && (await ask(`This removes or downgrades ${names}. Go on?`))) return;
  throw new HyperSyncError('HS-1612', `The plan removes or downgrades ${names}; nothing was changed.`);
}

/** The switch is done; now the generation has to prove itself, or the one before it comes back (attack C06). */
export async function testOrGoBack(
  context: Context,
  session: WriteSession,
  { generation, previous, entry }: { generation: number; previous: number | null; entry: string },
): Promise<SelfTestReport> {
  let result: SelfTestReport;
  try {
    result = await runSelfTest(context, entry);
  } catch (thrown) {
    const back = await goBack(context, session, previous === generation ? null : previous);
    // An interrupted test says nothing about the generation; a failed one does.
    if (isHyperSyncError(thrown) && thrown.code !== 'HS-1006') await session.markUnhealthy(generation);
    throw withOutcome(thrown, back);
  }
  await noteHealthy(context, session, generation);
  return result;
}

/** A note that cannot be written is no reason to take a good generation away: the next command tests it again. */
async function noteHealthy({ report }: Context, session: WriteSession, generation: number): Promise<void> {
  try {
    await session.markHealthy(generation);
  } catch (thrown) {
    report.progress({
      event: 'warning',
      message: `the self-test passed, but not so its note: ${(thrown as Error).message}`,
    });
  }
}

async function goBack({ report }: Context, session: WriteSession, previous: number | null): Promise<string> {
  report.progress({ event: 'phase', phase: 'rollback', message: 'Going back' });
  const exists = previous !== null && session.state.generations.some((one) => one.id === previous);
  if (exists) await session.switchTo(previous);
  else await session.switchOff();
  return exists ? `Generation ${previous} is in place again.` : 'No generation is in place, as before.';
}

function withOutcome(thrown: unknown, outcome: string): unknown {
  if (!isHyperSyncError(thrown)) return thrown;
  const { hint, details, cause } = thrown;
  return new HyperSyncError(thrown.code, `${thrown.message} ${outcome}`, { hint, details, cause });
}

function tell({ report }: Context, event: TransactionEvent): void {
  if (event.event !== 'switched') return;
  report.progress({ event: 'phase', phase: 'switch', message: `Switched to generation ${event.to}` });
}
