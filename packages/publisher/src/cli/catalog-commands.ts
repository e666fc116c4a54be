import type { YankLevel } from '@hypersync/manifest';
import { Option, type Command } from 'commander';
import type { ChangeOptions, ChangeResult } from '../change-catalog.ts';
import { formatPlan } from '../publication-plan.ts';
import { ownCheckout } from '../own-checkout.ts';
import type { AddCommand, CommandContext } from './program.ts';

interface ChangeFlags {
  readonly dryRun?: boolean;
}

/** `init`, `build`, `publish`, `promote`, `yank`, `installer`. */
export function addCatalogCommands(program: Command, add: AddCommand): void {
  addInit(program, add);
  addBuild(program, add);
  addPublish(program, add);
  addPromote(program, add);
  addYank(program, add);
  addInstaller(program, add);
}

function addInit(program: Command, add: AddCommand): void {
  add<{ vendor: string; registry: string; builder?: string; source?: string }>(
    program,
    'init',
    'make a vendor: keys for every role and the first root of trust',
    [
      'hyper-publish init --workspace acme --vendor "Acme" --registry https://registry.acme.example --passphrase-file pass',
    ],
    async (context, flags) => {
      const { initWorkspace } = await import('../init.ts');
      const { readKeys } = await import('../keyring.ts');
      const { vendor, registry, builder, source } = flags;
      const workspace = await initWorkspace({
        directory: flags.workspace,
        vendor,
        registry,
        passphrase: await context.neededPassphrase(),
        clock: context.environment.clock,
        ...(builder === undefined ? {} : { builder }),
        ...(source === undefined ? {} : { source }),
      });
      const keys = readKeys(workspace).length;
      const body = {
        kind: 'workspace',
        directory: workspace.directory,
        vendor,
        registry,
        keys,
        tree: workspace.paths.tree,
      };
      context.console.result(body, `${workspace.directory}: vendor ${vendor}, ${keys} keys. Next: hyper-publish build`);
    },
  )
    .requiredOption('--vendor <name>', 'name of the vendor')
    .requiredOption('--registry <url>', 'public address of the registry, compiled into installers')
    .option('--builder <uri>', 'SLSA builder id that packages state')
    .option('--source <uri>', 'source repository that packages state');
}

function addBuild(program: Command, add: AddCommand): void {
  add<{ source: string; version?: string }>(
    program,
    'build [ids...]',
    'bundle mechanisms and runtime; the same sources give the same bytes',
    [
      'hyper-publish build',
      'hyper-publish build raft --version 1.1.0',
      'hyper-publish build runtime --source ~/hypersync',
    ],
    async (context, flags, ids) => {
      const { buildPackages } = await import('../builds.ts');
      const workspace = await context.workspace();
      const version = flags.version === undefined ? {} : { version: flags.version };
      const builds = await buildPackages(workspace, { source: flags.source, only: ids, ...version });
      const packages = builds.map(({ name, version, sha512, tarball }) => ({
        name,
        version,
        sha512,
        bytes: tarball.length,
      }));
      const lines = packages.map(
        ({ name, version, bytes, sha512 }) => `${name}@${version}  ${bytes} bytes  sha512 ${sha512.slice(0, 16)}…`,
      );
      context.console.result({ kind: 'builds', packages }, lines.join('\n'));
    },
  )
    .option('--source <dir>', 'checkout to build from', ownCheckout())
    .option('--version <semver>', 'version to stamp instead of the one that the sources state');
}

function addPublish(program: Command, add: AddCommand): void {
  const command = add<ChangeFlags & { stage: 'stable' | 'candidate'; toNpm?: string; tokenFile?: string }>(
    program,
    'publish [packages...]',
    'sign and publish what was built, and renew what runs out',
    [
      'hyper-publish publish --dry-run',
      'hyper-publish publish --passphrase-file pass',
      'hyper-publish publish raft@1.1.0 --stage candidate --passphrase-file pass',
      'hyper-publish publish --to-npm https://npm.corp.example --token-file token',
    ],
    async (context, flags, only) => {
      if (flags.toNpm !== undefined) return publishElsewhere(context, flags.toNpm, flags.tokenFile);
      const { publish } = await import('../publish.ts');
      const workspace = await context.workspace();
      const options = { ...changeOptions(context, flags), only, stage: flags.stage };
      report(context, await publish(workspace, await context.passphrase(), options), flags);
    },
  )
    .addOption(
      new Option('--stage <stage>', 'candidate: served, but not installed by tiers')
        .choices(['stable', 'candidate'])
        .default('stable'),
    )
    .option('--to-npm <url>', 'put what is published into this npm registry')
    .option('--token-file <file>', 'file with the token of that registry');
  withDryRun(command);
}

async function publishElsewhere(
  context: CommandContext,
  address: string,
  tokenFile: string | undefined,
): Promise<void> {
  const { publishToNpm } = await import('../publish-to-npm.ts');
  const { readSecretFile } = await import('@hypersync/registry-client');
  const token = tokenFile === undefined ? null : await readSecretFile(tokenFile);
  const { published, existing } = await publishToNpm(await context.workspace(), { address, token });
  const text = `${published.length} published, ${existing.length} were there already.`;
  context.console.result({ kind: 'npm-publication', registry: address, published, existing }, text);
}

function addPromote(program: Command, add: AddCommand): void {
  const command = add<ChangeFlags>(
    program,
    'promote [packages...]',
    'make candidates (all, or name@version) what tiers install',
    ['hyper-publish promote --dry-run', 'hyper-publish promote raft@1.1.0 --passphrase-file pass'],
    async (context, flags, packages) => {
      const { promote } = await import('../publish.ts');
      const options = changeOptions(context, flags);
      report(
        context,
        await promote(await context.workspace(), await context.passphrase(), { packages }, options),
        flags,
      );
    },
  );
  withDryRun(command);
}

function addYank(program: Command, add: AddCommand): void {
  const command = add<ChangeFlags & { level: YankLevel | 'none'; reason: string; use?: string }>(
    program,
    'yank <package>',
    'withdraw a version (name@version), harder or softer; the level none takes it back',
    [
      'hyper-publish yank raft@1.1.0 --level warn --reason "slow elections" --use 1.1.1 --passphrase-file pass',
      'hyper-publish yank raft@1.1.0 --level quarantine --reason "loses writes" --use 1.0.0 --passphrase-file pass',
    ],
    async (context, flags, [id = '']) => {
      const { yank } = await import('../publish.ts');
      const request = { package: id, level: flags.level, reason: flags.reason, replacement: flags.use ?? null };
      const options = changeOptions(context, flags);
      report(context, await yank(await context.workspace(), await context.passphrase(), request, options), flags);
    },
  )
    .addOption(
      new Option(
        '--level <level>',
        'hidden: not chosen; warn: told; block: not installed anew; quarantine: not served, not loaded',
      )
        .choices(['hidden', 'warn', 'block', 'quarantine', 'none'])
        .makeOptionMandatory(),
    )
    .requiredOption('--reason <text>', 'what customers are told')
    .option('--use <version>', 'version to use instead');
  withDryRun(command);
}

function addInstaller(program: Command, add: AddCommand): void {
  add<{ out: string; platform?: 'linux-x64' | 'linux-arm64'; source: string }>(
    program,
    'installer',
    'make hyper-install with this vendor’s root of trust and registry compiled in',
    ['hyper-publish installer --out dist', 'hyper-publish installer --platform linux-x64 --out dist'],
    async (context, flags) => {
      const { makeInstaller } = await import('../vendor-installer.ts');
      const { source, out, platform = null } = flags;
      const path = await makeInstaller(await context.workspace(), { source, out, platform });
      context.console.result({ kind: 'installer', path, platform }, path);
    },
  )
    .requiredOption('--out <dir>', 'folder that receives it')
    .addOption(new Option('--platform <platform>', 'one file with its own Node').choices(['linux-x64', 'linux-arm64']))
    .option('--source <dir>', 'checkout to bundle from', ownCheckout());
}

function withDryRun(command: Command): void {
  command.option('--dry-run', 'show what each tier will see, and stop there');
}

function changeOptions(context: CommandContext, flags: ChangeFlags): ChangeOptions {
  // Shown before anything is written, also where the result goes to a program.
  return { dryRun: flags.dryRun ?? false, onPlan: (plan) => context.console.note(formatPlan(plan)) };
}

/** Shared with keys and licenses: what a change of the catalog did. */
export function report(
  context: CommandContext,
  result: ChangeResult,
  flags: ChangeFlags,
  more: Readonly<Record<string, unknown>> = {},
): void {
  const { plan, written, files, recovered } = result;
  const dryRun = flags.dryRun ?? false;
  if (recovered) context.console.note('An interrupted publication was finished first.');
  const text = dryRun
    ? 'Dry run: nothing was written.'
    : written
      ? `Release ${plan.release.to} is published (${files} files).`
      : 'Nothing to do: everything is published and fresh.';
  context.console.result({ kind: 'publication', dryRun, written, files, recovered, ...plan, ...more }, text);
}
