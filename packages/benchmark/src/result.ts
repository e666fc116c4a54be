/** One measured line. `ours` and `peer` are medians in `unit`; the ratio is ours over peer, pair by pair, where both ran. */
export interface BenchmarkRow {
  readonly group: string;
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: { readonly name: string; readonly value: number; readonly ratio: number } | null;
  /** What DESIGN 10 asks for, in words and as a check; null where nothing is asked. */
  readonly budget: { readonly words: string; readonly met: boolean } | null;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Text for people: one table, and below it, plainly, what is not reached. */
export function renderTable(rows: readonly BenchmarkRow[]): string {
  const head = ['what', 'ours', 'peer', 'ratio', 'budget', ''];
  const body = rows.map((row) => [
    `${row.group}: ${row.what}`,
    figure(row.ours, row.unit),
    row.peer === null ? '' : `${row.peer.name} ${figure(row.peer.value, row.unit)}`,
    row.peer === null ? '' : row.peer.ratio.toFixed(2),
    row.budget?.words ?? '',
    row.budget === null ? '' : row.budget.met ? 'met' : 'NOT MET',
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...body.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const missed = rows.filter((row) => row.budget?.met === false);
  const verdict =
    missed.length === 0
      ? 'Every budget is met.'
      : `Not reached: ${missed.map((row) => `${row.group}: ${row.what}`).join('; ')}.`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line), '', verdict, ''].join('\n');
}

function figure(value: number, unit: string): string {
  const digits = value >= 1000 ? 0 : value >= 10 ? 1 : 3;
  return `${value.toLocaleString('en-US', { maximumFractionDigits: digits })} ${unit}`;
}
