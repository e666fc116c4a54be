import { errorFrom, HyperSyncError } from '@hypersync/base';
import { Command, CommanderError, Option } from 'commander';
import { createConsole, readPassphrase, type Console, type OutputForm, type PublisherEnvironment } from './console.ts';
import type { Secret } from '@hypersync/registry-client';
import type { Workspace } from '../workspace.ts';

/** Flags that every command has. */
export interface CommonFlags {
  readonly workspace: string;
  readonly output: OutputForm;
  readonly passphraseFile?: string;
  readonly passphraseStdin?: boolean;
}

/** What a command works with. */
export interface CommandContext {
  readonly environment: PublisherEnvironment;
  readonly console: Console;
  /** Opens the workspace; progress goes to stderr. */
  workspace(): Promise<Workspace>;
  /** Null where none was named; commands that sign use `neededPassphrase`. */
  passphrase(): Promise<Secret | null>;
  neededPassphrase(): Promise<Secret>;
}

export type Action<F> = (context: CommandContext, flags: F & CommonFlags, args: readonly string[]) => Promise<void>;

/** Adds a command whose errors and output are handled in one place. */
export type AddCommand = <F>(
  parent: Command,
  usage: string,
  summary: string,
  examples: readonly string[],
  action: Action<F>,
) => Command;

/** Runs the command line and answers with the exit code (DESIGN 9). Never throws. */
export async function runPublisher(argv: readonly string[], environment: PublisherEnvironment): Promise<number> {
  let exitCode = 0;
  const add: AddCommand = (parent, usage, summary, examples, action) => {
    const command = parent
      .command(usage)
      .description(summary)
      .addOption(
        new Option('-w, --workspace <dir>', 'the vendor workspace').default(
          environment.env['HYPERSYNC_WORKSPACE'] ?? '.',
        ),
      )
      .addOption(new Option('--output <form>', 'form of the result').choices(['text', 'json']).default('text'))
      .option('--passphrase-file <file>', 'file with the passphrase of the key files (first line)')
      .option('--passphrase-stdin', 'read the passphrase from standard input')
      .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}\n`);
    command.action(async () => {
      const flags = command.opts<Parameters<typeof action>[1]>();
      const console = createConsole(environment, flags.output);
      try {
        await action(
          contextFor(environment, console, flags),
          flags,
          command.processedArgs.flat().filter((arg) => typeof arg === 'string'),
        );
      } catch (thrown) {
        const error = errorFrom(thrown);
        console.error(error);
        exitCode = error.exitCode;
      }
    });
    return command;
  };
  const program = new Command('hyper-publish')
    .description('Builds, signs and publishes consensus plugins; keys and licenses of a HyperSync vendor.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => environment.stdout.write(text),
      writeErr: (text) => environment.stderr.write(text),
    })
    .showHelpAfterError('(add --help for usage and examples)')
    .addHelpText('after', EXIT_CODES);
  const { addCommands } = await import('./commands.ts');
  addCommands(program, add);
  for (const command of [program, ...program.commands, ...program.commands.flatMap((child) => child.commands)])
    command.exitOverride();
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    return thrown.exitCode === 0 ? 0 : 64;
  }
  return exitCode;
}

const EXIT_CODES = `
Exit codes: 0 ok, 64 usage, 65 bad data, 69 registry unavailable, 70 bug, 73 no space, 75 another publisher is at work,
78 bad configuration or keys. Secrets are read from files or standard input only.
`;

function contextFor(environment: PublisherEnvironment, console: Console, flags: CommonFlags): CommandContext {
  const passphrase = (): Promise<Secret | null> => readPassphrase(environment, flags);
  return {
    environment,
    console,
    passphrase,
    workspace: async () => {
      const { openWorkspace } = await import('../workspace.ts');
      const onProgress = (event: { step: string; detail: string }): void =>
        console.note(`${event.step.padEnd(8)} ${event.detail}`);
      return openWorkspace({ directory: flags.workspace, clock: environment.clock, onProgress });
    },
    neededPassphrase: async () => {
      const secret = await passphrase();
      if (secret === null)
        throw new HyperSyncError('HS-1706', 'This command signs and needs the passphrase of the key files.');
      return secret;
    },
  };
}

/** A whole number of a flag; HS-1002 otherwise. */
export function wholeNumber(flag: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (/^\d{1,9}$/.test(text)) return value;
  throw new HyperSyncError(
    'HS-1002',
    `${flag} has to be a whole number, 0 or more; it is ${JSON.stringify(text.slice(0, 40))}.`,
  );
}
