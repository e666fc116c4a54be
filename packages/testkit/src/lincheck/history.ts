import { HyperSyncError, LIMITS, parseJson, type JsonValue } from '@hypersync/base';

export type OperationKind = 'read' | 'write' | 'cas' | 'append';

/** One operation of one client, as recorded. Times are any numbers that grow: the order is all that counts. */
export interface RecordedOperation {
  /** Line of the file, from 1; names the operation in everything that is said about it. */
  readonly line: number;
  readonly client: string;
  readonly kind: OperationKind;
  readonly key: string;
  /** Written, swapped in or appended; null for reads. */
  readonly value: JsonValue;
  /** Compare-and-swap: what must be there. */
  readonly from: JsonValue;
  /** A read's answer; false for a compare-and-swap that found something else. */
  readonly output: JsonValue;
  readonly call: number;
  /** Infinity where the outcome is unknown. */
  readonly return: number;
}

const KINDS: Readonly<Record<string, OperationKind>> = {
  read: 'read',
  get: 'read',
  write: 'write',
  put: 'write',
  cas: 'cas',
  append: 'append',
};
const KEYS = ['client', 'op', 'key', 'value', 'from', 'output', 'call', 'return', 'info', 'fail'];
const MOST_DEPTH = 8;

const NEWLINE = 0x0a;

/**
 * Reads a history: JSON lines `{client, op, key, value, from, output, call, return, info, fail}`, empty lines aside. What
 * certainly had no effect (`fail`) and reads without an answer say nothing and are left out. Throws HS-1003 for a line that is
 * not JSON, HS-1008 beyond the limits, HS-2105 for one that is no operation; each names the line.
 */
export function parseHistory(bytes: Uint8Array): RecordedOperation[] {
  if (bytes.length > LIMITS.historyBytes)
    throw new HyperSyncError('HS-1008', `the history has ${bytes.length} bytes, more than ${LIMITS.historyBytes}.`);
  const operations: RecordedOperation[] = [];
  let line = 0;
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline;
    line++;
    const row = bytes.subarray(start, end);
    start = end + 1;
    if (row.every(isBlank)) continue;
    const operation = parseLine(row, line);
    if (operation !== null) operations.push(operation);
  }
  return operations;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}

type Fields = Readonly<Record<string, JsonValue | undefined>>;

function parseLine(row: Uint8Array, line: number): RecordedOperation | null {
  const fields = parseJson(row, { maxBytes: LIMITS.historyLineBytes, maxDepth: MOST_DEPTH, source: `line ${line}` });
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return wrong(line, 'must be an object.');
  return operationOf(fields as Fields, line);
}

function operationOf(fields: Fields, line: number): RecordedOperation | null {
  for (const name of Object.keys(fields))
    if (!KEYS.includes(name)) wrong(line, `the key "${name}" is not known; there are ${KEYS.join(', ')}.`);
  const { op, info = false, fail = false, call, from, value } = fields;
  const kind = typeof op === 'string' && Object.hasOwn(KINDS, op) ? KINDS[op] : undefined;
  if (kind === undefined) return wrong(line, `"op" must be one of ${Object.keys(KINDS).join(', ')}.`);
  if (typeof info !== 'boolean' || typeof fail !== 'boolean') wrong(line, '"info" and "fail" must be true or false.');
  if (typeof call !== 'number') return wrong(line, '"call" must be a number.');
  const answered = returnOf(fields, call, line);
  if (fail || (kind === 'read' && answered === null)) return null;
  if (kind !== 'read' && value === undefined) wrong(line, `"value" is missing; a ${kind} has one.`);
  if (kind === 'cas' && from === undefined) wrong(line, '"from" is missing; a cas has one.');
  return {
    line,
    client: nameOf(fields, 'client', line),
    kind,
    key: nameOf(fields, 'key', line),
    value: kind === 'read' ? null : (value ?? null),
    from: from ?? null,
    output: answered === null ? null : (fields['output'] ?? null),
    call,
    return: answered ?? Number.POSITIVE_INFINITY,
  };
}

/** When the answer came; null where the outcome is not known. */
function returnOf(fields: Fields, call: number, line: number): number | null {
  const back = fields['return'] ?? null;
  if (back !== null && typeof back !== 'number') return wrong(line, '"return" must be a number, or null.');
  if (back === null && fields['info'] !== true && fields['fail'] !== true)
    wrong(line, 'has no "return"; say "info": true where the outcome is unknown.');
  if (back !== null && back < call) wrong(line, '"return" is before "call".');
  return fields['info'] === true ? null : back;
}

function nameOf(fields: Fields, what: 'client' | 'key', line: number): string {
  const name = fields[what] ?? '';
  if (typeof name !== 'string' && typeof name !== 'number') return wrong(line, `"${what}" must be a text or a number.`);
  return String(name);
}

function wrong(line: number, what: string): never {
  throw new HyperSyncError('HS-2105', `line ${line}: ${what}`, { details: { line } });
}
