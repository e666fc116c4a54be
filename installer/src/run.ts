import { errorFrom, HyperSyncError } from '@hypersync/base';
import { openStore, readError } from '@hypersync/store';
import type { Context } from './context.ts';
import type { InstallerEnvironment } from './environment.ts';
import { readCommandLine, type CommandLine, type Request } from './program.ts';
import { createReporter } from './report.ts';
import { resolveSettings, type OutputForm } from './settings.ts';

/** One run of the program; resolves to its exit code and never throws. */
export async function runInstaller(environment: InstallerEnvironment): Promise<number> {
  const line = readCommandLine(environment.argv, environment.stdout, environment.stderr);
  return typeof line === 'number' ? line : runCommand(environment, line);
}

/** The same from a command line that was read already. */
export async function runCommand(environment: InstallerEnvironment, line: CommandLine): Promise<number> {
  try {
    return await dispatch(line.request, await contextOf(environment, line));
  } catch (thrown) {
    return fail(environment, thrown, line);
  }
}

function fail(environment: InstallerEnvironment, thrown: unknown, line: CommandLine): number {
  const error = environment.interrupted.aborted ? interruption(thrown) : readError(thrown, 'Looking at the disk');
  createReporter(environment, formOf(environment, line), line.verbose).error(error);
  return error.exitCode;
}

/** Whatever an interrupted command failed with, it failed because it was interrupted. */
function interruption(thrown: unknown): HyperSyncError {
  const error = errorFrom(thrown);
  if (error.code === 'HS-1006') return error;
  return new HyperSyncError(
    'HS-1006',
    `Interrupted; the generation that was in place is in place. (${error.message})`,
    {
      cause: thrown,
    },
  );
}

/** The form that was asked for, also where the settings themselves are what is wrong. */
function formOf({ env }: InstallerEnvironment, { flags }: CommandLine): OutputForm {
  const word = flags['output'] ?? env['HYPERSYNC_OUTPUT'];
  return word === 'json' || word === 'ndjson' ? word : 'text';
}

async function contextOf(environment: InstallerEnvironment, { flags, verbose }: CommandLine): Promise<Context> {
  const settings = await resolveSettings(environment, flags);
  const report = createReporter(environment, settings.output, verbose);
  const { fs, clock, locks } = environment;
  const store = openStore({
    root: settings.root,
    fs,
    clock,
    ...(locks === undefined ? {} : { locks }),
    onEvent: (event) => {
      if (event.event === 'healed') report.progress({ event: 'note', message: `healed: ${event.what}` });
    },
  });
  return { environment, settings, report, store };
}

async function dispatch(request: Request, context: Context): Promise<number> {
  switch (request.command) {
    case 'install':
      return (await import('./commands/install.ts')).install(context, request);
    case 'plan':
      return (await import('./commands/install.ts')).plan(context, { ...request, out: absolute(context, request.out) });
    case 'apply': {
      const { applySaved, install } = await import('./commands/install.ts');
      const file = absolute(context, request.file);
      return file === null ? install(context, request) : applySaved(context, file);
    }
    case 'upgrade':
      return (await import('./commands/install.ts')).upgrade(context, request);
    case 'rollback': {
      const { generationNumber } = await import('./commands/verify.ts');
      const { rollback } = await import('./commands/rollback.ts');
      return rollback(context, request.to === null ? null : generationNumber(request.to));
    }
    case 'verify': {
      const { generationNumber, verify } = await import('./commands/verify.ts');
      return verify(context, request.generation === null ? null : generationNumber(request.generation));
    }
    case 'validate':
      return (await import('./commands/verify.ts')).validate(context);
    case 'generations':
      return (await import('./commands/generations.ts')).generations(context);
    case 'gc': {
      const { collectGarbage } = await import('./commands/generations.ts');
      return collectGarbage(context, keepCount(request.keep));
    }
    case 'bundle':
      return (await import('./commands/bundle.ts')).bundle(context, absolute(context, request.out));
    case 'doctor':
      return (await import('./commands/doctor.ts')).doctor(context);
  }
}

function absolute({ environment }: Context, path: string | null): string | null {
  return path === null || path.startsWith('/') ? path : `${environment.cwd}/${path}`;
}

function keepCount(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new HyperSyncError('HS-1002', `--keep ${JSON.stringify(text.slice(0, 40))} is not a number of generations.`);
}
