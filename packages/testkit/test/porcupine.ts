// Holds the checker against the corpus of Porcupine (github.com/anishathalye/porcupine, test_data: 102 histories of etcd by Jepsen
// and 6 of a key-value store): `node packages/testkit/test/porcupine.ts FOLDER`, FOLDER a checkout of it. Not part of `npm test`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkHistory } from '../src/lincheck/check.ts';
import { parseHistory } from '../src/lincheck/history.ts';

type Row = Record<string, unknown>;
const VALUES: Readonly<Record<string, number | null>> = { nil: null };
const valueOf = (text: string): unknown => (text in VALUES ? VALUES[text] : Number(text));

/** `INFO  jepsen.util - 2	:invoke	:cas	[3 0]`: a register; a read that fails or times out says nothing. */
function etcd(text: string): Row[] {
  const rows: Row[] = [];
  const open = new Map<string, Row>();
  for (const [time, line] of text.split('\n').entries()) {
    const match = /^INFO\s+jepsen\.util\s+-\s+(\d+)\s+:(\w+)\s+:(\w+)\s+(.*)$/.exec(line.trim());
    if (match === null) continue;
    const [, client, type, op, value] = match as unknown as [string, string, string, string, string];
    if (type === 'invoke') {
      const [from, to] = value.replace(/[[\]]/g, '').split(' ').map(valueOf);
      const row: Row = { client, op, call: time };
      if (op === 'write') row['value'] = from;
      if (op === 'cas') Object.assign(row, { from, value: to });
      rows.push(row);
      open.set(client, row);
      continue;
    }
    const row = open.get(client)!;
    open.delete(client);
    if (type === 'info') row['info'] = true;
    // in this corpus a failed compare-and-swap found something else
    else if (type === 'fail' && op === 'cas') Object.assign(row, { return: time, output: false });
    else if (type === 'fail') row['fail'] = true;
    else {
      row['return'] = time;
      if (op === 'read') row['output'] = valueOf(value);
    }
  }
  for (const row of open.values()) row['info'] = true;
  return rows;
}

/** `{:process 0, :type :invoke, :f :append, :key "0", :value "x 0 0 y"}`: texts that are got, put and appended to. */
function keyValue(text: string): Row[] {
  const rows: Row[] = [];
  const open = new Map<string, Row>();
  for (const [time, line] of text.split('\n').entries()) {
    const match = /:process (\d+), :type :(\w+), :f :(\w+), :key "(.*)", :value (?:nil|"(.*)")\}/.exec(line);
    if (match === null) continue;
    const [, client, type, op, key, value] = match as unknown as [string, string, string, string, string, string];
    if (type === 'invoke') {
      const row: Row = op === 'get' ? { client, op, key, call: time } : { client, op, key, value, call: time };
      rows.push(row);
      open.set(client, row);
    } else {
      Object.assign(open.get(client)!, op === 'get' ? { return: time, output: value } : { return: time });
      open.delete(client);
    }
  }
  return rows;
}

const folder = join(process.argv[2] ?? '.', 'test_data');
const expected = new Map<string, boolean>();
const tests = readFileSync(join(folder, '..', 'porcupine_test.go'), 'utf8');
for (const [, number, correct] of tests.matchAll(/checkJepsen\(t, (\d+), (true|false)\)/g))
  expected.set(`etcd_${number!.padStart(3, '0')}.log`, correct === 'true');

const verdicts: { name: string; right: boolean; milliseconds: number }[] = [];
for (const [part, read] of [
  ['jepsen', etcd],
  ['kv', keyValue],
] as const)
  for (const name of readdirSync(join(folder, part))) {
    const want = expected.get(name) ?? (part === 'kv' ? name.includes('-ok') : null);
    if (want === null) continue;
    const rows = read(readFileSync(join(folder, part, name), 'utf8'));
    const operations = parseHistory(Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n')));
    const start = performance.now();
    const { verdict } = checkHistory(operations, { expired: () => performance.now() - start > 60_000 });
    const milliseconds = performance.now() - start;
    verdicts.push({ name, right: verdict === (want ? 'linearizable' : 'not-linearizable'), milliseconds });
    if (!verdicts.at(-1)!.right)
      process.stdout.write(`${name}: ${verdict}, expected ${want ? 'linearizable' : 'not'}\n`);
  }
const slowest = Math.max(...verdicts.map(({ milliseconds }) => milliseconds));
const right = verdicts.filter((one) => one.right).length;
process.stdout.write(`${right} of ${verdicts.length} verdicts right, the slowest in ${slowest.toFixed(0)} ms\n`);
process.exitCode = right === verdicts.length ? 0 : 1;
