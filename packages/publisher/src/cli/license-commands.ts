import { parseTier, tierName } from '@hypersync/manifest';
import { Option, type Command } from 'commander';
import type { IssuedLicense } from '../licenses.ts';
import { report } from './catalog-commands.ts';
import { wholeNumber, type AddCommand } from './program.ts';

interface IssueFlags {
  readonly customer: string;
  readonly tier: string;
  readonly days: string;
  readonly nodes?: string;
  readonly grace?: string;
  readonly serial?: string;
  readonly floor?: string;
  readonly out?: string;
}

/** `license issue | show | revoke`. */
export function addLicenseCommands(program: Command, add: AddCommand): void {
  const license = program.command('license').description('issue, show and revoke licenses');
  add<IssueFlags>(
    license,
    'issue',
    'sign a license; its token is written to a file that only you can read',
    ['hyper-publish license issue --customer "Globex" --tier PRO --days 365 --passphrase-file pass --out globex.jwt'],
    async (context, flags) => {
      const { issueWorkspaceLicense, licenseToken } = await import('../licenses.ts');
      const { writeDurably } = await import('../durable-files.ts');
      const { toUtf8 } = await import('@hypersync/base');
      const workspace = await context.workspace();
      const floor = flags.floor === undefined ? {} : { floor: wholeNumber('--floor', flags.floor, 0) };
      const issued = await issueWorkspaceLicense(workspace, await context.neededPassphrase(), {
        customer: flags.customer,
        tier: parseTier(flags.tier),
        days: wholeNumber('--days', flags.days, 365),
        nodes: wholeNumber('--nodes', flags.nodes, 0),
        graceDays: wholeNumber('--grace', flags.grace, 14),
        ...(flags.serial === undefined ? {} : { serial: flags.serial }),
        ...floor,
      });
      const file = flags.out ?? issued.file;
      if (flags.out !== undefined)
        writeDurably(flags.out, toUtf8(`${licenseToken(workspace, issued.terms.serial)}\n`), 0o600);
      context.console.result({ kind: 'license', ...shown(issued), file }, `${describe(issued)}\n${file}`);
    },
  )
    .requiredOption('--customer <name>', 'who it is for')
    .requiredOption('--tier <tier>', 'CORE, Basic, PRO, Advanced, "QM Venture", "QM Campaign" or "QM Imperium"')
    .addOption(new Option('--days <number>', 'days of validity').default('365'))
    .option('--nodes <number>', 'largest cluster; 0: as many as the tier allows')
    .option('--grace <number>', 'days after expiry in which upgrades still work (14)')
    .option('--serial <text>', 'serial number; a random one otherwise')
    .option('--floor <number>', 'lowest release that the customer may be given; the present one otherwise')
    .option('--out <file>', 'where the token is written; in the workspace otherwise');
  add(
    license,
    'show [serial]',
    'show one license, or list all; never the token',
    ['hyper-publish license show', 'hyper-publish license show L-0a1b2c3d4e5f6071 --output json'],
    async (context, _flags, [serial]) => {
      const { listLicenses, showLicense } = await import('../licenses.ts');
      const workspace = await context.workspace();
      const licenses = serial === undefined ? listLicenses(workspace) : [showLicense(workspace, serial)];
      const text = licenses.length === 0 ? 'No license was issued yet.' : licenses.map(describe).join('\n');
      context.console.result({ kind: 'licenses', licenses: licenses.map(shown) }, text);
    },
  );
  add<{ dryRun?: boolean }>(
    license,
    'revoke <serial>',
    'tell registry, installers and hosts that a license counts no more',
    ['hyper-publish license revoke L-0a1b2c3d4e5f6071 --passphrase-file pass'],
    async (context, flags, [serial = '']) => {
      const { revokeLicense } = await import('../licenses.ts');
      const options = { dryRun: flags.dryRun ?? false };
      report(
        context,
        await revokeLicense(await context.workspace(), await context.passphrase(), serial, options),
        flags,
        { serial },
      );
    },
  ).option('--dry-run', 'check only');
}

function shown({ terms, key, revoked, file }: IssuedLicense): Readonly<Record<string, unknown>> {
  const time = (value: number): string => new Date(value).toISOString();
  return {
    ...terms,
    issuedAt: time(terms.issuedAt),
    notBefore: time(terms.notBefore),
    expires: time(terms.expires),
    key,
    revoked,
    file,
  };
}

function describe({ terms, revoked }: IssuedLicense): string {
  const nodes = terms.nodes === 0 ? 'nodes as the tier allows' : `${terms.nodes} nodes`;
  const until = new Date(terms.expires).toISOString().slice(0, 10);
  const tier = tierName(parseTier(terms.tier));
  return `${terms.serial}  ${tier}  ${terms.customer}, ${nodes}, until ${until}${revoked ? ', REVOKED' : ''}`;
}
