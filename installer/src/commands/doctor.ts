import { errorFrom, ERRORS, isHyperSyncError, type ErrorCode } from '@hypersync/base';
import { parseTier, TIERS, type TierId } from '@hypersync/manifest';
import type { Context } from '../context.ts';
import { openOrigin, type Origin } from '../origin.ts';
import { preflight } from '../preflight.ts';
import { verifyGeneration } from './verify.ts';

interface Finding {
  readonly id: string;
  readonly status: 'pass' | 'warn' | 'fail';
  readonly message: string;
  readonly code: ErrorCode | null;
  /** What to do about it. */
  readonly fix: string | null;
}

/** Looks at everything that an installation needs, changes nothing, and ends with the exit code of the worst finding. */
export async function doctor(context: Context): Promise<number> {
  const tier = tierOf(context);
  const findings: Finding[] = [...rootFindings(context)];
  findings.push(...(await catalogFindings(context, tier)));
  findings.push(...(await installationFindings(context)));
  const ok = findings.every(({ status }) => status !== 'fail');
  const mark = { pass: 'ok  ', warn: 'warn', fail: 'FAIL' } as const;
  const lines = findings.flatMap(({ status, message, fix }) => [
    `${mark[status]}  ${message}`,
    ...(fix === null || status === 'pass' ? [] : [`      ${fix}`]),
  ]);
  context.report.result({ schemaVersion: 1, kind: 'doctor', ok, tier, findings } as const, lines.join('\n'));
  const worst = findings.find(({ status }) => status === 'fail');
  if (worst === undefined || worst.code === null) return ok ? 0 : 1;
  return ERRORS[worst.code].exit;
}

function tierOf({ settings, store }: Context): TierId {
  if (settings.tier !== null) return parseTier(settings.tier);
  const installed = store.state().generations.find((generation) => generation.current)?.lock?.tier;
  return installed ?? TIERS[0] ?? 'core';
}

function rootFindings({ store, settings }: Context): readonly Finding[] {
  const { pending, problem, current } = store.state();
  const findings: Finding[] = [
    pass(
      'root',
      current === null
        ? `nothing is installed in ${settings.root}`
        : `generation ${current} is in place in ${settings.root}`,
    ),
  ];
  if (pending !== null) {
    findings.push({
      id: 'pending',
      status: 'warn',
      message: pending,
      code: null,
      fix: 'Any command that writes cleans up; hyper-install gc does nothing else.',
    });
  }
  if (problem !== null) {
    findings.push({
      id: 'current',
      status: 'fail',
      message: problem,
      code: 'HS-1504',
      fix: 'hyper-install rollback --to N chooses a generation again.',
    });
  }
  return findings;
}

/** Without a license that covers the tier there is still a registry to look at, and a machine. */
async function catalogFindings(context: Context, tier: TierId): Promise<readonly Finding[]> {
  const { store } = context;
  const installed = store.state().generations.find((generation) => generation.current)?.lock?.tier;
  try {
    const origin = await openOrigin(context, tier, installed === tier ? 'upgrade' : 'install');
    const { state, reason } = origin.decision;
    const license: Finding = {
      ...pass('license', `license: ${state}; ${reason}`),
      status: state === 'grace' ? 'warn' : 'pass',
    };
    return [license, ...(await originFindings(context, origin))];
  } catch (thrown) {
    if (!isHyperSyncError(thrown) || !thrown.code.startsWith('HS-13')) return [failure('registry', thrown)];
    const smallest = TIERS[0] ?? tier;
    const rest = smallest === tier ? [] : await catalogFindings(context, smallest);
    return [failure('license', thrown), ...rest.filter(({ id }) => id !== 'license')];
  }
}

async function originFindings(context: Context, origin: Origin): Promise<readonly Finding[]> {
  try {
    const { catalog, registry } = origin;
    const { offline } = context.settings;
    const source = offline === null ? `${registry} answers` : `${offline} is fresh`;
    const { manifest } = origin.manifest;
    const neededBytes = [manifest.runtime, ...manifest.plugins]
      .flatMap((entry) => [entry.tarball.size, ...entry.files.map((file) => file.size)])
      .reduce((sum, bytes) => sum + bytes, 0);
    const checks = preflight(context, manifest, { neededBytes, latestSignedTime: catalog.latestSignedTime });
    return [
      pass('registry', `${source}; root ${catalog.rootVersion}, release ${manifest.release}`),
      ...checks.map((check): Finding => ({ ...check, fix: check.code === null ? null : ERRORS[check.code].hint })),
    ];
  } finally {
    await origin.close();
  }
}

async function installationFindings(context: Context): Promise<readonly Finding[]> {
  if (context.store.state().current === null) return [];
  try {
    const { id, plugins } = await verifyGeneration(context, null);
    return [pass('installation', `generation ${id} is what was signed: ${plugins.size} plugins and the runtime`)];
  } catch (thrown) {
    return [failure('installation', thrown)];
  }
}

const pass = (id: string, message: string): Finding => ({ id, status: 'pass', message, code: null, fix: null });

function failure(id: string, thrown: unknown): Finding {
  const error = isHyperSyncError(thrown) ? thrown : errorFrom(thrown);
  return { id, status: 'fail', message: `${error.code}: ${error.message}`, code: error.code, fix: error.hint };
}
