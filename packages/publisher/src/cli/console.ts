import { stripVTControlCharacters } from 'node:util';
import { HyperSyncError, LIMITS, type Clock } from '@hypersync/base';
import { secretOf, type Secret } from '@hypersync/registry-client';
import { readBounded } from '../durable-files.ts';

/** What the program needs of its surroundings; tests bring their own. */
export interface PublisherEnvironment {
  readonly clock: Clock;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
  /** Standard input as chunks; read only where a command was told to. */
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type OutputForm = 'text' | 'json';

/** A result for machines: `kind` names it. */
export type Result = Readonly<Record<string, unknown>> & { readonly kind: string };

export interface Console {
  readonly form: OutputForm;
  /** One line on stderr. */
  note(text: string): void;
  result(value: Result, text: string): void;
  error(error: HyperSyncError): void;
}

export function createConsole(environment: PublisherEnvironment, form: OutputForm): Console {
  const { stdout, stderr } = environment;
  // Names come from files; whoever wrote one must not steer the terminal of who publishes it.
  const clean = (text: string): string => text.split('\n').map(stripVTControlCharacters).join('\n');
  const json = (value: object): void =>
    void stdout.write(`${JSON.stringify({ schemaVersion: 1, ...value }, null, 2)}\n`);
  return {
    form,
    note: (text) => void stderr.write(`${clean(text)}\n`),
    result: (value, text) => {
      if (form === 'json') json(value);
      else if (text !== '') stdout.write(`${clean(text)}\n`);
    },
    error: (error) => {
      const { code, title, message, hint } = error.toJSON();
      if (form === 'json') json({ kind: 'error', error: { ...error.toJSON(), exitCode: error.exitCode } });
      stderr.write(clean(`error ${code} ${title}\n  ${message}\n  What to do: ${hint}\n`));
    },
  };
}

/** The passphrase from where the user said: the first line, spaces included. Null where no place was named. */
export async function readPassphrase(
  environment: PublisherEnvironment,
  options: { readonly passphraseFile?: string; readonly passphraseStdin?: boolean },
): Promise<Secret | null> {
  const { passphraseFile, passphraseStdin = false } = options;
  if (passphraseFile !== undefined && passphraseStdin) {
    throw new HyperSyncError('HS-1002', '--passphrase-file and --passphrase-stdin exclude each other.');
  }
  if (passphraseFile !== undefined) {
    const bytes = readBounded(passphraseFile, LIMITS.licenseBytes);
    if (bytes === null) throw new HyperSyncError('HS-1706', `There is no passphrase file ${passphraseFile}.`);
    return firstLine(Buffer.from(bytes).toString('utf8'), passphraseFile);
  }
  return passphraseStdin ? firstLine(await readLine(environment.stdin), 'standard input') : null;
}

async function readLine(stdin: PublisherEnvironment['stdin']): Promise<string> {
  let text = '';
  for await (const chunk of stdin) {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    if (text.includes('\n') || text.length > LIMITS.licenseBytes) break;
  }
  return text;
}

function firstLine(text: string, source: string): Secret {
  const line = text.split(/\r?\n/, 1)[0] ?? '';
  if (line === '') throw new HyperSyncError('HS-1706', `The first line of ${source} is empty.`);
  return secretOf(line);
}
