/** @file Entry of a worker thread: realms in, calls through, replies out. Trusted; imports nothing but Node and its own room. */
import { parentPort, workerData } from 'node:worker_threads';
import { getHeapStatistics } from 'node:v8';
import { Confinement } from './confinement.ts';
import { WORKER_EXIT, type WorkerReply, type WorkerRequest, type WorkerSetup } from './worker-protocol.ts';

// The reason may be the plugin's, and looking at it (an inspect hook, a getter) would run its code in this realm.
process.on('unhandledRejection', () => process.exit(WORKER_EXIT.surfaced));
process.on('uncaughtException', () => process.exit(WORKER_EXIT.surfaced));

const setup = workerData as WorkerSetup;
const port = parentPort;
const realms = new Map<number, Confinement>();
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

port?.on('message', (request: WorkerRequest) => {
  const reply = answer(request);
  if (getHeapStatistics().external_memory > setup.externalBytes) process.exit(WORKER_EXIT.memory);
  port.postMessage(reply, reply.t === 'bytes' ? [reply.bytes.buffer as ArrayBuffer] : []);
});

function answer(request: WorkerRequest): WorkerReply {
  const { id, slot } = request;
  switch (request.t) {
    case 'open': {
      const opened = open(request.plugin);
      if (opened.problem !== null) return { t: 'refused', id, problem: opened.problem, said: opened.said };
      realms.set(slot, opened.confinement);
      return { t: 'done', id };
    }
    case 'call': {
      const bytes = realms.get(slot)?.call(request.operation, request.bytes) ?? null;
      return bytes === null ? { t: 'mute', id } : { t: 'bytes', id, bytes };
    }
    case 'close':
      realms.delete(slot);
      return { t: 'done', id };
  }
}

function open(plugin: Uint8Array): ReturnType<typeof Confinement.open> {
  let text: string;
  try {
    text = utf8.decode(plugin);
  } catch {
    return { problem: 'not-a-module', said: '' };
  }
  return Confinement.open(setup.prelude, text);
}
