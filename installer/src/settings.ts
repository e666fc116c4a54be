import { HyperSyncError, LIMITS, type JsonValue } from '@hypersync/base';
import type { InstallerEnvironment } from './environment.ts';

export type OutputForm = 'text' | 'json' | 'ndjson';

/** What a command runs with: flag over environment over file over default. Paths are absolute. */
export interface Settings {
  readonly root: string;
  readonly tier: string | null;
  /** Null: the anchor's. A registry may be chosen, an anchor never (attack L01). */
  readonly registry: string | null;
  readonly registryKind: 'auto' | 'hypersync' | 'npm';
  /** A file that stands in for the registry: then nothing is asked over a network. */
  readonly offline: string | null;
  readonly license: string | null;
  readonly tokenFile: string | null;
  readonly ca: string | null;
  readonly output: OutputForm;
  readonly waitMs: number;
  readonly selfTestTimeoutMs: number;
}

/** As commander and the environment give them. */
export type RawSettings = Readonly<Record<string, string | undefined>>;

interface Key {
  readonly flag: string;
  readonly variable: string;
  readonly file: string;
}

/** One row per setting: its name as an option, in the environment and in the file. */
const KEYS = {
  root: { flag: 'root', variable: 'HYPERSYNC_ROOT', file: 'root' },
  tier: { flag: 'tier', variable: 'HYPERSYNC_TIER', file: 'tier' },
  registry: { flag: 'registry', variable: 'HYPERSYNC_REGISTRY', file: 'registry' },
  registryKind: { flag: 'registryKind', variable: 'HYPERSYNC_REGISTRY_KIND', file: 'registry_kind' },
  offline: { flag: 'offline', variable: 'HYPERSYNC_OFFLINE', file: 'offline' },
  license: { flag: 'license', variable: 'HYPERSYNC_LICENSE', file: 'license' },
  tokenFile: { flag: 'tokenFile', variable: 'HYPERSYNC_TOKEN_FILE', file: 'token_file' },
  ca: { flag: 'ca', variable: 'HYPERSYNC_CA', file: 'ca' },
  output: { flag: 'output', variable: 'HYPERSYNC_OUTPUT', file: 'output' },
  wait: { flag: 'wait', variable: 'HYPERSYNC_WAIT', file: 'wait' },
  selfTestTimeout: {
    flag: 'selfTestTimeout',
    variable: 'HYPERSYNC_SELF_TEST_TIMEOUT',
    file: 'self_test_timeout',
  },
} as const satisfies Record<string, Key>;

type Name = keyof typeof KEYS;
type Found = { readonly value: string; readonly source: string; readonly base: string };

const SELF_TEST_SECONDS = 120;

export async function resolveSettings(environment: InstallerEnvironment, flags: RawSettings): Promise<Settings> {
  const { env, cwd, machine } = environment;
  const file = await readConfigFile(environment, flags['config']);
  const find = (name: Name): Found | null => {
    const key: Key = KEYS[name];
    const flag = flags[key.flag];
    if (flag !== undefined) return { value: flag, source: `--${kebab(key.flag)}`, base: cwd };
    const variable = env[key.variable];
    if (variable !== undefined && variable !== '') return { value: variable, source: key.variable, base: cwd };
    return file?.get(key.file) ?? null;
  };
  const text = (name: Name): string | null => find(name)?.value ?? null;
  const path = (name: Name): string | null => {
    const found = find(name);
    return found === null ? null : absolute(found.value, found.base, machine.home);
  };
  return {
    root: withoutTrailingSlash(path('root') ?? defaultRoot(environment)),
    tier: text('tier'),
    registry: text('registry'),
    registryKind: oneOf(find('registryKind'), ['auto', 'hypersync', 'npm'], 'auto'),
    offline: path('offline'),
    license: path('license'),
    tokenFile: path('tokenFile'),
    ca: path('ca'),
    output: oneOf(find('output'), ['text', 'json', 'ndjson'], 'text'),
    waitMs: 1000 * seconds(find('wait'), 0),
    selfTestTimeoutMs: 1000 * seconds(find('selfTestTimeout'), SELF_TEST_SECONDS),
  };
}

/** System-wide for the administrator, below the user's data folder (XDG) for everybody else. */
function defaultRoot({ env, machine }: InstallerEnvironment): string {
  if (machine.isAdministrator) return '/var/lib/hypersync';
  const data = env['XDG_DATA_HOME'];
  return data !== undefined && data.startsWith('/') ? `${data}/hypersync` : `${machine.home}/.local/share/hypersync`;
}

/** A file that was named must be there; the usual places may be empty. */
async function readConfigFile(
  environment: InstallerEnvironment,
  flag: string | undefined,
): Promise<ReadonlyMap<string, Found> | null> {
  const { env, cwd, machine, fs } = environment;
  const named = flag ?? (env['HYPERSYNC_CONFIG'] === '' ? undefined : env['HYPERSYNC_CONFIG']);
  const folder = env['XDG_CONFIG_HOME'] ?? `${machine.home}/.config`;
  const usual = [`${folder}/hypersync/install.yaml`, '/etc/hypersync/install.yaml'];
  const path = named === undefined ? usual.find((one) => fs.stat(one) !== null) : absolute(named, cwd, machine.home);
  if (path === undefined) return null;
  const { readConfig } = await import('./config-file.ts');
  const allowed = Object.values(KEYS).map((key) => key.file);
  return readConfig(path, allowed);
}

function oneOf<T extends string>(found: Found | null, allowed: readonly T[], otherwise: T): T {
  if (found === null) return otherwise;
  const match = allowed.find((one) => one === found.value);
  if (match !== undefined) return match;
  throw wrong(found, `is ${JSON.stringify(found.value.slice(0, 40))}; use one of: ${allowed.join(', ')}`);
}

function seconds(found: Found | null, otherwise: number): number {
  if (found === null) return otherwise;
  if (/^\d{1,6}(\.\d{1,3})?$/.test(found.value)) return Number(found.value);
  throw wrong(found, `is ${JSON.stringify(found.value.slice(0, 40))}, not a number of seconds`);
}

function wrong({ source }: Found, what: string): HyperSyncError {
  const code = source.startsWith('--') ? 'HS-1002' : 'HS-1007';
  return new HyperSyncError(code, `${source} ${what}.`, { details: { source } });
}

function absolute(path: string, base: string, home: string): string {
  if (path.startsWith('~/')) return `${home}${path.slice(1)}`;
  return path.startsWith('/') ? path : `${base}/${path}`;
}

function withoutTrailingSlash(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** A value of the file as text, so that all sources are judged by one rule; null for what cannot be a setting. */
export function settingText(value: JsonValue | undefined): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

export const CONFIG_LIMITS = { maxBytes: LIMITS.configBytes, maxDepth: 4 } as const;
