// `npm test`: every check and every test, in the order in which a failure is cheapest to hear of, each with its share of
// time. `npm test -- unit attacks` runs only those parts. Ends with one line that machines count.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');

interface Part {
  readonly name: string;
  /** Seconds on two cores; DESIGN 10. The whole must stay within ten minutes. */
  readonly budget: number;
  readonly what: string;
  readonly run: (output: string) => Counts;
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
}

const PARTS: readonly Part[] = [
  { name: 'check', budget: 30, what: 'types, lint, format, dead code', run: runChecks },
  { name: 'tidy', budget: 15, what: 'the rules of the house', run: vitest('tidy') },
  { name: 'unit', budget: 60, what: 'every room by itself, with coverage', run: vitest('unit', ['--coverage']) },
  { name: 'attacks', budget: 60, what: 'the attack list, one row one test', run: vitest('attacks') },
  { name: 'crash', budget: 90, what: 'killed at every file-system operation', run: vitest('crash') },
  { name: 'sim', budget: 120, what: 'mechanisms under seeded faults', run: vitest('sim') },
  { name: 'e2e', budget: 90, what: 'real processes, the vendor’s bundle', run: vitest('e2e') },
  { name: 'clients', budget: 60, what: 'stock npm, pnpm and Verdaccio', run: vitest('clients') },
];

function vitest(project: string, more: readonly string[] = []): (output: string) => Counts {
  return (output) => {
    const report = join(output, `${project}.json`);
    const args = ['run', '--config', 'test/vitest.config.ts', '--project', project, '--passWithNoTests', ...more];
    const status = execute('vitest', [...args, '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`]);
    return readReport(report, status);
  };
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

function readReport(path: string, status: number): Counts {
  let report: VitestReport;
  try {
    report = JSON.parse(readFileSync(path, 'utf8')) as VitestReport;
  } catch {
    return { passed: 0, failed: 1, skipped: [] };
  }
  const all = report.testResults.flatMap((file) => file.assertionResults);
  const skipped = all.filter((test) => !['passed', 'failed'].includes(test.status)).map((test) => test.fullName);
  // A file that does not load or a threshold that is not met fails the run without failing a test.
  const failed = Math.max(report.numFailedTests, status === 0 ? 0 : 1);
  return { passed: report.numPassedTests, failed, skipped };
}

function runChecks(): Counts {
  const commands: readonly (readonly string[])[] = [
    ['tsc', '-p', '.'],
    ['oxlint', '--type-aware', '--deny-warnings'],
    ['oxfmt', '--check'],
    ['knip', '--no-progress'],
  ];
  const failed = commands.filter(([command, ...args]) => execute(command ?? '', args) !== 0);
  for (const command of failed) process.stdout.write(`check: ${command.join(' ')} failed\n`);
  return { passed: commands.length - failed.length, failed: failed.length, skipped: [] };
}

function execute(command: string, args: readonly string[]): number {
  const windows = process.platform === 'win32';
  const result = spawnSync(join(bin, windows ? `${command}.cmd` : command), args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: windows,
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` },
  });
  return result.status ?? 1;
}

function main(wanted: readonly string[]): number {
  const unknown = wanted.filter((name) => !PARTS.some((part) => part.name === name));
  if (unknown.length > 0) {
    process.stderr.write(
      `npm test: no part ${unknown.join(', ')}; there are ${PARTS.map((part) => part.name).join(', ')}.\n`,
    );
    return 64;
  }
  const output = mkdtempSync(join(tmpdir(), 'hypersync-test-'));
  const rows = PARTS.filter((part) => wanted.length === 0 || wanted.includes(part.name)).map((part) => {
    process.stdout.write(`\n== ${part.name}: ${part.what}\n`);
    const start = performance.now();
    const counts = part.run(output);
    return { part, counts, seconds: (performance.now() - start) / 1000 };
  });
  rmSync(output, { recursive: true, force: true });
  return report(rows);
}

function report(rows: readonly { part: Part; counts: Counts; seconds: number }[]): number {
  process.stdout.write('\npart      seconds  budget  passed  failed  skipped\n');
  for (const { part, counts, seconds } of rows) {
    const cells = [part.name.padEnd(9), seconds.toFixed(1).padStart(7), String(part.budget).padStart(7)];
    const numbers = [counts.passed, counts.failed, counts.skipped.length].map((count) => String(count).padStart(7));
    process.stdout.write(`${[...cells, ...numbers].join(' ')}${seconds > part.budget ? '  OVER BUDGET' : ''}\n`);
  }
  const skipped = rows.flatMap(({ counts }) => counts.skipped);
  for (const name of skipped) process.stdout.write(`skipped: ${name}\n`);
  const total = (pick: (counts: Counts) => number): number => rows.reduce((sum, { counts }) => sum + pick(counts), 0);
  // On a shared machine a budget can be missed by noise alone: six times over is a fault, once over a remark.
  const late = rows.filter(({ part, seconds }) => seconds > 6 * part.budget).length;
  const strict = process.env['HYPERSYNC_NO_SKIPS'] === '1' && skipped.length > 0 ? 1 : 0;
  if (strict > 0) process.stdout.write('skips are not allowed here (HYPERSYNC_NO_SKIPS=1)\n');
  const failed = total((counts) => counts.failed) + late + strict;
  process.stdout.write(`\n${total((counts) => counts.passed)} passed, ${failed} failed, ${skipped.length} skipped\n`);
  return failed === 0 ? 0 : 1;
}

process.exit(main(process.argv.slice(2)));
