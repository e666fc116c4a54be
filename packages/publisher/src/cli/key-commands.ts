import { Option, type Command } from 'commander';
import { formatPlan } from '../publication-plan.ts';
import { KEY_ROLES, readKeys, type KeyRole } from '../keyring.ts';
import { report } from './catalog-commands.ts';
import type { AddCommand } from './program.ts';

/** `keys list | rotate`. */
export function addKeyCommands(program: Command, add: AddCommand): void {
  const keys = program.command('keys').description('list and rotate keys');
  add(
    keys,
    'list',
    'show roles, ids and states of keys; nothing secret',
    ['hyper-publish keys list'],
    async (context) => {
      const records = readKeys(await context.workspace());
      const lines = records.map(({ id, role, algorithm, state, created }) =>
        [id.padEnd(22), role.padEnd(18), algorithm.padEnd(18), state.padEnd(9), created.slice(0, 10)].join(' '),
      );
      context.console.result({ kind: 'keys', keys: records }, lines.join('\n'));
    },
  );
  add<{ role: KeyRole; revoke?: string[]; dryRun?: boolean }>(
    keys,
    'rotate',
    'make a new key for a role; what the old one signed is signed again, or stays accepted',
    [
      'hyper-publish keys rotate --role timestamp --passphrase-file pass',
      'hyper-publish keys rotate --role plugins --passphrase-file pass',
      'hyper-publish keys rotate --role plugins --revoke plugins-1 --passphrase-file pass',
    ],
    async (context, flags) => {
      const { rotateKeys } = await import('../rotate-keys.ts');
      const request = { role: flags.role, revoke: flags.revoke ?? [] };
      const onPlan = (plan: Parameters<typeof formatPlan>[0]): void => context.console.note(formatPlan(plan));
      const options = { dryRun: flags.dryRun ?? false, onPlan };
      const result = await rotateKeys(await context.workspace(), await context.neededPassphrase(), request, options);
      const changed = result.changed.map(({ id, state }) => ({ id, state }));
      context.console.note(
        [
          ...(result.made === null ? [] : [`new key ${result.made.id}`]),
          ...changed.map(({ id, state }) => `${id} is ${state}`),
        ].join('\n'),
      );
      report(context, result, flags, { made: result.made?.id ?? null, changed });
    },
  )
    .addOption(new Option('--role <role>', 'whose key').choices([...KEY_ROLES]).makeOptionMandatory())
    .option(
      '--revoke <id...>',
      'keys of plugins or licenses that shall count for nothing; current packages are signed again',
    )
    .option('--dry-run', 'show what each tier will see, and stop there');
}
