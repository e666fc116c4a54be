import { isAbsolute, resolve } from 'node:path';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { errorFrom, ERRORS, HyperSyncError, LIMITS, parseJson, toUtf8 } from '@hypersync/base';
import type { TrustAnchor } from '@hypersync/trust';
import type { Host, openHost } from './host.ts';
import type { MechanismResult, SelfTestResult } from './self-test.ts';

/** Everything a program takes from its process. */
export interface ProgramEnvironment {
  readonly argv: readonly string[];
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly anchor: TrustAnchor | null;
  /** The installation that this runtime lies in; null where it lies in none. */
  readonly ownRoot: string | null;
  readonly openHost?: typeof openHost;
}

const OPTIONS = {
  root: { type: 'string' },
  generation: { type: 'string' },
  output: { type: 'string', default: 'text' },
  mechanism: { type: 'string', multiple: true },
  nodes: { type: 'string' },
  propose: { type: 'string', multiple: true },
  key: { type: 'string' },
  config: { type: 'string' },
  timeout: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const satisfies ParseArgsOptionsConfig;

type Flags = ReturnType<typeof parseFlags>['values'];

const HELP = `runtime.mjs: the HyperSync runtime of an installation

Usage: node runtime.mjs <command> [flags]

Commands
  list        the mechanisms of the current generation
  self-test   load every plugin and have a small cluster of each agree
  run         start a cluster in this process, propose values, print what each node decided

Flags
  --root DIR          the installation (default: the one this file lies in)
  --generation N      another generation than the current one
  --output text|json  results on stdout, everything else on stderr
  --timeout SECONDS   self-test: for all together (default 60); run: for each proposal (default 30)
  --mechanism ID      run: which; self-test: only this one (may be repeated)
  --nodes N           run: how many (default: the mechanism's smallest sensible cluster)
  --propose VALUE     run: may be repeated
  --key KEY           run: propose the values under this key
  --config JSON       run: keys over the mechanism's defaults, as one JSON object

Examples
  node runtime.mjs list --output json
  node runtime.mjs self-test --timeout 30
  node runtime.mjs run --mechanism raft --nodes 3 --propose hello --propose world

Exit codes: 0 ok, 64 usage, 70 self-test failed, 77 not entitled, 78 configuration, 80 trust failure, 83 no agreement in time.
`;

/** Runs one command; returns the exit code. */
export async function runProgram(environment: ProgramEnvironment): Promise<number> {
  const { out, err } = environment;
  let json = false;
  try {
    const { values: flags, positionals } = parseFlags(environment.argv);
    json = flags.output === 'json';
    const [command, extra] = positionals;
    if (flags.help || command === 'help') {
      out(HELP);
      return 0;
    }
    if (extra !== undefined) throw usage(`There is an argument too many: ${extra}.`);
    if (flags.output !== 'json' && flags.output !== 'text') throw usage(`--output ${flags.output}: use text or json.`);
    const perform = COMMANDS.get(command ?? '');
    if (perform === undefined) {
      throw usage(command === undefined ? 'No command was given.' : `There is no command ${command}.`);
    }
    const host = await open(environment, flags);
    try {
      return await perform(host, environment, flags, json);
    } finally {
      host.close();
    }
  } catch (thrown) {
    const error = errorFrom(thrown);
    if (json) {
      const value = { schemaVersion: 1, kind: 'error', error: { ...error.toJSON(), exitCode: error.exitCode } };
      out(`${JSON.stringify(value)}\n`);
    }
    err(`${error.code} ${ERRORS[error.code].title}\n  ${error.message}\n  ${error.hint}\n`);
    return error.exitCode;
  }
}

type Command = (host: Host, environment: ProgramEnvironment, flags: Flags, json: boolean) => Promise<number>;

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['list', list],
  ['self-test', test],
  ['run', run],
]);

async function list(host: Host, { out }: ProgramEnvironment, _flags: Flags, json: boolean): Promise<number> {
  const { generation, tier, runtimeVersion, mechanisms } = host;
  if (json) {
    const body = { schemaVersion: 1, kind: 'mechanism-list', generation, tier, runtime: runtimeVersion, mechanisms };
    out(`${JSON.stringify(body)}\n`);
    return 0;
  }
  out(`generation ${generation}, tier ${tier}, runtime ${runtimeVersion}\n`);
  for (const { id, version, guarantee, weight, minNodes, maxNodes } of mechanisms) {
    const nodes = maxNodes === 0 ? `${minNodes}+` : `${minNodes}-${maxNodes}`;
    out(`${id.padEnd(22)} ${version.padEnd(10)} ${guarantee.padEnd(12)} ${weight.padEnd(12)} ${nodes} nodes\n`);
  }
  return 0;
}

async function test(host: Host, { out, err }: ProgramEnvironment, flags: Flags, json: boolean): Promise<number> {
  const { selfTest } = await import('./self-test.ts');
  const result = await selfTest({
    host,
    timeoutMs: seconds(flags.timeout, 60),
    ...(flags.mechanism === undefined ? {} : { mechanisms: flags.mechanism.map((id) => host.plugin(id).id) }),
    onProgress: (done) => err(`${lineOf(done)}\n`),
  });
  out(json ? `${JSON.stringify(result)}\n` : `${verdict(result)}\n`);
  const failed = result.mechanisms.find(({ error }) => error !== null);
  return failed?.error == null ? (result.ok ? 0 : ERRORS['HS-2022'].exit) : ERRORS[failed.error.code].exit;
}

function lineOf({ mechanism, version, guarantee, nodes, ok, decided, ms, error }: MechanismResult): string {
  const head = `${ok ? 'ok    ' : 'FAILED'} ${mechanism} ${version} (${guarantee}, ${nodes} nodes)`;
  return error === null
    ? `${head}: agreed on ${decided} values in ${ms} ms`
    : `${head}: ${error.code} ${error.message}`;
}

function verdict({ ok, mechanisms, generation, tier, ms }: SelfTestResult): string {
  const good = mechanisms.filter((result) => result.ok).length;
  const word = ok ? 'passed' : 'FAILED';
  return `self-test ${word}: ${good} of ${mechanisms.length} mechanisms of generation ${generation} (${tier}) agreed, ${ms} ms`;
}

async function run(host: Host, { out, err }: ProgramEnvironment, flags: Flags, json: boolean): Promise<number> {
  const [mechanism, second] = flags.mechanism ?? [];
  if (mechanism === undefined || second !== undefined) throw usage('run needs one --mechanism.');
  const plugin = host.plugin(mechanism);
  const smallest = Math.max(plugin.entry.profile.minNodes, plugin.descriptor.faults.minNodes);
  const { runOnce, decisionLine } = await import('./run-once.ts');
  const result = await runOnce({
    host,
    mechanism,
    nodes: flags.nodes === undefined ? smallest : whole(flags.nodes, '--nodes'),
    config: configOf(flags.config),
    values: flags.propose ?? [],
    key: flags.key ?? null,
    timeoutMs: seconds(flags.timeout, 30),
    onProgress: (line) => err(`${line}\n`),
  });
  out(json ? `${JSON.stringify(result)}\n` : result.decisions.map(decisionLine).join(''));
  return 0;
}

function configOf(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined) return {};
  const value = parseJson(toUtf8(text), { maxBytes: LIMITS.configBytes, maxDepth: 8, source: '--config' });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw usage('--config: a JSON object.');
  return value as Readonly<Record<string, unknown>>;
}

async function open(environment: ProgramEnvironment, flags: Flags): Promise<Host> {
  const root = flags.root === undefined ? environment.ownRoot : resolve(flags.root);
  if (environment.anchor !== null && (root === null || !isAbsolute(root))) {
    throw usage('This runtime lies in no installation; name one with --root DIR.');
  }
  // Verification brings most of the code with it; help and wrong usage do without.
  const opener = environment.openHost ?? (await import('./host.ts')).openHost;
  return opener({
    root: root ?? '/',
    anchor: environment.anchor,
    ...(flags.generation === undefined ? {} : { generation: whole(flags.generation, '--generation') }),
  });
}

function parseFlags(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    throw usage(`${(cause as Error).message}.`);
  }
}

function seconds(text: string | undefined, otherwise: number): number {
  return 1000 * (text === undefined ? otherwise : whole(text, '--timeout'));
}

function whole(text: string, flag: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > 100_000)
    throw usage(`${flag} ${text}: a whole number from 1 on.`);
  return value;
}

function usage(message: string): HyperSyncError {
  return new HyperSyncError('HS-1002', message);
}
