import type {
  ConsensusMechanism,
  DurableImage,
  Effects,
  Input,
  MechanismInit,
  Micros,
  NodeId,
  Status,
} from '@hypersync/interface';
import { StateWriter } from '@hypersync/consensus-kit';
import { cloneNode, writeNode } from './copy.ts';
import { descriptor } from './descriptor.ts';
import { decodeMessage, type Message } from './messages.ts';
import { createNode, flush, onDurable, type QuorumNode } from './node.ts';
import {
  expire,
  onOwnDurable,
  onPropose,
  onQuery,
  onQueryReply,
  onRead,
  onSigned,
  onStore,
  onStoreReply,
  retransmit,
} from './operations.ts';
import type { Tag } from './register.ts';
import { repair } from './repair.ts';
import { isVouchedFor, release } from './signed-values.ts';
import { beginSealing, driveSealing, onFrontier, onFrontierPage, onStop, sealingDeadline } from './seal.ts';

/** One replica and client of atomic registers (Attiya, Bar-Noy, Dolev 1995; Lynch, Shvartsman 1997). */
export class Quorum implements ConsensusMechanism<'register'> {
  readonly descriptor = descriptor;
  readonly #node: QuorumNode;

  private constructor(node: QuorumNode) {
    this.#node = node;
  }

  static create(init: MechanismInit, image: DurableImage): Quorum {
    const node = createNode(init, image);
    if (node.frozen !== null) beginSealing(node);
    return new Quorum(node);
  }

  step(now: Micros, inputs: readonly Input<'register'>[]): Effects<'register'> {
    const node = this.#node;
    node.now = now;
    for (const input of inputs) handle(node, input);
    expire(node);
    retransmit(node);
    repair(node);
    driveSealing(node);
    flush(node);
    return node.fx.take();
  }

  nextDeadline(): Micros | null {
    const node = this.#node;
    const first = node.operations.values().next().value;
    const work = first === undefined ? Infinity : Math.min(first.deadline, node.resendAt);
    const hints = node.hints.size === 0 ? Infinity : node.repairAt;
    const due = Math.min(work, hints, sealingDeadline(node) ?? Infinity);
    return due === Infinity ? null : due;
  }

  status(): Status<'register'> {
    const node = this.#node;
    return {
      role: 'replica',
      leader: null,
      term: 0,
      position: null,
      ready: node.frozen === null,
      detail: {
        keys: node.registers.size,
        bytes: node.bytes,
        hints: node.hints.size,
        pending: node.operations.size,
        ceiling: node.ceiling,
        boot: node.boot,
        frozen: node.frozen !== null,
        sealed: node.sealed,
        dropped: node.dropped,
      },
    };
  }

  fingerprint(): Uint8Array {
    const state = new StateWriter(1024);
    writeNode(this.#node, state);
    return state.digest();
  }

  clone(): Quorum {
    return new Quorum(cloneNode(this.#node));
  }

  /** This replica's tags by key, for invariant checks. */
  tags(): ReadonlyMap<string, Tag> {
    return new Map([...this.#node.registers].map(([key, register]) => [key, register.tag]));
  }
}

function handle(node: QuorumNode, input: Input<'register'>): void {
  switch (input.t) {
    case 'message':
      onMessage(node, input.from, input.bytes);
      return;
    case 'propose':
      onPropose(node, input);
      return;
    case 'read':
      onRead(node, input);
      return;
    case 'stop':
      onStop(node, input);
      return;
    case 'durable':
      onDurable(node, input.token);
      onOwnDurable(node);
      return;
    case 'signed':
      onSigned(node, input.token, input.signature);
      return;
    case 'verified': {
      const held = node.signed === null ? null : release(node, node.signed, input.token, input.valid);
      if (held !== null) onVouched(node, held.from, held.message);
      return;
    }
    case 'time':
    case 'transfer': // for other capabilities
    case 'reconfigure':
    case 'suspicion':
    case 'clock':
    case 'compact':
      return;
  }
}

function onMessage(node: QuorumNode, from: NodeId, bytes: Uint8Array): void {
  const message = node.peers.includes(from) ? decodeMessage(node.epoch, bytes) : null;
  if (message !== null && node.hints.size > 0) node.heard.add(from);
  if (message === null) node.dropped++;
  else if (node.signed === null || isVouchedFor(node, node.signed, from, message)) onVouched(node, from, message);
}

function onVouched(node: QuorumNode, from: NodeId, message: Message): void {
  if (message.type === 'frontier') onFrontier(node, from, message);
  else if (message.type === 'frontier-page') onFrontierPage(node, from, message);
  else if (node.frozen === null) serve(node, from, message);
}

/** A frozen replica is silent here; the freeze itself, repeated until heard, tells everybody why. */
function serve(node: QuorumNode, from: NodeId, m: Exclude<Message, { type: 'frontier' | 'frontier-page' }>): void {
  switch (m.type) {
    case 'query':
      onQuery(node, from, m);
      return;
    case 'query-reply':
      onQueryReply(node, from, m);
      return;
    case 'store':
      onStore(node, from, m);
      return;
    case 'store-reply':
      onStoreReply(node, from, m);
      return;
  }
}
