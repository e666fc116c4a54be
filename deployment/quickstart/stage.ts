import { styleText } from 'node:util';

/** What a person watches: numbered steps, one line each while it runs, a few lines of what was seen. */
export interface Stage {
  step<T>(title: string, body: (note: (text: string) => void) => Promise<T>): Promise<T>;
  say(text: string): void;
}

/** With a terminal, the running step's line is overwritten; elsewhere every step is printed once, when it ends. */
export function makeStage(output: NodeJS.WriteStream, total: number): Stage {
  let number = 0;
  const live = output.isTTY && process.env['TERM'] !== 'dumb';
  const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
    styleText(style, text, { stream: output });
  return {
    say: (text) => void output.write(`${text}\n`),
    step: async (title, body) => {
      number++;
      const label = `${String(number).padStart(2)}/${total} ${title}`;
      const notes: string[] = [];
      if (live) output.write(paint('dim', `${label} ...`));
      const start = performance.now();
      const end = (mark: string): void => {
        const seconds = ((performance.now() - start) / 1000).toFixed(1);
        output.write(`${live ? '\r\u001b[2K' : ''}${mark} ${label} ${paint('dim', `${seconds} s`)}\n`);
        for (const note of notes) output.write(`        ${note}\n`);
      };
      try {
        const result = await body((text) => void notes.push(text));
        end(paint('green', 'ok'));
        return result;
      } catch (error) {
        end(paint('red', 'no'));
        throw error;
      }
    },
  };
}
