import type { Guarantee, Input, Micros, Outcome, Position, ReadLevel, StopSign, Ticket } from '@hypersync/interface';
import type { Prng } from '@hypersync/consensus-kit';
import type { SimNode } from './node.ts';
import type { Attempt, Operation } from './operations.ts';
import { violated } from './violation.ts';
import type { World } from './world.ts';

const MOST_ATTEMPTS = 8;
const BACKOFF: Micros = 20_000;
const STRONGEST_FIRST: readonly ReadLevel[] = ['linearizable', 'lease', 'sequential', 'causal', 'eventual'];
/** Clients come in bursts: operations that meet each other show more than the same number of them in a row. */
const BURST = [50, 2000] as const;
const LULL = [20_000, 250_000] as const;

interface Client<G extends Guarantee> {
  readonly id: number;
  session: number;
  sequence: number;
  current: Operation<G> | null;
}

/** Clients with one operation at a time each; what they gave up on stays possible, as with real ones. */
export class Clients<G extends Guarantee> {
  readonly #world: World<G>;
  readonly #random: Prng;
  readonly #clients: Client<G>[] = [];
  readonly #levels: readonly ReadLevel[];
  readonly #settings: {
    keys: number;
    think: readonly [Micros, Micros] | null;
    readPercent: number;
    timeout: Micros;
    most: number;
  };
  /** Retrying under the same name is safe only where the application can tell a repetition. */
  readonly #retriesUnknown: boolean;
  readonly #onDone = new Map<Operation<G>, (ok: boolean) => void>();
  #nextSession = 1;
  #started = 0;
  #stopped = false;
  acknowledged = 0;
  #stop: { readonly ticket: Ticket; readonly sign: StopSign; readonly node: SimNode<G> } | null = null;

  constructor(world: World<G>, random: Prng) {
    this.#world = world;
    this.#random = random;
    const { plugin, workload = {} } = world.options;
    const { guarantee, reads } = plugin.descriptor;
    const drifts = world.plan['clock-drift'] !== undefined;
    this.#levels = STRONGEST_FIRST.filter((level) => reads.includes(level) && (level !== 'lease' || !drifts));
    this.#retriesUnknown = guarantee === 'total-order';
    this.#settings = {
      keys: workload.keys ?? random.pick([1, 1, 2, 3]),
      think: workload.think ?? null,
      readPercent: workload.readPercent ?? 45,
      timeout: workload.timeout ?? 1_000_000,
      most: workload.maxOperations ?? Number.POSITIVE_INFINITY,
    };
    for (let id = 0; id < (workload.clients ?? 3); id++)
      this.#clients.push({ id, session: this.#nextSession++, sequence: 0, current: null });
  }

  get keys(): string[] {
    return Array.from({ length: this.#settings.keys }, (_, i) => `k${i}`);
  }

  /** The strongest level on offer, for the reads at the end. */
  get bestLevel(): ReadLevel | null {
    return this.#levels[0] ?? null;
  }

  begin(): void {
    for (const client of this.#clients) this.#rest(client);
  }

  stop(): void {
    this.#stopped = true;
  }

  #rest(client: Client<G>): void {
    const [least, most] = this.#settings.think ?? (this.#random.chance(9, 10) ? BURST : LULL);
    this.#world.at(this.#world.now + this.#random.between(least, most), () => this.#next(client));
  }

  #next(client: Client<G>): void {
    if (this.#stopped || client.current !== null || this.#started >= this.#settings.most) return;
    this.#started++;
    const read = this.#random.chance(this.#settings.readPercent, 100);
    const level = read ? this.#drawLevel() : null;
    if (read && level === null && this.#world.options.plugin.descriptor.guarantee !== 'total-order') {
      this.#rest(client);
      return;
    }
    const key = `k${this.#random.nextInt(this.#settings.keys)}`;
    const operation = this.#draft(client.id, client.session, ++client.sequence, read ? 'read' : 'write', level, key);
    client.current = operation;
    this.#try(operation, this.#random.pick(this.#world.honest));
    this.#world.at(this.#world.now + this.#settings.timeout, () => this.#giveUp(client, operation));
  }

  /** Mostly the strongest level: it says most. */
  #drawLevel(): ReadLevel | null {
    if (this.#levels.length === 0) return null;
    return this.#random.chance(2, 3) ? this.#levels[0]! : this.#random.pick(this.#levels);
  }

  #draft(
    client: number,
    session: number,
    sequence: number,
    kind: 'write' | 'read',
    level: ReadLevel | null,
    key: string,
  ): Operation<G> {
    const { operations, now, judge, options } = this.#world;
    const id = operations.all.length;
    const operation: Operation<G> = {
      id,
      client,
      session,
      sequence,
      kind,
      level,
      key,
      value: operations.valueOf(id),
      op: null,
      call: now,
      node: '',
      tried: now,
      return: null,
      values: [],
      position: null,
      attempts: 0,
      open: 0,
      unsure: false,
      failed: false,
      awaited: true,
    };
    operations.all.push(operation);
    const custom = options.workload?.operation;
    if (kind === 'write' && custom !== undefined) operation.op = custom(this.#random, operation);
    else operation.op = judge.propose(operation);
    return operation;
  }

  /** One attempt at one node. A node that is down refuses the connection, which is known to have no effect. */
  #try(operation: Operation<G>, node: SimNode<G>): void {
    if (!node.up) {
      this.#again(operation, null);
      return;
    }
    operation.node = node.id;
    const ticket = this.#world.operations.attempt(operation, node.index, node.incarnation, this.#world.now);
    this.#world.tell(
      () =>
        `client ${operation.session} asks ${node.id}: ${operation.kind} ${operation.key} (operation ${operation.id}, ticket ${ticket})`,
    );
    this.#world.driver.later(node, this.#inputOf(operation, ticket));
  }

  #inputOf(operation: Operation<G>, ticket: Ticket): Input<G> {
    const { op, session, sequence, key, level } = operation;
    const token = this.#world.judge.after?.(operation);
    const after = token === undefined ? {} : { after: token };
    if (op !== null) return { t: 'propose', ticket, op, session, sequence, ...after };
    return { t: 'read', ticket, level: level ?? 'eventual', key, ...after };
  }

  resolved(node: SimNode<G>, ticket: Ticket, outcome: Outcome<G>): void {
    if (ticket === this.#stop?.ticket) {
      this.#stopAnswered(outcome);
      return;
    }
    const { attempts } = this.#world.operations;
    const attempt = attempts.get(ticket);
    if (attempt === undefined || attempt.node !== node.index || attempt.incarnation !== node.incarnation) {
      violated('ticket', `${node.id} answered ticket ${ticket}, which is not open there`);
      return;
    }
    attempts.delete(ticket);
    const { operation } = attempt;
    operation.open--;
    switch (outcome.kind) {
      case 'committed':
        this.#committed(operation, node, outcome.position);
        return;
      case 'values':
        if (operation.op !== null) violated('contract', `${node.id} answered the proposal ${operation.id} with values`);
        else if (!this.#world.judge.values(operation, node, outcome.position, outcome.values)) operation.open++;
        return;
      case 'unknown':
        operation.unsure = true;
        this.#again(operation, null);
        return;
      case 'rejected':
        if (outcome.reason === 'unsupported')
          violated(
            'contract',
            `${node.id} rejects operation ${operation.id} as unsupported, although its descriptor offers it`,
          );
        this.#rejected(attempt, outcome.retryable, outcome.hint);
        return;
    }
  }

  #committed(operation: Operation<G>, node: SimNode<G>, position: Position<G>): void {
    if (operation.op === null) {
      violated('contract', `${node.id} answered read ${operation.id} with committed`);
      return;
    }
    this.#world.judge.committed(operation, node, position);
    if (operation.kind === 'write' && operation.return === null) this.acknowledged++;
    this.#finish(operation, position);
  }

  readDone(operation: Operation<G>, values: readonly string[], position: Position<G>): void {
    if (operation.open > 0) operation.open--;
    operation.values = [...values];
    this.#finish(operation, position);
  }

  #finish(operation: Operation<G>, position: Position<G>): void {
    if (operation.return === null) {
      operation.return = this.#world.now;
      operation.position = position;
    }
    this.#settle(operation, true);
  }

  #rejected(attempt: Attempt<G>, retryable: boolean, hint: string | null): void {
    const { operation } = attempt;
    const target = hint === null ? undefined : this.#world.node(hint);
    // some clients take no for an answer; a rejected operation must then never appear
    const insists = this.#onDone.has(operation) || !this.#random.chance(1, 5);
    if (retryable && insists) this.#again(operation, target?.honest ? target : null);
    else this.#settle(operation, false);
  }

  /** Tries once more, if that is allowed; else the client learns that it failed, or that it cannot know. */
  #again(operation: Operation<G>, hint: SimNode<G> | null): void {
    const patient = this.#onDone.has(operation);
    const may = operation.awaited && (!operation.unsure || (this.#retriesUnknown && operation.op !== null));
    if (!may || (operation.attempts >= MOST_ATTEMPTS && !patient) || (this.#stopped && !patient)) {
      this.#settle(operation, false);
      return;
    }
    const delay = hint === null ? BACKOFF : 500;
    this.#world.at(this.#world.now + this.#random.between(delay / 2, delay), () => {
      if (!operation.awaited) return;
      const home = patient ? this.#world.node(operation.node) : undefined;
      this.#try(operation, hint ?? home ?? this.#random.pick(this.#world.honest));
    });
  }

  #settle(operation: Operation<G>, ok: boolean): void {
    const wasAwaited = operation.awaited;
    operation.awaited = false;
    if (operation.return === null && operation.open === 0) operation.failed = !operation.unsure;
    const done = this.#onDone.get(operation);
    this.#onDone.delete(operation);
    done?.(ok);
    const client = this.#clients[operation.client];
    if (client === undefined || client.current !== operation || !wasAwaited) return;
    client.current = null;
    this.#rest(client);
  }

  /** The client stops waiting and goes on under a new session; or it asks another node the same thing. */
  #giveUp(client: Client<G>, operation: Operation<G>): void {
    if (client.current !== operation) return;
    if (this.#retriesUnknown && operation.op !== null && operation.attempts < 3 && this.#random.chance(1, 2)) {
      this.#try(operation, this.#random.pick(this.#world.honest));
      this.#world.at(this.#world.now + this.#settings.timeout, () => this.#giveUp(client, operation));
      return;
    }
    operation.awaited = false;
    client.current = null;
    client.session = this.#nextSession++;
    client.sequence = 0;
    this.#rest(client);
  }

  /** Connections break: what was in flight there may or may not have happened. */
  crashed(node: SimNode<G>): void {
    const { attempts, all } = this.#world.operations;
    for (const [ticket, attempt] of attempts) {
      if (attempt.node !== node.index) continue;
      attempts.delete(ticket);
      attempt.operation.open--;
      attempt.operation.unsure = true;
      this.#again(attempt.operation, null);
    }
    // reads that were answered but waited for the state machine have no ticket any more
    for (const operation of all)
      if (
        operation.open > 0 &&
        operation.node === node.id &&
        operation.op === null &&
        !hasAttempt(attempts, operation)
      ) {
        operation.open = 0;
        operation.unsure = true;
        this.#settle(operation, false);
      }
  }

  /** Asks for the end of the epoch until a node accepts. */
  stopEpoch(node: SimNode<G>, sign: StopSign): void {
    const ticket = this.#world.operations.ticket();
    this.#stop = { ticket, sign, node };
    this.#world.driver.later(node, { t: 'stop', ticket, sign });
  }

  #stopAnswered(outcome: Outcome<G>): void {
    const { sign, node } = this.#stop!;
    this.#stop = null;
    if (outcome.kind === 'committed') return;
    if (outcome.kind === 'values') violated('contract', `${node.id} answered a stop with values`);
    const hinted = outcome.kind === 'rejected' && outcome.hint !== null ? this.#world.node(outcome.hint) : undefined;
    const next = hinted?.honest ? hinted : node;
    this.#world.at(this.#world.now + BACKOFF, () => {
      if (!this.#world.done) this.stopEpoch(next, sign);
    });
  }

  /** A client without a time-out that keeps asking, for the recovery phase. */
  ask(
    client: number,
    kind: 'write' | 'read',
    level: ReadLevel | null,
    key: string,
    node: SimNode<G>,
    done: (ok: boolean) => void,
  ): void {
    const operation = this.#draft(client, this.#nextSession++, 1, kind, level, key);
    this.#onDone.set(operation, done);
    this.#try(operation, node);
  }
}

function hasAttempt<G extends Guarantee>(attempts: ReadonlyMap<Ticket, Attempt<G>>, operation: Operation<G>): boolean {
  return attempts.values().some((attempt) => attempt.operation === operation);
}
