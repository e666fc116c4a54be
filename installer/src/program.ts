import { Command, CommanderError, Option } from 'commander';
import type { Output } from './environment.ts';
import type { RawSettings } from './settings.ts';

/** What the command line asks for, before anything else is loaded: help must be there in the time of an empty Node. */
export type Request =
  | { readonly command: 'install'; readonly yes: boolean }
  | { readonly command: 'plan'; readonly out: string | null; readonly detailedExitcode: boolean }
  | { readonly command: 'apply'; readonly file: string | null; readonly yes: boolean }
  | { readonly command: 'upgrade'; readonly yes: boolean }
  | { readonly command: 'validate' }
  | { readonly command: 'rollback'; readonly to: string | null }
  | { readonly command: 'generations' }
  | { readonly command: 'verify'; readonly generation: string | null }
  | { readonly command: 'gc'; readonly keep: string }
  | { readonly command: 'doctor' }
  | { readonly command: 'bundle'; readonly out: string | null };

export interface CommandLine {
  readonly request: Request;
  readonly flags: RawSettings;
  readonly verbose: boolean;
}

/**
 * What was asked for; or the exit code, where help, the version or commander's words about wrong usage were all there is
 * to say.
 */
export function readCommandLine(argv: readonly string[], out: Output, err: Output): CommandLine | number {
  let found: CommandLine | null = null;
  const program = build((request, options) => {
    const { verbose, yes: _yes, ...rest } = options;
    const flags: Record<string, string> = {};
    for (const [name, value] of Object.entries(rest)) if (typeof value === 'string') flags[name] = value;
    found = { request, flags, verbose: verbose === true };
  });
  for (const command of [program, ...program.commands]) {
    command.exitOverride();
    command.configureOutput({ writeOut: (text) => out.write(text), writeErr: (text) => err.write(text) });
  }
  try {
    program.parse([...argv], { from: 'user' });
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : EXIT_USAGE;
    throw thrown;
  }
  return found ?? 0;
}

/** As in base's table, which this module must not load. */
const EXIT_USAGE = 64;

type Options = Readonly<Record<string, string | boolean | undefined>>;
type Choose = (request: Request, options: Options) => void;

function build(choose: Choose): Command {
  const program = new Command('hyper-install')
    .description('Installs the consensus plugins of a tier, verified and in one step.')
    .version('0.1.0', '-V, --version')
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .showHelpAfterError('(hyper-install --help shows all commands)')
    .addHelpText('after', EXAMPLES);
  common(vendor(yes(program), true))
    .usage('[options] [command]')
    .argument('[command]')
    .action((command: string | undefined, options: Options) => {
      if (command === undefined) return choose({ command: 'install', yes: options['yes'] === true }, options);
      // A program that does something by itself gets unknown commands as arguments; commander's own words suggest the right one.
      (program as unknown as { unknownCommand(): never }).unknownCommand();
    });
  addChanging(program, choose);
  addReading(program, choose);
  return program;
}

function addChanging(program: Command, choose: Choose): void {
  common(vendor(program.command('plan').description('show what would change, and change nothing')))
    .option('--out <file>', 'save the plan for "apply FILE"')
    .option('--detailed-exitcode', 'end with 2 where changes are pending')
    .action(({ out, detailedExitcode, ...options }: Options) =>
      choose({ command: 'plan', out: text(out), detailedExitcode: detailedExitcode === true }, options),
    );
  common(vendor(yes(program.command('apply').description('do what a saved plan says, exactly, or install --tier'))))
    .argument('[file]', 'a plan saved with "plan --out"')
    .action((file: string | undefined, options: Options) =>
      choose({ command: 'apply', file: file ?? null, yes: options['yes'] === true }, options),
    );
  common(
    vendor(yes(program.command('upgrade').description('to the newest release of the installed tier')), false),
  ).action((options: Options) => choose({ command: 'upgrade', yes: options['yes'] === true }, options));
  common(waiting(program.command('rollback').description('to the generation before, or to any other')))
    .option('--to <generation>', 'a number that "generations" lists')
    .action(({ to, ...options }: Options) => choose({ command: 'rollback', to: text(to) }, options));
  common(waiting(program.command('gc').description('remove generations and files that nothing uses')))
    .option('--keep <count>', 'newest generations to keep beside the current one', '2')
    .action(({ keep, ...options }: Options) => choose({ command: 'gc', keep: text(keep) ?? '2' }, options));
}

function addReading(program: Command, choose: Choose): void {
  common(program.command('verify').description('check every byte and signature; show what admitted each plugin'))
    .option('--generation <generation>', 'another generation than the current one')
    .action(({ generation, ...options }: Options) =>
      choose({ command: 'verify', generation: text(generation) }, options),
    );
  common(program.command('validate').description('verify, then let the runtime decide values with every plugin'))
    .addOption(selfTestTimeout())
    .action((options: Options) => choose({ command: 'validate' }, options));
  common(program.command('generations').description('list what is here, and which one is in place')).action(
    (options: Options) => choose({ command: 'generations' }, options),
  );
  common(vendor(program.command('bundle').description('one release as one file, for hosts without a network')))
    .option('--out <file>', 'default: hypersync-<tier>-<release>.tgz here')
    .action(({ out, ...options }: Options) => choose({ command: 'bundle', out: text(out) }, options));
  common(vendor(program.command('doctor').description('check machine, registry, license and installation'))).action(
    (options: Options) => choose({ command: 'doctor' }, options),
  );
}

function common(command: Command): Command {
  return command
    .option('--root <dir>', 'folder of the installation')
    .option('--config <file>', 'settings as YAML')
    .option('--output <form>', 'text, json or ndjson')
    .option('--verbose', 'more about errors');
}

function vendor(command: Command, withTier = true): Command {
  if (withTier) command.option('--tier <tier>', 'CORE, Basic, PRO, Advanced, QM Venture, QM Campaign or QM Imperium');
  return waiting(command)
    .option('--license <file>', 'license from your vendor; kept for later commands')
    .option('--offline <bundle>', 'a file made by "bundle" in place of the registry: no connection is made')
    .option('--registry <url>', 'another address of the vendor’s registry')
    .option('--registry-kind <kind>', 'auto, hypersync or npm')
    .option('--token-file <file>', 'credential of a stock npm registry')
    .option('--ca <file>', 'PEM file with more certificate authorities');
}

function waiting(command: Command): Command {
  return command
    .option('--wait <seconds>', 'wait for another command that changes this installation')
    .addOption(selfTestTimeout());
}

const selfTestTimeout = (): Option => new Option('--self-test-timeout <seconds>', 'limit for the self-test');

function yes(command: Command): Command {
  return command.option('--yes', 'do not ask before plugins are removed or downgraded');
}

function text(value: string | boolean | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

const EXAMPLES = `
Examples:
  hyper-install --tier CORE                              install without a license
  hyper-install plan --tier PRO --license license.jwt    see first what would change
  hyper-install --tier PRO --license license.jwt         do it: one step, self-tested
  hyper-install verify --output json                     which key admitted each plugin
  hyper-install rollback                                 back to the generation before
  hyper-install bundle --tier CORE --out core.tgz        for a host without a network, then there:
  hyper-install --tier CORE --offline core.tgz           the same checks, no connection

Every option also has a variable (--root: HYPERSYNC_ROOT) and a key in the YAML file (root:).
Exit codes: 0 ok, 2 changes pending, 64 usage, 65 bad data, 69 registry unavailable, 73 no space, 75 locked,
77 not entitled, 78 configuration, 80 trust failure, 81 withdrawn, 83 self-test failed, 130 interrupted.
`;
