/** @file Golden scripts: readable command files whose full observable output stands below each command and is compared. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HyperSyncError, isHyperSyncError } from '@hypersync/base';
import type { Guarantee } from '@hypersync/interface';
import { Session, type GoldenOptions } from './commands.ts';
import { parseScript, renderScript } from './script.ts';

export type { GoldenOptions } from './commands.ts';

/** The script with the output that its commands have now. Throws HS-2104 with the line of a command that cannot be run. */
export function replayScript<G extends Guarantee>(text: string, source: string, options: GoldenOptions<G>): string {
  const { steps, epilogue } = parseScript(text, source);
  const session = new Session(options);
  const run = steps.map((step) => {
    try {
      return { ...step, output: session.run(step.words) };
    } catch (error) {
      if (!isHyperSyncError(error)) throw error;
      throw new HyperSyncError(error.code, `${source}:${step.line}: ${error.message}`, { cause: error });
    }
  });
  return renderScript(run, epilogue);
}

/**
 * Registers a test for each `*.txt` of a folder: the commands are run again, and the file must not change. With
 * HYPERSYNC_REWRITE=1 the files are written anew instead; the difference is then for people to read.
 */
export function goldenScripts<G extends Guarantee>(options: GoldenOptions<G> & { readonly folder: URL }): void {
  const names = readdirSync(options.folder).filter((name) => name.endsWith('.txt'));
  describe(`${options.plugin.descriptor.id}, golden scripts`, () => {
    it.each(names)('%s', (name) => {
      const file = new URL(name, options.folder);
      const text = readFileSync(file, 'utf8');
      const now = replayScript(text, name, options);
      if (process.env['HYPERSYNC_REWRITE'] === '1') writeFileSync(file, now);
      else expect(now, 'HYPERSYNC_REWRITE=1 writes it anew').toBe(text);
    });
  });
}
