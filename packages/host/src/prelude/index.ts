/**
 * @file Runs inside the confined realm, before the plugin. Hardens the realm, then is the only thing that calls the plugin:
 * bytes are put into `inbox` by the host, decoded here, and what the plugin answers is encoded here into `outbox`. The host
 * calls functions from numbers to numbers and never touches an object that the plugin made.
 */
import {
  BorderWriter,
  decodeConfig,
  decodeInit,
  decodeInputs,
  encodeEffects,
  encodeProblems,
  encodeStatus,
  encodeValue,
  noEffects,
  type ConsensusMechanism,
  type Effects,
  type MechanismPlugin,
  type Status,
} from '@hypersync/interface';
import { MAX_BUFFERS_PER_CALL, MAX_REPLY_BYTES, OPERATIONS, REPLY } from '../border.ts';
import { harden } from './harden.ts';
import { refill } from './metered-memory.ts';

const NativeBytes = Uint8Array;
const writer = new BorderWriter(MAX_REPLY_BYTES, 64 * 1024);
let request = new NativeBytes(64 * 1024);
let plugin: MechanismPlugin | null = null;
let mechanism: ConsensusMechanism | null = null;
let last: Pick<Status, 'role' | 'leader' | 'term' | 'ready'> | null = null;

export let inbox: ArrayBuffer = request.buffer;
export let outbox: ArrayBuffer = writer.buffer;

export function reserve(bytes: number): number {
  try {
    if (bytes > request.length) {
      request = new NativeBytes(bytes);
      inbox = request.buffer;
    }
    return request.length;
  } catch {
    return -1;
  }
}

export function adopt(namespace: object): number {
  try {
    const offered = (namespace as { default?: unknown }).default;
    if (typeof offered !== 'object' || offered === null) return -1;
    plugin = offered as MechanismPlugin;
    return 0;
  } catch {
    return -1;
  }
}

/** What a value that the plugin threw says: for errors of its evaluation, which only the host sees happen. */
export function explain(thrown: unknown): number {
  return refuse(REPLY.threw, thrown);
}

export function call(operation: number, length: number): number {
  try {
    writer.reset();
    writer.byte(REPLY.ok);
    refill(MAX_BUFFERS_PER_CALL);
    const answer = ask(operation, new NativeBytes(request.buffer, 0, length));
    try {
      answer();
    } catch (thrown) {
      return refuse(REPLY.broke, thrown);
    }
    outbox = writer.buffer;
    return writer.length;
  } catch (thrown) {
    return refuse(REPLY.threw, thrown);
  }
}

/** Calls the plugin; the returned function encodes what it said. */
function ask(operation: number, bytes: Uint8Array): () => void {
  if (plugin === null) throw new TypeError('no plugin');
  switch (operation) {
    case OPERATIONS.descriptor: {
      const { descriptor } = plugin;
      return () => encodeValue(writer, descriptor);
    }
    case OPERATIONS.validateConfig: {
      const { config, nodes } = decodeConfig(bytes);
      const problems = plugin.validateConfig(config, nodes);
      return () => encodeProblems(writer, problems);
    }
    case OPERATIONS.create: {
      const { init, image } = decodeInit(bytes);
      mechanism = plugin.create(init, image);
      last = null;
      return reply(mechanism, noEffects());
    }
    case OPERATIONS.describeMessage: {
      const line = plugin.describeMessage(bytes.slice());
      return () => writer.text(line.slice(0, 1000).toWellFormed());
    }
    default:
      return askMechanism(operation, bytes);
  }
}

function askMechanism(operation: number, bytes: Uint8Array): () => void {
  const live = mechanism;
  if (live === null) throw new TypeError('not created');
  switch (operation) {
    case OPERATIONS.step: {
      const { now, inputs } = decodeInputs(bytes);
      return reply(live, live.step(now, inputs));
    }
    case OPERATIONS.status: {
      const status = live.status();
      return () => encodeStatus(writer, status);
    }
    case OPERATIONS.fingerprint: {
      const state = live.fingerprint();
      return () => writer.bytes(state);
    }
    default:
      throw new TypeError('unknown operation');
  }
}

function reply(live: ConsensusMechanism, effects: Effects): () => void {
  const deadline = live.nextDeadline();
  const status = live.status();
  const { role, leader, term, ready } = status;
  const news =
    last === null || last.role !== role || last.leader !== leader || last.term !== term || last.ready !== ready;
  if (news) last = { role, leader, term, ready };
  return () => encodeEffects(writer, { deadline, status: news ? status : null, effects });
}

function refuse(how: number, thrown: unknown): number {
  try {
    writer.reset();
    writer.byte(how);
    writer.text(messageOf(thrown));
    outbox = writer.buffer;
    return writer.length;
  } catch {
    return -1;
  }
}

/** What the plugin threw may be anything, a Proxy too: this runs in its realm, and only text leaves. */
function messageOf(thrown: unknown): string {
  const message: unknown = thrown instanceof Error ? thrown.message : thrown;
  return typeof message === 'string' ? message.slice(0, 500).toWellFormed() : 'something that is not an Error';
}

harden();
// For the evaluation of the plugin, which is no call.
refill(MAX_BUFFERS_PER_CALL);
