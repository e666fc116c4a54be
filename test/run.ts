// `npm test`: every check and every test, in the order in which a failure is cheapest to hear of, each with its share of
// time. `npm test -- unit attacks` runs only those parts. Ends with one line that machines count.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');

/** The promise of DESIGN 10 for the whole: ten minutes on two cores, in CPU seconds, which other work on the machine does not stretch. */
const WHOLE = 2 * 600;
/** How many CPU seconds of a part per second of its share are a fault. Two is what two cores give; below, it is only said. */
const LATE = 4;

interface Part {
  readonly name: string;
  /** Its share of the time: seconds of wall time on two cores (DESIGN 10). */
  readonly share: number;
  readonly what: string;
  readonly run: (output: string) => Counts;
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** What failed, by name: said again at the end, where it is looked for. */
  readonly failures: readonly string[];
  readonly skipped: readonly string[];
}

const PARTS: readonly Part[] = [
  { name: 'check', share: 15, what: 'types, lint, format, dead code', run: runChecks },
  { name: 'tidy', share: 5, what: 'the rules of the house', run: vitest('tidy') },
  { name: 'unit', share: 60, what: 'every room by itself, with coverage', run: vitest('unit', ['--coverage']) },
  { name: 'attacks', share: 60, what: 'the attack list, one row one test', run: vitest('attacks') },
  { name: 'crash', share: 90, what: 'killed at every file-system operation', run: vitest('crash') },
  { name: 'sim', share: 120, what: 'mechanisms under seeded faults', run: vitest('sim') },
  { name: 'e2e', share: 80, what: 'real processes, the vendor’s bundle', run: vitest('e2e') },
  { name: 'clients', share: 40, what: 'stock npm, pnpm and Verdaccio', run: vitest('clients') },
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
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

function readReport(path: string, status: number): Counts {
  let report: VitestReport;
  try {
    report = JSON.parse(readFileSync(path, 'utf8')) as VitestReport;
  } catch {
    return { passed: 0, failed: 1, failures: [`no report in ${path}`], skipped: [] };
  }
  const all = report.testResults.flatMap((file) => file.assertionResults);
  const skipped = all.filter((test) => !['passed', 'failed'].includes(test.status)).map((test) => test.fullName);
  // A file that does not load or a threshold that is not met fails the run without failing a test.
  const failed = Math.max(report.numFailedTests, status === 0 ? 0 : 1);
  return { passed: report.numPassedTests, failed, failures: failuresOf(report), skipped };
}

function failuresOf({ testResults }: VitestReport): string[] {
  return testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, assertionResults }) => {
      const file = relative(root, name);
      const tests = assertionResults.filter((test) => test.status === 'failed');
      return tests.length === 0 ? [`${file} does not load`] : tests.map((test) => `${file}: ${test.fullName}`);
    });
}

function runChecks(): Counts {
  const commands: readonly (readonly string[])[] = [
    ['tsc', '-p', '.'],
    ['oxlint', '--type-aware', '--deny-warnings'],
    ['oxfmt', '--check'],
    ['knip', '--no-progress'],
  ];
  const failed = commands.filter(([command, ...args]) => execute(command ?? '', args) !== 0);
  const failures = failed.map((command) => command.join(' '));
  return { passed: commands.length - failed.length, failed: failed.length, failures, skipped: [] };
}

function execute(command: string, args: readonly string[]): number {
  const windows = process.platform === 'win32';
  const result = spawnSync(join(bin, windows ? `${command}.cmd` : command), args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: windows,
    // a log is read without colours
    env: {
      ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }),
      ...process.env,
      PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
    },
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
    const [start, cpu] = [performance.now(), cpuOfChildren()];
    const counts = part.run(output);
    return { part, counts, seconds: (performance.now() - start) / 1000, cpu: cpuOfChildren() - cpu };
  });
  rmSync(output, { recursive: true, force: true });
  return report(rows);
}

interface Row {
  readonly part: Part;
  readonly counts: Counts;
  readonly seconds: number;
  readonly cpu: number;
}

/** CPU seconds of all processes that ended below this one, their own children included; 0 where the system does not say. */
function cpuOfChildren(): number {
  if (process.platform !== 'linux') return 0;
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

function report(rows: readonly Row[]): number {
  process.stdout.write('\npart      seconds     cpu   share  passed  failed  skipped\n');
  for (const { part, counts, seconds, cpu } of rows) {
    const times = [seconds.toFixed(1), cpu.toFixed(1), part.share];
    const cells = [...times, counts.passed, counts.failed, counts.skipped.length];
    const remark = isLate(part.share, cpu) ? '  TOO LATE' : seconds > part.share ? '  over its share' : '';
    const line = cells.map((cell) => String(cell).padStart(7)).join(' ');
    process.stdout.write(`${part.name.padEnd(9)} ${line}${remark}\n`);
  }
  const skipped = rows.flatMap(({ counts }) => counts.skipped);
  for (const name of skipped) process.stdout.write(`skipped: ${name}\n`);
  for (const name of rows.flatMap(({ counts }) => counts.failures)) process.stdout.write(`failed: ${name}\n`);
  const sum = (pick: (row: Row) => number): number => rows.reduce((total, row) => total + pick(row), 0);
  const late = rows.filter(({ part, cpu }) => isLate(part.share, cpu)).length;
  const whole = sum(({ cpu }) => cpu) > WHOLE ? 1 : 0;
  if (whole > 0) process.stdout.write(`all together took more than ${WHOLE} s of CPU\n`);
  const strict = process.env['HYPERSYNC_NO_SKIPS'] === '1' && skipped.length > 0 ? 1 : 0;
  if (strict > 0) process.stdout.write('skips are not allowed here (HYPERSYNC_NO_SKIPS=1)\n');
  const failed = sum(({ counts }) => counts.failed) + late + whole + strict;
  process.stdout.write(`\n${sum(({ counts }) => counts.passed)} passed, ${failed} failed, ${skipped.length} skipped\n`);
  return failed === 0 ? 0 : 1;
}

function isLate(share: number, cpu: number): boolean {
  return cpu > LATE * share;
}

process.exit(main(process.argv.slice(2)));
