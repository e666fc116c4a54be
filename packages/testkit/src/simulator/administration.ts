import type { Guarantee, Input, Membership, Micros, NodeId, Outcome, Ticket } from '@hypersync/interface';
import { Prng } from '@hypersync/consensus-kit';
import type { SimNode } from './node.ts';
import { violated } from './violation.ts';
import type { World } from './world.ts';

const STREAM = 8;
const BACKOFF: Micros = 50_000;

/**
 * What people do to a running cluster: change its members, hand leadership over. Drawn from the seed, for mechanisms whose
 * capabilities say that they can; after the faults, all are members again.
 */
export class Administration<G extends Guarantee> {
  readonly #world: World<G>;
  readonly #random: Prng;
  /** Whom each open ticket was given to. */
  readonly #open = new Map<Ticket, SimNode<G>>();
  #touched = false;
  #waiting = false;

  constructor(world: World<G>) {
    this.#world = world;
    this.#random = new Prng(world.options.seed, STREAM);
  }

  plan(): void {
    const { options, duration, plan } = this.#world;
    const { membership, transfer } = options.plugin.descriptor.capabilities;
    if (options.faults === 'none') return;
    const times = (): number => (this.#random.chance(1, 2) ? this.#random.between(1, 3) : 0);
    const at = (act: () => void): void =>
      this.#world.at(this.#random.between(Math.floor(duration / 10), Math.floor((duration * 9) / 10)), act);
    if (transfer === true) for (let left = times(); left > 0; left--) at(() => this.#handOver());
    // who is lost for good, or away at first, must not be most of a cluster that has become small
    if (membership !== 'joint' || plan['bit-rot'] !== undefined || options.core === true) return;
    for (let left = times(); left > 0; left--) at(() => this.#change());
  }

  #handOver(): void {
    const leader = this.#world.honest.find((node) => node.mechanism?.status().leader === node.id);
    if (leader === undefined || this.#world.healed) return;
    const to: NodeId | null = this.#random.chance(1, 4) ? null : this.#random.pick(this.#world.nodes).id;
    this.#world.driver.coverage.count('hand-over');
    this.#ask(leader, (ticket) => ({ t: 'transfer', ticket, to }));
  }

  #change(): void {
    const { members, healed } = this.#world;
    if (healed) return;
    const size = this.#random.between(1, members.length);
    const voters = this.#random.sample(members, size);
    const rest = members.filter((member) => !voters.includes(member));
    const learners = rest.filter(() => this.#random.chance(1, 2)).map((member) => member.id);
    this.#touched = true;
    this.#reconfigure({ voters: sorted(voters), learners });
  }

  #reconfigure(membership: Membership): void {
    const up = this.#world.honest.filter((node) => node.up);
    if (up.length === 0) return;
    this.#world.driver.coverage.count('reconfiguration');
    // one that nobody tells anything any more can only let the wish time out, so people ask another
    const informed = up.filter((node) => node.mechanism!.status().leader !== null);
    const node = this.#random.pick(informed.length > 0 ? informed : up);
    this.#ask(node, (ticket) => ({ t: 'reconfigure', ticket, membership }));
  }

  #ask(node: SimNode<G>, inputOf: (ticket: Ticket) => Input<G>): void {
    const ticket = this.#world.operations.ticket();
    const input = inputOf(ticket);
    this.#open.set(ticket, node);
    this.#world.tell(() => `an administrator asks ${node.id}: ${describe(input)} (ticket ${ticket})`);
    this.#world.driver.later(node, input);
  }

  /** False for a ticket that is none of ours. */
  resolved(node: SimNode<G>, ticket: Ticket, outcome: Outcome<G>): boolean {
    const asked = this.#open.get(ticket);
    if (asked === undefined) return false;
    if (asked !== node) violated('ticket', `${node.id} answered ticket ${ticket}, which is open at ${asked.id}`);
    if (outcome.kind === 'values') violated('contract', `${node.id} answered an administrator with values`);
    this.#open.delete(ticket);
    if (outcome.kind === 'committed') this.#world.driver.coverage.count('administration done');
    return true;
  }

  crashed(node: SimNode<G>): void {
    node.membership = null;
    for (const [ticket, asked] of this.#open) if (asked === node) this.#open.delete(ticket);
  }

  /**
   * Null once every live node counts with all members again; asks for that when nothing else is under way. A wish of before
   * may still be carried out after that, so what counts is what the nodes say.
   */
  unsettled(): string | null {
    const open = this.#open.entries().next().value;
    if (open !== undefined) return `${open[1].id} still owes an administrator an outcome for ticket ${open[0]}`;
    const outside = this.#touched ? this.#world.live.find((node) => !this.#hasAll(node)) : undefined;
    if (outside === undefined) return null;
    if (!this.#waiting) {
      this.#waiting = true;
      this.#world.at(this.#world.now + BACKOFF, () => {
        this.#waiting = false;
        if (!this.#world.done) this.#reconfigure({ voters: this.#world.members, learners: [] });
      });
    }
    return `${outside.id} does not count with all members again`;
  }

  #hasAll({ membership }: SimNode<G>): boolean {
    return membership === null || membership.voters.length === this.#world.members.length;
  }
}

function sorted<T extends { readonly id: string }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function describe(input: Input): string {
  if (input.t === 'transfer') return `hand leadership to ${input.to ?? 'whom you like'}`;
  if (input.t !== 'reconfigure') return input.t;
  const { voters, learners } = input.membership;
  return `let ${voters.map(({ id }) => id).join(', ')} vote${learners.length > 0 ? `, and ${learners.join(', ')} learn` : ''}`;
}
