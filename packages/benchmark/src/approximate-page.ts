import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linesChart } from './svg.ts';

const PAGES = new URL('../../docs/benchmarks/', import.meta.url);

/** One size of one curve. */
export interface Cell {
  readonly nodes: number;
  /** Processor time of one member for one round, median over agreements. */
  readonly milliseconds: number;
  /** Rounds that a member went through in one agreement. */
  readonly rounds: number;
}

export interface Curves {
  readonly id: string;
  readonly title: string;
  /** What a round is. */
  readonly round: string;
  readonly lines: readonly { readonly name: string; readonly cells: readonly Cell[] }[];
}

/** The page of a mechanism of approximate agreement, with its picture, beside those that `curves` makes of the others. */
export function writeApproximatePage({ id, title, round, lines }: Curves): void {
  const sizes = [...new Set(lines.flatMap(({ cells }) => cells.map(({ nodes }) => nodes)))].sort((a, b) => a - b);
  const picture = linesChart({
    title: `${title}: processor time of one member per round`,
    x: 'nodes',
    y: 'milliseconds',
    lines: lines.map(({ name, cells }) => ({
      name,
      points: cells.map(({ nodes, milliseconds }) => ({ x: nodes, y: milliseconds })),
    })),
  });
  const cellAt = (cells: readonly Cell[], size: number): string => {
    const cell = cells.find(({ nodes }) => nodes === size);
    return cell === undefined ? '–' : `${cell.milliseconds.toPrecision(2)} (${cell.rounds.toFixed(0)})`;
  };
  const text = [
    '<!-- Made by `npm run bench -- approximate`; do not edit. -->',
    `# ${title}: what a round costs`,
    '',
    `Milliseconds of processor time that one member spends on one round, messages and all, without faults; in brackets the rounds of one`,
    `agreement. ${round[0]!.toUpperCase()}${round.slice(1)}. Medians on one machine: read them against each other.`,
    '',
    `![processor time per round against nodes](${id}.svg)`,
    '',
    `| | ${sizes.map((size) => `n = ${size}`).join(' | ')} |`,
    `|---|${sizes.map(() => '---').join('|')}|`,
    ...lines.map(({ name, cells }) => `| ${name} | ${sizes.map((size) => cellAt(cells, size)).join(' | ')} |`),
    '',
  ].join('\n');
  mkdirSync(PAGES, { recursive: true });
  writeFileSync(join(PAGES.pathname, `${id}.md`), text);
  writeFileSync(join(PAGES.pathname, `${id}.svg`), picture);
}
