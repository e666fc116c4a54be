// One replica as a process of its own: drives a mechanism over TCP with real signatures, and puts load on it. A child of
// process-cluster.ts, which speaks to it over IPC.
import { createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import type { ConsensusMechanism, Effects, Input, MechanismPlugin, Send } from '@hypersync/interface';
import { ByzantineGuard } from '@hypersync/governance';
import { pluginOf } from './plugins.ts';
import type { Command, Figures, Setup } from './process-cluster.ts';
import { ReplicaLinks, sessionKeyOf, type Contact } from './replica-links.ts';

type G = 'total-order';

/** The application: a running sum of what it was given, snapshot now and then at indexes all replicas agree on. */
const COMPACT_EVERY = 20_000;
const MICROS = 1000;
/** An attacker says everything so often, with a broken signature. */
const ECHOES = 16;

class ReplicaProcess {
  readonly #setup: Setup;
  readonly #links: ReplicaLinks;
  readonly #signing = generateKeyPairSync('ed25519');
  readonly #exchange = generateKeyPairSync('x25519');
  readonly #publicKeys = new Map<string, KeyObject>();
  #mechanism: ConsensusMechanism<G> | null = null;
  #inputs: Input<G>[] = [];
  #stepping = false;
  #timer: NodeJS.Timeout | null = null;
  #wanted = Infinity;
  #unflushed = { newest: 0, wanted: false };
  #durable = 0;
  #gated: { readonly after: number; readonly send: Send }[] = [];
  #sum = 0;
  #load: Load | null = null;
  #counts = { signed: 0, verified: 0, steps: 0, persisted: 0, delivered: 0, evidence: 0 };

  constructor(setup: Setup) {
    this.#setup = setup;
    this.#links = new ReplicaLinks(setup.self, (from, bytes) => this.#push({ t: 'message', from, bytes }));
  }

  async contact(): Promise<Contact> {
    const text = (key: KeyObject): string => key.export({ type: 'spki', format: 'der' }).toString('base64');
    return {
      id: this.#setup.self,
      port: await this.#links.listen(),
      signingKey: text(this.#signing.publicKey),
      exchangeKey: text(this.#exchange.publicKey),
    };
  }

  async join(contacts: readonly Contact[]): Promise<void> {
    const { self, sessionMacs, mechanism, config, guard } = this.#setup;
    const keyIn = (text: string): KeyObject =>
      createPublicKey({ key: Buffer.from(text, 'base64'), type: 'spki', format: 'der' });
    const exchanges = new Map(contacts.map(({ id, exchangeKey }) => [id, keyIn(exchangeKey)]));
    for (const { id, signingKey } of contacts) this.#publicKeys.set(id, keyIn(signingKey));
    await this.#links.join(contacts, (peer) =>
      sessionMacs ? sessionKeyOf(this.#exchange.privateKey, exchanges.get(peer)!, [self, peer]) : null,
    );
    if (!guard) disableGuard();
    const plugin = (await pluginOf(mechanism)) as MechanismPlugin<G>;
    const members = contacts.map(({ id }) => ({ id, weight: 1 })).sort((a, b) => (a.id < b.id ? -1 : 1));
    this.#mechanism = plugin.create({ self, members, epoch: 1, seed: 1, now: now(), config, applied: 0 }, new Map());
    this.#push({ t: 'time' });
  }

  load(clients: number, bytes: number): void {
    this.#load = new Load(this.#setup.place, bytes, (input) => this.#push(input));
    for (let i = 0; i < clients; i++) this.#load.next(i);
  }

  rest(): void {
    this.#load?.stop();
  }

  measure(): Figures {
    const { user, system } = process.cpuUsage();
    const { heapUsed, rss } = process.memoryUsage();
    const { wireBytes, frames, refused } = this.#links;
    const load = this.#load?.take() ?? { latencies: [], rejected: 0 };
    const detail = this.#mechanism?.status().detail ?? {};
    return { ...this.#counts, ...load, wireBytes, frames, refused, cpuMicros: user + system, heapUsed, rss, detail };
  }

  #push(input: Input<G>): void {
    this.#inputs.push(input);
    if (this.#stepping || this.#mechanism === null) return;
    this.#stepping = true;
    setImmediate(() => this.#step());
  }

  #step(): void {
    this.#stepping = false;
    const mechanism = this.#mechanism!;
    const inputs = this.#inputs;
    this.#inputs = [];
    this.#counts.steps++;
    this.#perform(mechanism.step(now(), inputs));
    this.#arm(mechanism.nextDeadline());
  }

  #perform(effects: Effects<G>): void {
    for (const { token, sync, writes } of effects.persist) {
      for (const write of writes) if (write.op === 'put') this.#counts.persisted += write.value.length;
      this.#unflushed.newest = token;
      this.#flushSoon(sync);
    }
    for (const send of effects.send) if (send.after === undefined) this.#send(send);
    for (const request of effects.crypto) {
      if (request.op === 'sign') {
        this.#counts.signed++;
        const signature = new Uint8Array(sign(null, request.message, this.#signing.privateKey));
        this.#push({ t: 'signed', token: request.token, signature });
      } else {
        this.#counts.verified++;
        const key = this.#publicKeys.get(request.signer);
        const valid = key !== undefined && verify(null, request.message, key, request.signature);
        this.#push({ t: 'verified', token: request.token, valid });
      }
    }
    for (const { position, value } of effects.deliver) this.#apply(position.index, value);
    for (const { ticket, outcome } of effects.resolve) this.#load?.resolved(ticket, outcome.kind);
    for (const send of effects.send) {
      if (send.after === undefined) continue;
      if (send.after <= this.#durable) this.#send(send);
      else this.#gated.push({ after: send.after, send });
    }
    this.#counts.evidence += effects.evidence.length;
  }

  #apply(index: number, value: Uint8Array): void {
    this.#counts.delivered++;
    this.#sum = (this.#sum * 31 + value.length + (value[0] ?? 0)) % 1_000_000_007;
    if (index % COMPACT_EVERY !== 0) return;
    const state = new Uint8Array(new Float64Array([this.#sum]).buffer);
    this.#push({ t: 'compact', index, state });
  }

  #send({ to, bytes }: Send): void {
    if (!this.#setup.attacks) return this.#links.send(to, bytes);
    const broken = bytes.slice();
    broken[broken.length - 1]! ^= 1;
    for (let i = 0; i < ECHOES; i++) this.#links.send(to, broken);
  }

  /** The disk is memory, done a turn later: whatever was written meanwhile is flushed with it. */
  #flushSoon(sync: boolean): void {
    if (!sync || this.#unflushed.wanted) return;
    this.#unflushed.wanted = true;
    setImmediate(() => {
      this.#unflushed.wanted = false;
      this.#durable = this.#unflushed.newest;
      this.#push({ t: 'durable', token: this.#durable });
      for (const { after, send } of this.#gated) if (after <= this.#durable) this.#send(send);
      this.#gated = this.#gated.filter(({ after }) => after > this.#durable);
    });
  }

  #arm(deadline: number | null): void {
    const due = deadline ?? Infinity;
    if (due === this.#wanted) return;
    this.#wanted = due;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (due === Infinity) return;
    const wait = Math.max(0, Math.ceil((due - now()) / MICROS));
    this.#timer = setTimeout(() => {
      this.#wanted = Infinity;
      this.#push({ t: 'time' });
    }, wait);
  }
}

function now(): number {
  return Math.floor(performance.now() * MICROS);
}

/** For the price of the guard: the same code, with a guard that lets everything pass. */
function disableGuard(): void {
  Object.assign(ByzantineGuard.prototype, { admit: () => 'process', standingOf: () => 'trusted', suspect: () => {} });
}

/** Clients in a closed loop: each proposes, waits for the outcome, and proposes again. */
class Load {
  readonly #place: number;
  readonly #bytes: number;
  readonly #push: (input: Input<G>) => void;
  readonly #open = new Map<number, { readonly client: number; readonly since: number }>();
  readonly #sequences = new Map<number, number>();
  #ticket = 0;
  #latencies: number[] = [];
  #rejected = 0;
  #stopped = false;

  constructor(place: number, bytes: number, push: (input: Input<G>) => void) {
    this.#place = place;
    this.#bytes = bytes;
    this.#push = push;
  }

  next(client: number, since = performance.now()): void {
    if (this.#stopped) return;
    const sequence = (this.#sequences.get(client) ?? 0) + 1;
    this.#sequences.set(client, sequence);
    const ticket = ++this.#ticket;
    this.#open.set(ticket, { client, since });
    const value = new Uint8Array(this.#bytes);
    new DataView(value.buffer).setUint32(0, sequence);
    const session = this.#place * 100_000 + client + 1;
    this.#push({ t: 'propose', ticket, op: { kind: 'append', value }, session, sequence });
  }

  resolved(ticket: number, kind: string): void {
    const asked = this.#open.get(ticket);
    if (asked === undefined) return;
    this.#open.delete(ticket);
    if (kind === 'committed') {
      this.#latencies.push(performance.now() - asked.since);
      return this.next(asked.client);
    }
    // What was refused is tried again; the client has waited since its first attempt.
    this.#rejected++;
    setTimeout(() => this.next(asked.client, asked.since), 2);
  }

  stop(): void {
    this.#stopped = true;
  }

  take(): { latencies: number[]; rejected: number } {
    const taken = { latencies: this.#latencies, rejected: this.#rejected };
    this.#latencies = [];
    this.#rejected = 0;
    return taken;
  }
}

let replica: ReplicaProcess | null = null;

async function obey(command: Command): Promise<unknown> {
  if (command.t === 'setup') {
    replica = new ReplicaProcess(command.setup);
    return await replica.contact();
  }
  if (replica === null) throw new TypeError('a command before the set-up');
  switch (command.t) {
    case 'join':
      return await replica.join(command.contacts);
    case 'load':
      return replica.load(command.clients, command.bytes);
    case 'rest':
      return replica.rest();
    case 'measure':
      return replica.measure();
  }
}

process.on('message', (command: Command) => {
  void obey(command).then((answer) => {
    if (process.connected) process.send!({ answer: answer ?? null });
  });
});

// The parent is gone, or done with us.
process.on('disconnect', () => process.exit(0));
