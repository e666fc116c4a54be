import { parseArgs } from 'node:util';
import { errorFrom, HyperSyncError, isHyperSyncError, type Clock, type ExitCode } from '@hypersync/base';
import { checkHistory, type HistoryVerdict } from './check.ts';
import { drawCounterexample, nameOf } from './diagram.ts';
import { parseHistory } from './history.ts';

const HELP = `usage: hypersync-lincheck [options] FILE

Is a recorded history linearizable? FILE holds one JSON object per line (- for standard input):

  {"client": 1, "op": "write", "key": "x", "value": 4, "call": 10, "return": 17}
  {"client": 2, "op": "read", "key": "x", "output": 4, "call": 12, "return": 15}
  {"client": 1, "op": "cas", "key": "x", "from": 4, "value": 5, "call": 20, "info": true}

  op      read (get), write (put), cas (from, value; output false: found something else), append (to a list or a text)
  output  what a read saw; null, or left out: nothing there
  return  when the answer came; times are any numbers that grow
  info    true: the outcome is unknown, it may take effect at any later time or never
  fail    true: it certainly had no effect

Keys are judged apart. A broken history is shown by as few operations as can be found that no order explains.

options:
  --seconds N      end without a verdict after N seconds (60)
  --output FORMAT  text or json (text)
  --help           show this

exit codes: 0 linearizable, 65 not linearizable or no history, 64 wrong usage, 75 no verdict in time
`;

/** The world of the program; tests give their own. */
export interface Surroundings {
  readonly argv: readonly string[];
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly clock: Clock;
  /** Reads FILE, `-` for standard input; throws HS-1004. */
  readonly read: (path: string) => Uint8Array;
}

interface Options {
  readonly file: string;
  readonly seconds: number;
  readonly json: boolean;
}

/** Runs the command; returns its exit code. */
export function runLincheck(world: Surroundings): ExitCode {
  try {
    const options = parse(world.argv);
    if (options === 'help') {
      world.stdout.write(HELP);
      return 0;
    }
    const start = world.clock.now();
    const operations = parseHistory(world.read(options.file));
    const expired = (): boolean => world.clock.now() - start > options.seconds * 1000;
    const verdict = checkHistory(operations, { expired });
    world.stdout.write(options.json ? asJson(verdict) : asText(verdict, world.clock.now() - start));
    return verdict.verdict === 'linearizable' ? 0 : verdict.verdict === 'undecided' ? 75 : 65;
  } catch (thrown) {
    const error = isHyperSyncError(thrown) ? thrown : errorFrom(thrown);
    world.stderr.write(`hypersync-lincheck: ${error.code} ${error.message}\n`);
    return error.exitCode;
  }
}

function parse(argv: readonly string[]): Options | 'help' {
  const usage = (what: string): HyperSyncError =>
    new HyperSyncError('HS-1002', `${what} See hypersync-lincheck --help.`);
  let parsed;
  try {
    parsed = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        seconds: { type: 'string', default: '60' },
        output: { type: 'string', default: 'text' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw usage((error as Error).message);
  }
  const { values, positionals } = parsed;
  if (values.help) return 'help';
  if (positionals.length !== 1) throw usage('Give one file.');
  if (!/^[1-9]\d{0,5}$/.test(values.seconds)) throw usage('--seconds must be a whole number from 1.');
  if (values.output !== 'text' && values.output !== 'json') throw usage('--output must be text or json.');
  return { file: positionals[0]!, seconds: Number(values.seconds), json: values.output === 'json' };
}

function asText(verdict: HistoryVerdict, milliseconds: number): string {
  const { operations, keys, broken, open, counterexample } = verdict;
  const size = `${operations} operations on ${keys} keys, ${(milliseconds / 1000).toFixed(2)} s`;
  const lines = [`${verdict.verdict}: ${size}`];
  if (broken.length > 1) lines.push(`keys without an order: ${named(broken)}; the first:`);
  if (counterexample !== null) lines.push('', drawCounterexample(counterexample));
  if (open.length > 0) lines.push('', `no verdict in time for ${open.length} of the keys: ${named(open)}`);
  return `${lines.join('\n')}\n`;
}

function named(keys: readonly string[]): string {
  const shown = keys.slice(0, 10).map((key) => JSON.stringify(key));
  return `${shown.join(', ')}${keys.length > 10 ? `, and ${keys.length - 10} more` : ''}`;
}

function asJson({ counterexample, ...verdict }: HistoryVerdict): string {
  const shown = counterexample && {
    key: counterexample.key,
    operations: counterexample.operations.map((operation) => ({
      line: operation.recorded.line,
      client: operation.recorded.client,
      operation: nameOf(operation),
      call: operation.call,
      return: Number.isFinite(operation.return) ? operation.return : null,
    })),
    longestOrder: counterexample.order.map((position) => counterexample.operations[position]!.recorded.line),
    state: counterexample.state,
  };
  return `${JSON.stringify({ schemaVersion: 1, ...verdict, counterexample: shown }, null, 2)}\n`;
}
