import { bytesEqual } from '@hypersync/base';
import type { Guarantee, Micros, Sealed, StopSign } from '@hypersync/interface';
import type { SimNode } from './node.ts';
import { SWEEP_CLIENT } from './operations.ts';
import { violated } from './violation.ts';
import type { World } from './world.ts';

const POLL: Micros = 20_000;
/** How long a sealed cluster is watched. */
const QUIET: Micros = 400_000;

type Phase = 'faults' | 'core-serving' | 'core-settling' | 'serving' | 'settling' | 'reading' | 'sealing' | 'done';

/**
 * After the faults: where a core comes back first, it must serve and hold what was acknowledged while the others are away; then every honest node must serve a write, then all must agree and owe no answer, then the reads at the end
 * must agree, each within the bound. A cluster that never recovers has lost liveness, which is a violation too.
 */
export class Recovery<G extends Guarantee> {
  readonly #world: World<G>;
  #phase: Phase = 'faults';
  #deadline: Micros = 0;
  #outstanding = 0;
  #outside: readonly SimNode<G>[] = [];
  #served = new Set<string>();
  #sealedAt: Micros = 0;
  readonly #sealed = new Map<SimNode<G>, Sealed<G>>();

  constructor(world: World<G>) {
    this.#world = world;
  }

  /** `outside` stay away until the core has shown that it does without them. */
  begin(outside: readonly SimNode<G>[]): void {
    this.#outside = outside;
    this.#enter(outside.length === 0 ? 'serving' : 'core-serving');
    for (const node of this.#world.live) this.#serve(node);
    this.#poll();
  }

  #reunite(): void {
    this.#enter('serving');
    this.#world.reunite(this.#outside);
    for (const node of this.#outside) if (node.honest) this.#serve(node);
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#deadline = this.#world.now + (this.#world.options.recoverWithin ?? 30_000_000);
    this.#world.tell(() => `recovery: ${phase}`);
  }

  #serve(node: SimNode<G>): void {
    const key = `k${node.index % this.#world.clients.keys.length}`;
    this.#world.clients.ask(-2 - node.index, 'write', null, key, node, (ok) => {
      if (ok) this.#served.add(node.id);
      else if (!this.#world.done) this.#world.at(this.#world.now + POLL, () => this.#serve(node));
    });
  }

  #poll(): void {
    const missing = this.#missing();
    if (missing === null) this.#advance();
    else if (this.#world.now > this.#deadline) {
      const bound = ((this.#world.options.recoverWithin ?? 30_000_000) / 1_000_000).toFixed(1);
      violated('liveness', `${bound} s after the faults ended (${this.#phase}): ${missing}`);
      this.#finish();
    }
    if (!this.#world.done) this.#world.at(this.#world.now + POLL, () => this.#poll());
  }

  #missing(): string | null {
    const { live, judge, operations, clients, administration } = this.#world;
    switch (this.#phase) {
      case 'core-serving':
      case 'serving': {
        const waiting = live.filter((node) => !this.#served.has(node.id)).map((node) => node.id);
        const unserved = waiting.length === 0 ? null : `no write through ${waiting.join(', ')} was acknowledged`;
        return administration.unsettled() ?? unserved;
      }
      case 'core-settling':
      case 'settling': {
        const owed = operations.attempts.entries().next().value;
        if (owed !== undefined) {
          const node = this.#world.nodes[owed[1].node]!;
          return `${node.id} still owes an outcome for ticket ${owed[0]} (operation ${owed[1].operation.id})`;
        }
        return judge.unsettled();
      }
      case 'reading':
        return this.#outstanding === 0
          ? null
          : `${this.#outstanding} reads at level ${clients.bestLevel} have no answer`;
      case 'sealing': {
        const open = live.filter((node) => !this.#sealed.has(node)).map((node) => node.id);
        if (open.length > 0) return `${open.join(', ')} did not seal the epoch`;
        return this.#world.now < this.#sealedAt + QUIET ? 'waiting whether anything comes after the seal' : null;
      }
      case 'faults':
      case 'done':
        return null;
    }
  }

  #advance(): void {
    switch (this.#phase) {
      case 'core-serving':
        this.#enter('core-settling');
        return;
      case 'core-settling':
        this.#reunite();
        return;
      case 'serving':
        this.#enter('settling');
        return;
      case 'settling':
        this.#enter('reading');
        this.#readEverywhere();
        return;
      case 'reading':
        if (this.#canSeal()) this.#seal();
        else this.#finish();
        return;
      case 'sealing':
        this.#checkSeals();
        this.#finish();
        return;
      case 'faults':
      case 'done':
        return;
    }
  }

  #finish(): void {
    this.#phase = 'done';
    this.#world.done = true;
  }

  #readEverywhere(): void {
    const { clients, judge, live } = this.#world;
    const level = clients.bestLevel;
    if (level === null) return;
    const keys = judge.sweepsReads ? clients.keys : clients.keys.slice(0, 1);
    this.#outstanding = live.length * keys.length;
    for (const node of live) for (const key of keys) this.#read(node, key);
  }

  #read(node: SimNode<G>, key: string): void {
    this.#world.clients.ask(SWEEP_CLIENT, 'read', this.#world.clients.bestLevel, key, node, (ok) => {
      if (ok) this.#outstanding--;
      else if (!this.#world.done) this.#world.at(this.#world.now + POLL, () => this.#read(node, key));
    });
  }

  /** A frontier is gathered from all members; one that is lost for good would be replaced by the control log first. */
  #canSeal(): boolean {
    const { options, lost } = this.#world;
    return options.seal === true && (lost.size === 0 || options.plugin.descriptor.capabilities.stop !== 'frontier');
  }

  #seal(): void {
    this.#enter('sealing');
    const sign: StopSign = { nextEpoch: 2, metadata: new Uint8Array([7, 7, 7]) };
    this.#world.clients.stopEpoch(this.#world.live[0]!, sign);
  }

  sealed(node: SimNode<G>, sealed: Sealed<G>): void {
    this.#world.tell(() => `${node.id} seals its epoch at ${JSON.stringify(sealed.position)}`);
    if (this.#phase !== 'sealing') violated('contract', `${node.id} sealed its epoch without a stop`);
    if (this.#sealed.has(node)) violated('contract', `${node.id} sealed its epoch twice`);
    this.#sealed.set(node, sealed);
    this.#sealedAt = this.#world.now;
  }

  /** Nothing is decided in a sealed epoch. */
  delivered(node: SimNode<G>): void {
    if (this.#sealed.has(node)) violated('order', `${node.id} delivered after it had sealed its epoch`);
  }

  /** All sealed the same sign, at the same place where the class has places, with the same state. */
  #checkSeals(): void {
    const [first, ...others] = [...this.#sealed];
    const ordered = this.#world.options.plugin.descriptor.guarantee === 'total-order';
    for (const [node, sealed] of others) {
      const [firstNode, firstSealed] = first!;
      if (sealed.sign.nextEpoch !== 2 || !bytesEqual(sealed.sign.metadata, firstSealed.sign.metadata))
        violated('agreement', `${node.id} and ${firstNode.id} sealed with different stop signs`);
      if (ordered && JSON.stringify(sealed.position) !== JSON.stringify(firstSealed.position))
        violated(
          'agreement',
          `${node.id} sealed at ${JSON.stringify(sealed.position)}, ${firstNode.id} at ${JSON.stringify(firstSealed.position)}`,
        );
    }
  }
}
