import { HyperSyncError, type ErrorCode } from '@hypersync/base';
import { interfaceAccepts, type PluginEntry, type TierManifest } from '@hypersync/manifest';
import type { Context } from './context.ts';
import { size } from './report.ts';

export interface Check {
  readonly id: 'node' | 'disk' | 'memory' | 'cores' | 'clock' | 'interface';
  readonly status: 'pass' | 'warn' | 'fail';
  readonly message: string;
  /** Set for `fail`. */
  readonly code: ErrorCode | null;
}

/** Signed times come from another machine's clock; the same tolerance as for licenses. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;
/** Lock files, metadata, folders. */
const OVERHEAD_BYTES = 8 * 1024 * 1024;

/** What this machine must have for a release. `neededBytes` is what the plan will write. */
export function preflight(
  { environment, settings }: Pick<Context, 'environment' | 'settings'>,
  manifest: TierManifest,
  facts: { readonly neededBytes: number; readonly latestSignedTime: number },
): readonly Check[] {
  const { machine } = environment;
  return [
    nodeCheck(machine.node, manifest.runtime.node),
    ...interfaceChecks(manifest),
    clockCheck(environment.clock.now(), facts.latestSignedTime),
    diskCheck(environment.fs, settings.root, facts.neededBytes + OVERHEAD_BYTES),
    profileCheck('memory', machine.memoryBytes, manifest.plugins, (one) => one.profile.memoryBytes, size),
    profileCheck('cores', machine.cores, manifest.plugins, (one) => one.profile.cpuCores, String),
  ];
}

/** Throws the first failure as what it is. */
export function requireFit(checks: readonly Check[]): void {
  for (const { code, message } of checks) if (code !== null) throw new HyperSyncError(code, message);
}

function nodeCheck(version: string, range: string): Check {
  const fits = interfaceAccepts(range, version.replace(/^v/, ''));
  return fits
    ? { id: 'node', status: 'pass', message: `Node ${version} is in ${range}`, code: null }
    : { id: 'node', status: 'fail', message: `This is Node ${version}; the runtime needs ${range}.`, code: 'HS-1601' };
}

/** A runtime that could not load a plugin would be found by the self-test; this says so before anything is fetched. */
function interfaceChecks({ runtime, plugins }: TierManifest): readonly Check[] {
  const odd = plugins.find((plugin) => !interfaceAccepts(runtime.interfaceRange, plugin.interfaceVersion));
  if (odd === undefined) return [];
  const message = `${odd.name} ${odd.version} is built for interface ${odd.interfaceVersion}; runtime ${runtime.version} drives ${runtime.interfaceRange}.`;
  return [{ id: 'interface', status: 'fail', message, code: 'HS-1605' }];
}

function clockCheck(now: number, signed: number): Check {
  const stands = `The clock stands at ${new Date(now).toISOString()}`;
  if (now + CLOCK_TOLERANCE_MS >= signed) return { id: 'clock', status: 'pass', message: stands, code: null };
  const message = `${stands}, but the vendor has signed ${new Date(signed).toISOString()}.`;
  return { id: 'clock', status: 'fail', message, code: 'HS-1603' };
}

function diskCheck(fs: Context['environment']['fs'], root: string, needed: number): Check {
  let folder = root;
  while (folder !== '' && fs.stat(folder) === null) folder = folder.slice(0, folder.lastIndexOf('/'));
  const free = fs.freeBytes(folder === '' ? '/' : folder);
  const message = `${size(needed)} are needed below ${root}, ${size(free)} are free`;
  return free >= needed
    ? { id: 'disk', status: 'pass', message, code: null }
    : { id: 'disk', status: 'fail', message: `${message}.`, code: 'HS-1602' };
}

/** One mechanism runs at a time, so too small a machine still serves the lighter ones: a warning that names the others. */
function profileCheck(
  id: 'memory' | 'cores',
  has: number,
  plugins: readonly PluginEntry[],
  needs: (plugin: PluginEntry) => number,
  show: (amount: number) => string,
): Check {
  const short = plugins.filter((plugin) => needs(plugin) > has);
  if (short.length === 0) return { id, status: 'pass', message: `${id}: ${show(has)}`, code: null };
  const most = Math.max(...short.map(needs));
  const names = short.map((plugin) => plugin.mechanism.title).join(', ');
  const message = `${id}: ${show(has)}, but ${names} ${short.length === 1 ? 'wants' : 'want'} up to ${show(most)}`;
  return { id, status: 'warn', message, code: null };
}
