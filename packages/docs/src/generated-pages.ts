import { ERRORS, EXIT_CODES, LIMITS, type ErrorCode } from '@hypersync/base';

/** Every generated page: path below `packages/docs/` to its text. */
export function generatedPages(): ReadonlyMap<string, string> {
  const pages = new Map<string, string>();
  for (const code of errorCodes()) pages.set(`errors/${code}.md`, errorPage(code));
  pages.set('errors/README.md', errorIndex());
  pages.set('reference/exit-codes.md', exitCodes());
  pages.set('reference/limits.md', limits());
  return pages;
}

const MARK = '<!-- Generated from the tables in packages/base by `npm run docs`. Do not edit. -->';

function errorCodes(): ErrorCode[] {
  return (Object.keys(ERRORS) as ErrorCode[]).sort();
}

function errorPage(code: ErrorCode): string {
  const row = ERRORS[code];
  return [
    MARK,
    `# ${code}: ${row.title}`,
    '',
    `**Why it happens.** ${row.cause}`,
    '',
    `**What to do.** ${row.hint}`,
    '',
    `Exit code ${row.exit} (${EXIT_CODES[row.exit]}); HTTP status ${row.http}. The message beside the code names the file, package or host at hand.`,
    '',
  ].join('\n');
}

function errorIndex(): string {
  const rows = errorCodes().map(
    (code) => `| [${code}](${code}.md) | ${ERRORS[code].title} | ${ERRORS[code].exit} | ${ERRORS[code].http} |`,
  );
  return [
    MARK,
    '# Error codes',
    '',
    'A code, once released, never changes its meaning.',
    '',
    '| code | what | exit | HTTP |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function exitCodes(): string {
  const rows = Object.entries(EXIT_CODES).map(([code, meaning]) => {
    const users = errorCodes().filter((error) => ERRORS[error].exit === Number(code));
    return `| ${code} | ${meaning} | ${users.map((error) => `[${error}](../errors/${error}.md)`).join(' ')} |`;
  });
  return [
    MARK,
    '# Exit codes',
    '',
    'The same in every program.',
    '',
    '| exit | meaning | errors |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function limits(): string {
  const rows = Object.entries(LIMITS).map(([name, value]) => `| \`${name}\` | ${value} |`);
  return [
    MARK,
    '# Limits on input from outside',
    '',
    'Bytes, unless the name says otherwise.',
    '',
    '| limit | value |',
    '|---|---|',
    ...rows,
    '',
  ].join('\n');
}
