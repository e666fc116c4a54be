import { HyperSyncError } from '@hypersync/base';

/** One command of a golden script with the output that stands below it. */
export interface ScriptStep {
  /** Comments and blank lines before the command, as they stand in the file. */
  readonly preamble: string;
  readonly command: string;
  readonly words: readonly string[];
  /** Line of the command in the file, from 1. */
  readonly line: number;
}

const RULE = '----';

/**
 * The commands of a golden script: `command`, a line `----`, its output, a blank line. Lines that start with `#` are comments.
 * Outputs are not kept: they are made anew and the whole file is compared. Throws HS-2104 with the line that has no rule below.
 */
export function parseScript(
  text: string,
  source: string,
): { readonly steps: readonly ScriptStep[]; readonly epilogue: string } {
  const lines = text.split('\n');
  const steps: ScriptStep[] = [];
  let preamble = '';
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (line.trim() === '' || line.startsWith('#')) {
      preamble += i === lines.length - 1 && line === '' ? '' : `${line}\n`;
      continue;
    }
    steps.push({ preamble, command: line, words: wordsOf(line, `${source}:${i + 1}`), line: i + 1 });
    // a new command may stand without its output; the blank line below belongs to the command
    if (lines[i + 1] === RULE) while (i < lines.length && lines[i] !== '') i++;
    else if (lines[i + 1] === '') i++;
    preamble = '';
  }
  return { steps, epilogue: preamble };
}

/** Words apart by blanks; `"..."` is one word, blanks and all. */
function wordsOf(line: string, where: string): string[] {
  const words = line.match(/"[^"]*"|[^\s"]+/g) ?? [];
  if ((line.match(/"/g) ?? []).length % 2 === 1) throw new HyperSyncError('HS-2104', `${where}: a " is not closed`);
  return words.map((word) => (word.startsWith('"') ? word.slice(1, -1) : word));
}

/** The file as it should be: each command with what it puts out now. */
export function renderScript(steps: readonly (ScriptStep & { readonly output: string })[], epilogue: string): string {
  const body = steps.map(
    ({ preamble, command, output }) => `${preamble}${command}\n${RULE}\n${output === '' ? 'ok' : output}\n\n`,
  );
  return `${body.join('').trimEnd()}\n${epilogue === '' ? '' : `\n${epilogue.trim()}\n`}`;
}
