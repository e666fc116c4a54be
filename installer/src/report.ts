import type { HyperSyncError } from '@hypersync/base';
import type { InstallerEnvironment, Output } from './environment.ts';
import type { OutputForm } from './settings.ts';

/** What a command tells while it works; one stream, printed as a live line, as plain lines or as NDJSON. */
export type ProgressEvent =
  | { readonly event: 'phase'; readonly phase: Phase; readonly message: string }
  | { readonly event: 'download'; readonly name: string; readonly received: number; readonly total: number }
  | { readonly event: 'verified'; readonly name: string; readonly version: string }
  | { readonly event: 'note'; readonly message: string }
  | { readonly event: 'warning'; readonly message: string };

export type Phase = 'catalog' | 'plan' | 'download' | 'write' | 'switch' | 'self-test' | 'rollback' | 'heal' | 'verify';

/** A result for machines: `kind` names its schema, `output-<kind>`. */
export type Result = Readonly<Record<string, unknown>> & { readonly schemaVersion: 1; readonly kind: string };

export interface Reporter {
  readonly form: OutputForm;
  progress(event: ProgressEvent): void;
  /** The outcome: JSON, or the text for people. */
  result(value: Result, text: string): void;
  error(error: HyperSyncError): void;
  /** Bold, red and so on, where colour is wanted. */
  readonly style: Style;
}

export type Style = Readonly<Record<'bold' | 'dim' | 'red' | 'green' | 'yellow', (text: string) => string>>;

export function createReporter(
  environment: Pick<InstallerEnvironment, 'stdout' | 'stderr' | 'env' | 'clock'>,
  form: OutputForm,
  verbose = false,
): Reporter {
  const { stdout, stderr, env, clock } = environment;
  const live = stderr.isTTY === true && env['TERM'] !== 'dumb' && env['CI'] === undefined ? new LiveLine(stderr) : null;
  const style = styleFor(wantsColour(stderr, env));
  const line = (value: object): void => {
    stdout.write(`${JSON.stringify(value)}\n`);
  };
  return {
    form,
    style,
    progress: (event) => {
      if (form === 'ndjson')
        return line({ schemaVersion: 1, kind: 'progress', time: new Date(clock.now()).toISOString(), ...event });
      // Under `json` a program reads stdout; people who watch stderr still see what is going on.
      printProgress(event, stderr, live, style);
    },
    result: (value, text) => {
      live?.clear();
      if (form === 'text') stdout.write(text.endsWith('\n') || text === '' ? text : `${text}\n`);
      else if (form === 'ndjson') line(value);
      else stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    error: (error) => {
      live?.clear();
      const value = { schemaVersion: 1, kind: 'error', error: { ...error.toJSON(), exitCode: error.exitCode } };
      if (form === 'ndjson') line(value);
      else if (form === 'json') stdout.write(`${JSON.stringify(value, null, 2)}\n`);
      stderr.write(errorText(error, style, verbose));
    },
  };
}

function errorText(error: HyperSyncError, style: Style, verbose: boolean): string {
  const { title, message, hint } = error.toJSON();
  const lines = [
    `${style.red('error')} ${style.bold(error.code)} ${title}`,
    `  ${message}`,
    `  ${style.dim('What to do:')} ${hint}`,
  ];
  if (verbose && error.stack !== undefined) lines.push(style.dim(error.stack));
  if (verbose && error.cause instanceof Error)
    lines.push(style.dim(`caused by ${error.cause.stack ?? error.cause.message}`));
  return `${lines.join('\n')}\n`;
}

function printProgress(event: ProgressEvent, stderr: Output, live: LiveLine | null, style: Style): void {
  const say = (text: string): void => {
    live?.clear();
    stderr.write(`${text}\n`);
  };
  switch (event.event) {
    case 'phase':
      return live === null ? say(event.message) : live.show(event.message);
    case 'download':
      return live?.show(`${event.name}: ${size(event.received)} of ${size(event.total)}`);
    case 'verified':
      return live === null ? undefined : live.show(`${event.name} ${event.version} verified`);
    case 'note':
      return say(event.message);
    case 'warning':
      return say(`${style.yellow('warning')} ${event.message}`);
  }
}

/** One line that is written again and again; gone before anything else is printed. */
class LiveLine {
  #shown = false;
  readonly #stream: Output;

  constructor(stream: Output) {
    this.#stream = stream;
  }

  show(text: string): void {
    this.#stream.write(`\r\u001b[2K${text.slice(0, 100)}`);
    this.#shown = true;
  }

  clear(): void {
    if (this.#shown) this.#stream.write('\r\u001b[2K');
    this.#shown = false;
  }
}

/** no-color.org, and FORCE_COLOR for pipes. */
function wantsColour(stream: Output, env: InstallerEnvironment['env']): boolean {
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  if (env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0') return true;
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

function styleFor(colour: boolean): Style {
  const wrap =
    (open: number, close: number) =>
    (text: string): string =>
      colour ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return { bold: wrap(1, 22), dim: wrap(2, 22), red: wrap(31, 39), green: wrap(32, 39), yellow: wrap(33, 39) };
}

/** `1.4 MB`: decimal units, as disks and networks are sold. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1000;
  return `${value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
