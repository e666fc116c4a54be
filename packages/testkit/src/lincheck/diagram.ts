import type { Counterexample } from './check.ts';
import type { CodedOperation } from './key-history.ts';

/** Wider than this, times are left out and operations are told one by one. */
const MOST_COLUMNS = 160;
const MOST_VALUE = 24;

/** `read -> 3`, `write 4`, `cas 3 -> 4`, `cas 3 -> 4 (mismatch)`, `append "x"`. */
export function nameOf({ recorded, kind, mismatched, return: back }: CodedOperation): string {
  const text = (value: unknown): string => {
    const json = JSON.stringify(value);
    return json.length > MOST_VALUE ? `${json.slice(0, MOST_VALUE)}...` : json;
  };
  switch (kind) {
    case 'read':
      return `read -> ${Number.isFinite(back) ? text(recorded.output) : '?'}`;
    case 'cas':
      return `cas ${text(recorded.from)} -> ${text(recorded.value)}${mismatched ? ' (mismatch)' : ''}`;
    case 'write':
    case 'append':
      return `${kind} ${text(recorded.value)}`;
  }
}

/** The counterexample as a picture of who did what when, with the longest order that works and what then fits nowhere. */
export function drawCounterexample(counterexample: Counterexample): string {
  const { key, operations, order, state } = counterexample;
  const placed = new Set(order);
  const next = operations
    .filter((operation, i) => !placed.has(i) && Number.isFinite(operation.return))
    .toSorted((a, b) => a.return - b.return)[0];
  const steps = order
    .map((position) => operations[position]!)
    .map((one) => `${nameOf(one)} (line ${one.recorded.line})`);
  return [
    `key ${JSON.stringify(key)}: no order of these operations explains what clients saw`,
    '',
    ...(drawTimes(operations) ?? listTimes(operations)),
    '',
    `the longest order that works: ${steps.length === 0 ? 'none' : steps.join(', then ')}`,
    ...(next === undefined
      ? []
      : [
          `then ${nameOf(next)} of client ${next.recorded.client} (line ${next.recorded.line}) fits nowhere: the state is ${state}`,
        ]),
  ].join('\n');
}

/** One line per client, time to the right; columns stand for the order of events, not for lengths of time. */
function drawTimes(operations: readonly CodedOperation[]): string[] | null {
  const events = operations
    .flatMap((operation, i) => [
      { i, time: operation.call, isCall: true },
      { i, time: operation.return, isCall: false },
    ])
    .filter(({ time }) => Number.isFinite(time))
    .sort((a, b) => a.time - b.time || Number(b.isCall) - Number(a.isCall));
  const from: number[] = [];
  const to: number[] = [];
  let column = 0;
  for (const { i, isCall } of events) {
    column += 2;
    if (!isCall) column = Math.max(column, from[i]! + nameOf(operations[i]!).length + 5);
    (isCall ? from : to)[i] = column;
  }
  const end = Math.max(column, ...operations.map((one, i) => from[i]! + nameOf(one).length + 5)) + 2;
  if (end > MOST_COLUMNS) return null;
  const rows = new Map<string, string>();
  for (const [i, operation] of operations.entries()) {
    const { client } = operation.recorded;
    const bar = drawBar(nameOf(operation), (to[i] ?? end) - from[i]!, to[i] !== undefined);
    // a client whose earlier operation never ended goes on in a line of its own
    const name = [client, ...operations.keys().map((n) => `${client} ${"'".repeat(n + 1)}`)].find(
      (one) => (rows.get(one) ?? '').length <= from[i]!,
    )!;
    rows.set(name, `${(rows.get(name) ?? '').padEnd(from[i]!)}${bar}`);
  }
  const width = Math.max(...rows.keys().map((name) => name.length));
  return [...rows].map(([name, row]) => `  client ${name.padEnd(width)} ${row}`);
}

/** `|-- write 4 --|`, or `|-- write 4 --- ?` where the outcome is not known. */
function drawBar(name: string, length: number, ends: boolean): string {
  const space = length - 1 - name.length - 2;
  const left = '-'.repeat(Math.floor(Math.max(0, space) / 2));
  const right = '-'.repeat(Math.max(0, space) - left.length);
  return `|${left} ${name} ${right}${ends ? '|' : '?'}`;
}

function listTimes(operations: readonly CodedOperation[]): string[] {
  return operations.map((operation) => {
    const { line, client } = operation.recorded;
    const back = Number.isFinite(operation.return) ? String(operation.return) : '?';
    return `  line ${String(line).padEnd(6)} client ${client.padEnd(6)} ${nameOf(operation)}  [${operation.call}, ${back}]`;
  });
}
