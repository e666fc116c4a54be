import { errorFrom, HyperSyncError, LIMITS, type Clock } from '@hypersync/base';
import { Command, CommanderError, Option } from 'commander';
import { readFile, stat } from 'node:fs/promises';

/** What the program takes from outside; `main.ts` alone gives it the real things. */
export interface ProgramEnvironment {
  /** Without the interpreter and the script. */
  readonly argv: readonly string[];
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly clock: Clock;
  /** Called once the server serves; resolves when it is to stop. */
  readonly stop: () => Promise<unknown>;
}

type Form = 'text' | 'json';

const EXIT_USAGE = 64;
const EXAMPLES = `
Examples:
  hyper-registry serve --tree ./tree
  hyper-registry serve --tree /srv/tree --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem
  hyper-registry fsck --tree /srv/tree --output json
  hyper-registry backup --tree /srv/tree --to /backup/tree-monday.tar`;

/** One run of the program; resolves to its exit code and never throws. */
export async function runProgram(environment: ProgramEnvironment): Promise<number> {
  const { argv, stdout, stderr } = environment;
  let exitCode = 0;
  const program = build(environment, (code) => void (exitCode = code));
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) });
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : EXIT_USAGE;
    const error = errorFrom(thrown);
    const { title, message, hint } = error.toJSON();
    if (argv.join(' ').match(/--output[ =]json\b/)) {
      const value = { schemaVersion: 1, kind: 'error', error: { ...error.toJSON(), exitCode: error.exitCode } };
      stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    }
    stderr.write(`error ${error.code} ${title}\n  ${message}\n  What to do: ${hint}\n`);
    return error.exitCode;
  }
}

function build(environment: ProgramEnvironment, exit: (code: number) => void): Command {
  const program = new Command('hyper-registry')
    .description('Serves a published tree to those who are entitled to it, and keeps the tree sound. It holds no key.')
    .version('0.1.0', '-V, --version')
    .showHelpAfterError('(add --help for flags and examples)')
    .addHelpText('after', EXAMPLES);
  const tree = (): Option => new Option('--tree <folder>', 'the tree that hyper-publish writes').makeOptionMandatory();
  const output = (): Option =>
    new Option('--output <form>', 'form of the result').choices(['text', 'json']).default('text');

  program
    .command('serve')
    .description(
      'serve the tree; picks up publications by itself; stops on SIGINT and SIGTERM after finishing what it began',
    )
    .addOption(tree())
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 takes a free one', '4873')
    .option('--origin <url>', 'public address in packuments (default: that of registry.json)')
    .option('--tls-cert <file>', 'certificate chain, PEM')
    .option('--tls-key <file>', 'private key, PEM')
    .option('--behind-proxy', 'plain http to other machines is wanted: a proxy in front ends TLS')
    .addOption(
      new Option('--log-level <level>', 'what goes to stderr')
        .choices(['silent', 'error', 'warn', 'info'])
        .default('info'),
    )
    .addOption(output())
    .action(async (options: ServeOptions) => serve(environment, options));

  program
    .command('fsck')
    .description('check every file that a client of any tier could ask for; exit code 65 when something is wrong')
    .addOption(tree())
    .addOption(output())
    .action(async (options: { tree: string; output: Form }) => exit(await check(environment, options)));

  program
    .command('backup')
    .description('copy the tree as it stands between two publications, checked, to a new folder or .tar file')
    .addOption(tree())
    .requiredOption('--to <path>', 'new folder, or file that ends in .tar')
    .addOption(output())
    .action(async (options: { tree: string; to: string; output: Form }) => copy(environment, options));
  return program;
}

interface ServeOptions {
  readonly tree: string;
  readonly host: string;
  readonly port: string;
  readonly origin?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly behindProxy?: boolean;
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info';
  readonly output: Form;
}

async function serve({ clock, stdout, stderr, stop }: ProgramEnvironment, options: ServeOptions): Promise<void> {
  const port = Number(options.port);
  if (!/^\d{1,5}$/.test(options.port) || port > 65_535)
    throw new HyperSyncError('HS-1002', `--port ${options.port} is no port.`);
  const tls = await readTls(options);
  const local = ['127.0.0.1', '::1', 'localhost'].includes(options.host);
  if (!local && tls === null && options.behindProxy !== true) {
    throw new HyperSyncError('HS-1812', `--host ${options.host} serves other machines, without TLS.`);
  }
  await mustBeFolder(options.tree);
  const { pino } = await import('pino');
  const logger = pino(
    { level: options.logLevel, base: { program: 'hyper-registry' }, timestamp: pino.stdTimeFunctions.isoTime },
    {
      write: (line: string) => void stderr.write(line),
    },
  );
  const { createRegistryServer } = await import('./server.ts');
  const server = await createRegistryServer({
    tree: options.tree,
    clock,
    logger,
    ...(options.origin === undefined ? {} : { origin: originOf(options.origin) }),
    ...(tls === null ? {} : { tls }),
  });
  const address = await server.listen({ host: options.host, port });
  const { release, origin } = server.state();
  const value = { schemaVersion: 1, kind: 'serving', tree: options.tree, address, origin, release };
  stdout.write(
    options.output === 'json'
      ? `${JSON.stringify(value)}\n`
      : `Serving ${options.tree} (release ${release}) at ${address}\n`,
  );
  await stop();
  await server.close();
}

function originOf(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new HyperSyncError('HS-1002', `--origin ${text} is no address like https://registry.example.`);
  }
  return url.href.replace(/\/+$/, '');
}

async function readTls({ tlsCert, tlsKey }: ServeOptions): Promise<{ cert: string; key: string } | null> {
  if (tlsCert === undefined && tlsKey === undefined) return null;
  if (tlsCert === undefined || tlsKey === undefined)
    throw new HyperSyncError('HS-1002', '--tls-cert and --tls-key belong together.');
  const [cert, key] = await Promise.all([readPem(tlsCert), readPem(tlsKey)]);
  return { cert, key };
}

async function readPem(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > LIMITS.keyFileBytes)
      throw new HyperSyncError('HS-1008', `${path} has ${size} bytes, more than ${LIMITS.keyFileBytes}.`);
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof HyperSyncError) throw cause;
    throw new HyperSyncError('HS-1004', `${path}: ${(cause as NodeJS.ErrnoException).code ?? 'cannot be read'}.`, {
      cause,
    });
  }
}

async function mustBeFolder(path: string): Promise<void> {
  const facts = await stat(path).catch((cause: unknown) => {
    throw new HyperSyncError('HS-1004', `${path}: ${(cause as NodeJS.ErrnoException).code ?? 'cannot be read'}.`, {
      cause,
    });
  });
  if (!facts.isDirectory()) throw new HyperSyncError('HS-1004', `${path} is not a folder.`);
}

async function check(
  { clock, stdout, stderr }: ProgramEnvironment,
  { tree, output }: { tree: string; output: Form },
): Promise<number> {
  await mustBeFolder(tree);
  const { fsck } = await import('./fsck.ts');
  const report = await fsck(tree, clock);
  if (output === 'json') stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else {
    for (const fault of report.faults) stdout.write(`${fault.kind}: ${fault.path}: ${fault.message}\n`);
    const { packages, versions, tiers, files } = report.checked;
    stdout.write(
      `${packages} packages, ${versions} versions, ${tiers} tiers, ${files} files: ${report.ok ? 'sound' : `${report.faults.length} fault(s)`}\n`,
    );
  }
  if (report.ok) return 0;
  const error = new HyperSyncError('HS-1809', `${tree} has ${report.faults.length} fault(s).`);
  stderr.write(`error ${error.code} ${error.message}\n  What to do: ${error.hint}\n`);
  return error.exitCode;
}

async function copy(
  { clock, stdout }: ProgramEnvironment,
  { tree, to, output }: { tree: string; to: string; output: Form },
): Promise<void> {
  await mustBeFolder(tree);
  const { backup } = await import('./backup.ts');
  const report = await backup(tree, to, { clock });
  if (output === 'json') stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else stdout.write(`${report.files} files, ${report.bytes} bytes of ${tree} are in ${to}\n`);
}
