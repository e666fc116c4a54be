import { HyperSyncError } from '@hypersync/base';
import {
  wantsClock,
  type Decision,
  type Descriptor,
  type Install,
  type Lane,
  type MechanismInit,
  type NodeId,
} from '@hypersync/interface';
import type { ClusterEvent } from './cluster.ts';
import type { KeyRing } from './key-ring.ts';
import { MemoryDisk } from './memory-disk.ts';
import { NodeDriver, type NodePort } from './node-driver.ts';
import type { Realm } from './plugin-worker.ts';
import { OrderedKeyValue } from './state-machine.ts';
import type { Time } from './time.ts';

/** What all nodes of a cluster share. */
export interface NodeSurroundings {
  readonly descriptor: Descriptor;
  readonly keys: KeyRing;
  readonly time: Time;
  readonly seed: () => number;
  /** A fresh realm for a node; ends with it. */
  readonly openRealm: () => Promise<Realm>;
  readonly send: (from: NodeId, to: NodeId, bytes: Uint8Array, lane: Lane) => void;
  readonly onEvent: (event: ClusterEvent) => void;
  readonly onStatus: NodePort['status'];
  readonly onStep: () => void;
}

/** Decisions between two snapshots given to the mechanism, which may then forget its log. */
const COMPACT_EVERY = 4096;

/** A member through its incarnations: disk and application state stay, the mechanism comes and goes. */
export class ClusterNode {
  readonly id: NodeId;
  readonly state = new OrderedKeyValue();
  readonly #disk = new MemoryDisk();
  readonly #members: MechanismInit['members'];
  readonly #config: MechanismInit['config'];
  readonly #around: NodeSurroundings;
  #driver: NodeDriver | null = null;
  #realm: Realm | null = null;
  #compacted = 0;

  constructor(
    id: NodeId,
    members: MechanismInit['members'],
    config: MechanismInit['config'],
    around: NodeSurroundings,
  ) {
    this.id = id;
    this.#members = members;
    this.#config = config;
    this.#around = around;
  }

  get driver(): NodeDriver {
    if (this.#driver === null) throw new HyperSyncError('HS-2020', `${this.id} has not started.`);
    return this.#driver;
  }

  /** Once loaded. */
  get realm(): Realm {
    if (this.#realm === null) throw new HyperSyncError('HS-2020', `${this.id} has not started.`);
    return this.#realm;
  }

  receive(from: NodeId, bytes: Uint8Array, lane: Lane): void {
    this.#driver?.receive(from, bytes, lane);
  }

  /** Between `load` and `run` the node can receive, so that nobody's first message is lost. */
  async load(): Promise<void> {
    const { keys, time, descriptor } = this.#around;
    this.#realm = await this.#around.openRealm();
    const init: MechanismInit = {
      self: this.id,
      members: this.#members,
      epoch: 1,
      seed: this.#around.seed(),
      now: time.monotonic(),
      config: this.#config,
      applied: this.state.applied,
    };
    this.#driver = new NodeDriver({
      realm: this.#realm,
      init,
      tellsTime: wantsClock(descriptor),
      disk: this.#disk,
      keys,
      time,
      port: this.#port(),
    });
  }

  run(): Promise<void> {
    return this.driver.start();
  }

  async restart(): Promise<void> {
    await this.end(new HyperSyncError('HS-2020', `${this.id} is being restarted.`));
    this.#disk.crash();
    await this.load();
    await this.run();
  }

  async end(reason: HyperSyncError): Promise<void> {
    this.#driver?.stop(reason);
    await this.#realm?.release(reason);
    this.#realm = null;
  }

  #port(): NodePort {
    const { id } = this;
    const { send, onEvent, onStatus, onStep } = this.#around;
    return {
      send: (to, bytes, lane) => send(id, to, bytes, lane),
      deliver: (decision) => {
        if (decision.position.class === 'total-order') this.#apply(decision);
        onEvent({ type: 'decision', node: id, decision });
      },
      install: (snapshot) => this.#install(snapshot),
      evidence: (report) => onEvent({ type: 'evidence', node: id, report }),
      sealed: (end) => onEvent({ type: 'sealed', node: id, end }),
      status: onStatus,
      stepped: onStep,
      failed: (error) => {
        onEvent({ type: 'node-failed', node: id, error });
        void this.#realm?.release(error);
      },
    };
  }

  /** Gap-free, once, in order: anything else stops this node before it harms the application. */
  #apply(decision: Decision): void {
    const index = 'index' in decision.position ? decision.position.index : 0;
    if (index !== this.state.applied + 1) {
      throw new HyperSyncError('HS-2009', `${this.id} delivered decision ${index} after ${this.state.applied}.`);
    }
    this.state.apply(index, decision.value);
    if (this.#around.descriptor.capabilities.snapshot === 'log' && index - this.#compacted >= COMPACT_EVERY) {
      this.#compacted = index;
      this.driver.compact(index, this.state.snapshot());
    }
  }

  #install({ index, state }: Install): void {
    if (index <= this.state.applied) {
      throw new HyperSyncError('HS-2009', `${this.id} was to go back from decision ${this.state.applied} to ${index}.`);
    }
    try {
      this.state.restore(index, state);
    } catch (cause) {
      throw new HyperSyncError('HS-2009', `${this.id} was given a snapshot that is none of ours.`, { cause });
    }
    this.#compacted = index;
  }
}
