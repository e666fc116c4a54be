import type { BorderReader, BorderWriter } from './border-bytes.ts';
import type { Op, Position, VersionVector } from './guarantee.ts';
import type { StopSign } from './inputs.ts';
import type { Member, Membership, Status } from './mechanism.ts';

/** What JSON can say: configurations, status details and descriptors cross the border in this form. */
export type BorderValue =
  | null
  | boolean
  | number
  | string
  | readonly BorderValue[]
  | { readonly [key: string]: BorderValue };

const MAX_DEPTH = 32;
const TAGS = { null: 0, false: 1, true: 2, number: 3, text: 4, list: 5, object: 6 } as const;

/** Throws TypeError on what is not a BorderValue (functions, bigints), RangeError when nested deeper than 32. */
export function writeValue(writer: BorderWriter, value: unknown, depth = 0): void {
  if (depth > MAX_DEPTH) throw new RangeError(`nested deeper than ${MAX_DEPTH}`);
  if (value === null) return writer.byte(TAGS.null);
  if (typeof value === 'boolean') return writer.byte(value ? TAGS.true : TAGS.false);
  if (typeof value === 'number') {
    writer.byte(TAGS.number);
    return writer.float(value);
  }
  if (typeof value === 'string') {
    writer.byte(TAGS.text);
    return writer.text(value);
  }
  if (typeof value !== 'object') throw new TypeError(`cannot carry a ${typeof value}`);
  if (Array.isArray(value)) {
    writer.byte(TAGS.list);
    return writer.list(value, (item) => writeValue(writer, item, depth + 1));
  }
  // As JSON does: members without a value are left out.
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  writer.byte(TAGS.object);
  writer.uint(members.length);
  for (const [key, member] of members) {
    writer.text(key);
    writeValue(writer, member, depth + 1);
  }
}

export function readValue(reader: BorderReader, depth = 0): BorderValue {
  if (depth > MAX_DEPTH) throw new RangeError(`nested deeper than ${MAX_DEPTH}`);
  const tag = reader.byte();
  switch (tag) {
    case TAGS.null:
      return null;
    case TAGS.false:
      return false;
    case TAGS.true:
      return true;
    case TAGS.number:
      return reader.float();
    case TAGS.text:
      return reader.text();
    case TAGS.list:
      return reader.list(() => readValue(reader, depth + 1));
    case TAGS.object:
      return readRecord(reader, () => readValue(reader, depth + 1));
    default:
      throw new RangeError('unknown kind of value');
  }
}

export function writeMember(writer: BorderWriter, member: Member): void {
  writer.text(member.id);
  writer.uint(member.weight);
}

export function readMember(reader: BorderReader): Member {
  return { id: reader.text(), weight: reader.uint() };
}

export function writeMembership(writer: BorderWriter, membership: Membership): void {
  writer.list(membership.voters, (member) => writeMember(writer, member));
  writer.list(membership.learners, (id) => writer.text(id));
}

export function readMembership(reader: BorderReader): Membership {
  return { voters: reader.list(() => readMember(reader)), learners: reader.list(() => reader.text()) };
}

export function readObject(reader: BorderReader): { readonly [key: string]: BorderValue } {
  const value = readValue(reader);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new RangeError('not an object');
  return value as { readonly [key: string]: BorderValue };
}

function readRecord<T>(reader: BorderReader, read: () => T): Record<string, T> {
  const record: Record<string, T> = {};
  for (let left = reader.count(); left > 0; left--) {
    const key = reader.text();
    if (key === '__proto__' || Object.hasOwn(record, key)) throw new RangeError('a key twice, or "__proto__"');
    record[key] = read();
  }
  return record;
}

export function writeVector(writer: BorderWriter, vector: VersionVector): void {
  const entries = Object.entries(vector);
  writer.uint(entries.length);
  for (const [node, counter] of entries) {
    writer.text(node);
    writer.uint(counter);
  }
}

export function readVector(reader: BorderReader): VersionVector {
  return readRecord(reader, () => reader.uint());
}

/** Two operations are called `put`: the causal one carries a context. */
const OPS = ['append', 'write', 'put-causal', 'publish', 'put', 'delete', 'mutate', 'input'] as const;

export function writeOp(writer: BorderWriter, op: Op): void {
  const kind = op.kind === 'put' && 'context' in op ? 'put-causal' : op.kind;
  writer.byte(tagOf(OPS, kind));
  if (op.kind === 'input') {
    return writer.list(op.value, (coordinate) => writer.float(coordinate));
  }
  if ('key' in op) writer.text(op.key);
  if ('value' in op) writer.bytes(op.value);
  if ('context' in op) {
    writer.flag(op.context !== null);
    if (op.context !== null) writeVector(writer, op.context);
  }
}

export function readOp(reader: BorderReader): Op {
  const kind = oneOf(OPS, reader);
  switch (kind) {
    case 'append':
    case 'publish':
      return { kind, value: reader.bytes() };
    case 'write':
      return { kind, key: reader.text(), value: reader.bytes() };
    case 'put':
      return { kind, key: reader.text(), value: reader.bytes() };
    case 'mutate':
      return { kind, key: reader.text(), value: reader.bytes() };
    case 'delete':
      return { kind, key: reader.text() };
    case 'put-causal': {
      const key = reader.text();
      const value = reader.bytes();
      return { kind: 'put', key, value, context: reader.flag() ? readVector(reader) : null };
    }
    case 'input':
      return { kind, value: reader.list(() => reader.float()) };
  }
}

const CLASSES = ['total-order', 'register', 'causal', 'convergent', 'approximate'] as const;

export function writePosition(writer: BorderWriter, position: Position): void {
  writer.byte(tagOf(CLASSES, position.class));
  writer.uint(position.epoch);
  switch (position.class) {
    case 'total-order':
      return writer.uint(position.index);
    case 'register':
      writer.text(position.key);
      writer.uint(position.ts);
      return writer.text(position.writer);
    case 'causal':
      writer.text(position.dot.node);
      writer.uint(position.dot.counter);
      return writeVector(writer, position.context);
    case 'convergent':
      writer.text(position.root);
      return writeVector(writer, position.frontier);
    case 'approximate':
      writer.uint(position.round);
      return writer.float(position.epsilon);
  }
}

export function readPosition(reader: BorderReader): Position {
  const kind = oneOf(CLASSES, reader);
  const epoch = reader.uint();
  switch (kind) {
    case 'total-order':
      return { class: kind, epoch, index: reader.uint() };
    case 'register':
      return { class: kind, epoch, key: reader.text(), ts: reader.uint(), writer: reader.text() };
    case 'causal':
      return {
        class: kind,
        epoch,
        dot: { node: reader.text(), counter: reader.uint() },
        context: readVector(reader),
      };
    case 'convergent':
      return { class: kind, epoch, root: reader.text(), frontier: readVector(reader) };
    case 'approximate':
      return { class: kind, epoch, round: reader.uint(), epsilon: reader.float() };
  }
}

export function writeStopSign(writer: BorderWriter, sign: StopSign): void {
  writer.uint(sign.nextEpoch);
  writer.bytes(sign.metadata);
}

export function readStopSign(reader: BorderReader): StopSign {
  return { nextEpoch: reader.uint(), metadata: reader.bytes() };
}

export function writeStatus(writer: BorderWriter, status: Status): void {
  writer.text(status.role);
  writer.flag(status.leader !== null);
  if (status.leader !== null) writer.text(status.leader);
  writer.float(status.term);
  writer.flag(status.position !== null);
  if (status.position !== null) writePosition(writer, status.position);
  writer.flag(status.ready);
  writeValue(writer, status.detail);
}

export function readStatus(reader: BorderReader): Status {
  const role = reader.text();
  const leader = reader.flag() ? reader.text() : null;
  const term = reader.float();
  const position = reader.flag() ? readPosition(reader) : null;
  const ready = reader.flag();
  const detail: Record<string, number | string | boolean> = {};
  for (const [key, value] of Object.entries(readObject(reader))) {
    if (value === null || typeof value === 'object') throw new RangeError('status details are flat');
    detail[key] = value;
  }
  return { role, leader, term, position, ready, detail };
}

export function tagOf<T extends string>(names: readonly T[], name: T): number {
  const tag = names.indexOf(name);
  if (tag < 0) throw new TypeError(`not one of ${names.join(', ')}`);
  return tag;
}

export function oneOf<T extends string>(names: readonly T[], reader: BorderReader): T {
  const name = names[reader.byte()];
  if (name === undefined) throw new RangeError(`not one of ${names.join(', ')}`);
  return name;
}
